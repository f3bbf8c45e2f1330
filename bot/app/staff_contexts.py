"""Makes what the staff's pages work with: their contexts, cached counts, and the line of warnings on top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.app.context import AppContext
from bot.app.live import Live
from bot.app.menus_at_line import playbook_at_line
from bot.model.channel import channel_titles
from bot.model.clock import SystemClock
from bot.model.published_version import AcceptedPlaybook
from bot.model.reports import JourneyReport
from bot.model.settings import STAND_IN, SmsSettings
from bot.model.translatable import Translatable, tr
from bot.operations.acceptance import Acceptance, Permit
from bot.operations.attention import AttentionBoard
from bot.operations.attention_counts import attention_counts
from bot.operations.catalog.call import OperationContext
from bot.operations.channels.link import KNOWN_AFTER
from bot.operations.doctor.examine import Surroundings
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.folder import write_into
from bot.operations.drafts.live_files import LiveFiles
from bot.operations.drafts.publishing import DraftContext
from bot.operations.journey_reports.report import journey_report
from bot.operations.journeys import FlowCounts, flow_counts
from bot.operations.menu_sync_work import MenuSyncWork
from bot.operations.menus import MenusAtLine
from bot.operations.publishing import Despite, PublishRefused, publish
from bot.operations.recent_figures import RecentFigures
from bot.operations.refused_calls import refused_accounts, refused_in_words
from bot.operations.resolve_name import flow_of
from bot.operations.sms import ProviderCredit, credits_of, simulated_credits
from bot.operations.system import SystemSource
from bot.operations.written_conditions import WrittenConditions
from bot.playbook.load import Loaded, collector_at_rest, load
from bot.playbook.settings_refresh import secrets_of
from bot.playbook.syntax.environment import read_dotenv
from bot.playbook.valid import ValidPlaybook
from bot.runtime.menus.menu_auto_sync import pictures_in
from bot.runtime.process import Runtime
from bot.store.sealing.derived_keys import LiveKeys, console_keys
from bot.store.stores import Stores
from bot.web.admin.broadcast_context import BroadcastContext, recent_counts
from bot.web.admin.console_context import ConsoleContext, ShopNow
from bot.web.admin.flow_pages import FlowFigures
from bot.web.admin.frame import near_moment
from bot.web.admin.menu_pages import MenuPages
from bot.web.sealed_parts import SealedParts


def system_source(serving: AppContext, runtime: Runtime) -> SystemSource:
    """The source of the page and command about the system: database, processes, webhooks, clocks."""
    begun, live = serving.begun, serving.live
    return SystemSource(
        begun.opened.stores,
        begun.opened.seal,
        live.settings_now,
        serving.clock.now,
        lambda channel: f"{begun.public}/webhook/{channel}",
        begun.opened.process,
        runtime.line.trouble,
        lambda: serving.skew.trouble,
    )


def setup_surroundings(serving: AppContext) -> Surroundings:
    """What the checks of the set-up (`doctor`) start from: settings, playbook, addresses, database."""
    begun, live = serving.begun, serving.live
    return Surroundings(
        live.settings,
        live.playbook,
        begun.line_api,
        begun.public,
        datetime.now(UTC),
        begun.opened.stores,
        embedded=begun.opened.embedded is not None,
        is_simulated=begun.simulator,
    )


def linked_surroundings(serving: AppContext) -> Surroundings:
    """As `setup_surroundings`, without unlinked accounts: nobody is alerted about those."""
    around, brake = setup_surroundings(serving), serving.brake.brake
    channels = {
        name: one
        for name, one in around.settings.channels.items()
        if brake.channel_stop(one.channel_id) is None
    }
    return replace(around, settings=replace(around.settings, channels=channels))


async def stops_known(serving: AppContext) -> None:
    """Return once every process knows which accounts are unlinked: this one reads it at once, the others
    within `KNOWN_AFTER` seconds. A simulator has no other processes."""
    await serving.brake.look()
    if not serving.begun.simulator:
        await serving.clock.wait(KNOWN_AFTER)


def credits(
    serving: AppContext,
) -> Callable[[Collection[SmsSettings]], Awaitable[list[ProviderCredit]]]:
    """A function that asks providers of SMS for the credit left; a simulator answers for them."""

    async def ask(providers: Collection[SmsSettings]) -> list[ProviderCredit]:
        if serving.pretend is not None:
            return simulated_credits(providers)
        return await credits_of(providers, serving.outside)

    return ask


def shop_now(live: Live) -> ShopNow:
    """The bot's name, language, time zone and titles of channels, as the live playbook has them."""
    playbook = live.playbook
    channels = channel_titles(live.settings.channels, playbook.bot)
    return ShopNow(playbook.bot, playbook.language, playbook.zone, channels)


def shop_names(live: Live) -> Collection[str]:
    """All names and titles in the playbook of the bot, LINE accounts, shops, stores and groups of stores.

    A password may not be made of them.
    """
    playbook, settings = live.playbook, live.settings
    named = {
        **{one.name: f"{one.id} {one.app_name}" for one in settings.channels.values()},
        **{one.name: one.title for one in playbook.stores.values()},
        **{name: title or "" for name, title in playbook.store_groups.items()},
        **dict.fromkeys(settings.shops, ""),
    }
    return [playbook.bot, *named, *named.values()]


def flow_figures(console: ConsoleContext, stack: AsyncExitStack) -> FlowFigures:
    """The counts of a flow and of its goal, cached for the page; closed with the stack."""
    stores, now = console.stores, console.now

    async def counts(flow: str, days: int, version: str) -> FlowCounts:
        return await flow_counts(stores, console.playbook(), flow, days, now())

    async def goal(flow: str, days: int, version: str) -> JourneyReport:
        playbook = console.playbook()
        return await journey_report(stores, playbook, flow_of(playbook, flow), days)

    figures = FlowFigures(RecentFigures(counts, now), RecentFigures(goal, now))
    stack.push_async_callback(figures.close)
    return figures


def menus_at_line(serving: AppContext) -> MenusAtLine:
    """The operations that compare and sync the playbook's rich menus with LINE's."""
    begun = serving.begun
    return MenusAtLine(
        *(playbook_at_line(serving), serving.live.settings, begun.opened.stores),
        *(begun.line_api, begun.line_data_api),
    )


def menu_pages(
    serving: AppContext, console: ConsoleContext, stack: AsyncExitStack, work: MenuSyncWork
) -> MenuPages:
    """The pages of rich menus; `work` syncs them with LINE."""

    async def people(channel: str, version: str) -> Mapping[str | None, int]:
        return await console.stores.menu_people.by_menu(channel)

    counted = RecentFigures(people, console.now)
    stack.push_async_callback(counted.close)
    return MenuPages(
        console,
        picture=pictures_in(lambda: console.settings().files),
        at_line=lambda: menus_at_line(serving),
        people=counted,
        work=work,
    )


def attention(serving: AppContext) -> AttentionBoard:
    """What every page of the console shows on top: numbers that wait for staff, stops, refused accounts."""
    stores = serving.begun.opened.stores

    async def lines() -> Sequence[Translatable]:
        now, shop = serving.clock.now(), shop_now(serving.live)
        return [
            refused_in_words(
                one, shop.channels.get(one.name, one.name), near_moment(shop.zone, now, one.since), now
            )
            for one in (await refused_accounts(stores, now)).values()
        ]

    async def given() -> Mapping[str, int]:
        return Counter(one.by for one in await stores.chat_news.given())

    counts = attention_counts(stores, serving.clock.now)
    return AttentionBoard(counts, lambda: serving.brake.brake, given, lines)


def console_context(serving: AppContext, operations: OperationContext, phone: str) -> ConsoleContext:
    """What all pages of the console share. `phone`: the path of the simulator's page; empty without one."""
    parts = SealedParts(LiveKeys(serving.begun.opened.seal, console_keys))
    return ConsoleContext(
        **operations.fields_by_name(), parts=parts, phone=phone, account=serving.live.account
    )


def broadcast_context(
    serving: AppContext, console: ConsoleContext, stack: AsyncExitStack
) -> BroadcastContext:
    """What the pages of broadcasts share, with their cached counts; closed with the stack."""
    counts = recent_counts(console)
    stack.push_async_callback(counts.close)
    return BroadcastContext(**console.fields_by_name(), counts=counts)


def operation_context(serving: AppContext, runtime: Runtime) -> OperationContext:
    """The context of this process, for the console's pages and the API."""
    begun, source = serving.begun, system_source(serving, runtime)

    async def system() -> SystemSource:
        return source

    async def everywhere() -> list[Stores]:
        return [begun.opened.stores]

    return OperationContext(
        stores=begun.opened.stores,
        served=serving.live,
        now=serving.clock.now,
        clock=SystemClock(),
        line_api=begun.line_api,
        line_data_api=begun.line_data_api,
        look=serving.brake.look,
        trouble=runtime.line.trouble,
        system=system,
        credits=credits(serving),
        conditions=WrittenConditions(),
        everywhere=everywhere,
        played=begun.simulator,
        personal=serving.personal.in_messages,
    )


def draft_context(serving: AppContext) -> DraftContext:
    """What drafts are checked and published with, in this process."""
    begun = serving.begun
    return DraftContext(
        begun.opened.stores,
        LiveFiles(begun.opened.stores.playbooks),
        begun.unpacked.new_folder,
        partial(_read, serving),
        begun.stand_ins,
        begun.folder,
        partial(_publish, serving),
        serving.clock.now,
        serves_folder=not (begun.develops or begun.published),
    )


def _read(serving: AppContext, first: Path) -> Loaded:
    begun = serving.begun
    values, _ = read_dotenv(begun.folder)
    stand_in = partial(_stand_in, serving) if begun.simulator else None
    with collector_at_rest():
        return load(first, {**values, **begun.environment}, stand_in)


def _stand_in(serving: AppContext, name: str) -> str:
    return serving.begun.stand_ins.get(name, f"{STAND_IN}{name.lower()}")


async def _publish(
    serving: AppContext, found: ValidPlaybook, draft: PlaybookDraft, by: str, despite: Despite, permit: Permit
) -> None:
    begun, base = serving.begun, draft.base.accepted
    if begun.develops:
        await permit()
        await _publish_here(serving, found, draft, by, despite)
        return
    await publish(
        begun.opened.stores,
        found,
        despite,
        by,
        rehearse=_played,
        tell=lambda problems, sources: None,
        secrets=begun.opened.seal.counting_index(secrets_of(found.settings)),
        instead_of=base.number,
        refiled=found.playbook.version == base.version,
        permit=permit,
    )


async def _played() -> bool:
    """Plays no scenario: `make_live` has played the draft's already."""
    return True


async def _publish_here(
    serving: AppContext, found: ValidPlaybook, draft: PlaybookDraft, by: str, despite: Despite
) -> None:
    """In development: write the draft into the folder that is served, published by `by`.

    Raises `PublishRefused`.
    """
    begun, base = serving.begun, draft.base.accepted
    acceptance = Acceptance(begun.opened.stores, serving.clock, begun.tell, by=by)

    async def accept(here: ValidPlaybook) -> AcceptedPlaybook:
        is_same = here.playbook.version == base.version  # comments alone, and they are stored
        return await acceptance.accept(here, "publish", despite=despite.words, looked=True, refiled=is_same)

    if not await serving.reload.published_here(found, partial(write_into, begun.folder, draft), accept):
        raise PublishRefused(tr("the files are written, and not taken over: the simulator says why"))
