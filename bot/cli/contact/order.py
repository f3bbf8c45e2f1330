"""Whom a command of `oaflow contact` is about."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cli.arguments import Arguments
from bot.cli.order import CommandOrder, carried_out
from bot.model.translatable import tr
from bot.operations.find_contacts import IDENTIFIERS, ContactAmbiguous, LocatedContact, NotFound, one


async def contact_of(
    order: CommandOrder, identifier: str | None = None, *, unproven: bool = False
) -> LocatedContact:
    """The contact that is meant; to look, also by an `unproven` phone. Raises `NotFound`."""
    everywhere, channel = await order.opened.everywhere(), order.options.channel
    try:
        return await one(
            everywhere, order.playbook, identifier or order.name or "", channel, unproven=unproven
        )
    except ContactAmbiguous as error:
        raise NotFound(tr("{why}, or add  --channel NAME", why=error.message)) from error


def _check_named(words: Sequence[str], options: Arguments) -> None:
    if not any(word.strip() for word in words):
        raise NotFound(tr("nobody is named; {who}", who=IDENTIFIERS))


about_contact = carried_out(check=_check_named)
"""A command whose words are the playbook, if it is named, and WHO."""
