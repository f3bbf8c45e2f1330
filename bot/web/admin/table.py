"""Which addresses the staff's pages have, and who may open each: the one place where that stands.

`bot.web.admin.authorization` goes by it. Whom no row lets in is refused; `tests/web/admin/test_every_role.py`
walks all rows with all roles. To add a page: its row here, what answers it in a module beside this
(`handlers()`), named in `bot/app/staff_pages.py`, its template in `templates/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias
from urllib.parse import quote

from bot.model.admin import STORE_PEOPLE, TEAM, AdminRole, SignedStage
from bot.model.draft import FILE_MOST
from bot.model.translatable import Translatable, tr

Method: TypeAlias = Literal["GET", "POST"]
PageSection: TypeAlias = Literal["service", "business", "stores", "settings"]
EVERYBODY = TEAM | STORE_PEOPLE
NOBODY_YET: frozenset[AdminRole] = frozenset()
ADMIN: frozenset[AdminRole] = frozenset({"admin"})
"""Who may do what (requirement K1)."""
COMMERCE: frozenset[AdminRole] = frozenset({"admin", "supervisor"})
"""Binding and commerce settings (requirement K1)."""
OF_STORES: frozenset[AdminRole] = COMMERCE | STORE_PEOPLE
"""People of the stores: whose, `seen_people` says by role and place (requirement D6)."""

OVER_STORES: frozenset[AdminRole] = COMMERCE | {"head_office"}
"""Who gives clerks an account; whose, `may_manage` says."""
OVER_SEVERAL_STORES: frozenset[AdminRole] = OVER_STORES | {"group"}
"""Who has several stores to compare."""
OVER_TOKENS: frozenset[AdminRole] = frozenset({"admin"})
"""Who gives other systems a way in."""
FORM_LIMIT = 64 * 1024
"""Bytes of all fields of a form, without a file."""
TICKS_MOST = 256 * 1024
"""The same where a thousand people are in it."""
TABLE_MOST = 512 * 1024
"""Bytes of a table of clerks that a page takes: some 8,000 lines; proxies let it pass as they come."""
UPLOAD_MOST = 20 * 1024 * 1024
"""Of a picture for a chat, whose own limit is below that: who is a little above it hears so."""
STOP = "/admin/stop"
"""It stands at the foot of the navigation, by itself: whoever needs it is in a hurry."""
IN_A_STORE: frozenset[AdminRole] = frozenset({"store_manager", "clerk"})
"""Who has a QR code of their own."""


@dataclass(frozen=True, slots=True)
class AdminRoute:
    """An address, the name of what answers it, and who may ask.

    `at` is how far they have to be: `anybody` needs no sign-in, then `roles` say nothing. With a `title` it
    stands among the pages that those who may open it find; `says` what they do there, `section` and `icon`
    (of `icons.html`) where and how it stands in the navigation, `badge` which number of `Attention` beside
    it; `on_phone`: in the bar of a phone, as far as there is room. `by_channel`: it shows one channel, which
    the switch on top changes. `seeks`: it takes the search field of all pages (`who`), and with GET is the
    page of the search. Its form has so many bytes at most (`form_most`), and may bring a file (`file_most`).
    """

    method: Method
    path: str
    name: str
    roles: frozenset[AdminRole] = NOBODY_YET
    at: SignedStage | Literal["anybody"] = "signed_in"
    title: Translatable | None = None
    says: Translatable | None = None
    section: PageSection = "settings"
    icon: str = "more"
    badge: str = ""
    on_phone: bool = False
    by_channel: bool = False
    seeks: bool = False
    file_most: int = 0
    form_most: int = FORM_LIMIT


_SHOPS = tr("Link a shop, read its members, and see what it has told of them")
_CONTACTS = tr("Who they are, what happened to them, and what can be done")
_FLOWS = tr("What begins each, who is in it, how it goes, and pausing it")
_MENUS = tr("Who sees which, taps on their areas, syncing with LINE")
_BINDING = tr("The link, how far people come, SMS, and pausing it")
_BROADCASTS = tr("What goes out to many, when, to whom, at which price, and what came of it")
_FORMS = tr("What was answered, by whom, and who may be the same person")
_LINKS = tr("Links and QR codes of pages and keywords, and how often they were opened")
_AUDIENCES = tr("Who is meant, how many they are and were, and what goes to them")
_CHAT = tr("Who waits, what was said, and answering")
_STORES = tr("Groups, stores and their clerks, how many people each has, and who was bound lately")
_PEOPLE = tr("Who is bound to a clerk: found by name or phone")
_MY_CODE = tr("Whoever scans it is yours")
_CLERKS = tr("Their QR codes, and their accounts")
_COUNTS = tr("How many were bound, by day and by clerk")
_AUDIT = tr("Who has done what, when, and to whom")
_ACCOUNTS = tr("Who of the team and of the stores signs in, and what they may do")
_PLAYBOOK = tr("What the bot says and does: change it, try it, publish it, go back")
_UNSENT = tr("What could not be sent or understood: send it once more, or drop it")
_TOKENS = tr("By which other systems do what the console does")
_SYSTEM = tr("What is connected, what runs, and what somebody should look at")
_STOP = tr("Journeys, timers and broadcasts wait; replies go on")
_ME = tr("Password, the second step, and where you are signed in")

ROUTES: Sequence[AdminRoute] = (
    AdminRoute("GET", "/admin/sign-in", "sign_in", at="anybody"),
    AdminRoute("POST", "/admin/sign-in", "sign_in_sent", at="anybody"),
    AdminRoute("POST", "/admin/look", "look", at="anybody"),
    AdminRoute("GET", "/admin/manifest", "manifest", at="anybody"),
    AdminRoute("GET", "/admin/live", "live", EVERYBODY),
    AdminRoute(
        "GET", "/admin", "start", EVERYBODY, title=tr("Start"), section="service", icon="home", on_phone=True
    ),
    AdminRoute(
        *("GET", "/admin/contacts", "contacts", TEAM),
        title=tr("Customers"),
        says=_CONTACTS,
        section="service",
        icon="book",
        on_phone=True,
    ),
    AdminRoute("POST", "/admin/contacts", "contacts_sought", TEAM, seeks=True),
    AdminRoute("GET", "/admin/contacts/many", "contacts_many", COMMERCE),
    AdminRoute("POST", "/admin/contacts/many", "contacts_many_ordered", COMMERCE),
    AdminRoute("GET", "/admin/contacts/many/{run}", "contacts_run", COMMERCE),
    AdminRoute("POST", "/admin/contacts/many/{run}/stop", "contacts_run_stop", COMMERCE),
    AdminRoute("POST", "/admin/contacts/many/{run}/undo", "contacts_run_undo", COMMERCE),
    AdminRoute("POST", "/admin/contacts/many/{run}/file", "contacts_run_file", COMMERCE),
    AdminRoute("GET", "/admin/contacts/chosen", "contacts_chosen_left", COMMERCE),
    AdminRoute("POST", "/admin/contacts/chosen", "contacts_chosen", COMMERCE, form_most=TICKS_MOST),
    AdminRoute("GET", "/admin/contacts/{contact}", "contact", TEAM),
    AdminRoute("POST", "/admin/contacts/{contact}/tag", "contact_tag", TEAM),
    AdminRoute("POST", "/admin/contacts/{contact}/set", "contact_set", TEAM),
    AdminRoute("POST", "/admin/contacts/{contact}/marketing", "contact_marketing", TEAM),
    AdminRoute("POST", "/admin/contacts/{contact}/reveal", "contact_reveal", TEAM),
    AdminRoute("POST", "/admin/contacts/{contact}/unbind", "contact_unbind", COMMERCE),
    AdminRoute("POST", "/admin/contacts/{contact}/flow", "contact_flow", COMMERCE),
    AdminRoute("POST", "/admin/contacts/{contact}/merge", "contact_merge", COMMERCE),
    AdminRoute("POST", "/admin/contacts/{contact}/merge/done", "contact_merged", COMMERCE),
    AdminRoute("POST", "/admin/contacts/{contact}/merge/undo", "contact_parted", COMMERCE),
    AdminRoute("POST", "/admin/contacts/{contact}/export", "contact_export", COMMERCE),
    AdminRoute("GET", "/admin/contacts/{contact}/erase", "contact_erase", COMMERCE),
    AdminRoute("POST", "/admin/contacts/{contact}/erase", "contact_erased", COMMERCE),
    AdminRoute("GET", "/admin/certificates/{number}", "certificate", COMMERCE),
    AdminRoute(
        *("GET", "/admin/chat", "chat", TEAM),
        title=tr("Chat"),
        says=_CHAT,
        section="service",
        icon="chat",
        badge="waiting",
        on_phone=True,
        by_channel=True,
    ),
    AdminRoute("GET", "/admin/chat/part", "chat_part", TEAM),
    AdminRoute("GET", "/admin/chat/file", "chat_file", TEAM),
    AdminRoute("POST", "/admin/chat/do", "chat_do", TEAM, file_most=UPLOAD_MOST),
    AdminRoute("POST", "/admin/chat/picture", "chat_picture", TEAM, file_most=UPLOAD_MOST),
    AdminRoute("POST", "/admin/chat/picture/dropped", "chat_picture_dropped", TEAM),
    AdminRoute("POST", "/admin/chat/sign", "chat_sign", TEAM),
    AdminRoute("POST", "/admin/notices/state", "notices_state", TEAM),
    AdminRoute("POST", "/admin/notices/on", "notices_on", TEAM),
    AdminRoute("POST", "/admin/notices/off", "notices_off", TEAM),
    AdminRoute(
        *("GET", "/admin/flows", "flows", TEAM),
        title=tr("Journeys and flows"),
        says=_FLOWS,
        section="business",
        icon="flow",
    ),
    AdminRoute("GET", "/admin/flows/{flow}", "flow", TEAM),
    AdminRoute("POST", "/admin/flows/{flow}/do", "flow_do", COMMERCE),
    AdminRoute(
        *("GET", "/admin/broadcasts", "broadcasts", COMMERCE),
        title=tr("Broadcasts"),
        says=_BROADCASTS,
        section="business",
        icon="broadcast",
    ),
    AdminRoute("GET", "/admin/broadcasts/calendar", "broadcasts_month", COMMERCE),
    AdminRoute("GET", "/admin/broadcasts/compose", "broadcast_compose", COMMERCE),
    AdminRoute(
        *("POST", "/admin/broadcasts/compose", "broadcast_composed", COMMERCE),
        form_most=TICKS_MOST,
        file_most=FILE_MOST,
    ),
    AdminRoute("GET", "/admin/broadcasts/one", "broadcast", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/one/offer", "broadcast_offer", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/one/send", "broadcast_send", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/one/test", "broadcast_test", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/one/pause", "broadcast_pause", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/one/resume", "broadcast_resume", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/one/cancel", "broadcast_cancel", COMMERCE),
    AdminRoute("GET", "/admin/broadcasts/report", "broadcast_report", COMMERCE),
    AdminRoute("GET", "/admin/broadcasts/report/file", "broadcast_report_file", COMMERCE),
    AdminRoute(
        *("GET", "/admin/menus", "menus", COMMERCE),
        title=tr("Rich menus"),
        says=_MENUS,
        section="business",
        icon="menu",
        by_channel=True,
    ),
    AdminRoute("GET", "/admin/menus/picture", "menu_picture", COMMERCE, by_channel=True),
    AdminRoute("GET", "/admin/menus/at-line", "menu_at_line", COMMERCE, by_channel=True),
    AdminRoute("GET", "/admin/menus/plan", "menus_plan", COMMERCE, by_channel=True),
    AdminRoute("POST", "/admin/menus/sync", "menus_sync", COMMERCE, by_channel=True),
    AdminRoute("POST", "/admin/menus/pause", "menu_pause", COMMERCE, by_channel=True),
    AdminRoute("POST", "/admin/menus/resume", "menu_resume", COMMERCE, by_channel=True),
    AdminRoute(
        *("GET", "/admin/forms", "forms", COMMERCE),
        title=tr("Forms"),
        says=_FORMS,
        section="business",
        icon="note",
    ),
    AdminRoute("GET", "/admin/forms/one", "form", COMMERCE),
    AdminRoute("POST", "/admin/forms/one/table", "form_table", COMMERCE),
    AdminRoute("POST", "/admin/forms/match", "form_match", COMMERCE),
    AdminRoute(
        *("GET", "/admin/audiences", "audiences", COMMERCE),
        title=tr("Audiences"),
        says=_AUDIENCES,
        section="business",
        icon="filter",
    ),
    AdminRoute(
        *("GET", "/admin/links", "links", COMMERCE),
        title=tr("Links"),
        says=_LINKS,
        section="business",
        icon="share",
        by_channel=True,
    ),
    AdminRoute("GET", "/admin/links/code", "link_code", COMMERCE, by_channel=True),
    AdminRoute(
        *("GET", "/admin/shops", "shops", COMMERCE),
        title=tr("Shops"),
        says=_SHOPS,
        section="business",
        icon="shop",
        badge="shops",
    ),
    AdminRoute("GET", "/admin/shops/{shop}", "shop", COMMERCE),
    AdminRoute("POST", "/admin/shops/{shop}/link", "shop_link", COMMERCE),
    AdminRoute("POST", "/admin/shops/{shop}/unlink", "shop_unlink", COMMERCE),
    AdminRoute("POST", "/admin/shops/{shop}/account", "shop_account", COMMERCE),
    AdminRoute("POST", "/admin/shops/{shop}/sync", "shop_sync", COMMERCE),
    AdminRoute(
        *("GET", "/admin/binding", "binding", COMMERCE),
        title=tr("Binding"),
        says=_BINDING,
        section="business",
        icon="binding",
        by_channel=True,
    ),
    AdminRoute("GET", "/admin/binding/code", "binding_code", COMMERCE, by_channel=True),
    AdminRoute("POST", "/admin/binding/pause", "binding_paused", COMMERCE),
    AdminRoute("POST", "/admin/binding/resume", "binding_resumed", COMMERCE),
    AdminRoute("POST", "/admin/binding/check", "binding_checked", COMMERCE),
    AdminRoute("POST", "/admin/binding/cap", "binding_cap", COMMERCE),
    AdminRoute(
        *("GET", "/admin/playbook", "playbook", COMMERCE),
        title=tr("Playbook"),
        says=_PLAYBOOK,
        section="business",
        icon="playbook",
        badge="proposals",
    ),
    AdminRoute("GET", "/admin/playbook/answer", "playbook_answer", COMMERCE),
    AdminRoute("POST", "/admin/playbook/answer", "playbook_answered", COMMERCE),
    AdminRoute("GET", "/admin/playbook/picture", "playbook_picture", COMMERCE),
    AdminRoute("POST", "/admin/playbook/save", "playbook_saved", COMMERCE, file_most=FILE_MOST),
    AdminRoute("POST", "/admin/playbook/check", "playbook_checked", COMMERCE),
    AdminRoute("POST", "/admin/playbook/suggest", "playbook_suggested", COMMERCE, file_most=TABLE_MOST),
    AdminRoute("POST", "/admin/playbook/file", "playbook_file", COMMERCE, file_most=FILE_MOST),
    AdminRoute("GET", "/admin/playbook/scenarios", "playbook_scenarios", COMMERCE),
    AdminRoute("POST", "/admin/playbook/scenarios", "playbook_played", COMMERCE),
    AdminRoute("GET", "/admin/playbook/review", "playbook_review", COMMERCE),
    AdminRoute("GET", "/admin/playbook/patch", "playbook_patch", COMMERCE),
    AdminRoute("POST", "/admin/playbook/publish", "playbook_published", COMMERCE),
    AdminRoute("GET", "/admin/playbook/drafts", "playbook_drafts", ADMIN),
    AdminRoute("GET", "/admin/playbook/drafts/files", "playbook_draft_files", ADMIN),
    AdminRoute("POST", "/admin/playbook/drafts", "playbook_draft_ended", ADMIN),
    AdminRoute("GET", "/admin/playbook/proposals", "playbook_proposals", COMMERCE),
    AdminRoute("GET", "/admin/playbook/proposals/file", "playbook_proposed_file", COMMERCE),
    AdminRoute("POST", "/admin/playbook/propose", "playbook_proposed", COMMERCE),
    AdminRoute("POST", "/admin/playbook/proposals", "playbook_decided", COMMERCE),
    AdminRoute("GET", "/admin/playbook/versions", "playbook_versions", COMMERCE),
    AdminRoute("POST", "/admin/playbook/versions", "playbook_taken", COMMERCE),
    AdminRoute("GET", "/admin/playbook/try", "trial", COMMERCE),
    AdminRoute("GET", "/admin/playbook/try/state", "trial_state", COMMERCE),
    AdminRoute("POST", "/admin/playbook/try", "trial_changed", COMMERCE),
    # people who may not read why, in words of the installation's own; `finish` looks once more
    AdminRoute("GET", "/shops/{channel}/cyberbiz/install", "install", EVERYBODY),
    AdminRoute("POST", "/shops/{channel}/cyberbiz/install", "install_sent", COMMERCE),
    AdminRoute("GET", "/shops/{channel}/cyberbiz/callback", "installed", EVERYBODY),
    AdminRoute("POST", "/admin/sign-out", "sign_out", EVERYBODY),
    AdminRoute(
        *("GET", "/admin/stores", "stores", OVER_SEVERAL_STORES),
        title=tr("Stores"),
        says=_STORES,
        section="stores",
        icon="store",
    ),
    AdminRoute("POST", "/admin/stores", "stores_sought", OVER_SEVERAL_STORES),
    AdminRoute(
        *("GET", "/admin/people", "people", OF_STORES),
        title=tr("People"),
        says=_PEOPLE,
        section="stores",
        icon="people",
        on_phone=True,
    ),
    AdminRoute("POST", "/admin/people", "people_sought", OF_STORES, seeks=True),
    AdminRoute("GET", "/admin/people/{person}", "person", OF_STORES),
    AdminRoute(
        *("GET", "/admin/my-code", "my_code", IN_A_STORE),
        title=tr("My QR code"),
        says=_MY_CODE,
        section="stores",
        icon="code",
        on_phone=True,
    ),
    AdminRoute(
        *("GET", "/admin/clerks", "clerks", OF_STORES - {"clerk"}),
        title=tr("Clerks"),
        says=_CLERKS,
        section="stores",
        icon="clerk",
    ),
    AdminRoute("GET", "/admin/clerk", "clerk", OF_STORES),
    AdminRoute("GET", "/admin/clerk/code", "clerk_code", OF_STORES),
    AdminRoute("POST", "/admin/clerk/account", "clerk_account", OVER_STORES),
    AdminRoute("POST", "/admin/clerk/suspend", "clerk_suspended", OVER_STORES),
    AdminRoute("POST", "/admin/clerk/resume", "clerk_resumed", OVER_STORES),
    AdminRoute("GET", "/admin/clerks/sheet", "clerks_sheet", OVER_SEVERAL_STORES),
    AdminRoute("GET", "/admin/clerks/sheet/page", "clerks_sheet_page", OVER_SEVERAL_STORES),
    AdminRoute("GET", "/admin/clerks/import", "clerks_import", OVER_STORES),
    AdminRoute("POST", "/admin/clerks/import", "clerks_imported", OVER_STORES, file_most=TABLE_MOST),
    AdminRoute("POST", "/admin/clerk/hand-over", "clerk_hand_over", OVER_STORES),
    AdminRoute(
        *("GET", "/admin/counts", "counts", OF_STORES),
        title=tr("Counts"),
        says=_COUNTS,
        section="stores",
        icon="chart",
        on_phone=True,
    ),
    AdminRoute(
        *("GET", "/admin/accounts", "accounts", ADMIN),
        title=tr("Accounts"),
        says=_ACCOUNTS,
        icon="key",
    ),
    AdminRoute("POST", "/admin/accounts", "account_added", ADMIN),
    AdminRoute("GET", "/admin/accounts/one", "account", ADMIN),
    AdminRoute("POST", "/admin/accounts/one/role", "account_role", ADMIN),
    AdminRoute("POST", "/admin/accounts/one/suspend", "account_suspended", ADMIN),
    AdminRoute("POST", "/admin/accounts/one/resume", "account_resumed", ADMIN),
    AdminRoute("POST", "/admin/accounts/one/unlock", "account_unlocked", ADMIN),
    AdminRoute("POST", "/admin/accounts/one/sign-out", "account_signed_out", ADMIN),
    AdminRoute("POST", "/admin/accounts/one/second-factor", "account_factor", ADMIN),
    AdminRoute("POST", "/admin/accounts/one/password", "account_password", ADMIN),
    AdminRoute(
        *("GET", "/admin/audit", "audit", COMMERCE),
        title=tr("Audit log"),
        says=_AUDIT,
        icon="audit",
    ),
    AdminRoute("POST", "/admin/audit/table", "audit_table", COMMERCE),
    AdminRoute(
        *("GET", "/admin/unsent", "unsent", COMMERCE),
        title=tr("Not sent"),
        says=_UNSENT,
        section="service",
        icon="mail",
        badge="unsent",
    ),
    AdminRoute("GET", "/admin/unsent/some", "unsent_some", COMMERCE),
    AdminRoute("POST", "/admin/unsent/some/resend", "unsent_resent", COMMERCE),
    AdminRoute("POST", "/admin/unsent/some/drop", "unsent_dropped", COMMERCE),
    AdminRoute(
        *("GET", "/admin/tokens", "tokens", OVER_TOKENS),
        title=tr("API tokens"),
        says=_TOKENS,
        icon="external",
    ),
    AdminRoute("POST", "/admin/tokens", "token_made", OVER_TOKENS),
    AdminRoute("POST", "/admin/tokens/revoke", "token_revoked", OVER_TOKENS),
    AdminRoute(
        *("GET", "/admin/system", "system", COMMERCE),
        title=tr("System"),
        says=_SYSTEM,
        icon="system",
    ),
    AdminRoute("GET", "/admin/code", "code", at="code"),
    AdminRoute("POST", "/admin/code", "code_sent", at="code"),
    AdminRoute("GET", "/admin/password", "password", at="password"),
    AdminRoute("POST", "/admin/password", "password_sent", at="password"),
    AdminRoute("GET", "/admin/second-factor", "factor", at="factor"),
    AdminRoute("GET", "/admin/second-factor/code.svg", "factor_picture", at="factor"),
    AdminRoute("POST", "/admin/second-factor", "factor_sent", at="factor"),
    AdminRoute("GET", "/admin/me", "me", EVERYBODY, title=tr("Your account"), says=_ME, icon="account"),
    AdminRoute("POST", "/admin/me/password", "change_password", EVERYBODY),
    AdminRoute("GET", "/admin/me/second-factor", "second_factor", EVERYBODY),
    AdminRoute("GET", "/admin/me/second-factor/code.svg", "second_factor_picture", EVERYBODY),
    AdminRoute("POST", "/admin/me/second-factor", "second_factor_sent", EVERYBODY),
    AdminRoute("POST", "/admin/me/second-factor/off", "second_factor_off", EVERYBODY),
    AdminRoute("POST", "/admin/me/recovery-codes", "recovery_codes", EVERYBODY),
    AdminRoute("POST", "/admin/me/sessions/end", "end_sessions", EVERYBODY),
    AdminRoute("GET", STOP, "stop", COMMERCE, title=tr("Stop all pushes"), says=_STOP, icon="stop"),
    AdminRoute("POST", STOP, "stop_sent", COMMERCE),
    AdminRoute("POST", f"{STOP}/resume", "stop_resumed", COMMERCE),
)
"""All of them, in the order in which pages are offered."""
ONLY_IN_SIMULATOR: Sequence[AdminRoute] = (AdminRoute("POST", "/admin/try", "try_role", at="anybody"),)
"""What a simulator has besides, and nobody else."""
OTHER_PLAYBOOKS: Sequence[AdminRoute] = (
    AdminRoute("GET", "/admin/new", "new_bot", COMMERCE),
    AdminRoute("POST", "/admin/new", "new_bot_made", COMMERCE),
    AdminRoute("POST", "/admin/new/open", "new_bot_opened", COMMERCE),
    AdminRoute("GET", "/admin/new/served", "new_bot_served", at="anybody"),
)
"""What a simulator has that may go on with another folder."""


SIGN_IN = "/admin/sign-in"
STAGES: Mapping[SignedStage, str] = {
    "code": "/admin/code",
    "password": "/admin/password",
    "factor": "/admin/second-factor",
}
"""Where somebody goes on who is not signed in yet."""


def own_address(to: str) -> str:
    """The address, if it leads to a page of ours to which one may go on after signing in; else the first."""
    to = to if is_own(to) else page_of_form(to) or "/admin"
    return to if to.partition("?")[0] != SIGN_IN else "/admin"


def is_own(to: str) -> bool:
    """Whether an address leads to a page of the table, as it is written there: no other host, whatever
    browsers make of `//`, `/\\` or signs below a space."""
    return to.isascii() and to.isprintable() and _pages().fullmatch(to.partition("?")[0]) is not None


def next_address(stage: str | None, to: str) -> str:
    """Where somebody goes on: to the next step, which knows where they want to go, or there."""
    return to if stage is None else f"{stage}?to={quote(to, safe='')}"


def page_of_form(to: str) -> str | None:
    """The page whose form is sent to this address, which alone is no page; `None` where no form is.

    A browser has such an address while it shows what was refused: it may be loaded anew, or signed in to.
    """
    path, query, values = to.partition("?")
    if not (to.isascii() and to.isprintable()) or _forms().fullmatch(path) is None:
        return None
    while path and not is_own(path):
        path = path.rpartition("/")[0]
    return f"{path}{query}{values}" if path else None


@cache
def _pages() -> re.Pattern[str]:
    """The addresses of the table that are opened."""
    return _any_of(row.path for row in (*ROUTES, *OTHER_PLAYBOOKS) if row.method == "GET")


@cache
def _forms() -> re.Pattern[str]:
    """Those to which forms are sent, and which nobody opens."""
    table = (*ROUTES, *OTHER_PLAYBOOKS)
    opened = {row.path for row in table if row.method == "GET"}
    return _any_of(row.path for row in table if row.path not in opened)


def _any_of(paths: Iterable[str]) -> re.Pattern[str]:
    """What stands in braces is one part, and no dots."""
    parts = [re.split(r"{[^/]*}", path) for path in paths]
    return re.compile("|".join(r"[\w~%-]+".join(map(re.escape, one)) for one in parts))
