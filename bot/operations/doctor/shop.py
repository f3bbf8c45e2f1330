"""The shop's back office, as far as binding depends on it: who has looked at each setting (C8). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.model.translatable import tr
from bot.operations.binding_checklist import ChecklistItem
from bot.operations.doctor.finding import SetupFinding, SetupItem
from bot.operations.today import ShopHealth

ANSWERS = SetupItem("shop_answers", "shop", tr("The shop"), tr("without it nobody who binds is found there"))


def shop_answers(shop: ShopHealth, moment: Callable[[datetime], str]) -> SetupFinding:
    """Whether it takes our calls, and when its members were read."""
    saw = shop.line(moment)
    if shop.trouble is not None:
        return ANSWERS.wrong(
            saw, tr("see its page in the console, or  oaflow shop status {shop}", shop=shop.shop)
        )
    return ANSWERS.fine(saw) if shop.is_linked and shop.read is not None else ANSWERS.unknown(saw)


def shop_findings(items: Iterable[ChecklistItem]) -> Iterator[SetupFinding]:
    """Each setting: found right by somebody, or still to be looked at."""
    for one in items:
        costs = tr("binding depends on it; it costs SMS")
        why = costs if one.to_set.costs_sms else tr("binding depends on it")
        item = SetupItem(f"shop_{one.item}", "shop", one.to_set.what, why)
        if one.check is not None:
            yield replace(item.fine(tr("somebody has looked")), by=one.check.by, at=one.check.at)
            continue
        where = tr("in the shop's back office: {where}", where=one.to_set.where)
        steps = (where,) if one.to_set.where else ()
        yield replace(item.wrong(tr("nobody has looked yet"), *steps), state="unasked")
