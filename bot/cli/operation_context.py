"""What operations work with at a terminal, where no bot may run."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.app.addresses import line_api, line_data_api
from bot.cli.line_here import line_and_playbook
from bot.cli.order import CommandOrder, FolderOrder
from bot.cli.own_address import as_they_know_it
from bot.engine.compiled.playbook import Playbook
from bot.line.http_call import new_session
from bot.model.clock import SystemClock
from bot.model.outgoing import Outgoing
from bot.model.settings import Settings, SmsSettings
from bot.model.translatable import tr
from bot.operations.catalog.call import NoPlaybook, OperationContext, PlaybookInForce
from bot.operations.find_contacts import IDENTIFIERS, ContactAmbiguous, LocatedContact, NotFound, one
from bot.operations.sms import ProviderCredit, credits_of, simulated_credits
from bot.operations.system import SystemSource
from bot.operations.written_conditions import WrittenConditions
from bot.playbook.valid import ValidPlaybook
from bot.runtime.sending.personal_addresses import PersonalAddresses
from bot.store.sealing.derived_keys import LiveKeys, address_keys
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class SettingsAlone:
    """Of a folder whose playbook has mistakes."""

    settings: Settings
    contents: None = None

    @property
    def playbook(self) -> Playbook:
        """There is none: raises `NoPlaybook`."""
        raise NoPlaybook(tr("the playbook has mistakes"))


async def context_here(
    order: FolderOrder, people: Stores, now: datetime, *, asks_line: bool = False
) -> OperationContext:
    """For one command: its people, and the time that it is for them; whether it asks their LINE.

    Raises `SimulatorEnded` and `DatabaseUnavailable`.
    """
    here = order.opened.environment
    served, api, data_api = served_by(order), line_api(here), line_data_api(here)
    if asks_line and isinstance(order, CommandOrder):
        line, served = await line_and_playbook(order.opened, order.served, people)
        api, data_api = line.api, line.data_api
    return OperationContext(
        stores=people,
        served=served,
        now=lambda: now,
        clock=SystemClock(),
        line_api=api,
        line_data_api=data_api,
        look=_nothing_to_look_at,
        trouble=lambda: None,
        system=partial(_system, order, people, now),
        credits=_credits if people is order.opened.stores else _pretended,
        played=people is not order.opened.stores,
        conditions=WrittenConditions(),
        everywhere=order.opened.everywhere,
        personal=partial(_personal, order, served),
    )


def _personal(order: FolderOrder, served: PlaybookInForce, call: Outgoing) -> Outgoing:
    playbook, keys = served.playbook, LiveKeys(order.opened.seal, address_keys)
    return PersonalAddresses(keys, playbook.public, lambda: playbook).in_messages(call)


async def _credits(providers: Collection[SmsSettings]) -> list[ProviderCredit]:
    async with new_session(outside=True) as session:
        return await credits_of(providers, session)


async def _pretended(providers: Collection[SmsSettings]) -> list[ProviderCredit]:
    return simulated_credits(providers)


async def _system(order: FolderOrder, people: Stores, now: datetime) -> SystemSource:
    """As the server of these people has it. Raises `SimulatorEnded` and `NoPlaybook`."""
    if not isinstance(order, CommandOrder):
        raise NoPlaybook(tr("the playbook has mistakes"))
    known = await as_they_know_it(order.opened, order.served, people)
    public = known.playbook.public
    return SystemSource(
        *(people, order.opened.seal, lambda: known.settings, lambda: now),
        lambda channel: f"{public}/webhook/{channel}",
    )


def served_by(order: FolderOrder) -> ValidPlaybook | SettingsAlone:
    """What the command goes by."""
    return order.served if isinstance(order, CommandOrder) else SettingsAlone(order.loaded.settings)


async def _nothing_to_look_at() -> None:
    """No pushes go out of this process."""


async def contact_named(order: FolderOrder, written: str, *, unproven: bool) -> LocatedContact:
    """The contact that is meant; to look, also by an `unproven` phone. Raises `NotFound`, `NoPlaybook`."""
    if not written.strip():
        raise NotFound(tr("nobody is named; {who}", who=IDENTIFIERS))
    everywhere, named = await order.opened.everywhere(), order.options.channel
    channel = named if isinstance(named, str) else next(iter(named or ()), None)
    try:
        return await one(everywhere, served_by(order).playbook, written, channel, unproven=unproven)
    except ContactAmbiguous as error:
        raise NotFound(tr("{why}, or add  --channel NAME", why=error.message)) from error
