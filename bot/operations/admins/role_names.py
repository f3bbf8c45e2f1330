"""What roles are called, of the team's and of store people's, and what they are for, in a few sentences."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.admin import AdminRole
from bot.model.translatable import Translatable, tr

ROLE_NAMES: Mapping[AdminRole, Translatable] = {
    "admin": tr("administrator"),
    "supervisor": tr("supervisor"),
    "agent": tr("agent"),
    "head_office": tr("head office"),
    "group": tr("group manager"),
    "store_manager": tr("store manager"),
    "clerk": tr("clerk"),
}

ROLE_DOES: Mapping[AdminRole, Translatable] = {
    "admin": tr("You look after all of it: the shops, the people of the stores, clerks and their accounts"),
    "supervisor": tr(
        "You run the shop: you link shops, and see the people of all stores, their clerks and counts"
    ),
    "agent": tr(
        "You answer customers: in the chat, and on their pages. Shops, binding, people of the stores and"
        " counts are for supervisors and administrators. Do you need them? Ask whoever gave you the account"
    ),
    "head_office": tr("You see the people of all stores, their clerks and counts. Phones are masked"),
    "group": tr("You see the people of your group's stores, their clerks and counts. Phones are masked"),
    "store_manager": tr("You see the people of your store, its clerks and counts. Phones are masked"),
    "clerk": tr("You see the people who are bound to you, and how many there are. Phones are masked"),
}
"""What somebody of this role is here for, as the first page tells them."""
