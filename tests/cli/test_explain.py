"""`oaflow explain`: the answer, every step of the decision, and the rules that nearly took the text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import Run
from tests.cli.oaflow import ROOT
from tests.playbooks import BOT, CHANNELS

PLAYBOOK = (
    BOT
    + CHANNELS
    + """attributes: {points: number}
tags: {VIP: {}}
hours: {白天: 09:00-18:00}
rules:
  - {when: {text: 優惠}, if: {tag: VIP}, reply: VIP 八折}
  - {when: {text: 優惠}, if: {attribute: {points: {at_least: 100}}}, reply: 折抵點數}
  - {when: {text_contains: 優惠}, unless: {during: 白天}, reply: 明天再說}
  - {when: {text_contains: 優惠}, reply: 85 折}
  - {when: {text: 綁定}, if: {bound: phone}, reply: 綁好了}
"""
)


@pytest.fixture
def shop(tmp_path: Path) -> str:
    (tmp_path / "bot.yaml").write_text(PLAYBOOK, "utf-8")
    return str(tmp_path)


def explain(shop: str, *options: str) -> list[str]:
    return ["explain", shop, "--at", "2026-09-01 14:00", *options]


def test_the_answer_why_and_who_nearly_took_it(shop: str, run: Run) -> None:
    out, err = run(*explain(shop, "--text", "優惠"))
    assert err == ""
    assert out.splitlines() == [
        "  user  優惠",
        "   bot  85 折",
        "",
        "why:",
        '  bot.yaml:7:29  The condition does not hold  (tag "VIP" is not on)',
        '  bot.yaml:8:41  The condition does not hold  (attribute "points": not known (asked for: ≥ 100))',
        '  bot.yaml:9:42  What rules it out holds, so it is not done  (it is "白天")',
        '  bot.yaml:10:6  The rule matched: "優惠"',
        "  bot.yaml:10:33  Replied with 1 message",
        "",
        "rules that hear this, in their order:",
        '  bot.yaml:7:6  would have taken it, but for its condition: bot.yaml:7:29 tag "VIP" is not on',
        "  bot.yaml:8:6  would have taken it, but for its condition:"
        ' bot.yaml:8:41 attribute "points": not known (asked for: ≥ 100)',
        '  bot.yaml:9:6  would have taken it, but for its condition: bot.yaml:9:42 must not be: it is "白天"',
        "  bot.yaml:10:6  took it",
    ]


def test_what_is_said_of_the_person_counts(shop: str, run: Run) -> None:
    for options, answer in (
        (["--text", "優惠", "--tag", "VIP"], "VIP 八折"),
        (["--text", "優惠", "--attribute", "points=120"], "折抵點數"),
        (["--text", "優惠嗎", "--at", "2026-09-01 20:00"], "明天再說"),
        (["--text", "綁定", "--bound", "phone"], "綁好了"),
        (["--text", "綁定"], "(says nothing)"),
    ):
        assert f"   bot  {answer}\n" in run(*explain(shop, *options)).out


def test_an_earlier_rule_took_it(shop: str, run: Run) -> None:
    said = run(*explain(shop, "--text", "優惠", "--tag", "VIP"))
    assert "bot.yaml:10:6  hears it too, but comes later" in said.out


LIMITED = """
rules:
  - {when: {text: 雙11}, from: 2026-11-11 00:00, name: 開始, reply: 85 折}
  - {when: {text: 雙11}, until: 2026-09-01 00:00, name: 結束, reply: 9 折}
  - {when: {text: 雙11}, if: {tag: VIP}, until: 2026-09-01 00:00, name: 貴賓, reply: 7 折}
  - {when: {text: 雙11}, reply: 敬請期待}
  - {when: {text: 雙11}, until: 2026-09-01 00:00, name: 後面, reply: 95 折}
  - {when: {text: 雙11}, reply: 後面}
tags: {VIP: {}}
"""


@pytest.mark.parametrize(
    ("language", "listed", "begins", "is_over", "later"),
    [
        (
            "en",
            "rules that hear this, in their order:",
            "This rule begins at 2026-11-11 00:00: not yet",
            "This rule ended at 2026-08-31 24:00: it is over",
            "hears it too, but comes later",
        ),
        (
            "zh-TW",
            "符合這句話的規則，照順序：",
            "這條規則從 2026-11-11 00:00 開始，還沒到，這次跳過",
            "這條規則到 2026-08-31 24:00 為止，已經過了，這次跳過",
            "也符合，但排在後面",
        ),
    ],
)
def test_a_rule_that_its_time_keeps_silent(
    tmp_path: Path, run: Run, language: str, listed: str, begins: str, is_over: str, later: str
) -> None:
    """Also behind the one that answers: it would not come later either."""
    (tmp_path / "bot.yaml").write_text(BOT + CHANNELS + LIMITED, "utf-8")
    options = ["--at", "2026-10-01 12:00", "--language", language]
    _, _, told = run(*explain(str(tmp_path), "--text", "雙11", *options)).out.partition(listed)
    verdicts = [line.split("  ")[-1] for line in told.splitlines()]
    assert [one for one in verdicts if one in (begins, is_over, later)] == [begins, is_over, is_over, later]


def test_what_nobody_hears_comes_with_the_rule_that_would(shop: str, run: Run) -> None:
    said = run(*explain(shop, "--text", "退貨"))
    assert "no rule hears this; this one would:\n  - when: {text: 退貨}\n    reply: …\n" in said.out


def test_what_is_nearly_heard_is_told(shop: str, run: Run) -> None:
    """Also in the language of who asks, and for programs."""
    out = run(*explain(shop, "--text", "綁 定！", "--bound", "phone")).out
    assert 'rules that nearly hear this:\n  bot.yaml:11:6  waits for "綁定": only marks' in out
    assert out.endswith("\n\nno other rule is needed: bot.yaml:11:6 hears it, too, with\n  [綁定, 綁 定！]\n")
    out = run(*explain(shop, "--text", "我想綁定會員", "--bound", "phone", "--language", "zh-TW")).out
    assert "等的是整句「綁定」" in out
    assert out.index("等的是整句") < out.index("或者，另外寫一條規則：\n  - when: {text: 我想綁定會員}")
    assert json.loads(run(*explain(shop, "--text", "綁", "--json")).out)["near"] == []
    assert "nearly" not in run(*explain(shop, "--text", "優惠")).out


def test_for_programs(shop: str, run: Run) -> None:
    found = json.loads(run(*explain(shop, "--text", "優惠", "--json")).out)
    assert found["messages"] == [{"type": "text", "text": "85 折"}]
    assert found["paid"] == 0
    assert [rule["verdict"] for rule in found["rules"]] == ["condition"] * 3 + ["answers"]
    assert found["rules"][0]["failed"] == "bot.yaml:7:29"
    assert found["why"][-1]["what"] == "reply"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--channel", "mian"], 'no channel is called "mian"; a similar name exists: "main"'),
        (["--attribute", "point=1"], 'no attribute is called "point"; a similar name exists: "points"'),
        (["--attribute", "points=viel"], '--attribute points=viel: "viel" is not of the type number'),
        (["--attribute", "points"], '--attribute points: "" is not of the type number'),
        (["--tag", "VlP"], 'no tag is called "VlP"; a similar name exists: "VIP"'),
        (["--at", "morgen"], '--at morgen: write it such as "2026-09-01 14:00"'),
    ],
)
def test_an_option_that_is_wrong(shop: str, options: list[str], says: str, run: Run) -> None:
    assert run(*explain(shop, "--text", "優惠", *options), code=2).err == f"oaflow: {says}\n"


NAMES_WITH_SEPARATORS = (
    BOT
    + CHANNELS
    + """attributes: {city: text}
tags: {甲: {}, 乙: {}, 甲 or 乙: {}}
rules:
  - {when: {text: 城市}, if: {attribute: {city: A}}, reply: 對}
  - {when: {text: 標籤}, if: {tag: 甲 or 乙}, reply: 對}
  - {when: {text: 兩個標籤}, if: {tag: [甲, 乙]}, reply: 對}
"""
)


@pytest.mark.parametrize(
    ("options", "because"),
    [
        (["--text", "城市", "--attribute", "city=B"], 'attribute "city": "B" (asked for: "A")'),
        (["--text", "兩個標籤"], 'tag "甲" or "乙" is not on'),
        (
            ["--text", "城市", "--attribute", "city=x: it is A"],
            'attribute "city": "x: it is A" (asked for: "A")',
        ),
        (["--text", "標籤"], 'tag "甲 or 乙" is not on'),
    ],
    ids=["a value", "two tags", "a value with a separator", "a tag with a separator"],
)
def test_names_and_values_that_hold_what_separates_others(
    options: list[str], because: str, tmp_path: Path, run: Run
) -> None:
    (tmp_path / "bot.yaml").write_text(NAMES_WITH_SEPARATORS, "utf-8")
    assert f"The condition does not hold  ({because})" in run(*explain(str(tmp_path), *options)).out


PROMOTED = (
    BOT
    + CHANNELS
    + """coupons: {雙11券: {title: 雙 11 券, for: 30d, stock: 100}, 大獎: {for: 30d}}
draws: {抽: {until: 2026-12-31 24:00, prizes: {大: {coupon: 大獎, odds: 5%}}}}
hooks: {crm: {url: "https://crm.example", secret: opaque, returns: {level: text}}}
rules:
  - {when: {text: 領券}, give_coupon: 雙11券}
  - {when: {text: 我的券}, if: {coupon: 雙11券}, reply: 有}
  - {when: {coupon: 雙11券, result: given}, reply: "給您 {{ event.code }}"}
  - {when: {coupon: 雙11券, result: had}, reply: 拿過了}
  - {when: {coupon: 雙11券, result: none_left}, reply: 發完了}
  - {when: {text: 抽}, enter_draw: 抽}
  - {when: {draw: 抽, result: won}, push: "中了{{ event.prize }}"}
  - {when: {draw: 抽, result: [nothing, had]}, push: 沒中}
  - {when: {text: 等級}, start: level}
  - {when: {text: 取消}, cancel_appointment: 剪髮}
  - {when: {appointment: 剪髮, result: none}, push: 沒有預約}
  - {when: {appointment: 剪髮, result: cancelled}, push: "取消 {{ event.start as time }}"}
  - {when: {appointment: 剪髮, result: too_late}, push: "{{ event.title }}太晚了"}
  - {when: {text: 忙}, do: [{reply: 請稍等}, {start: level}]}
  - {when: {text: 轉}, start: round}
hours: {營業: {mon-sun: 11:00-19:00}}
appointments: {剪髮: {hours: 營業, minutes: 60, places: 1, ahead: {from: 2h, until: 30d}, cancel_until: 3h}}
flows:
  level:
    states:
      查:
        call: crm
        give_up_after: {1m: 完}
        rules:
          - {when: {hook: crm, result: ok}, to: 再問, push: "您是{{ event.level or 新客 }}"}
          - {when: {hook: crm, result: failed}, to: 完, push: 查不到}
      再問: {ask: 還要查什麼？, answer: [訂單, 點數], give_up_after: {30m: 完}, next: 完}
      完: {push: 好的, end: true}
  round:
    states:
      問: {call: crm, give_up_after: {1m: 完}, rules: [{when: {hook: crm}, to: 再問}]}
      再問: {call: crm, give_up_after: {1m: 完}, rules: [{when: {hook: crm}, to: 問}]}
      完: {end: true}
"""
)


@pytest.fixture
def promoted(tmp_path: Path) -> str:
    (tmp_path / "bot.yaml").write_text(PROMOTED, "utf-8")
    return str(tmp_path)


@pytest.mark.parametrize(
    ("options", "answers"),
    [
        (["--text", "領券"], ["給您 TRIAL-00001"]),
        (["--text", "領券", "--text", "領券"], ["給您 TRIAL-00001", "拿過了"]),
        (["--text", "領券", "--coupon", "雙11券"], ["拿過了"]),
        (["--text", "我的券", "--coupon", "雙11券"], ["有"]),
        (["--text", "領券", "--outcome", "coupon=had"], ["拿過了"]),
        (["--text", "領券", "--outcome", "coupon=none_left"], ["發完了"]),
        (["--text", "抽"], ["沒中"]),
        (["--text", "抽", "--outcome", "draw=won"], ["中了大"]),
        (["--text", "等級"], ["還要查什麼？", "您是示範資料 [訂單] [點數]"]),
        (["--text", "等級", "--text", "點數"], ["還要查什麼？", "您是示範資料 [訂單] [點數]", "好的"]),
        (["--text", "等級", "--outcome", "hook=failed"], ["查不到", "好的"]),
        (["--text", "訂單", "--flow", "level:再問"], ["好的"]),
        (["--text", "取消"], ["沒有預約"]),
        (["--text", "取消", "--outcome", "appointment=cancelled"], ["取消 17:00"]),
        (["--text", "取消", "--outcome", "appointment=too_late"], ["示範資料太晚了"]),
    ],
    ids=" ".join,
)
def test_what_was_started_is_followed(
    promoted: str, options: list[str], answers: list[str], run: Run
) -> None:
    """L3: what comes of coupons, draws and hooks; the second message; somebody in a flow, with a coupon."""
    out = run(*explain(promoted, *options)).out
    said = [line.removeprefix("   bot  ") for line in out.splitlines() if line.startswith("   bot  ")]
    assert said == answers


def test_what_followed_and_what_else_could_have(promoted: str, run: Run) -> None:
    """L3"""
    lines = run(*explain(promoted, "--text", "領券")).out.splitlines()
    begin = lines.index("then:")
    assert lines[begin + 1 : begin + 4] == [
        '  bot.yaml:9:6  The rule matched: the coupon "雙11券" was given',
        "  bot.yaml:9:43  Replied with 1 message",
        "  to see what else could come:  --outcome coupon=had, coupon=none_left, coupon=over or"
        " coupon=failed",
    ]
    [then] = json.loads(run(*explain(promoted, "--text", "領券", "--json")).out)["then"]
    assert then["outcome"] == {"of": "coupon", "name": "雙11券", "result": "given"}
    assert then["others"] == ["had", "none_left", "over", "failed"]
    [then] = json.loads(run(*explain(promoted, "--text", "取消", "--json")).out)["then"]
    assert then["others"] == ["cancelled", "too_late", "failed"], (
        "and none of what comes of booking or moving"
    )
    both = json.loads(run(*explain(promoted, "--text", "領券", "--text", "抽", "--json")).out)["said"]
    assert [one["text"] for one in both] == ["領券", "抽"]


@pytest.mark.parametrize(
    ("chosen", "missed"),
    [
        ("appointment=full", "appointment=full"),
        ("coupon=had hook=failed draw=won", "hook=failed and draw=won"),
        ("coupon=had coupon=over", "coupon=over"),
    ],
)
def test_an_outcome_that_does_not_come_is_told(promoted: str, chosen: str, missed: str, run: Run) -> None:
    """L3: it was without effect, and nobody said so."""
    options = [word for one in chosen.split() for word in ("--outcome", one)]
    out, err = run(*explain(promoted, "--text", "領券", *options), code=1)
    assert "領券" in out
    assert err.startswith(f"oaflow: --outcome {missed}: that did not come: nothing here asks for it")


@pytest.mark.ring("all", "a command from beginning to end")
def test_what_never_ends_is_refused_and_each_text_has_its_own_cost(promoted: str, run: Run) -> None:
    """L3, I7"""
    ended = run(*explain(promoted, "--text", "轉"), code=1).err
    assert "more than 20 calls of hooks follow from this" in ended
    both = json.loads(
        run(*explain(promoted, "--text", "忙", "--text", "點數", "--text", "忙", "--json")).out
    )["said"]
    assert [one["paid"] for one in both] == [1, 0, 1]


def test_a_code_and_a_member(run: Run) -> None:
    """L3: through the worked example's binding, up to its end, by who was asked for the phone before."""
    steps = ["--text", "0912345678", "--text", "123456", "--flow", "phone_binding:ask_phone"]
    chosen = ["--outcome", "code=sent", "--outcome", "code=right", "--outcome", "member=found"]
    told = run(*explain(str(ROOT), *steps, *chosen)).out
    assert "   SMS  【森活選品】驗證碼" in told
    assert "--outcome member=missing, member=taken or member=shop_failed" in told
    assert "綁定" in told.rpartition("   bot  ")[2]
    refused = run(*explain(str(ROOT), *steps, "--outcome", "code=failed")).out
    assert "   SMS  " not in refused


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--coupon", "雙12券"], 'no coupon is called "雙12券"; a similar name exists: "雙11券"'),
        (["--flow", "levels:再問"], 'no flow is called "levels"; a similar name exists: "level"'),
        (["--flow", "level:完"], 'no state where one rests is called "完"'),
        (["--outcome", "coupons=had"], 'no outcome is called "coupons"; a similar name exists: "coupon"'),
        (
            ["--outcome", "coupon=gone"],
            "--outcome coupon=gone: of coupon comes given, had, none_left, over or failed",
        ),
        (["--outcome", "had"], "--outcome had: write it such as  coupon=had"),
        (["--outcome", "draw=had"], "--outcome draw=had: nothing that is asked brings this; say --text once"),
    ],
)
def test_what_cannot_be_followed(promoted: str, options: list[str], says: str, run: Run) -> None:
    assert run(*explain(promoted, "--text", "領券", *options), code=2).err.startswith(f"oaflow: {says}")
