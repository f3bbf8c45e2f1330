"""Coupons in the console: how each is doing, where it is used, its codes (N1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import Duration
from bot.engine.times.value_words import end_words, span_words, value_words
from bot.model.translatable import Refusal, Translatable, plural, tr
from bot.operations.import_report import ImportReport
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.operations.code_import import code_lines
from bot.promotions.coupons.operations.declared import confirm_coupon_codes, import_coupon_codes
from bot.promotions.coupons.operations.figures import (
    CouponDay,
    CouponFigures,
    alerts_of,
    coupon_days,
    coupon_figures,
    given_where,
    used_by_store,
)
from bot.promotions.coupons.operations.form import WAYS
from bot.web.admin.chart import Chart, Series, chart
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, RenderedPage, Visit, page_address

PAGE = "/admin/coupons"
ONE = f"{PAGE}/one"
TITLE = tr("Coupons")
SOURCES = {
    "made": tr("a code for each, made here"),
    "imported": tr("codes that you upload"),
    "fixed": tr("the same code for everybody: {code}"),
}
SHOWN = 201
"""Lines of what came of a file: who has more mends these first."""
_NONE = RenderedPage("message.html", tr("The playbook has no such coupon"), status=404)


@dataclass(frozen=True, slots=True)
class CouponPages(AdminPages):
    """`/admin/coupons` and what is below it."""

    context: StoreContext

    async def coupons(self, visit: Visit) -> AdminAnswer:
        """All of the playbook."""
        context = self.context
        figures = await coupon_figures(context.stores, context.playbook())
        now = context.now()
        rows = [(one, alerts_of(one, now), coupon_address(one.coupon)) for one in figures]
        return RenderedPage("coupons.html", TITLE, {"rows": rows})

    async def coupon(self, visit: Visit) -> AdminAnswer:
        """One of them."""
        return await self._page(visit, visit.query("coupon"))

    async def coupon_codes(self, visit: Visit) -> AdminAnswer:
        """What came of each line of a file with codes."""
        context, name, sent = self.context, visit.query("coupon"), visit.file
        if sent is None or not sent.content:
            return await self._page(visit, name, refused=tr("choose a file first"))
        lines = code_lines(BytesIO(sent.content), sent.name)
        try:
            done = await import_coupon_codes(visit.call(context), name, lines)
        except Refusal as error:
            return await self._page(visit, name, refused=error.message)
        return await self._page(visit, name, done=done)

    async def coupon_confirmed(self, visit: Visit) -> AdminAnswer:
        """Codes that a restore has made doubtful are given again."""
        name = visit.query("coupon")
        [done] = (await confirm_coupon_codes(visit.call(self.context), name)).lines(str)
        return Redirect(coupon_address(name), flash=Flash(done))

    async def _page(
        self,
        visit: Visit,
        name: str,
        *,
        refused: Translatable | None = None,
        done: ImportReport | None = None,
    ) -> RenderedPage:
        """The page of a coupon; with what came of a file just now."""
        context, playbook = self.context, self.context.playbook()
        figures = next(
            (one for one in await coupon_figures(context.stores, playbook) if one.coupon == name), None
        )
        if figures is None:
            return _NONE
        data = {
            "figures": figures,
            "coupon": figures.compiled,
            "alerts": alerts_of(figures, context.now()),
            "facts": facts_of(figures, playbook.zone),
            "given": given_where(playbook, name),
            "stores": await used_by_store(context.stores, playbook, name),
            "imported": None if done is None else [*islice(done.lines(str), SHOWN)],
            "to": {action: page_address(f"{PAGE}/{action}", coupon=name) for action in ("codes", "confirm")},
            "chart": _by_day(visit, await coupon_days(context.stores, playbook, name, context.now())),
        }
        wrong = refused is not None or (done is not None and bool(done.refused))
        title = tr("{name}", name=figures.title)
        return RenderedPage("coupon.html", title, data, 409 if wrong else 200, refused)


def coupon_address(name: str) -> str:
    """Where one is looked at."""
    return page_address(ONE, coupon=name)


def facts_of(figures: CouponFigures, zone: ZoneInfo) -> Sequence[tuple[Translatable, Sequence[Translatable]]]:
    """What the playbook says of a coupon, line by line."""
    coupon = figures.compiled
    per_person = tr("{number} for each person", number=coupon.per_person)
    stock = tr("no limit") if coupon.stock is None else tr("{number} in all", number=f"{coupon.stock:,}")
    source = SOURCES[coupon.source]
    if coupon.fixed is not None:
        source = tr("the same code for everybody: {code}", code=coupon.fixed)
    return [
        (tr("Good"), list(_good(coupon, zone))),
        (tr("How many there are"), [stock, per_person]),
        (tr("Codes"), [source]),
        (tr("Used by"), [WAYS[way] for way in WAYS if way in coupon.redeem]),
    ]


def _good(coupon: Coupon, zone: ZoneInfo) -> Iterator[Translatable]:
    if coupon.starts is not None:
        yield tr("from {moment} on", moment=value_words(coupon.starts, zone))
    if coupon.until is not None:
        yield tr("until {moment}", moment=end_words(coupon.until, zone))
    if (lasts := coupon.lasts) is not None:
        days = lasts.days if lasts == Duration(days=lasts.days) else 0
        yield (
            plural("1 day from when it is given", "{number} days from when it is given", days)
            if days
            else tr("{span} from when it is given", span=span_words(lasts))
        )


def _by_day(visit: Visit, days: Sequence[CouponDay]) -> Chart:
    words = visit.words.text
    given = Series(words(tr("Given")), [one.given for one in days])
    used = Series(words(tr("Used")), [one.used for one in days])
    return chart("line", [f"{one.day:%m-%d}" for one in days], (given, used))
