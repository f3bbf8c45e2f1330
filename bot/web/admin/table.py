"""The table of the console's addresses: which there are, and which roles may open each; it is the one place
for that.

`bot.web.admin.authorization` lets requests in by it, and refuses what no row allows;
`tests/web/admin/test_every_role.py` walks all rows with all roles. To add a page: its row here, what answers
it in a module beside this (a method of its name), named in `bot/app/staff_pages.py`, its template in
`templates/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.connectors.shops.platforms import INSTALLED
from bot.model.admin import TEAM
from bot.model.draft import FILE_MOST
from bot.model.translatable import tr
from bot.web.admin.account_table import ACCOUNT_ROUTES
from bot.web.admin.binding_table import BINDING_ROUTES
from bot.web.admin.chat_table import CHAT_ROUTES
from bot.web.admin.form_table import FORM_ROUTES
from bot.web.admin.route import (
    ADMIN,
    ALL_PAGES,
    COMMERCE,
    CONTACTS,
    EVERYBODY,
    IN_PANE,
    OVER_TOKENS,
    PANE,
    STOP,
    TABLE_MOST,
    TICKS_MOST,
    AdminRoute,
)
from bot.web.admin.store_table import STORE_ROUTES
from bot.web.admin.unanswered_table import UNANSWERED_ROUTES
from bot.web.promotions import console_routes


def _installs(shop: str) -> Iterable[AdminRoute]:
    """Rows of the installation of our app by a shop, below this address."""
    yield AdminRoute("GET", f"{shop}/install", "install", EVERYBODY)
    yield AdminRoute("POST", f"{shop}/install", "install_sent", COMMERCE, confirms=True, leads_away=True)
    yield AdminRoute("GET", f"{shop}/callback", "installed", EVERYBODY)


_PAGES: Sequence[AdminRoute] = (
    AdminRoute("GET", "/admin/sign-in", "sign_in", at="anybody"),
    AdminRoute("POST", "/admin/sign-in", "sign_in_sent", at="anybody"),
    AdminRoute("POST", "/admin/look", "look", at="anybody"),
    AdminRoute("GET", "/admin/manifest", "manifest", at="anybody"),
    AdminRoute("GET", "/admin/live", "live", EVERYBODY),
    ALL_PAGES,
    AdminRoute("POST", "/admin/search", "search", EVERYBODY),
    AdminRoute(
        "GET",
        "/admin",
        "start",
        EVERYBODY,
        title=tr("Start"),
        known_as=tr("overview, dashboard, figures"),
        often=True,
        section="service",
        icon="home",
        on_phone=True,
    ),
    AdminRoute(
        *("GET", "/admin/contacts", "contacts", TEAM),
        title=tr("Customers"),
        says=tr("Who they are, what happened to them, and what can be done"),
        known_as=tr("members, friends, people, CRM"),
        often=True,
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
    AdminRoute("POST", "/admin/contacts/{contact}/note", "contact_note", TEAM),
    AdminRoute("POST", "/admin/contacts/{contact}/tester", "contact_tester", COMMERCE),
    AdminRoute("POST", "/admin/contacts/{contact}/unbind", "contact_unbind", COMMERCE),
    AdminRoute("POST", "/admin/contacts/{contact}/flow", "contact_flow", COMMERCE),
    AdminRoute("POST", "/admin/contacts/{contact}/merge", "contact_merge", COMMERCE),
    AdminRoute("POST", "/admin/contacts/{contact}/merge/done", "contact_merged", COMMERCE),
    AdminRoute("POST", "/admin/contacts/{contact}/merge/undo", "contact_parted", COMMERCE),
    AdminRoute("POST", "/admin/contacts/{contact}/export", "contact_export", COMMERCE),
    AdminRoute("GET", "/admin/contacts/{contact}/erase", "contact_erase", COMMERCE),
    AdminRoute("POST", "/admin/contacts/{contact}/erase", "contact_erased", COMMERCE),
    AdminRoute("GET", "/admin/certificates/{number}", "certificate", COMMERCE),
    *CHAT_ROUTES,
    *UNANSWERED_ROUTES,
    AdminRoute("POST", "/admin/notices/state", "notices_state", TEAM),
    AdminRoute("POST", "/admin/notices/on", "notices_on", TEAM),
    AdminRoute("POST", "/admin/notices/off", "notices_off", TEAM),
    AdminRoute(
        *("GET", "/admin/flows", "flows", TEAM),
        title=tr("Journeys and flows"),
        says=tr("What begins each, who is in it, how it goes, and pausing it"),
        known_as=tr("automation, drip, reminders, series"),
        often=True,
        section="business",
        icon="flow",
    ),
    AdminRoute("GET", "/admin/flows/{flow}", "flow", TEAM),
    AdminRoute("POST", "/admin/flows/{flow}/do", "flow_do", COMMERCE),
    AdminRoute(
        *("GET", "/admin/broadcasts", "broadcasts", COMMERCE),
        title=tr("Broadcasts"),
        says=tr("What goes out to many, when, to whom, at which price, and what came of it"),
        known_as=tr("newsletter, push, campaign, mass message"),
        often=True,
        section="business",
        icon="broadcast",
        badge="held",
    ),
    AdminRoute(
        "GET", "/admin/broadcasts/calendar", "broadcasts_month", COMMERCE, task=tr("Calendar of broadcasts")
    ),
    AdminRoute("GET", "/admin/broadcasts/compose", "broadcast_compose", COMMERCE, task=tr("A new broadcast")),
    AdminRoute(
        *("POST", "/admin/broadcasts/compose", "broadcast_composed", COMMERCE),
        form_most=TICKS_MOST,
        file_most=FILE_MOST,
    ),
    AdminRoute("GET", "/admin/broadcasts/testers", "testers", COMMERCE, task=tr("Testers")),
    AdminRoute("POST", "/admin/broadcasts/testers", "testers_sought", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/testers/add", "tester_made", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/testers/end", "tester_ended", COMMERCE),
    AdminRoute("GET", "/admin/broadcasts/one", "broadcast", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/one/offer", "broadcast_offer", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/one/send", "broadcast_send", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/one/test", "broadcast_test", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/one/pause", "broadcast_pause", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/one/resume", "broadcast_resume", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/one/agree", "broadcast_agree", COMMERCE),
    AdminRoute("POST", "/admin/broadcasts/one/cancel", "broadcast_cancel", COMMERCE),
    AdminRoute("GET", "/admin/broadcasts/report", "broadcast_report", COMMERCE),
    AdminRoute("GET", "/admin/broadcasts/report/file", "broadcast_report_file", COMMERCE),
    AdminRoute(
        *("GET", "/admin/menus", "menus", COMMERCE),
        title=tr("Rich menus"),
        says=tr("Who sees which, taps on their areas, syncing with LINE"),
        known_as=tr("buttons, tabs, menu at the foot of the chat"),
        often=True,
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
        *("GET", "/admin/attribution", "attribution", COMMERCE),
        title=tr("Orders after LINE"),
        says=tr("Orders and money after broadcasts, journeys, menus, links and coupons"),
        known_as=tr("revenue, conversion, sales, effect"),
        section="business",
        icon="money",
    ),
    AdminRoute("GET", "/admin/attribution/file", "attribution_file", COMMERCE),
    *console_routes(),
    *FORM_ROUTES,
    AdminRoute(
        *("GET", "/admin/forms", "forms", COMMERCE),
        title=tr("Forms"),
        says=tr("What was answered, by whom, and who may be the same person"),
        known_as=tr("survey, questionnaire, possible matches"),
        section="business",
        icon="note",
    ),
    AdminRoute("GET", "/admin/forms/one", "form", COMMERCE),
    AdminRoute("POST", "/admin/forms/one/table", "form_table", COMMERCE),
    AdminRoute("POST", "/admin/forms/one/switch", "form_switched", COMMERCE),
    AdminRoute("POST", "/admin/forms/match", "form_match", COMMERCE),
    AdminRoute(
        *("GET", "/admin/audiences", "audiences", COMMERCE),
        title=tr("Audiences"),
        says=tr("Who is meant, how many they are and were, and what goes to them"),
        known_as=tr("segments, target groups"),
        section="business",
        icon="filter",
    ),
    AdminRoute(
        *("GET", "/admin/links", "links", COMMERCE),
        title=tr("Links"),
        says=tr("Links and QR codes of pages and keywords, and how often they were opened"),
        known_as=tr("URL, LIFF, opened codes"),
        section="business",
        icon="share",
        by_channel=True,
    ),
    AdminRoute("GET", "/admin/links/code", "link_code", COMMERCE, by_channel=True),
    AdminRoute(
        *("GET", "/admin/setup", "setup", COMMERCE),
        title=tr("Set-up at LINE"),
        says=tr("Whether the official accounts are set up as they have to be"),
        known_as=tr("webhook, access token, channel secret, connect an account"),
        section="business",
        icon="setup",
        by_channel=True,
    ),
    AdminRoute("POST", "/admin/setup/answer", "setup_answered", COMMERCE),
    AdminRoute("POST", "/admin/setup/link", "setup_link", ADMIN, confirms=True),
    AdminRoute("POST", "/admin/setup/unlink", "setup_unlink", ADMIN, confirms=True),
    AdminRoute("POST", "/admin/setup/rotate", "setup_rotate", ADMIN, confirms=True),
    AdminRoute(
        *("GET", "/admin/shops", "shops", COMMERCE),
        title=tr("Shops"),
        says=tr("Link a shop, read its members, and see what it has told of them"),
        known_as=tr("shop platform, sync of members, integration"),
        often=True,
        section="business",
        icon="shop",
        badge="shops",
    ),
    AdminRoute("GET", "/admin/shops/{shop}", "shop", COMMERCE),
    AdminRoute("POST", "/admin/shops/{shop}/link", "shop_link", COMMERCE, confirms=True),
    AdminRoute("POST", "/admin/shops/{shop}/unlink", "shop_unlink", COMMERCE, confirms=True),
    AdminRoute("POST", "/admin/shops/{shop}/account", "shop_account", COMMERCE),
    AdminRoute("POST", "/admin/shops/{shop}/sync", "shop_sync", COMMERCE),
    *BINDING_ROUTES,
    AdminRoute(
        *("GET", "/admin/playbook", "playbook", COMMERCE),
        title=tr("Playbook"),
        says=tr("What the bot says and does: change it, try it, publish it, go back"),
        known_as=tr("rules, keywords, auto-reply, settings of the bot"),
        often=True,
        section="business",
        icon="playbook",
        badge="proposals",
    ),
    AdminRoute("GET", "/admin/playbook/answer", "playbook_answer", COMMERCE, task=tr("Add an answer")),
    AdminRoute("POST", "/admin/playbook/answer", "playbook_answered", COMMERCE),
    AdminRoute("GET", "/admin/playbook/picture", "playbook_picture", COMMERCE),
    AdminRoute("POST", "/admin/playbook/save", "playbook_saved", COMMERCE, file_most=FILE_MOST),
    AdminRoute("POST", "/admin/playbook/check", "playbook_checked", COMMERCE),
    AdminRoute("POST", "/admin/playbook/suggest", "playbook_suggested", COMMERCE, file_most=TABLE_MOST),
    AdminRoute("POST", "/admin/playbook/file", "playbook_file", COMMERCE, file_most=FILE_MOST),
    AdminRoute("GET", "/admin/playbook/scenarios", "playbook_scenarios", COMMERCE, task=tr("Scenarios")),
    AdminRoute("POST", "/admin/playbook/scenarios", "playbook_played", COMMERCE),
    AdminRoute("POST", "/admin/playbook/scenarios/renew", "playbook_answers_renewed", COMMERCE),
    AdminRoute("GET", "/admin/playbook/review", "playbook_review", COMMERCE),
    AdminRoute("GET", "/admin/playbook/patch", "playbook_patch", COMMERCE),
    AdminRoute("POST", "/admin/playbook/publish", "playbook_published", COMMERCE),
    AdminRoute(
        "GET",
        "/admin/playbook/drafts",
        "playbook_drafts",
        ADMIN,
        task=tr("Drafts of accounts that have ended"),
    ),
    AdminRoute("GET", "/admin/playbook/drafts/files", "playbook_draft_files", ADMIN),
    AdminRoute("POST", "/admin/playbook/drafts", "playbook_draft_ended", ADMIN),
    AdminRoute(
        "GET", "/admin/playbook/proposals", "playbook_proposals", COMMERCE, task=tr("Waiting for approval")
    ),
    AdminRoute("GET", "/admin/playbook/proposals/file", "playbook_proposed_file", COMMERCE),
    AdminRoute("POST", "/admin/playbook/propose", "playbook_proposed", COMMERCE),
    AdminRoute("POST", "/admin/playbook/proposals", "playbook_decided", COMMERCE),
    AdminRoute("GET", "/admin/playbook/versions", "playbook_versions", COMMERCE, task=tr("Versions")),
    AdminRoute("POST", "/admin/playbook/versions", "playbook_taken", COMMERCE),
    AdminRoute("GET", "/admin/playbook/versions/{number}", "playbook_version", COMMERCE),
    AdminRoute("GET", "/admin/playbook/try", "trial", COMMERCE, task=tr("Try the draft")),
    AdminRoute("GET", "/admin/playbook/try/state", "trial_state", COMMERCE),
    AdminRoute("POST", "/admin/playbook/try", "trial_changed", COMMERCE),
    AdminRoute("POST", "/admin/playbook/try/scenario", "trial_recorded", COMMERCE),
    # people who may not read why, in words of the installation's own; `finish` looks once more
    *(route for platform in INSTALLED for route in _installs(f"/shops/{{channel}}/{platform}")),
    AdminRoute("POST", "/admin/sign-out", "sign_out", EVERYBODY),
    *STORE_ROUTES,
    *ACCOUNT_ROUTES,
    AdminRoute(
        *("GET", "/admin/audit", "audit", COMMERCE),
        title=tr("Audit log"),
        says=tr("Who has done what, when, and to whom"),
        known_as=tr("history, log, who looked"),
        icon="audit",
    ),
    AdminRoute("POST", "/admin/audit/table", "audit_table", COMMERCE),
    AdminRoute(
        *("GET", "/admin/unsent", "unsent", COMMERCE),
        title=tr("Not sent"),
        says=tr("What could not be sent or understood: send it once more, or drop it"),
        known_as=tr("errors, failed messages, retry"),
        often=True,
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
        says=tr("By which other systems do what the console does"),
        known_as=tr("integration, API key"),
        icon="external",
    ),
    AdminRoute("POST", "/admin/tokens", "token_made", OVER_TOKENS, confirms=True),
    AdminRoute("POST", "/admin/tokens/revoke", "token_revoked", OVER_TOKENS, confirms=True),
    AdminRoute(
        *("GET", "/admin/system", "system", COMMERCE),
        title=tr("System"),
        says=tr("What is connected, what runs, and what somebody should look at"),
        known_as=tr("status, health, version, database"),
        icon="system",
    ),
    AdminRoute("GET", "/admin/code", "code", at="code"),
    AdminRoute("POST", "/admin/code", "code_sent", at="code"),
    AdminRoute("GET", "/admin/password", "password", at="password"),
    AdminRoute("POST", "/admin/password", "password_sent", at="password"),
    AdminRoute("GET", "/admin/second-factor", "factor", at="factor"),
    AdminRoute("GET", "/admin/second-factor/code.svg", "factor_picture", at="factor"),
    AdminRoute("POST", "/admin/second-factor", "factor_sent", at="factor"),
    AdminRoute(
        "GET",
        "/admin/me",
        "me",
        EVERYBODY,
        title=tr("Your account"),
        says=tr("Password, the second step, and where you are signed in"),
        known_as=tr("password, two-step sign-in, sessions"),
        icon="account",
    ),
    AdminRoute("POST", "/admin/me/password", "change_password", EVERYBODY),
    AdminRoute("GET", "/admin/me/second-factor", "second_factor", EVERYBODY),
    AdminRoute("GET", "/admin/me/second-factor/code.svg", "second_factor_picture", EVERYBODY),
    AdminRoute("POST", "/admin/me/second-factor", "second_factor_sent", EVERYBODY),
    AdminRoute("POST", "/admin/me/second-factor/off", "second_factor_off", EVERYBODY),
    AdminRoute("POST", "/admin/me/recovery-codes", "recovery_codes", EVERYBODY),
    AdminRoute("POST", "/admin/me/sessions/end", "end_sessions", EVERYBODY),
    AdminRoute(
        "GET",
        STOP,
        "stop",
        COMMERCE,
        title=tr("Stop all pushes"),
        says=tr("Journeys, timers and broadcasts wait; replies go on"),
        known_as=tr("pause, emergency, brake"),
        icon="stop",
    ),
    AdminRoute("POST", STOP, "stop_sent", COMMERCE),
    AdminRoute("POST", f"{STOP}/resume", "stop_resumed", COMMERCE),
)


def _in_pane(rows: Iterable[AdminRoute]) -> Iterable[AdminRoute]:
    """Of a customer's page what the whole team may open, as the pane beside a chat shows it."""
    for row in rows:
        if row.path.startswith(f"{CONTACTS}/{{contact}}") and row.roles == TEAM:
            path = row.path.replace(CONTACTS, PANE, 1)
            yield replace(row, path=path, name=f"{IN_PANE}{row.name}", is_framed=True)


ROUTES: Sequence[AdminRoute] = (*_PAGES, *_in_pane(_PAGES))
"""All rows, in the order of the navigation."""
