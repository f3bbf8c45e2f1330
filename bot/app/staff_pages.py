"""The staff's pages, wired together: who may sign in, what lets requests in, and what answers them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack

from aiohttp import web

from bot.app.context import AppContext
from bot.app.live import Live
from bot.app.playbook_trials import playbook_trials
from bot.app.staff_contexts import (
    attention,
    broadcast_context,
    console_context,
    credits,
    draft_context,
    flow_figures,
    menu_pages,
    menus_at_line,
    operation_context,
    setup_surroundings,
    shop_names,
    stops_known,
    system_source,
)
from bot.app.start_options import StartOptions
from bot.model.clock import Clock
from bot.operations.admins.accounts import StaffAccounts
from bot.operations.admins.own_account import OwnAccount
from bot.operations.admins.own_notices import OwnNotices
from bot.operations.admins.passwords import Passwords
from bot.operations.admins.second_factor import SecondFactors
from bot.operations.admins.sessions import SignedSessions
from bot.operations.admins.sign_in import StaffSignIn, TrustedBrowsers
from bot.operations.admins.trying_out import TryingOut
from bot.operations.bulk_work import BulkWork
from bot.operations.catalog.call import OperationContext, ServerWork
from bot.operations.channels.rotate import EnvironmentHere
from bot.operations.chat.read_at_line import ReadAtLine
from bot.operations.drafts.draft_names import DraftNames
from bot.operations.drafts.publishing import DraftContext
from bot.operations.menu_sync_work import MenuSyncWork
from bot.operations.recent_credit import RecentCredit
from bot.operations.recent_figures import RecentFigures
from bot.operations.tokens import StaffTokens
from bot.runtime.chat_feed import ChatFeed
from bot.runtime.process import Runtime
from bot.store.sealing.derived_keys import LiveKeys, browser_keys, console_keys, factor_keys
from bot.web.admin.account_pages import AccountPages
from bot.web.admin.attribution_pages import AttributionPages, recent_attribution
from bot.web.admin.audience_pages import AudiencePages
from bot.web.admin.audit_pages import AuditPages
from bot.web.admin.authorization import AdminGate
from bot.web.admin.binding_pages import BindingPages
from bot.web.admin.broadcast_compose_pages import ComposePages
from bot.web.admin.broadcast_compose_side import composed_counts
from bot.web.admin.broadcast_list_pages import BroadcastListPages
from bot.web.admin.broadcast_pages import BroadcastPages
from bot.web.admin.broadcast_report_pages import BroadcastReportPages
from bot.web.admin.broadcast_review import DraftedBroadcasts
from bot.web.admin.chat_form import ChatForm
from bot.web.admin.chat_pages import LISTS, ChatPages, recent_unanswered
from bot.web.admin.chat_pictures import ChatPictures
from bot.web.admin.chat_ready_form import ChatReadyForm
from bot.web.admin.chat_report_page import ChatReportPage
from bot.web.admin.chat_several import ChatSeveral
from bot.web.admin.chat_view_form import ChatViewForm
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.contact_handlers import contact_handlers
from bot.web.admin.cookies import AdminCookies
from bot.web.admin.draft_form import form_handlers
from bot.web.admin.ended_draft_pages import EndedDraftPages
from bot.web.admin.flow_pages import FlowPages
from bot.web.admin.form_pages import FormPages
from bot.web.admin.frame import AdminFrame
from bot.web.admin.install_pages import InstallPages
from bot.web.admin.link_pages import LinkPages
from bot.web.admin.live import LivePages, attention_topic
from bot.web.admin.new_bot_pages import PAGE as NEW_BOT
from bot.web.admin.new_bot_pages import NewBotPages
from bot.web.admin.notice_pages import NoticePages
from bot.web.admin.own_pages import OwnPages, StartPage
from bot.web.admin.playbook_answer_pages import PlaybookAnswerPages
from bot.web.admin.playbook_approval_pages import PlaybookApprovalPages
from bot.web.admin.playbook_pages import PlaybookPages
from bot.web.admin.playbook_review_pages import PlaybookReviewPages
from bot.web.admin.playbook_scenario_pages import PlaybookScenarioPages
from bot.web.admin.playbook_version_pages import PlaybookVersionPages
from bot.web.admin.search_pages import SearchPages
from bot.web.admin.setup_pages import SetupPages
from bot.web.admin.shop_pages import ShopPages, ShopsServed
from bot.web.admin.sign_in_pages import SignInPages
from bot.web.admin.simulator_phone import phone_handlers
from bot.web.admin.simulator_table import ONLY_IN_SIMULATOR, OTHER_PLAYBOOKS
from bot.web.admin.stop_pages import StopPages
from bot.web.admin.store_context import StoreContext
from bot.web.admin.store_overview_pages import StoreOverviewPages, recent_store_figures
from bot.web.admin.store_pages import recent_store_counts, store_pages
from bot.web.admin.system_page import SystemPage
from bot.web.admin.table import ROUTES
from bot.web.admin.tester_pages import TesterPages
from bot.web.admin.today_page import TodayPage
from bot.web.admin.token_pages import TokenPages
from bot.web.admin.unanswered_pages import UnansweredPages, recently_asked
from bot.web.admin.unsent_pages import UnsentPages
from bot.web.admin.visit import AdminHandler
from bot.web.admin.workbench_contact import WorkbenchContact
from bot.web.api.context import ApiContext
from bot.web.api.declared import endpoints_of
from bot.web.api.gate import ApiGate
from bot.web.promotions import console_handlers
from bot.web.sealed_parts import SealedParts


def staff_api(
    serving: AppContext,
    runtime: Runtime,
    operations: OperationContext,
    cookies: AdminCookies,
    menu_work: MenuSyncWork,
    drafts: DraftContext,
) -> Sequence[web.AbstractRouteDef]:
    """The routes of all operations for token holders.

    `cookies` says whether a request came unencrypted, which is refused where our own address is https;
    `menu_work` and `drafts` are the work of this process that some operations wait for.
    """
    begun, clock = serving.begun, operations.clock
    context = ApiContext(
        **operations.fields_by_name() | {"server": ServerWork(menu_work, drafts)},
        # encrypts the ids of people in addresses, by the same keys as in the console's pages
        parts=SealedParts(LiveKeys(begun.opened.seal, console_keys)),
    )
    tokens = StaffTokens(operations.stores, clock)
    gate = ApiGate(context, tokens, endpoints_of(context), clock, cookies.is_unencrypted, begun.public)
    runtime.metrics.add(gate.calls)
    return gate.routes()


_PHONE = "/simulator/"
"""The simulator's page, where it runs: the phone, and the workbench beside it."""


def _trying_out(begun: StartOptions, live: Live, sessions: SignedSessions, clock: Clock) -> TryingOut | None:
    if not begun.simulator:
        return None
    from bot.app.simulated_clerks import clerks_at_hand

    stores = begun.opened.stores
    clerks = clerks_at_hand(begun.opened, live, clock)
    return TryingOut(stores, sessions, live.playbook_now, clerks.begin, clock)


def bulk_work(serving: AppContext) -> BulkWork:
    """The runner of bulk orders of the staff (work for many people), in this process."""
    live = serving.live
    return BulkWork(serving.begun.opened.stores, live.playbook_now, lambda: live.contents)


def staff_pages(
    serving: AppContext, runtime: Runtime, notices: OwnNotices, stack: AsyncExitStack, bulk: BulkWork
) -> tuple[Callable[[], Awaitable[None]], list[web.AbstractRouteDef]]:
    """Wire all pages of the staff's console, its API and the trials of drafts.

    Returns a function that ends event streams and trials at the server's stop, and all routes; password
    hashing and cached counts are closed with the stack.

    Sessions, tokens and passwords go by the machine's clock: a simulator's may be moved, which must not make
    them expire. The audit log goes by the clock of the people (the simulator's).
    """
    begun, live = serving.begun, serving.live
    operations = operation_context(serving, runtime)
    stores, clock = operations.stores, operations.clock
    # pretend people of a simulator sign in by a button, and have no password to confirm a second factor with
    sessions = SignedSessions(stores, clock, lambda: () if begun.simulator else live.settings.second_factor)
    passwords = Passwords()
    stack.callback(passwords.close)
    browsers = TrustedBrowsers(LiveKeys(begun.opened.seal, browser_keys))
    sign_in = StaffSignIn(stores, sessions, passwords, browsers, clock, serving.clock)
    lately = RecentFigures(stores.shop_members.counted, serving.clock.now)
    stack.push_async_callback(lately.close)
    factors = SecondFactors(LiveKeys(begun.opened.seal, factor_keys))
    own = OwnAccount(
        *(stores, sessions, passwords, factors, browsers, clock, serving.clock), lambda: shop_names(live)
    )
    trying_out = _trying_out(begun, live, sessions, serving.clock)
    signing_in = SignInPages(sign_in, sessions, begun.proxies, trying_out)
    runtime.metrics.add(signing_in.came_of)
    board = attention(serving)
    stack.push_async_callback(board.close)
    staff = StaffAccounts(stores, passwords, clock, serving.clock)
    menu_work = MenuSyncWork(stores, lambda: menus_at_line(serving), clock)
    stack.push_async_callback(menu_work.close)
    phone = _PHONE if begun.simulator else ""
    console = console_context(serving, operations, phone)
    context, drafts = StoreContext(**console.fields_by_name(), staff=staff), draft_context(serving)
    stack.push_async_callback(drafts.close)
    read_at_line = ReadAtLine(stores, lambda: live.settings.channels, live.account)
    stack.push_async_callback(read_at_line.close)
    chat = ChatPages(
        context,
        feed=ChatFeed(stores.chat_changes, serving.clock),
        unanswered=(unanswered := recent_unanswered(context)),
        read_at_line=read_at_line,
    )
    served = ShopsServed(
        **console.fields_by_name(),
        public=begun.public,
        to_try=serving.shops.to_try,
        office=begun.back_office,
        lately=lately,
    )
    contacts = ContactContext(**console.fields_by_name(), bulk=bulk)
    asked = recently_asked(context)
    store_figures, store_counts = recent_store_figures(context), recent_store_counts(context)
    composed = composed_counts(stores, serving.clock.now)
    attribution = recent_attribution(console)
    for one in (store_figures, store_counts, composed, unanswered, asked, attribution):
        stack.push_async_callback(one.close)
    sending = broadcast_context(serving, console, stack)
    composing, drafted = ComposePages(sending, drafts, composed), DraftedBroadcasts(sending, composed)
    broadcasts = BroadcastListPages(sending, composing.drafted)
    topics = {"attention": attention_topic(board), "chat": chat.topic(), "broadcasts": broadcasts.topic()}
    live_pages = LivePages(sessions, topics)
    table = (
        *ROUTES,
        *(ONLY_IN_SIMULATOR if begun.simulator else ()),
        *(OTHER_PLAYBOOKS if begun.open_other is not None else ()),
    )
    frame = AdminFrame(console.shop, board, table)
    start = StartPage(frame)
    cookies = AdminCookies(secure=begun.public.startswith("https:"))
    trials = playbook_trials(serving, drafts, sessions, cookies, frame, stack)
    here = EnvironmentHere(begun.folder, begun.environment)
    handlers: Mapping[str, AdminHandler] = {
        **start.handlers(),
        **TodayPage(console, credit=RecentCredit(credits(serving)), other=start.start).handlers(),
        **live_pages.handlers(),
        **SearchPages(context, table).handlers(),
        **UnsentPages(console).handlers(),
        **StopPages(console).handlers(),
        **FlowPages(console, flow_figures(console, stack)).handlers(),
        **menu_pages(serving, console, stack, menu_work).handlers(),
        **BindingPages(console, credits(serving)).handlers(),
        **signing_in.handlers(),
        **(phone_handlers(phone) if begun.simulator else {}),
        **contact_handlers(contacts),
        **FormPages(contacts).handlers(),
        **LinkPages(console).handlers(),
        **AttributionPages(console, attribution).handlers(),
        **chat.handlers(),
        **ChatForm(context, ChatPictures(context)).handlers(),
        **ChatReportPage(console).handlers(),
        **ChatReadyForm(context).handlers(),
        **ChatViewForm(context, LISTS).handlers(),
        **ChatSeveral(context).handlers(),
        **broadcasts.handlers(),
        **BroadcastPages(sending).handlers(),
        **TesterPages(sending).handlers(),
        **BroadcastReportPages(sending).handlers(),
        **composing.handlers(),
        **AudiencePages(sending).handlers(),
        **store_pages(context, store_counts),
        **console_handlers(context),
        **UnansweredPages(context, asked).handlers(),
        **form_handlers(console, drafts),
        **StoreOverviewPages(context, store_figures).handlers(),
        **AccountPages(staff, console).handlers(),
        **AuditPages(context).handlers(),
        **OwnPages(own, notices, console).handlers(),
        **NoticePages(notices).handlers(),
        **_new_bot(begun),
        **PlaybookPages(
            drafts, DraftNames(drafts), new_bot=NEW_BOT if begun.open_other is not None else ""
        ).handlers(),
        **PlaybookAnswerPages(drafts).handlers(),
        **PlaybookReviewPages(drafts, drafted.shown, phone).handlers(),
        **PlaybookVersionPages(drafts, phone).handlers(),
        **trials.pages.handlers(),
        **trials.recording.handlers(),
        **PlaybookApprovalPages(drafts, drafted.shown).handlers(),
        **EndedDraftPages(drafts).handlers(),
        **PlaybookScenarioPages(drafts).handlers(),
        **TokenPages(console).handlers(),
        **ShopPages(served, sessions).handlers(),
        **SystemPage(system_source(serving, runtime), console).handlers(),
        **SetupPages(lambda: setup_surroundings(serving), lambda: stops_known(serving), here).handlers(),
        **InstallPages(served, sessions, serving.shops.oauth).handlers(),
    }
    gate = AdminGate(sessions, own, frame, cookies, clock, handlers, table)
    framed = list[web.AbstractRouteDef]()
    if trying_out is not None:
        shop = (console.shop, board, clock, runtime.journal.flush)
        framed = WorkbenchContact(contacts, begun.base, sessions, trying_out, own, *shop).routes()
    api = staff_api(serving, runtime, operations, cookies, menu_work, drafts)

    async def close() -> None:
        await asyncio.gather(live_pages.close(), trials.trials.close(), drafts.close())

    return close, [*api, *trials.proxy.routes(), *framed, *gate.routes()]


def _new_bot(begun: StartOptions) -> Mapping[str, AdminHandler]:
    if begun.open_other is None:
        return {}
    return NewBotPages(begun.folder, begun.open_other).handlers()
