"""Coupons: how they are doing, codes for them, one redeemed or undone by its code (N1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from annotated_types import MaxLen, MinLen

from bot.model.admin import TEAM
from bot.model.answer_fields import Clock, Help, Table
from bot.model.plain_text import masked_name
from bot.model.short_code import LONGEST
from bot.model.translatable import Refusal, TooManyAttempts, Translatable, TranslatableValue, tr
from bot.operations.catalog.answers import NOTHING, Pending
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import NO_NAME, MaskedName
from bot.operations.catalog.operation import Audited, operation
from bot.operations.catalog.parameters import SHORT, Customer, Name, Reason, StoreName, TableParameter, named
from bot.operations.import_report import ImportReport
from bot.operations.table_lines import TableRow
from bot.operations.till import TillActor
from bot.playbook.similar import quoted
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.operations.acts import TOO_MANY_GUESSES, RedeemOutcome, redeem
from bot.promotions.coupons.operations.code_import import code_lines, import_codes, readable_codes, sent_lines
from bot.promotions.coupons.operations.figures import CouponFigures, coupon_figures
from bot.promotions.coupons.operations.gifts import give_to
from bot.promotions.coupons.store.codes import CouponCodes
from bot.promotions.coupons.store.grants import Coupons
from bot.promotions.coupons.store.guesses import AT_TILL

CODES_MOST = 1_000
"""Codes of one call of the API: as many as a body holds."""
CouponCode: TypeAlias = Annotated[
    str,
    MinLen(1),
    MaxLen(LONGEST),
    Help("the code, as it is written or scanned: case and hyphens do not matter"),
]
CouponUseKey: TypeAlias = Annotated[
    str, MaxLen(SHORT), Help("as redeeming was answered: a later use stays (whichever there is)")
]
CouponName: TypeAlias = Annotated[
    Name, named(tr("coupon"), COUPONS.of, tr("coupons are declared in the playbook"))
]
CouponCodeTable: TypeAlias = Annotated[
    Iterator[TableRow],
    TableParameter(code_lines, sent_lines, CODES_MOST),
    Help("codes of the online shop (CSV)"),
]


@dataclass(frozen=True, slots=True)
class CouponList:
    """All of the playbook, in its order."""

    coupons: Annotated[Sequence[CouponFigures], Table(tr("the playbook has no coupons"))]


@dataclass(frozen=True, slots=True)
class CodesOffer:
    """What a list of codes holds, before anything is changed."""

    coupon: str
    new: Annotated[int, Help("Lines with a code; whether it is there already is not looked up.")]
    refused: int

    @property
    def question(self) -> Translatable:
        return tr(
            "import {number} codes for {coupon} ({refused} lines are refused)?",
            number=f"{self.new:,}",
            coupon=quoted(self.coupon),
            refused=f"{self.refused:,}",
        )


@dataclass(frozen=True, slots=True)
class DoubtfulCodes:
    """Codes of a coupon that may have been given before the data were restored, before they are confirmed."""

    coupon: str
    unsure: Annotated[int, Help("So many can be given again.")]

    @property
    def question(self) -> Translatable | None:
        """None where no code is doubtful."""
        if not self.unsure:
            return None
        return tr(
            "give {number} codes of {coupon} again, which may have been given since the backup?",
            number=f"{self.unsure:,}",
            coupon=quoted(self.coupon),
        )


class NothingDoubtful(Refusal):
    """No backup has made codes of this coupon doubtful, or they are confirmed."""


@dataclass(frozen=True, slots=True)
class ConfirmedCodes:
    """Codes that are free again."""

    coupon: str
    free: Annotated[int, Help("So many were doubtful.")]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """How many."""
        yield tr("{number} codes can be given again", number=f"{self.free:,}")


@dataclass(frozen=True, slots=True)
class CouponUse:
    """What came of redeeming or undoing, with the coupon as its holder has it then."""

    result: Annotated[
        Literal["redeemed", "was_redeemed", "ended", "too_early", "unknown", "not_this_way", "undone"],
        Help("`was_redeemed`: before this call; `not_this_way`: not by clerks, or everybody's code."),
    ]
    coupon: str | None = None
    title: str | None = None
    name: MaskedName = NO_NAME
    used: datetime | None = None
    store: str = ""
    starts: datetime | None = None
    until: datetime | None = None
    use: Annotated[str, Help("Which use it was, for `undo`; empty where it is usable.")] = ""

    @property
    def is_done(self) -> bool:
        return self.result in ("redeemed", "undone")

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """What happened to which coupon, of whom."""
        yield self._sentence(lambda moment: NOTHING if moment is None else at(moment))

    def _sentence(self, at: Callable[[datetime | None], str]) -> Translatable:
        coupon = quoted(self.title or "")
        match self.result:
            case "redeemed":
                return tr("redeemed: {coupon}, of {name}", coupon=coupon, name=self.name.text or NOTHING)
            case "undone":
                return tr("usable again: {coupon}, of {name}", coupon=coupon, name=self.name.text or NOTHING)
            case "was_redeemed":
                return tr("not done: {coupon} was redeemed on {moment}", coupon=coupon, moment=at(self.used))
            case "ended":
                return tr("not done: {coupon} ended on {moment}", coupon=coupon, moment=at(self.until))
            case "too_early":
                return tr(
                    "not done: {coupon} is good from {moment} on", coupon=coupon, moment=at(self.starts)
                )
            case "not_this_way" if self.coupon is not None:
                return tr("not done: the playbook lets no clerk redeem {coupon}", coupon=coupon)
            case _:
                return tr("there is no coupon with this code")


@operation("coupons.list")
async def list_coupons(call: OperationCall) -> CouponList:
    """How the coupons of the playbook are doing."""
    return CouponList(await coupon_figures(call.stores, call.playbook))


@operation("coupons.import.offer")
async def offer_codes(call: OperationCall, coupon: CouponName, codes: CouponCodeTable) -> CodesOffer:
    """What a list of codes for a coupon holds, before they are imported."""
    found = readable_codes(call.playbook, coupon, codes)
    return CodesOffer(coupon, found.new, found.refused)


@operation(
    "coupons.import",
    changes=True,
    offer=offer_codes,
    audit="coupon_codes_imported",
    example="母親節 codes.csv",
)
async def import_coupon_codes(
    call: OperationCall, coupon: CouponName, codes: CouponCodeTable
) -> ImportReport:
    """More codes for a coupon whose codes are imported."""
    return await import_codes(call.stores, call.playbook, coupon, codes, call.by)


@operation("coupons.confirm.offer")
async def offer_confirming(call: OperationCall, coupon: CouponName) -> DoubtfulCodes:
    """How many codes of a coupon a restored backup has made doubtful."""
    return DoubtfulCodes(coupon, (await call.stores.of(Coupons).left([coupon]))[coupon].unsure)


@operation(
    "coupons.confirm",
    changes=True,
    offer=offer_confirming,
    audit=Audited("coupon_codes_confirmed", about="coupon"),
    example="母親節",
)
async def confirm_coupon_codes(call: OperationCall, coupon: CouponName) -> ConfirmedCodes:
    """Codes that a restored backup has made doubtful were given to nobody: they are given again."""
    if not (free := await call.stores.of(CouponCodes).confirm(coupon)):
        raise NothingDoubtful(tr("no code of {coupon} is doubtful", coupon=quoted(coupon)))
    return ConfirmedCodes(coupon, free)


@dataclass(frozen=True, slots=True)
class CouponGiven:
    """The coupon that a customer has now."""

    coupon: str
    title: str
    until: datetime
    name: MaskedName

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """Until when it is good, and of whom it is."""
        about: dict[str, TranslatableValue] = {"coupon": quoted(self.title), "until": at(self.until)}
        yield tr("given: {coupon}, until {until}, to {name}", name=self.name.text or NOTHING, **about)


@operation(
    "coupons.give", roles=TEAM, changes=True, audit="coupon_gift_pressed", example="0912345678 新朋友折100"
)
async def give_coupon(call: OperationCall, customer: Customer, coupon: CouponName) -> CouponGiven:
    """Give a customer a coupon, as an action of the playbook does: its rules hear that."""
    held = await give_to(customer, call.playbook, coupon, call.by, call.request)
    name = MaskedName(masked_name(customer.contact.name))
    return CouponGiven(coupon, held.grant.title, held.grant.until, name)


@operation("coupons.redeem", changes=True, audit="coupon_pressed", example="KQ7NH-3M8PX --store 信義店")
async def redeem_coupon(call: OperationCall, code: CouponCode, store: StoreName = "") -> CouponUse:
    """Redeem the coupon with this code, once."""
    return _use_of(await redeem(call.stores, call.playbook, code, TillActor(call.by, store), call.request))


@operation("coupons.undo", changes=True, audit="coupon_undo_pressed", example="KQ7NH-3M8PX --reason 刷錯")
async def undo_coupon(
    call: OperationCall, code: CouponCode, reason: Reason, use: CouponUseKey = ""
) -> CouponUse:
    """Make a redeemed coupon usable again; one that an order has used stays so."""
    done = await redeem(
        *(call.stores, call.playbook, code, TillActor(call.by), call.request),
        undo=True,
        undoes=use,
        reason=reason,
    )
    return _use_of(done)


def _use_of(done: RedeemOutcome) -> CouponUse:
    """Raises `TooMany`, and `Pending` where no process has done it yet."""
    held = done.coupon
    title = "" if held is None else held.grant.title
    if done.what == "limited":
        raise TooManyAttempts(TOO_MANY_GUESSES, AT_TILL[0][0].total_seconds())
    if done.what == "waits":
        raise Pending(tr("stored: {coupon} is dealt with as soon as oaflow runs", coupon=quoted(title)))
    if held is None:
        return CouponUse(done.what)
    grant = held.grant
    return CouponUse(
        *(done.what, grant.coupon, grant.title, MaskedName(done.masked_name), held.used, held.store),
        *(grant.starts, grant.until, "" if held.used is None else held.act_id),
    )
