"""What a row of the table of addresses says: who may ask, its entry in the navigation, its form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.model.admin import STORE_PEOPLE, TEAM, AdminRole, SignInStep
from bot.model.translatable import Translatable

Method: TypeAlias = Literal["GET", "POST"]
PageSection: TypeAlias = Literal["service", "business", "stores", "settings"]
EVERYBODY = TEAM | STORE_PEOPLE
NO_ROLES: frozenset[AdminRole] = frozenset()
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
    the switch on top changes; `or all`: all of them, unless its address names one. `seeks`: it takes the
    search field of all pages (`who`), and with GET is the page of the search. Its form has so many bytes at
    most (`form_most`), and may bring a file (`file_most`). `confirms`: what it does is done only after
    password or code were given again (`CONFIRMED_LIFE`). `leads_away`: to another host, where no page of ours
    but its own may lead; so it is sent from there once more, as is a file, which has to be chosen again.
    """

    method: Method
    path: str
    name: str
    roles: frozenset[AdminRole] = NO_ROLES
    at: SignInStep | Literal["anybody"] = "signed_in"
    title: Translatable | None = None
    says: Translatable | None = None
    section: PageSection = "settings"
    icon: str = "more"
    badge: str = ""
    on_phone: bool = False
    by_channel: bool | Literal["or all"] = False
    seeks: bool = False
    file_most: int = 0
    form_most: int = FORM_LIMIT
    confirms: bool = False
    leads_away: bool = False
