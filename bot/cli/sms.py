"""`oaflow sms`: what is left at the providers, what was sent today, and today's cap, which may be raised."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.cli.answer import show_answer
from bot.cli.database import OpenDatabase
from bot.cli.language import language
from bot.cli.on_database import on_database
from bot.cli.whose_people import whose_people
from bot.engine.playbook import Playbook
from bot.line.http_call import new_session
from bot.model.said import Refusal, Said, say
from bot.model.settings import Settings, Sms
from bot.operations.now_among import now_among
from bot.sms.providers import sender_of
from bot.sms.sender import Credit
from bot.store.codes import DayCount


@dataclass(frozen=True, slots=True)
class _Provider:
    """A provider of the playbook, and what is left there, where that can be asked."""

    sms: Sms
    credit: Credit | None
    pretended: bool = False
    """The simulator stands in for it."""

    @property
    def is_low(self) -> bool:
        left = None if self.credit is None else self.credit.messages
        return left is not None and self.sms.warn_below is not None and left < self.sms.warn_below

    def told(self) -> dict[str, object]:
        """For programs."""
        left = None if self.credit is None else {"left": self.credit.left, "unit": self.credit.unit}
        return {"name": self.sms.name, "provider": self.sms.provider, "credit": left, "low": self.is_low}

    def line(self) -> Said:
        """For people."""
        name, provider = self.sms.name, self.sms.provider
        called = name if name == provider else f"{name} ({provider})"
        return say("{name}: {left}", name=called, left=self._left())

    def _left(self) -> Said:
        if self.credit is not None:
            left, unit = f"{self.credit.left:,g}", self.credit.unit
            if self.is_low:
                return say("{number} {unit} left, which is low", number=left, unit=unit)
            return say("{number} {unit} left", number=left, unit=unit)
        if self.pretended:
            return say("the simulator plays it, and sends nothing")
        if self.sms.provider == "console":
            return say("needs no credit, codes go into the log")
        if self.sms.credentials:
            return say("cannot be asked what is left")
        return say("its credentials are not set here")


class CapRefused(Refusal):
    """The cap stays as it is; the text says why."""


async def status(folder: Path, *, for_programs: bool) -> int:
    """Print the credit of each provider that is set up, and today's codes; the exit code."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        people = await whose_people(opened)
        day = _day(await now_among(people), playbook)
        count = await people.codes.sent_on(day)
        pretended = people is not opened.stores
        providers = _pretended(settings) if pretended else await _states(settings)
        told = {
            "day": day,
            "sent": count.sent,
            "cap": _cap(playbook, count),
            "providers": [one.told() for one in providers],
        }
        words = language(None, os.environ)
        lines = [words.text(one) for one in (*(p.line() for p in providers), _of_today(day, playbook, count))]
        show_answer(told, lines, for_programs=for_programs)

    return await on_database(folder, work)


async def cap(folder: Path, most: int) -> int:
    """Raise the number of codes that may be sent today; the exit code."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        people = await whose_people(opened)
        now = await now_among(people)
        codes, day = people.codes, _day(now, playbook)
        before = _cap(playbook, await codes.sent_on(day))
        if most <= before:
            said = say("today's cap is {number} already, and is not lowered", number=f"{before:,}")
            raise CapRefused(said)
        count = await codes.raise_cap(day, most, now)
        line = language(None, os.environ).text(_of_today(day, playbook, count))
        show_answer(None, [line], for_programs=False)

    return await on_database(folder, work, CapRefused)


def _day(now: datetime, playbook: Playbook) -> str:
    """The team's day, by its own clock."""
    return now.astimezone(playbook.zone).date().isoformat()


def _cap(playbook: Playbook, count: DayCount) -> int:
    """The cap in force."""
    return max(playbook.sms_per_day, count.cap or 0)


def _of_today(day: str, playbook: Playbook, count: DayCount) -> Said:
    most = _cap(playbook, count)
    sent = say("{day}: {sent} of {cap} codes sent", day=day, sent=f"{count.sent:,}", cap=f"{most:,}")
    if most == playbook.sms_per_day:
        return sent
    return say("{sent}, raised for today from {number}", sent=sent, number=f"{playbook.sms_per_day:,}")


def _pretended(settings: Settings) -> list[_Provider]:
    return [_Provider(sms, None, pretended=True) for sms in settings.sms.values()]


async def _states(settings: Settings) -> list[_Provider]:
    async with new_session() as session:
        return [
            _Provider(sms, await sender_of(sms, session).credit() if sms.credentials else None)
            for sms in settings.sms.values()
        ]
