"""What was played with each friend, kept so that it can be saved as a scenario, and tried before it is."""

from __future__ import annotations

import asyncio
import itertools
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.engine.playbook import Playbook
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing
from bot.runtime.watching import Watched
from bot.scenario.folder import SCENARIOS, PlaybookFiles
from bot.scenario.play import play
from bot.scenario.read import read_scenario
from bot.scenario.recorded import Happened, Happening, TimePassed, recorded
from bot.scenario.result import Result, in_words
from bot.simulator.workbench.inside import Inside

STEPS_AT_MOST = 1_000
"""Turns that one recording holds, and moves of the clock."""
CHATS_AT_MOST = 1_000
TURNS_AT_MOST = 20_000
"""Of all recordings together; the chat that was silent for longest is forgotten first."""
TAPS_AT_MOST = 10_000


class NotRecorded(Exception):
    """There is nothing to write down, or too much, or nowhere to put it; the message says which."""


class Exists(Exception):
    """A scenario of this name is there already."""


@dataclass(slots=True)
class _Tape:
    turns: list[tuple[int, Watched]] = field(default_factory=list)
    passed: list[tuple[int, datetime]] = field(default_factory=list)
    full: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A recording as a file; `failure` is how it fails when it is played, `None` where it holds."""

    yaml: str
    failure: str | None


class Recorder:
    """Listens to the turns of all chats."""

    def __init__(self, inside: Callable[[], Inside]) -> None:
        self._inside = inside
        self._tapes: OrderedDict[str, _Tape] = OrderedDict()
        self._tapped: OrderedDict[str, str] = OrderedDict()
        self._by_page: OrderedDict[str, None] = OrderedDict()
        self._count = itertools.count()
        self._turns = 0

    def heard(self, chat: str, watched: Watched) -> None:
        """A turn was taken. What is said in groups is left out: no rule answers there."""
        if watched.event.source.kind != "user":
            return
        tape = self._tapes.setdefault(chat, _Tape())
        self._tapes.move_to_end(chat)
        if len(tape.turns) >= STEPS_AT_MOST:
            tape.full = True
        else:
            tape.turns.append((next(self._count), watched))
            self._turns += 1
        while len(self._tapes) > CHATS_AT_MOST or self._turns > TURNS_AT_MOST:
            self._turns -= len(self._tapes.popitem(last=False)[1].turns)

    def tapped(self, event: str, label: str) -> None:
        """The webhook event of this id came of a tap on the button of this label."""
        self._tapped[event] = label
        if len(self._tapped) > TAPS_AT_MOST:
            self._tapped.popitem(last=False)

    def said_by_page(self, event: str) -> None:
        """The webhook event of this id is what a page said in the person's name."""
        self._by_page[event] = None
        if len(self._by_page) > TAPS_AT_MOST:
            self._by_page.popitem(last=False)

    def moved(self, now: datetime) -> None:
        """The clock was moved to here, for everybody."""
        number = next(self._count)
        for tape in self._tapes.values():
            if len(tape.passed) >= STEPS_AT_MOST:
                tape.full = True
            elif tape.turns:
                tape.passed.append((number, now))

    def begin(self, chat: str) -> None:
        """From here on it is recorded anew."""
        self._turns -= len(self._tapes.get(chat, _Tape()).turns)
        self._tapes[chat] = _Tape()

    async def written(self, people: Mapping[str, str], title: str) -> Written:
        """What was played with these people (names by chat), as a file that was tried. Raises `NotRecorded`.

        The seconds between two steps are written only where it does not hold without them.
        """
        playbook = self._inside().playbook()
        happenings = self._happenings(people)
        if playbook is None:
            raise NotRecorded("there is no bot here")
        return await asyncio.to_thread(self._written, title, happenings, playbook)

    def _written(self, title: str, happenings: Sequence[Happening], playbook: Playbook) -> Written:
        plain = recorded(title, happenings, playbook)
        failure = self._tried(plain)
        if failure is None:
            return Written(plain, None)
        exact = recorded(title, happenings, playbook, exact=True)
        return Written(exact, None) if self._tried(exact) is None else Written(plain, failure)

    def _happenings(self, people: Mapping[str, str]) -> Sequence[Happening]:
        found: dict[int, Happening] = {}
        for chat, name in people.items():
            tape = self._tapes.get(chat) or _Tape()
            if tape.full:
                raise NotRecorded(f"more than {STEPS_AT_MOST} things have happened: begin the recording anew")
            for number, turn in tape.turns:
                found[number] = self._happened(name, turn)
            found |= {number: TimePassed(now) for number, now in tape.passed}
        in_order = [found[number] for number in sorted(found)]
        if not any(isinstance(one, Happened) for one in in_order):
            raise NotRecorded("nothing was played yet")
        return in_order

    def _happened(self, person: str, turn: Watched) -> Happened:
        event = turn.event.id.removeprefix(f"{turn.event.channel}:")
        told = (turn.event, turn.before, turn.decision, turn.now, turn.playbook.version)
        return Happened(person, *told, self._tapped.get(event), by_page=event in self._by_page)

    def _tried(self, text: str) -> str | None:
        """How the scenario fails when it is played against the playbook's files; `None` where it holds."""
        files = self._files()
        try:
            loaded = files.load()
        except PlaybookMissing as error:
            return str(error)
        if loaded.playbook is None:
            return render(loaded.problems, loaded.sources)
        file = f"{SCENARIOS}/recorded.yaml"
        read = read_scenario(file, text.encode(), loaded.playbook, files)
        if read.scenario is None:
            return render(read.problems, {file: text})
        failure = play(read.scenario, loaded.playbook)
        return in_words(Result(file, read.scenario.title, read.problems, failure, text)) or None

    def _files(self) -> PlaybookFiles:
        inside = self._inside()
        if inside.folder is None:
            raise NotRecorded("there is no playbook's folder here")
        return PlaybookFiles(inside.folder, inside.environment)

    def save(self, name: str, text: str) -> str:
        """Put a scenario into the playbook's folder; its path from there. Raises `Exists`, `NotRecorded`."""
        path = f"{SCENARIOS}/{name}.yaml"
        try:
            _write_new(self._files().folder / path, text)
        except FileExistsError:
            raise Exists(path) from None
        except OSError as error:
            raise NotRecorded(f"{path} cannot be written: {error.strerror}") from None
        return path


def _write_new(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
