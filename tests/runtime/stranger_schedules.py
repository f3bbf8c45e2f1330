"""Random schedules of people who write for the first time, and of turns that are written late."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tests.runtime.cast import Process
from tests.runtime.gates import Gate
from tests.runtime.schedules import PAUSES, Schedule
from tests.runtime.shop import parts

OVERTAKEN = "wakes up while another asks for the name"


class StrangerSchedule(Schedule):
    """LINE is slow to tell names. Who freezes often has a turn to write, and writes it while another asks.

    That is a late write, which only who has seen the contact empty before may overlook.
    """

    steps = 250

    @property
    def crowd(self) -> tuple[Sequence[int], Sequence[int]]:
        return (5, 6, 7), (1, 1, 2)

    def slowness(self, gate: Gate) -> float:
        return 0.5 if _asks_for_name(gate) else 0.08

    def _staff_acts(self) -> Mapping[Callable[[], None], float]:
        may_freeze = bool(self._writers()) and len(self._reachable()) > 1 and not self._frozen()
        return {
            self._freeze_writer: 20.0 if may_freeze else 0.0,
            self._wake_writer: 60.0 if self._overtaken() else 0.0,
        }

    def _freeze_writer(self) -> None:
        self._freeze_one(self.dice.choice(self._writers()), PAUSES[-1])

    def _wake_writer(self) -> None:
        """The first that they do is to write."""
        for one in self._overtaken():
            self._wake(one)
            self._tell(f"{one.who} {OVERTAKEN}")
            for gate in self._saves_of(one):
                self._open(gate, may_fail=False)

    def _writers(self) -> list[Process]:
        """Those who are about to write a turn, and own what it is about."""
        return [one for one in self._reachable() if self._saves_of(one) and parts(one.bot)]

    def _saves_of(self, one: Process) -> list[Gate]:
        return [gate for gate in self.gates.waiting if gate.who == one.who and _saves(gate)]

    def _frozen(self) -> list[Process]:
        return [one for one in self.processes if one.clock.is_frozen]

    def _overtaken(self) -> list[Process]:
        """Those who are frozen with a turn to write of somebody whose name another asks for."""
        asked = {(gate.who, _user(gate)) for gate in self.gates.waiting if _asks_for_name(gate)}
        return [
            one
            for one in self._frozen()
            if any(who != one.who and user in self._written_by(one) for who, user in asked)
        ]

    def _written_by(self, one: Process) -> set[str]:
        """The users of whom this process is about to write turns."""
        saves = [gate.call for gate in self._saves_of(one)]
        events = [event.entry for event in self.events]
        return {
            entry.contact.partition(":")[2]
            for entry in events
            if any(f"'{entry.id}'" in call for call in saves)
        }


def _saves(gate: Gate) -> bool:
    return gate.call.startswith("contacts.save")


def _asks_for_name(gate: Gate) -> bool:
    return gate.call.removeprefix("… ").startswith("profile")


def _user(gate: Gate) -> str:
    return gate.call.removeprefix("… ").split()[1]
