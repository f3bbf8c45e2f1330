"""Records what is played with each friend, so that it can be tried and saved as a scenario."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.model.brake import OFF, Brake
from bot.model.translatable import ENGLISH
from bot.playbook.syntax.folder_names import SCENARIOS
from bot.runtime.turn_observer import Watched
from bot.scenario.file_names import file_name, free_name
from bot.scenario.folder import PlaybookFiles
from bot.scenario.recorded_steps import BroadcastCame, StopChanged, by_sending, changes
from bot.scenario.recorded_turn import PlayedTurn, TimePassed
from bot.scenario.step_writer import Happening
from bot.simulator.workbench.inside import Inside
from bot.simulator.workbench.trial import RecordingTrial, TriedRecording
from bot.wording.command_to_paste import command_to_paste

STEPS_AT_MOST = 1_000
"""Turns of one recording; it may have as many moves of the clock, stops of pushes, and broadcasts."""
CHATS_AT_MOST = 1_000
"""Recordings; the chat without a turn for longest is forgotten first."""
TURNS_AT_MOST = 20_000
"""Turns of all recordings together; the chat without a turn for longest is forgotten first."""
TAPS_AT_MOST = 10_000
"""Events of which the tapped button, or the page, is stored."""


class NotRecorded(Exception):
    """No scenario can be written. `code`: `standing`, nothing was played; `full`, too much; `unwritable`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Exists(Exception):
    """A scenario of this name exists already; `free` is a name that is not taken."""

    def __init__(self, path: str, free: str) -> None:
        super().__init__(path)
        self.free = free


@dataclass(slots=True)
class _Tape:
    """The recording of one chat; numbers give the order over all chats."""

    turns: list[tuple[int, Watched]] = field(default_factory=list)
    passed: list[tuple[int, TimePassed]] = field(default_factory=list)
    stops: list[tuple[int, StopChanged]] = field(default_factory=list)
    broadcasts: list[tuple[int, str, BroadcastCame]] = field(default_factory=list)
    """With the ids that they have among the turns of the page."""
    stopped: Brake = OFF
    """The pushes that were stopped at its first turn."""
    full: bool = False
    """Whether something was left out, as there was too much."""
    cleared: bool = False
    """Whether places of a rule were given back meanwhile."""


class Recorder:
    """Records the turns of all chats."""

    def __init__(self, inside: Callable[[], Inside]) -> None:
        self._inside = inside
        self._tapes: OrderedDict[str, _Tape] = OrderedDict()
        self._tapped: OrderedDict[str, str] = OrderedDict()
        """By webhook event: the label of the tapped button."""
        self._by_page: OrderedDict[str, None] = OrderedDict()
        """Webhook events that a page has caused in a person's name."""
        self._stopped = OFF
        """The pushes that are stopped now."""
        self._count = itertools.count()
        self._turns = 0
        """Turns of all recordings."""

    def on_turn(self, chat: str, watched: Watched) -> None:
        """Record a turn. Those of groups are left out: no rule answers there."""
        if watched.event.source.kind in ("group", "room"):
            return
        tape = self._tapes.setdefault(chat, _Tape())
        self._tapes.move_to_end(chat)
        if not tape.turns:
            tape.stopped = self._stopped
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

    def mark_page_event(self, event: str) -> None:
        """The webhook event of this id is what a page said in the person's name."""
        self._by_page[event] = None
        if len(self._by_page) > TAPS_AT_MOST:
            self._by_page.popitem(last=False)

    def moved(self, now: datetime, by: timedelta) -> None:
        """The clock was moved to here, by so much, for everybody."""
        number = next(self._count)
        for tape in self._tapes.values():
            if len(tape.passed) >= STEPS_AT_MOST:
                tape.full = True
            elif tape.turns:
                tape.passed.append((number, TimePassed(now, by)))

    def stopped(self, now: datetime, brake: Brake) -> None:
        """Record that these pushes are stopped from here on."""
        before, self._stopped = self._stopped, brake
        for change in changes(before, brake, now):
            number = next(self._count)
            for tape in self._tapes.values():
                if len(tape.stops) >= STEPS_AT_MOST:
                    tape.full = True
                elif tape.turns:
                    tape.stops.append((number, change))

    def broadcast(self, chat: str, id: str, came: BroadcastCame) -> None:
        """Record that a broadcast has come to this chat; `id` is that of its entry among the turns."""
        tape = self._tapes.get(chat)
        if tape is None or not tape.turns:
            return
        if len(tape.broadcasts) >= STEPS_AT_MOST:
            tape.full = True
        else:
            tape.broadcasts.append((next(self._count), id, came))

    def cleared(self) -> None:
        """Note that places of a rule with `first` were given back, which no scenario can express."""
        for tape in self._tapes.values():
            tape.cleared = tape.cleared or bool(tape.turns)

    def begin(self, chat: str) -> None:
        """Begin the recording of a chat anew."""
        self._turns -= len(self._tapes.get(chat, _Tape()).turns)
        self._tapes[chat] = _Tape()

    def undo(self, chat: str, undone: Collection[str]) -> None:
        """Remove these turns, by the ids of their events, and the moves of the clock after the last one that
        stays.

        Stops of pushes stay.
        """
        tape = self._tapes.get(chat, _Tape())
        kept = [(number, turn) for number, turn in tape.turns if turn.event.id not in undone]
        self._turns -= len(tape.turns) - len(kept)
        tape.broadcasts = [one for one in tape.broadcasts if kept and one[1] not in undone]
        last = max([*(one[0] for one in kept[-1:]), *(one[0] for one in tape.broadcasts[-1:])], default=-1)
        tape.turns, tape.passed = kept, [one for one in tape.passed if one[0] < last]
        tape.stops = tape.stops if kept else []

    async def tried_recording(
        self, people: Mapping[str, str], title: str, language: str | None = None
    ) -> TriedRecording:
        """What was played with these people (names by chat), as a file that was tried. Raises `NotRecorded`.

        `language` is that of its comments, and of the message with which it fails.
        """
        inside, happenings = self._inside(), self._happenings(people)
        playbook = inside.playbook()
        if playbook is None:
            raise NotRecorded("standing", "there is no bot here")
        speech = next((one for one in inside.languages if one.name == language), ENGLISH)
        cleared = any(chat in self._tapes and self._tapes[chat].cleared for chat in people)
        stopped = self._stopped_before(people)
        trial = RecordingTrial(
            title, happenings, playbook, self._files(), speech, cleared=cleared, stopped=stopped
        )
        return await asyncio.to_thread(trial.tried)

    def _happenings(self, people: Mapping[str, str]) -> Sequence[Happening]:
        """All that was recorded with these people, in order. Raises `NotRecorded`."""
        found: dict[int, Happening] = {}
        came: list[tuple[int, BroadcastCame]] = []
        for chat, name in people.items():
            tape = self._tapes.get(chat) or _Tape()
            if tape.full:
                raise NotRecorded(
                    "full", f"more than {STEPS_AT_MOST} things have happened: begin the recording anew"
                )
            for number, turn in tape.turns:
                found[number] = self._happened(name, turn)
            found |= {**dict(tape.passed), **dict(tape.stops)}
            came += [(number, one.called(name)) for number, _, one in tape.broadcasts]
        found |= by_sending(came)
        in_order = [found[number] for number in sorted(found)]
        if not any(isinstance(one, PlayedTurn) for one in in_order):
            raise NotRecorded("standing", "nothing was played yet")
        return in_order

    def _stopped_before(self, people: Iterable[str]) -> Brake:
        """The pushes that were stopped at the first turn of all."""
        tapes = [tape for chat in people if (tape := self._tapes.get(chat)) is not None and tape.turns]
        return min(tapes, key=lambda tape: tape.turns[0][0]).stopped

    def _happened(self, person: str, turn: Watched) -> PlayedTurn:
        event = turn.event.id.removeprefix(f"{turn.event.channel}:")
        inputs = (turn.event, turn.before, turn.decision, turn.now, turn.playbook.version)
        return PlayedTurn(person, *inputs, self._tapped.get(event), by_page=event in self._by_page)

    def _files(self) -> PlaybookFiles:
        inside = self._inside()
        if inside.folder is None:
            raise NotRecorded("unwritable", "there is no playbook's folder here")
        return PlaybookFiles(inside.folder, inside.environment)

    def played_by(self, path: str, language: str | None = None) -> str:
        """The shell command that plays a saved scenario."""
        folder = os.path.abspath(self._files().folder)
        return command_to_paste("test", folder, Path(path).stem, "--language", language or ENGLISH.name)

    def save(self, name: str, text: str) -> str:
        """Put a scenario into the playbook's folder; its path from there. Raises `Exists`, `NotRecorded`."""
        called, folder = file_name(name), self._files().folder / SCENARIOS
        path = f"{SCENARIOS}/{called}.yaml"
        taken = [one.stem for one in folder.glob("*.yaml")]
        if (free := free_name(called, taken)) != called:
            raise Exists(path, free)
        try:
            _write_new(folder / f"{called}.yaml", text)
        except FileExistsError:
            raise Exists(path, free_name(called, [*taken, called])) from None
        except OSError as error:
            raise NotRecorded("unwritable", f"{path} cannot be written: {error.strerror}") from None
        return path


def _write_new(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
