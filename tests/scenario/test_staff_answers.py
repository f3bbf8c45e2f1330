"""E3: staff answer, leave notes, take over and hand back in a scenario, which says what the person sees."""

from __future__ import annotations

import pytest

from bot.model.event import Unfollow
from bot.model.staff_chat import StaffNotes, StaffWrites
from bot.model.staff_order import StaffActs
from bot.playbook.report import render
from bot.scenario.recorded import recorded
from bot.scenario.result import in_words
from tests.playbooks import compiled
from tests.scenario.playing import FILE, NOW, fails, holds, result
from tests.scenario.recording import Played

SHOP = """
rules:
  - {when: {text: 找客服}, do: [{reply: 馬上來}, {hand_over: 請看對話}]}
  - {when: anything_else, reply: 看不懂}
"""
GREETED = SHOP.replace("rules:\n", "rules:\n  - {when: {staff: takes_over}, push: 客服上線了}\n")
SAYS = "staff: {says: 您好，我是阿美}"


def test_the_person_sees_it_and_the_bot_is_silent_until_it_is_handed_back() -> None:
    """The step says itself that it comes: no `bot` step names it."""
    holds(
        SHOP,
        *("user: 找客服", "bot: 馬上來", "user: 破了", "bot: nothing"),
        SAYS,
        "staff: {note: 她很急}",
        "bot: nothing",
        *("cost: 0", "wait: 2m", "staff: {says: 已重新寄出}", "cost: 1"),
        *("user: 謝謝", "bot: nothing", "staff: hands_back", "user: 嗨", "bot: 看不懂"),
    )


def test_who_answers_has_taken_it_and_what_rules_say_of_that_is_the_bots() -> None:
    holds(GREETED, SAYS, "bot: 客服上線了", "user: 嗨", "bot: nothing")
    assert fails(GREETED, SAYS, "user: 嗨").startswith("2: before this step the bot said")


def test_what_is_not_sent_fails_unless_that_is_what_is_meant() -> None:
    quota = NOW.replace("}", ", quota: 0}")
    holds(SHOP, "user: blocks", "staff: {says: 您好, not_sent: blocked}")
    holds(SHOP, "staff: {says: 您好, not_sent: no_messages}", given=quota)
    holds(SHOP, "user: 找客服", "bot: 馬上來", "user: 在嗎", "bot: nothing", SAYS, given=quota)
    assert fails(SHOP, "user: blocks", SAYS) == "2: this answer was not sent: blocked"
    assert fails(SHOP, "staff: {says: 您好, not_sent: blocked}") == "1: this answer was sent"
    assert fails(SHOP, "staff: {says: 您好, not_sent: blocked}", given=quota).startswith("1: this answer was")


def test_in_the_conversation_it_stands_as_staffs() -> None:
    found = result(SHOP, f"scenario: 試\ngiven: {NOW}\nsteps:\n  - {SAYS}\n  - bot: 看不懂\n")
    assert "staff  您好，我是阿美" in in_words(found)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("{says: }", "says"),
        ("{note: }", "note"),
        ("{says: 您好, not_sent: asleep}", "asleep"),
        ("{note: 急, not_sent: blocked}", "not_sent"),
        ("{says: 您好, note: 急}", "two steps"),
    ],
)
def test_what_is_written_wrong_is_told_with_its_place(step: str, says: str) -> None:
    found = result(SHOP, f"scenario: 試\ngiven: {NOW}\nsteps:\n  - staff: {step}\n")
    (problem,) = found.problems
    shown = render(found.problems, {FILE: found.text})
    assert says in shown
    assert problem.place.line == 4


def test_what_was_played_with_staff_comes_out_as_such_steps() -> None:
    playbook = compiled(SHOP)
    play, text = Played(playbook), {"type": "text", "text": "您好: 我是「阿美」"}
    play.follows()
    play.says("找客服")
    play.says("在嗎")
    play.hears(StaffActs(takes_over=True, by="console:amy"))
    play.hears(StaffWrites("console:amy", (text,)))
    play.hears(StaffNotes("console:amy", "她很急"))
    play.hears(StaffWrites("console:ben", (text,), may_cost=True))  # a colleague has it
    play.hears(StaffWrites("console:amy", ({"type": "image"},), may_cost=True))
    play.passes(minutes=2)
    play.hears(StaffWrites("console:amy", (text,), may_cost=True))
    play.hears(Unfollow())
    play.hears(StaffWrites("console:amy", (text,), may_cost=True))
    written = recorded("玩過的", play.happenings, playbook).text
    found = result(SHOP, written)
    assert found.holds, (written, found.problems, in_words(found))
    steps = [line.strip() for line in written.splitlines() if "- staff" in line]
    says = '"您好: 我是「阿美」"'
    assert steps == [
        "- staff: takes_over",
        f"- staff: {{says: {says}}}",
        "- staff: {note: 她很急}",
        f"- staff: {{says: {says}}}",
        f"- staff: {{says: {says}, not_sent: blocked}}",
    ]
    assert written.count("left out") == 2
    assert "- cost: 1\n" in written
