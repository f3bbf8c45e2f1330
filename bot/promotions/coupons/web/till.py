"""The till: a clerk types or scans a coupon's code, sees what it is, and redeems it (N1).

No code stands in an address: the part that leads to a coupon is sealed for one account.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from bot.engine.times.value_words import end_words
from bot.model.short_code import LONGEST
from bot.model.translatable import Translatable, tr
from bot.operations.till import TillActor, store_of
from bot.promotions.coupons.engine.declared import COUPONS, with_shared_code
from bot.promotions.coupons.operations.acts import TOO_MANY_GUESSES, redeem
from bot.promotions.coupons.operations.till import CouponAtTill, coupon_at_till
from bot.promotions.coupons.store.guesses import CouponGuesses
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Flash,
    Redirect,
    RenderedPage,
    Visit,
    page_address,
)
from bot.web.promotions import till_links, till_of_customer

PAGE = "/admin/till"
TITLE = tr("Redeem a coupon")
_UNKNOWN = tr("There is no such code")
_SHARED = tr(
    "Everybody has this code, so it is not entered here: the customer opens “My coupons” on their phone, "
    "and you press “Staff: confirm use” there"
)
_SHARED_ORDER = tr(
    "Everybody has this code, so it is not entered here: the customer uses it with an order in the shop"
)
_NOT_SERVED = tr("This is a customer’s own code, and nothing at this till is done with it")
_GONE = tr("Look the code up again: this page has become old")
_WAITS = tr(
    "This takes longer than usual. Look it up again in a moment: it is redeemed once, whatever happens"
)


class CouponTillPages(AdminPages):
    """`/admin/till`."""

    def __init__(self, context: StoreContext) -> None:
        self._context = context

    def _page(self, refused: Translatable | None = None, status: int = 200) -> RenderedPage:
        data = {"coupon": None, "links": till_links(self._context.playbook())}
        return RenderedPage("coupon_till.html", TITLE, data, status, refused, camera=True)

    async def till(self, visit: Visit) -> AdminAnswer:
        """The field for a code; with it the coupon that was looked up, or redeemed here."""
        opened = self._opened(visit, visit.query("coupon"))
        if opened is None:
            return self._page(None if not visit.query("coupon") else _GONE)
        code, act_id = opened
        coupon = await self._at_till(visit, code)
        if coupon is None:
            return self._page(_UNKNOWN)
        is_own = coupon.held.used is not None and coupon.held.act_id == act_id
        until = end_words(coupon.held.grant.until, self._context.playbook().zone)
        data = {
            "until": until,
            "coupon": coupon,
            "is_own": is_own,
            "part": visit.query("coupon"),
            "press": uuid.uuid4().hex,
            "links": till_links(self._context.playbook()),
        }
        return RenderedPage("coupon_till.html", TITLE, data, camera=True)

    async def till_looked(self, visit: Visit) -> AdminAnswer:
        """On to the coupon with this code, which stays unredeemed, or to the person who shows it."""
        code, call = visit.form.get("code", "").strip()[: LONGEST + 1], uuid.uuid4().hex
        if not code:
            return Redirect(PAGE)
        guesses, account = self._context.stores.of(CouponGuesses), visit.signed.by
        if not await guesses.may(account, call, self._context.now()):
            return self._page(TOO_MANY_GUESSES, 429)
        if await self._at_till(visit, code) is None:
            shared = with_shared_code(COUPONS.of(self._context.playbook()).values(), code)
            person = (
                None if shared else await self._context.stores.person_codes.holder(code, self._context.now())
            )
            if person is not None:
                await guesses.was_right(account, call)
                served = till_of_customer(self._context, visit, person)
                return self._page(_NOT_SERVED, 422) if served is None else Redirect(served)
            if not shared:
                return self._page(_UNKNOWN, 404)
            await guesses.was_right(account, call)
            is_pressed = any("press" in one.redeem for one in shared)
            return self._page(_SHARED if is_pressed else _SHARED_ORDER, 422)
        await guesses.was_right(account, call)
        return Redirect(self._address(visit, code))

    async def till_redeemed(self, visit: Visit) -> AdminAnswer:
        """The coupon is redeemed, unless somebody else was faster: the page that follows says which."""
        return await self._acted(visit, undo=False)

    async def till_undone(self, visit: Visit) -> AdminAnswer:
        """It can be used again, where this visitor may undo that."""
        return await self._acted(visit, undo=True)

    async def _acted(self, visit: Visit, *, undo: bool) -> AdminAnswer:
        context, signed, act_id = self._context, visit.signed, visit.form.get("press", "")
        opened = self._opened(visit, visit.form.get("coupon", ""))
        if opened is None or not act_id:
            return self._page(_GONE, 409)
        code, _ = opened
        playbook = context.playbook()
        if undo:
            coupon = await self._at_till(visit, code)
            if coupon is None or not coupon.may_undo:
                return self._page(tr("You cannot undo this any more. Please ask your store manager"), 403)
        redeemer = TillActor(signed.by, await store_of(context.stores, signed))
        undoes = visit.form.get("undoes", "")
        outcome = await redeem(context.stores, playbook, code, redeemer, act_id, undo=undo, undoes=undoes)
        if outcome.what == "limited":
            return self._page(TOO_MANY_GUESSES, 429)
        said = Flash(_WAITS) if outcome.what == "waits" else None
        if outcome.what == "undone":
            said = Flash(tr("Undone: the coupon can be used again"))
        return Redirect(self._address(visit, code, act_id), flash=said)

    async def _at_till(self, visit: Visit, code: str) -> CouponAtTill | None:
        context = self._context
        return await coupon_at_till(context.stores, context.playbook(), code, visit.signed, context.now())

    def _opened(self, visit: Visit, part: str) -> Sequence[str] | None:
        """Code and press that an address or a form has."""
        return self._context.parts.opened(visit.signed.name, "coupon", part)

    def _address(self, visit: Visit, code: str, act_id: str = "") -> str:
        return page_address(
            PAGE, coupon=self._context.parts.sealed(visit.signed.name, "coupon", code, act_id)
        )
