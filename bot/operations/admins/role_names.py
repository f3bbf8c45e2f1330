"""What roles are called, of the team's and of store people's, and what they are for: one sentence each."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.admin import AdminRole
from bot.model.said import Said, say

ROLE_NAMES: Mapping[AdminRole, Said] = {
    "admin": say("administrator"),
    "supervisor": say("supervisor"),
    "agent": say("agent"),
    "head_office": say("head office"),
    "group": say("group manager"),
    "store_manager": say("store manager"),
    "clerk": say("clerk"),
}

ROLE_DOES: Mapping[AdminRole, Said] = {
    "admin": say("You look after all of it: the shops, the people of the stores, clerks and their accounts"),
    "supervisor": say(
        "You run the shop: you link shops, and see the people of all stores, their clerks and counts"
    ),
    "agent": say(
        "You answer customers. The chat room for that comes here with a later version; until then answer in"
        " the chat of LINE Official Account Manager. Today you see to your own account here; shops, people of"
        " the stores and counts are for supervisors and administrators. Do you need them? Ask whoever gave"
        " you the account"
    ),
    "head_office": say("You see the people of all stores, their clerks and counts. Phones are masked"),
    "group": say("You see the people of your group's stores, their clerks and counts. Phones are masked"),
    "store_manager": say("You see the people of your store, its clerks and counts. Phones are masked"),
    "clerk": say("You see the people who are bound to you, and how many there are. Phones are masked"),
}
"""What somebody of this role is here for, as the first page tells them."""
