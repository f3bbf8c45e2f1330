"""The QR codes of a store's clerks on sheets of A4, for a browser that prints them.

May raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.engine.compiled.playbook import Playbook
from bot.model.channel import Channel
from bot.model.clerk import SeenPeople
from bot.operations.clerk_codes import ReferralMethod, accounts_with_codes
from bot.operations.clerk_sheet import CodeCard
from bot.operations.store_people.codes import MOST, clerks_seen
from bot.store.stores import Stores


def code_card(name: str, store: str, code: str, way: ReferralMethod, playbook: Playbook) -> CodeCard:
    """The card of a clerk of this name; `store` is a title."""
    return CodeCard(f"{way.account.app_name or playbook.bot}　{store}", name, code, way.link(code))


def code_ways(playbook: Playbook, accounts: Mapping[str, Channel]) -> Mapping[str, ReferralMethod]:
    """How codes are brought, by the accounts that take them."""
    return {way.account.name: way for way in accounts_with_codes(playbook, list(accounts.values()))}


async def sheet_cards(
    people: Stores, playbook: Playbook, seen: SeenPeople, way: ReferralMethod
) -> Sequence[CodeCard]:
    """The cards of those who are seen and have a code that binds, by store and number, `MOST` at most."""
    return [
        code_card(one.name, one.store, one.code, way, playbook)
        for one in (await clerks_seen(people, playbook, seen))[:MOST]
        if one.code is not None
    ]
