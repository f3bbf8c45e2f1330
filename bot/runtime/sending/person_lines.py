"""What lies on contacts of ours in the database, to be sent: by person and by call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bot.model.outgoing import Outgoing
from bot.model.part import part_of
from bot.runtime.limits.spending import Spending
from bot.runtime.sending.person_line import PersonLine
from bot.runtime.sending.settled_calls import SettledCalls


class PersonLines:
    """A line for each person of whom anything lies there, sent or not, from `put` until it is settled."""

    def __init__(self, spending: Spending, on_room: Callable[[str], None]) -> None:
        """`spending` hears of each call; `on_room(contact)` that one is settled."""
        self._spending = spending
        self._on_room = on_room
        self._lines: dict[str, PersonLine] = {}
        self._of_call: dict[str, str] = {}
        self._finished = SettledCalls()

    def __iter__(self) -> Iterator[PersonLine]:
        return iter(self._lines.values())

    def __contains__(self, line: PersonLine) -> bool:
        """Whether it was not dropped."""
        return self._lines.get(line.contact) is line

    def of(self, contact: str) -> PersonLine | None:
        """The line of one person; `None`: nothing lies there."""
        return self._lines.get(contact)

    def __len__(self) -> int:
        """How many people."""
        return len(self._lines)

    @property
    def calls(self) -> int:
        """How many calls lie there."""
        return len(self._of_call)

    def unsettled(self, contact: str) -> int:
        """How many calls of one person."""
        line = self._lines.get(contact)
        return len(line.unsettled) if line is not None else 0

    def in_the_way(self, contact: str) -> int:
        """How many of these keep the person's turns waiting when they become too many."""
        line = self._lines.get(contact)
        return line.in_the_way if line is not None else 0

    def knows(self, calls: Iterable[str]) -> bool:
        """Whether each of these lies there, or is settled."""
        return all(call in self._of_call or call in self._finished for call in calls)

    def put(self, contact: str, calls: Iterable[Outgoing], *, recovered: bool) -> PersonLine | None:
        """These lie there; the line that they are in, behind what waits."""
        line = self._lines.get(contact)
        for call in calls:
            if call.id in self._finished:
                continue  # it was read just before it was taken off its contact
            if line is None:
                line = self._lines[contact] = PersonLine(contact, part_of(contact))
            if call.id not in line.unsettled:
                line.add(call)
                self._spending.begun(call)
                self._of_call[call.id] = contact
                line.queue.append((call, recovered))
        return line

    def settled(self, calls: Iterable[str]) -> None:
        """These calls are off their contacts."""
        calls, roomier = tuple(calls), list[str]()
        self._spending.settled(calls)
        for call in calls:
            self._finished.add(call)
            contact = self._of_call.pop(call, None)
            line = self._lines.get(contact) if contact is not None else None
            if line is not None:
                line.settled(call)
                if not line.unsettled:
                    del self._lines[line.contact]
                roomier.append(line.contact)
        for one in roomier:
            self._on_room(one)

    def forget(self, line: PersonLine, *calls: Outgoing) -> None:
        """These are not ours to make: the backstop reads what lies on the contact instead, if anything."""
        names = [call.id for call in calls]
        self._forget(names)
        line.unsettled.difference_update(names)
        if not line.unsettled and line in self:
            del self._lines[line.contact]
        self._on_room(line.contact)

    def drop(self, owns: Callable[[int], bool]) -> None:
        """Forget what lies on contacts of parts that are not ours any more."""
        for line in [line for line in self if not owns(line.part)]:
            self._forget(line.unsettled)
            line.forget()
            del self._lines[line.contact]

    def _forget(self, calls: Iterable[str]) -> None:
        self._spending.forget(calls)
        for call in calls:
            self._of_call.pop(call, None)
