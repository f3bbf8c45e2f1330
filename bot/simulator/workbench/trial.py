"""Plays a recording as a scenario, with as little of its time as it needs; where it fails, says why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.turn.how_often import places_taken
from bot.model.brake import OFF, Brake
from bot.model.translatable import Language
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing
from bot.playbook.syntax.folder_names import SCENARIOS
from bot.scenario.folder import PlaybookFiles
from bot.scenario.play import play
from bot.scenario.read import read_scenario
from bot.scenario.recorded import Recorded, recorded
from bot.scenario.recorded_time import Pauses, ways
from bot.scenario.recorded_turn import PlayedTurn, turns_of
from bot.scenario.result import Result, in_words, plans_of
from bot.scenario.step_writer import Happening

PAUSES_TRIED = 20
"""Pauses of which each is left out once, to see whether the scenario holds without it."""

Advice: TypeAlias = Literal[
    "playbook",  # its files have mistakes, or cannot be read
    "edited",  # it was edited during the recording
    "middle",  # the recording begins in the middle of a flow
    "used",  # a rule's `once_per` was used up before the recording
    "cleared",  # places of a rule were given back during the recording
    "other",  # something that a scenario does not have
]
"""The probable reason why a recording does not hold as a scenario."""


@dataclass(frozen=True, slots=True)
class TriedRecording:
    """A recording as the text of a scenario."""

    yaml: str
    failure: str | None
    """How it fails when it is played; `None`: it holds."""
    advice: Advice | None = None


@dataclass(frozen=True, slots=True)
class RecordingTrial:
    """A recording, to be played with the files of its playbook."""

    title: str
    happenings: Sequence[Happening]
    playbook: Playbook
    files: PlaybookFiles
    language: Language
    _: KW_ONLY
    cleared: bool = False
    """Whether places of a rule were given back meanwhile."""
    stopped: Brake = OFF
    """The pushes that were stopped when it began."""

    def tried(self) -> TriedRecording:
        """The scenario with the shortest pauses with which it holds; where it never does, without pauses and
        with the failure."""
        plain = self._recorded(Pauses())
        fails, advice = self._player()
        if fails is None:
            return TriedRecording(plain.text, advice[1], advice[0])
        first = None
        for way in ways(plain.pauses):
            text = self._recorded(way).text
            failure = fails(text)
            if failure is None:
                return TriedRecording(self._least(way, text, fails), None)
            first = first or failure
        return TriedRecording(plain.text, first, self._why())

    def _least(self, way: Pauses, text: str, fails: Callable[[str], str | None]) -> str:
        """The text without each pause that it does not need."""
        for number in list(way.written)[:PAUSES_TRIED]:
            fewer = self._recorded(way.without(number)).text
            if fails(fewer) is None:
                way, text = way.without(number), fewer
        return text

    def _recorded(self, pauses: Pauses) -> Recorded:
        story = (self.title, self.happenings, self.playbook, pauses, self.language)
        return recorded(*story, self.stopped)

    def _player(self) -> tuple[Callable[[str], str | None] | None, tuple[Advice, str]]:
        """What plays a text and returns how it fails (`None`: it holds); `None` with the reason where the
        files cannot be read."""
        try:
            loaded = self.files.load()
        except PlaybookMissing as error:
            return None, ("playbook", str(error))
        playbook = loaded.playbook
        if playbook is None:
            return None, ("playbook", render(loaded.problems, loaded.sources, self.language))

        def fails(text: str) -> str | None:
            file = f"{SCENARIOS}/recorded.yaml"
            read = read_scenario(file, text.encode(), playbook, self.files)
            if read.scenario is None:
                return render(read.problems, {file: text}, self.language)
            failure = play(read.scenario, playbook, plans_of(loaded.settings))
            result = Result(file, read.scenario.title, read.problems, failure, text)
            return in_words(result, self.language) or None

        return fails, ("other", "")

    def _why(self) -> Advice:
        turns = [one for one in self.happenings if isinstance(one, PlayedTurn)]
        if len({turn.version for turn in turns} | {self.playbook.version}) > 1:
            return "edited"
        if turns[0].before.flows:
            return "middle"
        if _had_used(turns_of(turns).values()) and any(_is_used_up(turn) for turn in turns):
            return "used"
        return "cleared" if self.cleared else "other"


def _had_used(first: Iterable[PlayedTurn]) -> bool:
    """Whether a person had used a rule with `once_per` before the recording began."""
    return any(len(turn.before.used) > len(places_taken(turn.before.used)) for turn in first)


def _is_used_up(turn: PlayedTurn) -> bool:
    """Whether a rule was silent in this turn because its `once_per` was used up."""
    return any((step.what, step.result) == ("once_per", "used up") for step in turn.decision.trace)
