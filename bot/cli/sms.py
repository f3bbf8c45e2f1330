"""`oaflow sms`: what is left at the providers, what was sent today, and today's cap, which may be raised."""

from __future__ import annotations

from pathlib import Path

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.on_database import on_database
from bot.cli.whose_people import whose_people
from bot.engine.playbook import Playbook
from bot.line.http_call import new_session
from bot.model.said import Language, Said, say
from bot.model.settings import Settings
from bot.operations.sms import (
    CapRefused,
    CodesToday,
    ProviderCredit,
    codes_today,
    credits_of,
    pretended,
    raise_cap,
)


async def status(folder: Path, *, for_programs: bool, words: Language) -> int:
    """Print the credit of each provider that is set up, and today's codes; the exit code."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        people = await whose_people(opened, words)
        today = await codes_today(people, playbook)
        if people is opened.stores:
            async with new_session() as session:
                providers = await credits_of(settings.sms.values(), session)
        else:
            providers = pretended(settings.sms.values())
        told = {
            "day": today.day,
            "sent": today.sent,
            "cap": today.cap,
            "providers": [_told(one) for one in providers],
        }
        lines = [words.text(one) for one in (*map(_line, providers), _of_today(today))]
        show_answer(told, lines, for_programs=for_programs)

    return await on_database(folder, work, words=words)


async def cap(folder: Path, most: int, words: Language) -> int:
    """Raise the number of codes that may be sent today; the exit code."""

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        today = await raise_cap(await whose_people(opened, words), playbook, most)
        line = words.text(_of_today(today))
        show_answer(None, [line], for_programs=False)

    return await on_database(folder, work, CapRefused, words=words)


def _told(one: ProviderCredit) -> dict[str, object]:
    """For programs."""
    left = None if one.credit is None else {"left": one.credit.left, "unit": one.credit.unit}
    return {"name": one.sms.name, "provider": one.sms.provider, "credit": left, "low": one.is_low}


def _line(one: ProviderCredit) -> Said:
    """For people."""
    name, provider = one.sms.name, one.sms.provider
    called = name if name == provider else f"{name} ({provider})"
    return say("{name}: {left}", name=called, left=_left(one))


def _left(one: ProviderCredit) -> Said:
    if one.credit is not None:
        left, unit = f"{one.credit.left:,g}", one.credit.unit
        if one.is_low:
            return say("{number} {unit} left, which is low", number=left, unit=unit)
        return say("{number} {unit} left", number=left, unit=unit)
    if one.pretended:
        return say("the simulator plays it, and sends nothing")
    if one.sms.provider == "console":
        return say("needs no credit, codes go into the log")
    if one.sms.credentials:
        return say("cannot be asked what is left")
    return say("its credentials are not set here")


def _of_today(today: CodesToday) -> Said:
    sent = say(
        "{day}: {sent} of {cap} codes sent", day=today.day, sent=f"{today.sent:,}", cap=f"{today.cap:,}"
    )
    if today.cap == today.usual:
        return sent
    return say("{sent}, raised for today from {number}", sent=sent, number=f"{today.usual:,}")
