"""Replaces a secret or token in `.env` by one that was issued anew and tried at LINE first (A11).

Processes read the file while they run, and accept both values for ten minutes (`bot.line.reissued`).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.model.audit import AuditEntry
from bot.model.channel import Channel
from bot.model.settings import Settings
from bot.model.translatable import tr
from bot.operations.audit_trail import audited
from bot.operations.channels.holding import ChannelRefused, own_account, stores_in
from bot.operations.channels.link import refuse_other_account
from bot.operations.doctor.examine import Surroundings
from bot.playbook.syntax.dotenv_file import write_dotenv
from bot.playbook.syntax.environment import read_dotenv, variables_in


@dataclass(frozen=True, slots=True)
class IssuedAnew:
    """What LINE has issued: empty stays as it is."""

    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class EnvironmentHere:
    """Where secrets stand: the playbook's `folder` with its `.env`, and the `environment` of the process,
    which comes first and cannot be changed."""

    folder: Path
    environment: Mapping[str, str] = field(repr=False)


async def rotate_channel(
    around: Surroundings, channel: str, new: IssuedAnew, here: EnvironmentHere, actor: str
) -> Sequence[str]:
    """Write them into `.env`; the variables. Nothing is written that LINE does not take for this account.

    Raises `ChannelRefused` and `DotenvNotWritten`; no sentence shows a value. May raise
    `DatabaseUnavailable`.
    """
    own, stores = own_account(around, channel), stores_in(around)
    if around.is_simulated:
        raise ChannelRefused(tr("the simulator plays LINE: no secret is issued anew there"))
    given = {"channel_secret": new.secret, "access_token": new.token}
    given = {key: value for key, value in given.items() if value and value != getattr(own, key)}
    if not given:
        raise ChannelRefused(tr("nothing new was given: the secret and the token are the same"))
    named = {_variable(around.settings, channel, key): value for key, value in given.items()}
    await asyncio.to_thread(_refuse_elsewhere, named, here)
    await refuse_other_account(around, _with(own, given))
    entry = AuditEntry("channel_rotated", actor, around.now, channel, after=", ".join(named), channel=channel)
    async with audited(stores, entry):
        await asyncio.to_thread(write_dotenv, here.folder, named)
    return list(named)


def _with(own: Channel, given: Mapping[str, str]) -> Channel:
    secret, token = given.get("channel_secret"), given.get("access_token")
    return replace(own, channel_secret=secret or own.channel_secret, access_token=token or own.access_token)


def _variable(settings: Settings, channel: str, key: str) -> str:
    """The variable that bot.yaml takes it from. Raises `ChannelRefused` where it takes it from none."""
    written = settings.written.get(("channels", channel, key))
    names = [] if written is None else variables_in(written.text)
    if written is None or len(names) != 1 or not re.fullmatch(r"\$\{[^}]*\}", written.text):
        raise ChannelRefused(
            tr(
                "bot.yaml takes {key} of {channel} from no variable",
                key=key,
                channel=channel,
            )
        )
    return names[0]


def _refuse_elsewhere(names: Mapping[str, str], here: EnvironmentHere) -> None:
    """Raise `ChannelRefused` where the value that is in use does not stand in `.env`."""
    known, _ = read_dotenv(here.folder)
    for name in names:
        if here.environment.get(name):
            raise ChannelRefused(
                tr("{name} is set in the environment: change it there, and start oaflow again", name=name)
            )
        if name not in known:
            raise ChannelRefused(tr("{name} has no line in .env", name=name))
