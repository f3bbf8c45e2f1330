"""One mistake gives one message: nothing that could not be read, or was refused, is said to be missing. L1"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from bot.model.problem import Problem
from bot.playbook.load import load
from tests.depth import one_of
from tests.pictures import png

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NOUNS: Mapping[str, str] = {
    "privacy": """\
privacy:
  version: "1"
  controller: a
  purpose: b
  kinds: c
  period: d
  recipients: e
  rights_contact: f
  url: https://forest.example/p
  terms: https://forest.example/t
""",
    "sms": "sms:\n  codes:\n    provider: console\n",
    "shops": """\
shops:
  forest:
    platform: cyberbiz
    access: app_store
    token: opaque
    attributes: {tier: vip_info.level_name}
    tags: {VIP: vip_info.current_level.order_discount_enabled}
""",
    "hours": "hours:\n  門市: 09:00-18:00\n",
    "attributes": "attributes:\n  tier:\n    type: text\n  size:\n    type: text\n",
    "tags": "tags:\n  老客:\n    added_by: staff\n",
    "audiences": "audiences:\n  常客:\n    if: {tag: 老客}\n",
    "splits": "splits:\n  測試: {甲: 50, 乙: 50}\n",
    "links": "links:\n  poster:\n    open: https://forest.example\n    add_tags: [海報]\n",
    "stores": "stores:\n  xinyi:\n    title: 信義店\n    group: 北區\n",
    "store_groups": "store_groups:\n  北區:\n    title: 北部\n",
    "signals": "signals:\n  arrived: {order_no: text}\n",
    "hooks": """\
hooks:
  crm:
    url: https://crm.example/
    secret: opaque
    returns: {status: text}
    save: {size: size}
""",
    "cards": """\
cards:
  coupon:
    buttons:
      text: 85 折
      taps: [{label: 領取, add_tags: [領過]}]
  page:
    flex:
      alt: 卡
      contents:
        type: bubble
        body:
          type: box
          layout: vertical
          contents:
            - {type: button, action: {type: uri, label: 卡, uri: "{{ page.member_card }}"}}
""",
    "member_card": "member_card:\n  fields: [{show: attribute.tier}]\n",
    "rich_menus": """\
rich_menus:
  - menu: 會員
    if: {tag: 選了}
    image: cards/menu.png
    chat_bar: 選單
    grid: [卡]
    areas: {卡: {page: member_card}}
  - menu: 訪客
    image: cards/menu.png
    chat_bar: 選單
    grid: [卡]
    areas: {卡: {send: 卡}}
""",
    "flows": """\
flows:
  quiz:
    states:
      問:
        ask: 尺寸
        answer: [大, 小]
        save: size
        give_up_after: {30m: 完}
        next: 完
      完:
        add_tags: 答過
        end: true
  bind:
    page: true
    states:
      問:
        ask: 手機
        answer: phone
        give_up_after: {30m: 完}
        next: 完
      完:
        end: true
""",
    "forms": "forms:\n  data:\n    fields: [{ask: 信箱, answer: email}]\n    done: {add_tags: 填過}\n",
}
"""Each noun with what it may be broken in, in a file of its own."""
USES = """\
bot: 森活選品
channels:
  main:
    id: forest
    channel_id: "1234"
    channel_secret: opaque
    shop: forest
    sms: codes
    liff: {login_channel_id: "5678", liff_id: 5678-abcd}
rules:
  - {when: {text: [一, 領過]}, if: {tag: [領過, 海報, 答過, 填過, VIP, 老客]}, reply: coupon}
  - {when: {text: 二}, if: {during: 門市}, reply: "到 {{ hours.門市 as time }}"}
  - {when: {text: 八}, reply: "{{ link.poster }} {{ page.data }}"}
  - {when: {text: 三}, if: {attribute: {tier: 金卡, size: 大}}, start: look_up}
  - {when: {text: 四}, if: {audience: 常客}, start: quiz}
  - {when: {text: 五}, if: {split: {測試: 甲}}, reply: page}
  - {when: {text: 六}, if: {store: xinyi}, pin_menu: {menu: 會員, for: 7d}}
  - {when: {text: 七}, if: {store_group: 北區}, raise: {signal: arrived, values: {order_no: a}}}
  - {when: {signal: arrived}, push: "訂單 {{ event.order_no }} {{ page.bind }}"}
  - {when: {link: poster}, add_tags: 選了}
  - {when: {flow_ended: quiz, at: 完}, push: 謝謝。}
  - {when: {text: 卡}, reply: {text: 卡, quick_replies: [{label: 卡, page: member_card}]}}
  - {when: {text: 資料}, reply: "{{ attribute.tier or 無 }} {{ attribute.size or 無 }}"}
flows:
  look_up:
    states:
      查:
        call: crm
        rules:
          - {when: {hook: crm, result: ok}, push: "{{ event.status or 無 }}", to: 完}
          - {when: {hook: crm, result: failed}, to: 完}
        give_up_after: {1m: 完}
      完:
        end: true
"""


def found(folder: Path, **broken: str) -> list[Problem]:
    """What is wrong with the playbook, with other texts in the files of some nouns."""
    (folder / "rules").mkdir(exist_ok=True)
    for noun, text in {**NOUNS, **broken}.items():
        (folder / "rules" / f"{noun}.yaml").write_text(text, "utf-8")
    return problems_of(folder, USES)


def problems_of(folder: Path, text: str) -> list[Problem]:
    (folder / "cards").mkdir(exist_ok=True)
    (folder / "cards" / "menu.png").write_bytes(png(2500, 1686))
    (folder / "bot.yaml").write_text(text, "utf-8")
    return list(load(folder, {}, now=NOW).problems)


def test_nothing_is_wrong_with_it(tmp_path: Path) -> None:
    for nouns in (in_one_file, found):
        assert [(str(p.place), p.code, str(p.message)) for p in nouns(tmp_path)] == [], nouns.__name__


@pytest.mark.parametrize("noun", NOUNS)
def test_a_file_that_cannot_be_read_is_the_only_mistake(tmp_path: Path, noun: str) -> None:
    [problem] = found(tmp_path, **{noun: NOUNS[noun] + "x: [a\n"})
    assert (problem.code, problem.place.file) == ("yaml-syntax", f"rules/{noun}.yaml")


@pytest.mark.parametrize("noun", NOUNS)
def test_a_section_that_is_misspelt_is_the_only_mistake(tmp_path: Path, noun: str) -> None:
    [problem] = found(tmp_path, **{noun: NOUNS[noun].replace(f"{noun}:", f"{noun}s:")})
    assert problem.code == "unknown-section"


def with_a_wrong_key() -> Iterator[tuple[str, str]]:
    """Each noun with a key that nobody knows in front of another, one place after the other."""
    for noun, text in NOUNS.items():
        lines = text.splitlines()
        for number, line in enumerate(lines):
            indent = len(line) - len(line.lstrip(" -"))
            if indent >= 4 or (indent == 2 and noun in ("privacy", "member_card")):
                new = line[:indent] + "qqqq: 1"
                rest = line.replace("-", " ", 1) if "-" in line[:indent] else line
                yield noun, "\n".join((*lines[:number], new, rest, *lines[number + 1 :])) + "\n"


@pytest.mark.parametrize(("noun", "text"), one_of(3, with_a_wrong_key()))
def test_a_key_that_nobody_knows_is_the_only_mistake(tmp_path: Path, noun: str, text: str) -> None:
    problems = found(tmp_path, **{noun: text})
    assert [(p.code, p.place.file) for p in problems] == [(problems[0].code, f"rules/{noun}.yaml")], problems


def in_one_file(folder: Path, **broken: str) -> list[Problem]:
    """The same, with all of it in one file."""
    uses, flows = USES.split("flows:\n")
    nouns = {**NOUNS, **broken}
    nouns["flows"] = (
        nouns["flows"].replace("flows:\n", "flows:\n" + flows).replace("&all\n", "&all\n" + flows)
    )
    return problems_of(folder, uses + "".join(nouns.values()))


UNREADABLE = (
    "  x: [a\n",
    '  x: "a\n',
    "  x: {a: b\n",
    "  y: b\n    z: c\n",
    "  x\n",
    "\tx: a\n",
    "  x: @a\n",
)
"""Lines in which the parser gives up, at the end of a section."""


@pytest.mark.ring("all", "a worked example for each slip")
@pytest.mark.parametrize(("noun", "line"), one_of(9, product(NOUNS, UNREADABLE)))
def test_a_section_that_cannot_be_read_is_the_only_mistake_and_hides_no_other(
    tmp_path: Path, noun: str, line: str
) -> None:
    """The rest of the file is read without it: nothing of it is missed, and what is wrong there is told."""
    [*of_its_key, problem] = in_one_file(tmp_path, **{noun: NOUNS[noun] + line})
    assert {(one.code, one.place.line) for one in of_its_key} <= {("unknown-key", problem.place.line)}
    other = "tags" if noun != "tags" else "signals"
    wrong = NOUNS[other].replace("added_by", "aded_by").replace("{order_no: text}", "{order_no: txt}")
    both = in_one_file(tmp_path, **{noun: NOUNS[noun] + line, other: wrong})
    assert problem.message in [one.message for one in both]
    assert {one.code for one in both} == {problem.code, "unknown-key" if other == "tags" else "bad-value"}


ASKEW = "   x: a\n  y: b\n z: c\n"
"""Several slips, one line after the other."""


@pytest.mark.ring("all", "a worked example for each slip")
@pytest.mark.parametrize("noun", one_of(2, ((noun,) for noun in NOUNS)))
def test_several_slips_of_a_section_are_told_there_and_hide_nothing_of_another(
    tmp_path: Path, noun: str
) -> None:
    problems = in_one_file(tmp_path, **{noun: NOUNS[noun] + ASKEW})
    lines = (tmp_path / "bot.yaml").read_text("utf-8").split("\n")
    first, last = lines.index(f"{noun}:") + 1, lines.index(" z: c") + 1
    assert problems
    assert all(first <= one.place.line <= last for one in problems), problems
    other = "tags" if noun != "tags" else "signals"
    wrong = NOUNS[other].replace("added_by", "aded_by").replace("{order_no: text}", "{order_no: txt}")
    both = in_one_file(tmp_path, **{noun: NOUNS[noun] + ASKEW, other: wrong})
    assert {one.code for one in both} >= {"unknown-key" if other == "tags" else "bad-value"}


@pytest.mark.parametrize("noun", one_of(2, ((noun,) for noun in NOUNS)))
def test_an_anchor_or_a_second_document_is_the_only_mistake(tmp_path: Path, noun: str) -> None:
    anchored = NOUNS[noun].replace(f"{noun}:", f"{noun}: &all", 1)
    assert {problem.code for problem in in_one_file(tmp_path, **{noun: anchored})} == {"alias-used"}
    second = "---\n" + NOUNS[noun]
    assert {problem.code for problem in in_one_file(tmp_path, **{noun: second})} == {"many-documents"}


VALUES = {"{{ contact.name }}": "unquoted-placeholder", "*nothing": "alias-used"}
"""A placeholder without quotes, and an alias of nothing."""


def with_another_value(value: str) -> Iterator[tuple[str, str, str]]:
    """Each noun with this behind a key, one place after the other, and what is said of it."""
    for noun, text in NOUNS.items():
        lines = text.splitlines()
        for number, line in enumerate(lines):
            key, colon, written = line.partition(": ")
            if colon and written.strip() and "{" not in key and len(key) - len(key.lstrip(" -")) >= 2:
                new = f"{key}: {value}"
                yield noun, "\n".join((*lines[:number], new, *lines[number + 1 :])) + "\n", VALUES[value]


@pytest.mark.parametrize(
    ("noun", "text", "code"),
    [*one_of(3, with_another_value("{{ contact.name }}")), *one_of(3, with_another_value("*nothing"))],
)
def test_a_value_that_cannot_be_read_is_the_only_mistake(
    tmp_path: Path, noun: str, text: str, code: str
) -> None:
    problems = in_one_file(tmp_path, **{noun: text})
    assert [p.code for p in problems] == [code], problems
