"""What is wrong with a scenario file is told with its place, all at once, and with the nearest name."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.playbook.report import render
from bot.scenario.steps import Says, ScenarioStep
from tests.scenario.playing import FILE, files, result

PLAYBOOK = """
attributes: {points: number, skin: {type: text, values: [乾性, 油性]}, tier: text}
shops: {forest: {platform: csv, attributes: {tier: level}, tags: {熟客: regular}}}
tags: {VIP: {added_by: staff}}
cards: {welcome: {text: 歡迎}}
hooks: {stock: {url: "https://erp.example", returns: {left: number}}}
signals: {arrived: {where: text, at: date}}
splits: {half: {甲: 50, 乙: 50}}
rules:
  - {when: follow, reply: welcome}
  - {when: {signal: arrived}, push: 到了}
  - {when: {text: 庫存}, call: stock}
  - {when: {text: 測, }, if: {split: {half: 甲}}, start: quiz}
flows:
  quiz:
    states:
      問: {ask: 膚質？, answer: [乾性, 油性], save: skin, give_up_after: {30m: 完}, next: 轉}
      轉: {next: 完}
      完: {end: true}
"""

WRONG = {
    "steps:\n  - usr: 你好\n": 'one.yaml:3:5: error: unknown key "usr" [scenario-unknown-step]',
    "steps:\n  - {user: 你好, bot: 好}\n": "two: user, bot [two-kinds]",
    "steps:\n  - 你好\n": "hint: write  {user: 你好}",
    "steps:\n  - [你好]\n": "expected a word with its value [wrong-type]",
    "steps:\n  - edit: {../../secret: {a: b}}\n": 'error: "../../secret" leads out of',
    "steps:\n  - edit: {/etc/hostname: x}\n": 'error: "/etc/hostname" leads out of',
    "steps:\n  - user: ok\n": "hint: to say this text, write  user: {says: ok}",
    "steps:\n  - user: folows\n": '"folows" is not one of follows, blocks, unblocks',
    "steps:\n  - user: {says: 你好, opens: quiz}\n": "one kind, here are two: says, opens [two-kinds]",
    "steps:\n  - user: {books: {gone: 2026-09-05 14:00}}\n": 'no appointment is called "gone"',
    "steps:\n  - staff: {cancels: gone, reason: 好}\n": 'no appointment is called "gone"',
    "steps:\n  - staff: {came: gone, result: full}\n": "result",
    "steps:\n  - user: {picks: 1}\n": "what somebody does needs a kind, such as says, taps, opens",
    "steps:\n  - user: {says: 你好, picks: 1}\n": '"picks" belongs to taps, not to says',
    "steps:\n  - user: {opens: quiz}\n": 'no page is called "quiz" [unknown-page]',
    "steps:\n  - user: {sends: {images: 1}}\n": "must be from 2 to 50",
    "steps:\n  - user: {sends: pictures}\n": '"pictures" is not one of image, video',
    "steps:\n  - bot: welcom\n": 'no card is called "welcom" [unknown-card]',
    "steps:\n  - bot: ok\n": "hint: where this is a text, write  {text: ok}",
    "steps:\n  - bot: [nothing, 你好]\n": '"nothing" stands alone [bad-value]',
    "steps:\n  - bot: []\n": "hint: write  bot: nothing",
    "steps:\n  - bot: {contain: x}\n": 'a similar name exists: "contains"',
    "steps:\n  - flow: {quizz: 問}\n": 'no flow is called "quizz" [unknown-flow]',
    "steps:\n  - flow: {quiz: 門}\n": 'no state is called "門" [unknown-state]',
    "steps:\n  - flow: {quiz: 問, held: night}\n": '"night" is not one of quiet, late, staff, quota, paused',
    "steps:\n  - flow: {held: quiet}\n": '"held" needs one flow and its state beside it',
    "steps:\n  - menu: VIP\n": 'no menu is called "VIP" [unknown-menu]',
    "steps:\n  - cost: viel\n": '"cost" must be a whole number [bad-value]',
    "steps:\n  - wait: later\n": '"later" is no time to wait [bad-duration]',
    "steps:\n  - down: 3 days\n": '"3 days" is no time to wait [bad-duration]',
    "steps:\n  - wait: 3天\n": "hint: write  3d",
    "steps:\n  - hook: {stok: failed}\n": 'no hook is called "stok" [unknown-hook]',
    "steps:\n  - hook: {stock: broken}\n": "hint: write its fields,  {status: …},  or  failed",
    "steps:\n  - signal: {arrived: {wher: 信義}}\n": 'no field is called "wher" [unknown-field]',
    "steps:\n  - signal: {arrived: {at: 昨天}}\n": '"昨天" is not of the type of "at": date [type-mismatch]',
    "steps:\n  - staff: {puts_into: {quiz: 轉}}\n": 'nobody is ever found in "轉": it is left at once',
    "steps:\n  - staff: sleeps\n": '"sleeps" is not one of takes_over, hands_back',
    "steps:\n  - staff: {add_tags: VIPP}\n": 'no tag is called "VIPP" [unknown-tag]',
    "steps:\n  - staff: {add_tags: [大戶]}\n": "declare it in the playbook:  tags: {名稱: {added_by: staff}}",
    "steps:\n  - staff: {add_tag: VIP}\n": 'a similar name exists: "add_tags"',
    "steps:\n  - staff: {add_tags: VIP, set: {points: 1}}\n": "here are two: add_tags, set [two-kinds]",
    "steps:\n  - staff: {set: {points: viel}}\n": '"viel" is not of the type of "points": number',
    "steps:\n  - staff: {set: {skin: 中性}}\n": "is not one of 乾性, 油性 [value-not-allowed]",
    "steps:\n  - staff: {set: {poins: 1}}\n": 'no attribute is called "poins" [unknown-attribute]',
    "steps:\n  - staff: {set: {tier: 金卡}}\n": "hint: write  shop: {member_updated: {tier: …}}",
    "steps:\n  - shop: order_pad\n": 'a similar name exists: "order_paid"',
    "steps:\n  - shop: {order_paid: {amount: viel}}\n": '"viel" is no number [type-mismatch]',
    "steps:\n  - shop: {order_paid: {points: 3}}\n": 'no field is called "points" [unknown-field]',
    "steps:\n  - as: 小美\n": 'no person is called "小美" [bad-value]',
    "steps:\n  - fails: line\n": '"line" is not one of sms, shop',
    "steps:\n  - explain: {rule: nobody}\n": 'no rule has the name "nobody" [bad-value]',
    "steps:\n  - contact: {tag: VIP}\n": 'a similar name exists: "tags"',
    "steps:\n  - contact: {attributes: {point: 3}}\n": 'a similar name exists: "points"',
    "steps:\n  - contact: {attributes: {points: viel}}\n": '"viel" is not of the type of "points": number',
    "steps:\n  - contact: {attributes: {skin: 中性}}\n": "is not one of 乾性, 油性 [value-not-allowed]",
    "steps:\n  - contact: {set: {points: 1}, tags: [x]}\n": "[two-kinds]",
    "steps:\n  - contact: {set: {poins: 1}}\n": 'no attribute is called "poins" [unknown-attribute]',
    "steps:\n  - edit: {bot.yaml: {歡迎光臨: x}}\n": '"歡迎光臨" stands 0 times in bot.yaml, it must once',
    "steps:\n  - edit: {rules/no.yaml: {a: x}}\n": 'the playbook has no file "rules/no.yaml" [unknown-file]',
    "steps:\n  - edit: {bot.yaml: {'text: 歡迎': 'txt: 歡迎'}}\n": "not right after this edit: bot.yaml:",
    "given: {nwo: 1}\nsteps: [{cost: 0}]\n": 'a similar name exists: "now"',
    "given: {now: morgen}\nsteps: [{cost: 0}]\n": '"morgen" is no moment [bad-date]',
    "given: {channel: mian}\nsteps: [{cost: 0}]\n": 'no channel is called "mian" [unknown-channel]',
    "given: {split: {half: 丙}}\nsteps: [{cost: 0}]\n": 'no group is called "丙" [bad-value]',
    "given: {contact: {flow: {quiz: 轉}}}\nsteps: [{cost: 0}]\n": "nobody is ever found in",
    "given: {contact: {bound: fone}}\nsteps: [{cost: 0}]\n": '"fone" is not one of phone, shop, clerk',
    "given: {contact: {clerk: X}}\nsteps: [{cost: 0}]\n": 'no clerk here has the code "X"',
    "given: {contact: {}, people: {小美: {}}}\nsteps: [{cost: 0}]\n": '"people" stand here both',
    "given: {people: {another: {}}}\nsteps: [{cost: 0}]\n": "means something already [reserved-name]",
    "given: {shop: [{tier: 金}]}\nsteps: [{cost: 0}]\n": '"phone" is missing here [missing-key]',
    "given: {shop: {phone: 0912345678, 熟客: 是}}\nsteps: [{cost: 0}]\n": '"是" is not one of true, false',
    "given: {shop: [{hone: 0912345678}]}\nsteps: [{cost: 0}]\n": 'a similar name exists: "phone"',
    "given: {shop: {phone: 1, tier: [a]}}\nsteps: [{cost: 0}]\n": '"tier" is a list, expected a value',
    "given: {shop: [{phone: 0223456789}]}\nsteps: [{cost: 0}]\n": '"0223456789" is no mobile number',
    "given: {clerks: [{code: A, name: B}]}\nsteps: [{cost: 0}]\n": '"store" is missing here [missing-key]',
    "given: {now: 2026-09-01 14:00}\n": '"steps" is missing here [missing-key]',
    "steps:\n  - user: 你好\n": "this scenario holds only where the bot is silent [scenario-never-checks]",
    "steps:\n  - user: [你好\n": "[yaml-syntax]",
}


SLIPS = {
    "試\nsteps:\n  -user: 你好\n  - bot: 好\n": "line 3 so, with 2 spaces in front:\n  |   - user: 你好\n",
    "試\nsteps:\n  - user:你好\n  - bot: 好\n": "line 3 so, with 2 spaces in front:\n  |   - user: 你好\n",
    "試\nsteps:\n\t- user: 你好\n": "line 3 so, with 2 spaces in front:\n  |   - user: 你好\n",
    "試\nsteps:\n  - cost: 0\n   - bot: 好\n": "line 4 so, with 2 spaces in front:\n  |   - bot: 好\n",
    "試\ngiven:\nnow: 2026-09-01 14:00\nsteps: [{cost: 0}]\n": "line 3 so, with 2 spaces in front",
}
"""Slips of spaces and signs, each with the lines to paste."""


@pytest.mark.parametrize("text", SLIPS)
def test_a_slip_is_told_by_its_repair(text: str) -> None:
    found = result(PLAYBOOK, f"scenario: {text}")
    told = render(found.problems, {FILE: found.text})
    assert SLIPS[text] in told


def test_full_width_signs_are_read() -> None:
    found = result(PLAYBOOK, "scenario：試\nsteps：\n　- user：你好\n　- bot：「好」，再見：好\n")
    [warning] = [one for one in found.problems if one.code == "full-width-sign"]
    assert (warning.level, str(warning.place)) == ("warning", f"{FILE}:1:9")
    assert found.problems == (warning,)
    assert found.failure is not None, "it is played, and the bot says something else"


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_is_told(text: str) -> None:
    found = result(PLAYBOOK, f"scenario: 試\n{text}")
    assert WRONG[text] in render(found.problems, {FILE: found.text})
    assert found.failure is None, "what has a mistake is not played"


def test_all_mistakes_are_told_at_once_and_in_order() -> None:
    found = result(PLAYBOOK, "given: {now: x}\nsteps:\n  - bot: welcom\n  - cost: x\n  - usr: a\n")
    assert [(p.place.line, p.code) for p in found.problems] == [
        (1, "missing-key"),
        (1, "bad-date"),
        (3, "unknown-card"),
        (4, "bad-value"),
        (5, "scenario-unknown-step"),
    ]
    assert not found.holds


def test_a_warning_does_not_keep_it_from_being_played() -> None:
    found = result(PLAYBOOK, "scenario: 試\nsteps: [{user: 你好}]\n")
    assert [p.level for p in found.problems] == ["warning"]
    assert found.holds


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"- 1\n- 2\n", b"null", b"scenario: {a: 1}", b"steps: 3", b"\x00"]
)
def test_whatever_the_file_holds_it_is_told_and_never_raised(raw: bytes) -> None:
    made, loaded = files(PLAYBOOK)
    (made.folder / FILE).write_bytes(raw)
    read = made.read(FILE, loaded)
    assert read.scenario is None
    assert read.problems


def read(*lines: str) -> Sequence[ScenarioStep]:
    """The steps of a scenario that is right."""
    made, loaded = files(PLAYBOOK)
    (made.folder / FILE).write_text("\n  ".join(["scenario: 試\nsteps:", *lines]), "utf-8")
    scenario = made.read(FILE, loaded).scenario
    assert scenario is not None
    return scenario.steps


def test_a_text_that_looks_like_a_number_or_a_switch_is_said_as_it_is_written() -> None:
    steps = read("- user: 0912345678", "- user: 1.10", "- user: 09:30", "- cost: 0")
    said = [step.text for step in steps if isinstance(step, Says)]
    assert said == ["0912345678", "1.10", "09:30"]


def test_steps_know_their_places() -> None:
    steps = read("- user: 你好", "- {bot: nothing}")
    assert [str(step.place) for step in steps] == [f"{FILE}:3:11", f"{FILE}:4:11"]
