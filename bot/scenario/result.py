"""What came of one scenario: it holds, it fails, or it cannot be played; as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from bot.model.channel import PricePlan
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.settings import Settings
from bot.model.translatable import ENGLISH, Language, row, tr
from bot.playbook.load import Loaded
from bot.playbook.report import cells, problem_data
from bot.playbook.syntax.source import lines_of
from bot.scenario.folder import PlaybookFiles
from bot.scenario.play import Failure, Why, play
from bot.wording.conversation import LINES, transcript_lines
from bot.wording.trace_words import step_words

LONGEST, ALL_LONGEST = 10.0, 60.0
"""Seconds that one scenario may take, and all of a playbook, in a process that serves a bot."""


@dataclass(frozen=True, slots=True)
class Result:
    """One scenario, played; `problems` are mistakes in its file, `text` is its content."""

    file: str
    title: str
    problems: tuple[Problem, ...]
    failure: Failure | None
    text: str

    @property
    def holds(self) -> bool:
        """Whether it could be played, and everything came out as it is written."""
        return self.failure is None and all(problem.level != "error" for problem in self.problems)


def played(files: PlaybookFiles, file: str, loaded: Loaded, seconds: float | None = None) -> Result:
    """Read and play one scenario of a playbook without errors; it fails where it takes more than these
    `seconds`. Raises `ScenarioMissing`."""
    read = files.read(file, loaded)
    if read.scenario is None or loaded.playbook is None:
        return Result(file, file, read.problems, None, read.text)
    failure = play(read.scenario, loaded.playbook, plans_of(loaded.settings), seconds=seconds)
    return Result(file, read.scenario.title, read.problems, failure, read.text)


def all_played(files: PlaybookFiles, loaded: Loaded) -> Iterator[Result]:
    """Every scenario, on a processor that live webhooks need too: each in `LONGEST` seconds, all in
    `ALL_LONGEST`. One that there is no time for fails, and says so."""
    until = monotonic() + ALL_LONGEST
    for file in files.scenarios():
        left = min(until - monotonic(), LONGEST)
        yield played(files, file, loaded, left) if left > 0 else _not_played(file, loaded)


def _not_played(file: str, loaded: Loaded) -> Result:
    """One for which no time was left."""
    assert loaded.playbook is not None, "it is without errors"
    says = tr("not played: the scenarios take longer than {seconds} s together", seconds=int(ALL_LONGEST))
    return Result(file, file, (), Failure(Place(file, 1, 1, ""), says, (), loaded.playbook.zone, (), ()), "")


def plans_of(settings: Settings) -> Mapping[str, PricePlan]:
    """Prices of messages, by channel, where given."""
    return {name: one.plan for name, one in settings.channels.items() if one.plan is not None}


def in_words(result: Result, language: Language = ENGLISH) -> str:
    """How a failed scenario is shown: the step, the conversation with what was expected, and why."""
    failure = result.failure
    return "" if failure is None else "\n".join(_lines(result, failure, language)) + "\n"


def _lines(result: Result, failure: Failure, language: Language) -> Iterator[str]:
    yield language.text(tr("{place}: failed: {message}", place=str(failure.place), message=failure.message))
    yield f"  {result.title}"
    yield from _step(result.text, failure.place)
    if failure.conversation:
        yield ""
        yield from transcript_lines(failure.conversation, failure.zone, language)
    marks = {line.mark for line in failure.conversation[-LINES:]}
    legend = row(words for mark, words in _LEGEND.items() if mark in marks)
    if legend.items:
        yield "      " + language.text(tr("({legend})", legend=legend))
    for note in failure.notes:
        yield f"  = {language.text(note)}"
    if failure.why:
        yield ""
        yield "  " + language.text(tr("why the bot did so:"))
        yield from _table(failure.why, language)


_LEGEND = {"-": tr("- was expected"), "+": tr("+ was said, and was not expected")}
"""The meaning of the marks before lines of the conversation."""


def _step(text: str, place: Place) -> Iterator[str]:
    lines = lines_of(text)
    if 0 < place.line <= len(lines):
        number = str(place.line)
        yield f"  {number} | {lines[place.line - 1]}"
        yield f"  {' ' * len(number)} | {' ' * cells(lines[place.line - 1][: place.column - 1])}^"


def _table(steps: tuple[Why, ...], language: Language) -> Iterator[str]:
    width = max(cells(str(step.place or "")) for step in steps)
    for step in steps:
        where = str(step.place or "")
        words = step_words(step.note, language)
        yield f"    {where}{' ' * (width - cells(where))}  {words}"


def as_json(result: Result, language: Language = ENGLISH) -> dict[str, Any]:
    """The result as JSON, for programs."""
    failure = result.failure
    return {
        "file": result.file,
        "scenario": result.title,
        "holds": result.holds,
        "problems": [problem_data(problem, language) for problem in result.problems],
        "failure": None
        if failure is None
        else {
            **_place(failure.place),
            "message": language.text(failure.message),
            "notes": [language.text(note) for note in failure.notes],
            "conversation": transcript_lines(failure.conversation, failure.zone, language),
            "why": [why_as_json(step) for step in failure.why],
        },
    }


def why_as_json(step: Why) -> dict[str, Any]:
    """A step of a decision."""
    place = None if step.place is None else {**_place(step.place), "path": step.place.path}
    note = step.note
    return {"place": place, "what": note.what, "result": note.result, "because": note.because}


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.column}
