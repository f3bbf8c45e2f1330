"""Writes onto a shop's members what was set here (C10).

One writing of a person after the other: the answer is the record, which comes back as facts. Registering
never makes two members of one phone: it is proven and reserved first and looked up again at each try; a
`POST` whose answer was lost is not repeated by itself. A platform without a key for repeated
requests is kept from a second member only by its refusing a phone twice.
"""

from __future__ import annotations

from bot.model.effects import WriteMember
from bot.model.event import Facts, Outcome
from bot.model.instance import ReservedMember
from bot.model.shop_failure import ShopFailed
from bot.services.caller import Caller
from bot.services.effects import EffectFailed, EffectHandlers
from bot.services.locks import NamedLocks
from bot.services.shops import WritableShops


class MemberWriter:
    """Writes values to members at shops: for one person one at a time, in the order of the requests."""

    def __init__(self, shops: WritableShops) -> None:
        self._shops = shops
        self._turns = NamedLocks()

    @property
    def carries_out(self) -> EffectHandlers:
        """The method that carries out the effect, by the type of the request."""
        return {WriteMember: self.write}

    async def write(self, request: WriteMember, caller: Caller) -> Outcome:
        """Write the values of the request; the outcome has the shop's record, but only after the last of
        several waiting writes: that of the others is out of date.

        Raises `EffectFailed` where it cannot be written.
        """
        async with self._turns.of(caller.contact):
            found = await self._write_member(request, caller.key)
            is_last = self._turns.is_last(caller.contact)
        facts = Facts(
            found.values,
            found.tags,
            request.member_no,
            marketing=found.consent,
            shop=found.shop or request.shop,
        )
        return Outcome("member", "found", None, facts=facts if is_last else None)

    async def _write_member(self, request: WriteMember, key: str) -> ReservedMember:
        try:
            shop = self._shops.by_name(request.shop)
            if shop is None:
                raise EffectFailed("the playbook has the shop no more")
            found = await shop.write(request.member_no, request.values, key)
        except ShopFailed as error:
            raise EffectFailed(f"not written to the shop: {type(error).__name__}: {error}") from error
        if found is None:
            raise EffectFailed("the shop has no such member any more")
        return found
