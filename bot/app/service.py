"""Everything that `oaflow run` serves, wired together, started, and stopped in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial

from aiohttp import web

from bot.app.accounts_noted import note_accounts
from bot.app.allowances import Allowances, allowances
from bot.app.background import run_in_background
from bot.app.browser_notices import keep_browsers_notified
from bot.app.context import AppContext, rotating_keys
from bot.app.effect_handlers import BindingServices, binding_services, hook_service
from bot.app.git_commit import commit_of
from bot.app.live import Live
from bot.app.media_cache import MediaCache
from bot.app.member_pages import Outside, member_pages
from bot.app.menus_at_line import keep_menus
from bot.app.new_secrets import NewSecrets
from bot.app.preloaded_playbook import ReadyPlaybook
from bot.app.presence import presence_of
from bot.app.published import read_published
from bot.app.reload import Reload
from bot.app.shop_services import (
    ShopNewsServices,
    keep_shop_news,
    keep_shops_synced,
    oauth_of,
)
from bot.app.shops import Shops
from bot.app.staff_pages import bulk_work, staff_pages
from bot.app.start_options import StartOptions
from bot.app.stored_playbooks import reading_turns
from bot.app.sweeps import Sweeps, sweeps
from bot.app.wiring import Alerting, alerting, events_from_outside, keep_broadcasts, language_of, where_stored
from bot.app.with_simulator import (
    clock_of,
    inside,
    publish_brake,
    publish_problems,
    simulator_of,
)
from bot.connectors.sms.providers import sender_of
from bot.connectors.sms.sender import SmsSender
from bot.hooks.call import HookCaller
from bot.line.client import LineClient
from bot.line.http_call import lasting_session
from bot.line.reissued import Former, current_token
from bot.line.webhook import read_event
from bot.model.channel import Channel
from bot.model.clock import SystemClock
from bot.model.translatable import Language
from bot.operations.acceptance import Acceptance
from bot.runtime.broadcasts.broadcasts import Broadcasts
from bot.runtime.cluster.brake_watch import BrakeWatch
from bot.runtime.cluster.clock_skew import ClockSkew
from bot.runtime.cluster.presence import Presence
from bot.runtime.dependencies import RuntimeDeps
from bot.runtime.effects.effect_runner import EffectRouter, EffectService, Patient
from bot.runtime.effects.hooks import HookFigures
from bot.runtime.menus.menu_ids import MenuIds
from bot.runtime.process import Runtime
from bot.runtime.sending.personal_addresses import PersonalAddresses
from bot.runtime.shops.all_shops import SyncedShops
from bot.store.sealing.derived_keys import LiveKeys, address_keys, console_keys
from bot.store.unavailable import DatabaseUnavailable
from bot.web.connections import ConnectionLimit
from bot.web.health import HealthPages
from bot.web.media import MediaPages
from bot.web.middlewares import add_hsts
from bot.web.sealed_parts import SealedParts
from bot.web.server import application
from bot.web.staff_pictures import StaffPicturePages
from bot.web.webhook import WebhookHandler

log = logging.getLogger("oaflow")

SDK = "/simulator/liff/sdk.js"
"""The path of the simulator's stand-in for LINE's LIFF SDK."""
CONNECTIONS = 400
"""Calls to LINE at a time, for each channel.

Where LINE takes 0.4 s for a call, they are enough for 500 new friends a second, each with its profile.
"""


@asynccontextmanager
async def service(begun: StartOptions) -> AsyncIterator[web.Application]:
    """Run a bot inside the block: its work in the background starts, and its web application is given.

    Raises `BlockedByPeople` and `DatabaseUnavailable`.
    """
    async with AsyncExitStack() as stack:
        serving = await _serving(begun, stack)
        alerts = await alerting(serving, stack)
        services, counted = _services(serving, alerts), HookFigures()
        credit = services.credits.on_channels(serving.live.playbook_now)
        stores = serving.begun.opened.stores
        allowed = allowances(serving.live, credit, stores, serving.clock, serving.brake)
        runtime = _runtime(serving, services, await hook_service(serving, counted, stack), alerts, allowed)
        counted.join(runtime.metrics)
        alerts.join(runtime, services.credits.known)
        close_pages, pages = _pages(serving, runtime)
        keep_menus(serving, runtime)
        note_accounts(serving, runtime)
        broadcasts = keep_broadcasts(serving, runtime, allowed.month)
        swept = sweeps(serving, credit, runtime)
        synced = keep_shops_synced(serving, runtime)
        shop_news = keep_shop_news(serving, runtime)
        notices = await keep_browsers_notified(serving, runtime, stack)
        presence = presence_of(serving, runtime)
        stack.push_async_callback(presence.end)
        await runtime.start()
        stack.push_async_callback(runtime.stop)
        _beside(stack, "sms credit", services.credits.run(), "SMS credit is not asked for")
        at_hand = (swept, broadcasts, synced, shop_news)
        more = await _simulated(serving, runtime, services, *at_hand, presence)
        reload = serving.reload
        follow = reload.follow if begun.develops else reload.watch
        following = follow(begun.folder, begun.seen)
        _beside(stack, "reload", following, "changes of the playbook and of .env are not taken over")
        from_outside = events_from_outside(serving, runtime, shop_news).routes()
        bulk = bulk_work(serving)
        _beside(stack, "many people", bulk.run(), "work for many people at once is not done")
        close_streams, staff = staff_pages(serving, runtime, notices, stack, bulk)
        all_pages = [*from_outside, *shop_news.page.routes(), *pages, *staff, *more]
        webhooks = WebhookHandler(
            serving.live.secrets,
            await where_stored(serving, runtime, stack),
            begun.opened.stores.inbox.store_unheard,
            serving.clock,
            runtime.metrics,
        )
        limit = _connection_limit(serving, runtime)
        app = application(
            *(webhooks, _health(serving, runtime), all_pages),
            private=begun.private,
            limit=limit,
            plain=begun.plain,
        )
        if not begun.simulator:
            add_hsts(app, begun.public)
        app.on_shutdown.append(close_pages)
        app.on_shutdown.append(lambda _: close_streams())
        if (pretend := serving.pretend) is not None:
            app.on_shutdown.append(lambda _: pretend.stop())  # its open streams would hold the server up
        yield app


def _connection_limit(serving: AppContext, runtime: Runtime) -> ConnectionLimit:
    limit = ConnectionLimit(serving.begun.connections)
    runtime.metrics.add(limit.closed)
    runtime.metrics.level("oaflow_connections", "Connections that are open.", limit.count)
    return limit


async def _serving(begun: StartOptions, stack: AsyncExitStack) -> AppContext:
    clock = clock_of(begun)
    session = await stack.enter_async_context(lasting_session(CONNECTIONS))
    outside = await stack.enter_async_context(lasting_session(CONNECTIONS, outside=True))

    def account(channel: Channel, before: Sequence[Former]) -> LineClient:
        api, data_api = begun.line_api, begun.line_data_api
        token = current_token(channel, before, api, session, clock)
        return LineClient(channel, api, data_api, session, clock, token=token, connections=CONNECTIONS)

    live = Live(begun.first, begun.public, account, clock)
    live.refused = begun.refused
    stack.callback(live.close)
    acceptance = Acceptance(
        begun.opened.stores,
        clock,
        begun.tell,
        by=begun.by,
        commit=partial(commit_of, begun.folder),
    )
    if not begun.published:
        await acceptance.accept(begun.first, "start", anew=begun.develops)
    secrets = None if begun.simulator else NewSecrets(live, begun.folder, begun.environment)
    turns = reading_turns(begun.opened, begun.folder, begun.environment)
    ready = ReadyPlaybook(begun.opened.stores.playbooks.coming, read_published(begun, live), turns)
    reload = Reload(
        begun.read, live, acceptance, secrets, clock, ready.read, begun.own, published=begun.published
    )
    ready.known = reload.known
    hooks = await stack.enter_async_context(HookCaller(clock, lambda: begun.callable_hosts(live.settings)))
    shops = Shops(
        *(live, session, clock, begun.shop_api, begun.opened.stores, hooks),
        oauth_of(session, clock, begun.shop_office, outside),
        outside,
    )
    stack.push_async_callback(shops.stop)
    personal = PersonalAddresses(LiveKeys(begun.opened.seal, address_keys), begun.public, live.playbook_now)
    menus = MenuIds(begun.opened.stores.rich_menus, clock)
    pretend = simulator_of(begun, live, clock)
    keys = await rotating_keys(begun.opened, clock)
    stack.push_async_callback(keys.rotation.end)
    pulse = begun.opened.stores.pulse
    # a simulator's clock is moved by hand: there it is measured only
    skew = ClockSkew(clock if isinstance(clock, SystemClock) else SystemClock(), SystemClock())
    pulse.on_time = skew.measure
    brake = BrakeWatch(pulse, clock)
    brake.on_change.append(lambda: live.follow(brake.brake))
    with suppress(DatabaseUnavailable):  # it is read again before a turn is decided
        await brake.look()
    return AppContext(
        begun,
        clock,
        session,
        outside,
        live,
        reload,
        ready,
        shops,
        personal,
        menus,
        keys,
        pretend,
        brake,
        skew,
    )


def _services(serving: AppContext, alerts: Alerting) -> BindingServices:
    def sender(name: str) -> SmsSender | None:
        if serving.pretend is not None:
            return serving.pretend.sms
        sms = serving.live.settings.sms.get(name)
        return sender_of(sms, serving.outside) if sms is not None else None

    def language() -> Language:
        return language_of(serving.live.playbook)

    return binding_services(serving, sender, alerts.queue, language)


def _runtime(
    serving: AppContext,
    services: BindingServices,
    hooks: EffectService,
    alerts: Alerting,
    allowed: Allowances,
) -> Runtime:
    opened, live, pretend = serving.begun.opened, serving.live, serving.pretend

    async def may_decide() -> bool:
        return await serving.keys.watch.look() and await serving.reload.versions.may_decide()

    runtime = Runtime(
        RuntimeDeps(
            playbook=live.playbook_now,
            stores=opened.stores,
            account=live.account,
            read_event=read_event,
            clock=serving.clock,
            me=opened.process,
            gone=opened.gone,
            may_decide=may_decide,
            effects=EffectRouter(
                services.codes,
                services.members,
                services.writer,
                services.clerks,
                *(Patient(one, serving.clock) for one in services.promotions),
                hooks,
                notices={
                    **services.members.hears,
                    **services.matches.hears,
                    **alerts.queue.hears,
                    **{kind: take for one in services.promotions for kind, take in one.hears.items()},
                },
            ),
            watch=pretend.watch if pretend is not None else None,
            world=allowed.world,
            spending=allowed.spending,
            personal=serving.personal.in_messages,
            menus=serving.menus,
            brake=serving.brake,
            decides_ahead=not serving.begun.plain,
        )
    )
    allowed.join(runtime, opened.stores, serving.clock)
    live.on_take.append(runtime.braked.look)  # a stop of a flow that is gone holds nobody any more
    services.events.by = runtime.receiver.store
    runtime.metrics.add(*services.figures)
    runtime.metrics.level(
        "oaflow_database_connections",
        "Connections to MongoDB that events take without its driver.",
        lambda: opened.stores.database.direct.connections,
    )
    runtime.metrics.level(
        "oaflow_plain",
        "1: without short cuts (OAFLOW_PLAIN).",
        lambda: int(serving.begun.plain),
    )
    runtime.metrics.level(
        "oaflow_clock_skew_seconds",
        "By how much this machine's clock is ahead of the database's; negative: behind it.",
        lambda: serving.skew.seconds,
    )
    run_in_background(serving, runtime, services.promotions)
    return runtime


def _pages(
    serving: AppContext, runtime: Runtime
) -> tuple[Callable[[web.Application], Awaitable[None]], list[web.AbstractRouteDef]]:
    """A function that ends long polls, which would delay the server's stop; and the routes of members' pages,
    media and pictures."""
    begun, live = serving.begun, serving.live
    sdk = begun.base + SDK if begun.simulator else None
    parts = SealedParts(LiveKeys(begun.opened.seal, console_keys))
    reached = (serving.session, begun.line_api, serving.shops, begun.proxies, begun.base, sdk)
    outside = Outside(*reached, serving.personal, parts)
    former = MediaCache(begun.opened.stores.playbooks, begun.unpacked)
    queue, pages = member_pages(live, begun.opened, runtime, serving.clock, outside)

    async def close(app: web.Application) -> None:
        queue.close()

    pictures = StaffPicturePages(begun.opened.stores.staff_pictures.find)
    media = MediaPages(lambda: live.settings.files, former.find)
    return close, [*media.routes(), *pictures.routes(), *pages]


async def _simulated(
    serving: AppContext,
    runtime: Runtime,
    services: BindingServices,
    swept: Sweeps,
    broadcasts: Broadcasts,
    synced: SyncedShops,
    shop_news: ShopNewsServices,
    presence: Presence,
) -> Iterable[web.AbstractRouteDef]:
    """Connect the simulator to the bot, and give the simulator's routes; none without it."""
    if (pretend := serving.pretend) is None:
        return ()
    waiting = pretend.hooks.how_many_wait
    works = (swept, broadcasts, synced, shop_news.processor)
    bot = (serving.begun, serving.live, runtime, *works, services, serving.clock, serving.brake)
    pretend.look_into(inside(*bot, waiting, presence.heartbeat))
    publish_problems(serving.reload, pretend, serving.begun.folder)
    publish_brake(serving.brake, pretend)
    await pretend.start(serving.begun.address)
    return pretend.routes()


def _health(serving: AppContext, runtime: Runtime) -> HealthPages:
    health = serving.begun.opened.stores.health

    async def trouble() -> str | None:
        if runtime.trouble is None:
            try:
                async with asyncio.timeout(1.0):
                    await health.ping()
            except (DatabaseUnavailable, TimeoutError):
                return "the database is away"
        return runtime.trouble or serving.keys.watch.trouble or serving.reload.versions.trouble

    troubles = (runtime.line.trouble, serving.brake.in_short, lambda: serving.skew.trouble)
    return HealthPages(trouble, runtime.metrics, *troubles, shared=serving.begun.shared_port)


def _beside(stack: AsyncExitStack, name: str, work: Awaitable[None], lost: str) -> None:
    """Run `work` in a task until the service ends. `lost`: what the log says is missing if it fails."""
    task = asyncio.create_task(_or_say(work, lost), name=name)
    stack.push_async_callback(_cancelled, task)


async def _or_say(work: Awaitable[None], lost: str) -> None:
    try:
        await work
    except Exception:  # only a bug comes here, and nobody else would tell
        log.exception("%s any more: start oaflow again", lost)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
