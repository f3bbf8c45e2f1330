"""`oaflow sms`: what is left at the providers, what was sent today, and today's cap, which may be raised."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.cli.answer import show_answer
from bot.cli.database import OpenDatabase
from bot.cli.on_database import on_database
from bot.engine.playbook import Playbook
from bot.line.http_call import new_session
from bot.model.clock import SystemClock
from bot.model.settings import Settings, Sms
from bot.sms.providers import sender_of
from bot.sms.sender import Credit
from bot.store.codes import Codes, DayCount


@dataclass(frozen=True, slots=True)
class _Provider:
    """A provider of the playbook, and what is left there, where that can be asked."""

    sms: Sms
    credit: Credit | None

    @property
    def is_low(self) -> bool:
        left = None if self.credit is None else self.credit.messages
        return left is not None and self.sms.warn_below is not None and left < self.sms.warn_below

    def told(self) -> dict[str, object]:
        """For programs."""
        left = None if self.credit is None else {"left": self.credit.left, "unit": self.credit.unit}
        return {"name": self.sms.name, "provider": self.sms.provider, "credit": left, "low": self.is_low}

    def line(self) -> str:
        """For people."""
        name, provider = self.sms.name, self.sms.provider
        return f"{name if name == provider else f'{name} ({provider})'}: {self._left()}"

    def _left(self) -> str:
        if self.credit is not None:
            return f"{self.credit.left:,g} {self.credit.unit} left{', which is low' if self.is_low else ''}"
        if self.sms.provider == "console":
            return "needs no credit, codes go into the log"
        return "cannot be asked what is left" if self.sms.credentials else "its credentials are not set here"


class CapRefused(Exception):
    """The cap stays as it is; the text says why."""


async def status(folder: Path, *, for_programs: bool) -> int:
    """Print the credit of each provider that is set up, and today's codes; the exit code."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        day = _today(playbook)
        count = await Codes(opened.database, opened.seal).sent_on(day)
        providers = await _states(settings)
        told = {
            "day": day,
            "sent": count.sent,
            "cap": _cap(playbook, count),
            "providers": [one.told() for one in providers],
        }
        lines = [*(one.line() for one in providers), _of_today(day, playbook, count)]
        show_answer(told, lines, for_programs=for_programs)

    return await on_database(folder, work)


async def cap(folder: Path, most: int) -> int:
    """Raise the number of codes that may be sent today; the exit code."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        codes, day = Codes(opened.database, opened.seal), _today(playbook)
        before = _cap(playbook, await codes.sent_on(day))
        if most <= before:
            raise CapRefused(f"today's cap is {before:,} already, and is not lowered")
        count = await codes.raise_cap(day, most, SystemClock().now())
        show_answer(None, [_of_today(day, playbook, count)], for_programs=False)

    return await on_database(folder, work, CapRefused)


def _today(playbook: Playbook) -> str:
    """The team's day, by its own clock."""
    return SystemClock().now().astimezone(playbook.zone).date().isoformat()


def _cap(playbook: Playbook, count: DayCount) -> int:
    """The cap in force."""
    return max(playbook.sms_per_day, count.cap or 0)


def _of_today(day: str, playbook: Playbook, count: DayCount) -> str:
    most = _cap(playbook, count)
    raised = f", raised for today from {playbook.sms_per_day:,}" if most != playbook.sms_per_day else ""
    return f"{day}: {count.sent:,} of {most:,} codes sent{raised}"


async def _states(settings: Settings) -> list[_Provider]:
    async with new_session() as session:
        return [
            _Provider(sms, await sender_of(sms, session).credit() if sms.credentials else None)
            for sms in settings.sms.values()
        ]
