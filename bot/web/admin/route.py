"""What a row of the table of the console's addresses says: who may open it, its entry in the navigation, its
form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.model.admin import STORE_PEOPLE, TEAM, AdminRole, SignInStep
from bot.model.translatable import Translatable

Method: TypeAlias = Literal["GET", "POST"]
PageSection: TypeAlias = Literal["service", "business", "stores", "settings"]
"""The part of the navigation in which an entry stands."""
EVERYBODY = TEAM | STORE_PEOPLE
"""All roles."""
NO_ROLES: frozenset[AdminRole] = frozenset()
ADMIN: frozenset[AdminRole] = frozenset({"admin"})
"""What only administrators do: accounts, roles, links to LINE (requirement K1)."""
COMMERCE: frozenset[AdminRole] = frozenset({"admin", "supervisor"})
"""Binding and commerce settings (requirement K1)."""
OF_STORES: frozenset[AdminRole] = COMMERCE | STORE_PEOPLE
"""Pages about the people of stores; which people, `seen_people` says by role and place (requirement D6)."""

OVER_STORES: frozenset[AdminRole] = COMMERCE | {"head_office"}
"""Roles that give clerks accounts; to which clerks, `may_manage` says."""
OVER_SEVERAL_STORES: frozenset[AdminRole] = OVER_STORES | {"group"}
"""Roles that have several stores to compare."""
OVER_TOKENS: frozenset[AdminRole] = frozenset({"admin"})
"""Roles that give other systems tokens of the API."""
FORM_LIMIT = 64 * 1024
"""Bytes of all fields of a form, without a file."""
TICKS_MOST = 256 * 1024
"""Bytes of all fields of a form in which a thousand people may be ticked."""
TABLE_MOST = 512 * 1024
"""Bytes of a table of clerks that a page takes: some 8,000 lines; proxies let it pass as they come."""
UPLOAD_MOST = 20 * 1024 * 1024
"""Bytes of a picture for a chat, above LINE's own limit: a picture a little above that is refused with a
sentence."""
CONTACTS = "/admin/contacts"
"""The list of customers; their pages are below it."""
PANE = "/admin/pane"
"""Below it the pages of customers are as the pane beside a chat shows them."""
IN_PANE = "pane_"
"""Begins the names of their rows."""
STOP = "/admin/stop"
"""The page that stops all pushes, at the foot of the navigation by itself: it is needed in a hurry."""
IN_A_STORE: frozenset[AdminRole] = frozenset({"store_manager", "clerk"})
"""Roles with a QR code of their own."""


MOST_ENTRIES = 16
"""Of a navigation, with the page that stops all pushes and the list of all pages."""


@dataclass(frozen=True, slots=True)
class AdminRoute:
    """A method and an address of the console, what answers it, and who may open it."""

    method: Method
    path: str
    """The address, with `{name}` for a variable part."""
    name: str
    """The name of the handler that answers it."""
    roles: frozenset[AdminRole] = NO_ROLES
    """The roles that may open it; without meaning where `at` is `anybody`."""
    at: SignInStep | Literal["anybody"] = "signed_in"
    """The step of signing in at which it is open; `anybody`: without signing in."""
    title: Translatable | None = None
    """Its title in the navigation; `None`: it has no entry there."""
    says: Translatable | None = None
    """What staff do on the page, beside its title on the first page."""
    known_as: Translatable | None = None
    """Other words for it, by which the search finds it."""
    task: Translatable | None = None
    """What one does there, on a page without an entry of its own: by this the search and the list of all
    pages have it."""
    often: bool = False
    """Whether its entry stands in a navigation that has no room for all pages of the role."""
    section: PageSection = "settings"
    """Where its entry stands."""
    icon: str = "more"
    """Of its entry, from `icons.html`."""
    badge: str = ""
    """The number of `Attention` that stands beside its entry; empty: none."""
    on_phone: bool = False
    """Whether its entry is in the bar of a phone, as far as there is room."""
    by_channel: bool | Literal["or all"] = False
    """Whether it shows one channel, which a switch on top changes; `or all`: all channels, unless its address
    names one."""
    seeks: bool = False
    """Whether the search field of all pages (`who`) is sent here; with GET it is the page of the search."""
    file_most: int = 0
    """The most bytes of the file that its form may bring; 0: none."""
    form_most: int = FORM_LIMIT
    """The most bytes of all fields of its form."""
    confirms: bool = False
    """Whether it is done only after password or code were given again (`CONFIRMED_LIFE`)."""
    is_framed: bool = False
    """Whether a page of ours shows it in a frame: it has no navigation of its own then."""
    leads_away: bool = False
    """Whether it leads to another host. Only its own page may have a form that leads there, so after a
    confirmation the form is sent once more from that page (as is a form with a file, which has to be chosen
    again)."""


ALL_PAGES = AdminRoute("GET", "/admin/pages", "all_pages", EVERYBODY, icon="pages")
"""The list of all pages that the role may open."""
