"""A conversation is shown in columns, also with wide characters; a failure is the same for programs."""

from __future__ import annotations

from datetime import timedelta

from bot.playbook.report import cells
from bot.scenario.result import as_json, in_words
from bot.translations.chinese import CHINESE
from bot.wording.conversation import LINES, SpokenLine, transcript_lines
from tests.conftest import NOW
from tests.playbooks import playbook
from tests.scenario import playing

ZONE = playbook().zone
PLAYBOOK = "rules:\n  - {when: {text: 嗨}, reply: 哈囉}\n"


def test_names_and_texts_stand_in_columns() -> None:
    lines = [
        SpokenLine(NOW, "小美", "你好"),
        SpokenLine(NOW, "bot", "哈囉\n再見"),
        SpokenLine(NOW, "大明明", "嗨", "+"),
    ]
    rows = transcript_lines(lines, ZONE)
    assert rows[0] == "    2026-11-20 Fri"
    assert transcript_lines(lines, ZONE, CHINESE)[0] == "    2026-11-20 週五"
    texts = ("你好", "哈囉", "再見", "嗨")
    starts = {cells(row[: row.index(text)]) for row, text in zip(rows[1:], texts, strict=True)}
    assert len(starts) == 1
    assert rows[4].startswith("  + ")


def test_a_minute_and_a_day_are_told_once() -> None:
    later = NOW + timedelta(minutes=1)
    lines = [
        SpokenLine(NOW, "a", "1"),
        SpokenLine(NOW, "a", "2"),
        SpokenLine(later, "a", "3"),
        SpokenLine(NOW + timedelta(1), "a", "4"),
    ]
    assert [row.split()[0] for row in transcript_lines(lines, ZONE)] == [
        "2026-11-20",
        "12:00",
        "a",
        "12:01",
        "2026-11-21",
        "12:00",
    ]


def test_a_long_conversation_is_shown_by_its_end_and_a_long_text_by_its_beginning() -> None:
    rows = transcript_lines([SpokenLine(NOW, "a", str(number)) for number in range(LINES + 3)], ZONE)
    assert rows[0] == "    … (+3)"
    assert rows[-1].endswith(str(LINES + 2))
    assert len(transcript_lines([SpokenLine(NOW, "a", "\n".join("x" * 50))], ZONE)) == 7


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    assert "\x1b" not in "".join(transcript_lines([SpokenLine(NOW, "a", "\x1b[31m紅")], ZONE))


def test_a_failure_has_its_step_its_conversation_and_why() -> None:
    result = playing.steps(PLAYBOOK, "user: 嗨", "bot: 早")
    assert in_words(result).splitlines() == [
        "tests/scenarios/one.yaml:5:10: failed: the bot said something else",
        "  試",
        "  5 |   - bot: 早",
        "    |          ^",
        "",
        "    2026-09-01 Tue",
        "    14:00  user  嗨",
        "  -         bot  早",
        "  +         bot  哈囉",
        "      (- was expected, + was said, and was not expected)",
        "",
        "  why the bot did so:",
        '    bot.yaml:4:6   The rule matched: "嗨"',
        "    bot.yaml:4:23  Replied with 1 message",
    ]


def test_a_failure_for_programs() -> None:
    found = as_json(playing.steps(PLAYBOOK, "user: 嗨", "bot: 早"))
    assert found["holds"] is False
    failure = found["failure"]
    assert (failure["file"], failure["line"], failure["column"]) == (playing.FILE, 5, 10)
    assert failure["why"][0] == {
        "place": {"file": "bot.yaml", "line": 4, "column": 6, "path": "rules[0]"},
        "what": "rule",
        "result": "matched",
        "because": "嗨",
    }
    assert as_json(playing.steps(PLAYBOOK, "user: 嗨", "bot: 哈囉"))["failure"] is None
