"""`first` in scenarios and recordings: as in a running bot, counted in memory."""

from __future__ import annotations

from bot.model.decision import DecisionInputs
from bot.model.event import Event, ReplyToken, Source, TextMessage
from bot.scenario.recorded import recorded
from bot.scenario.recorded_turn import PlayedTurn
from bot.translations.chinese import CHINESE
from tests.engine.chat import NOON, Chat, chat_of
from tests.playbooks import compiled
from tests.scenario.playing import fails, holds, result
from tests.scenario.recording import Played

PLAYBOOK = """
rules:
  - {when: {text: 搶}, first: 2, name: 搶購, reply: 恭喜}
  - {when: {text: 搶}, reply: 額滿}
"""
THREE = "{now: 2026-09-01 14:00, people: {甲: , 乙: , 丙: }}"
RACE = """
user: 搶
bot: 恭喜
user: 搶
bot: 恭喜
as: 乙
user: 搶
bot: 恭喜
as: 丙
user: 搶
bot: 額滿
"""


def test_people_of_a_scenario_take_places_one_after_the_other() -> None:
    holds(PLAYBOOK, RACE, given=THREE)


def test_a_scenario_says_how_many_are_taken_already() -> None:
    holds(PLAYBOOK, "user: 搶", "bot: 額滿", given="{taken: {搶購: 2}}")
    holds(PLAYBOOK, "user: 搶", "bot: 恭喜", given="{taken: {搶購: 1}}")
    assert fails(PLAYBOOK, "user: 搶", "bot: 額滿", given="{taken: {搶購: 1}}").startswith("2: ")


def test_a_failure_says_that_there_are_more_places_than_are_taken() -> None:
    """As after trying with `first: 2`, and putting the real number back."""
    larger = PLAYBOOK.replace("first: 2", "first: 100")

    def notes(playbook: str, given: str, *steps: str) -> list[str]:
        lines = "".join(f"  - {step}\n" for step in steps)
        failure = result(playbook, f"scenario: 試\ngiven: {given}\nsteps:\n{lines}").failure
        assert failure is not None
        return [CHINESE.text(note) for note in failure.notes]

    told = "這段測試對話裡「搶購」的名額用掉 2 個，現在的 first 是 100：要測額滿，把 taken 改成 100"
    assert told in notes(larger, "{taken: {搶購: 2}}", "user: 搶", "bot: 額滿")
    assert notes(PLAYBOOK, "{taken: {搶購: 2}}", "user: 搶", "bot: 恭喜") == []
    assert told not in notes(larger, "{taken: {搶購: 2}}", "user: 別的", "bot: 額滿")


def test_a_rule_that_has_no_places_is_no_rule_of_which_some_are_taken() -> None:
    found = result(PLAYBOOK, "scenario: 試\ngiven: {taken: {搶購物: 1}}\nsteps: [{user: 搶}, {bot: 恭喜}]\n")
    [problem] = found.problems
    assert (problem.code, "搶購" in str(problem.hint)) == ("bad-value", True)


def test_a_recording_notes_what_was_taken_before_it() -> None:
    book = compiled(PLAYBOOK)
    chat = Chat(book, world=DecisionInputs(taken={"搶購": 2}))
    before = chat.contact
    assert chat.says("搶") == ["額滿"]
    event = Event(
        "main:e1", "main", Source("user", "U1"), NOON, TextMessage("搶"), token=ReplyToken("t1", NOON)
    )
    happened = PlayedTurn("小美", event, before, chat.decisions[-1], NOON)
    written = recorded("額滿", [happened], book).text
    assert "taken: {搶購: 2}" in written
    assert result(PLAYBOOK, written).failure is None


def test_a_recording_with_somebody_who_had_a_place_before_can_be_played() -> None:
    """Others who have none are told so: each is as before."""
    book = compiled(PLAYBOOK)
    played = Played(book)
    played.says("搶")
    played.happenings.clear()
    played.world = DecisionInputs(taken={"搶購": 2})
    for who in ("小美", "阿明", "小美"):
        played.says("搶", who)
    written = recorded("有名額", played.happenings, book).text
    assert written.count("places: [搶購]") == 1
    assert "taken: {搶購: 2}" in written
    assert [line.strip() for line in written.splitlines() if "- bot:" in line] == [
        "- bot: 恭喜",
        "- bot: 額滿",
        "- bot: 恭喜",
    ]
    assert result(PLAYBOOK, written).failure is None


def test_who_has_a_place_of_what_is_no_rule_with_places() -> None:
    for wrong in ("{places: [搶購物]}", "{places: [簽到]}"):
        playbook = PLAYBOOK + "  - {when: {text: 簽到}, once_per: day, name: 簽到, reply: 好}\n"
        steps = "[{user: 搶}, {bot: 恭喜}]"
        found = result(playbook, f"scenario: 試\ngiven: {{contact: {wrong}}}\nsteps: {steps}\n")
        assert [problem.code for problem in found.problems] == ["bad-value"]


def test_a_person_with_a_place_is_not_kept_out_by_what_is_taken() -> None:
    chat = chat_of(PLAYBOOK)
    assert chat.says("搶") == ["恭喜"]
    assert [claim.rule for claim in chat.decisions[-1].claims] == ["搶購"]
    chat.world = DecisionInputs(taken={"搶購": 2})
    assert chat.says("搶") == ["恭喜"]
    assert chat.decisions[-1].claims == ()
