"""The report on a broadcast: groups compared, intervals, money, blocks, clicks; as a page and as files (I5,
I7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.engine.compiled.broadcast import Broadcast
from bot.model.plain_text import visible
from bot.model.reports import BroadcastReport, Reaction
from bot.model.spending import spending_differences
from bot.model.translatable import Refusal, tr
from bot.operations.broadcasts.report import report_of
from bot.operations.broadcasts.report_files import report_text
from bot.operations.broadcasts.report_words import (
    HELD_OUT,
    money_words,
    notes,
    rate_words,
    reaction_words,
    sent_words,
    skipped_words,
    sureness_in_words,
)
from bot.operations.report_figures import difference_words
from bot.operations.spending_words import spent_difference_words, spent_head, spent_words
from bot.web.admin.broadcast_context import BroadcastContext
from bot.web.admin.broadcast_list_pages import ONE, PAGE, other_account
from bot.web.admin.visit import AdminAnswer, AdminPages, Download, RenderedPage, Visit, page_address

REPORT = f"{PAGE}/report"
FILES = {"csv": "text/csv", "svg": "image/svg+xml"}
"""The media types of the files."""
_NONE = RenderedPage("message.html", tr("There is no such report"), status=404)


@dataclass(frozen=True, slots=True)
class BroadcastReportPages(AdminPages):
    """`/admin/broadcasts/report` and its files."""

    context: BroadcastContext

    async def broadcast_report(self, visit: Visit) -> AdminAnswer:
        """The report on the last sending that went out."""
        broadcast, context = self._named(visit), self.context
        if broadcast is None:
            return _NONE
        name = visible(broadcast.title or broadcast.name)
        title = tr("Report: {name}", name=name)
        to = {"one": page_address(ONE, name=broadcast.name), "name": broadcast.name}
        try:
            found, silent = await report_of(context.stores, context.playbook(), broadcast, context.line())
        except Refusal as error:
            return RenderedPage("message.html", title, {}, 404, error.message)
        data = {
            **to,
            "began": found.began or found.moment,
            "is_over": found.ended is not None,
            "sent": sent_words(found),
            "skipped": skipped_words(found),
            "said": [(one.name, found.said[one.name]) for one in found.groups if one.name in found.said],
            "money": list(money_words(found)),
            "not_taken": [
                (visible(why), f"{number:,}")
                for why, number in sorted(found.refused.items(), key=lambda one: -one[1])
            ],
            "reactions": [_reaction(found, one) for one in found.reactions],
            "spent": _spent(found),
            "sureness": list(sureness_in_words(found)),
            "notes": list(notes(found, context.playbook().zone, in_short=False)),
            "silent": silent,
            "files": {
                kind: page_address(f"{REPORT}/file", name=broadcast.name, **{"as": kind}) for kind in FILES
            },
        }
        return RenderedPage("broadcast_report.html", title, data)

    async def broadcast_report_file(self, visit: Visit) -> AdminAnswer:
        """The report as a table for spreadsheets, or as a picture for a slide."""
        broadcast, kind, context = self._named(visit), visit.query("as"), self.context
        if broadcast is None or kind not in FILES:
            return _NONE
        found, _ = await report_of(context.stores, context.playbook(), broadcast, context.line())
        words, zone = visit.words, context.playbook().zone
        account = other_account(context, broadcast.channel)
        shown = report_text(found, words, zone, account)
        text = shown.csv(words) if kind == "csv" else shown.picture()
        day = (found.began or found.moment).astimezone(zone)
        return Download(text.encode(), FILES[kind], f"report-{day:%Y%m%d-%H%M}.{kind}")

    def _named(self, visit: Visit) -> Broadcast | None:
        return self.context.playbook().broadcasts.get(visit.query("name"))


def _reaction(report: BroadcastReport, reaction: Reaction) -> Mapping[str, Any]:
    """The values of a reaction: a row for each group, with its share as a bar, and the
    groups' differences."""
    rates = [(group, group.rate(reaction)) for group in report.groups]
    return {
        "says": reaction_words(report, reaction),
        "is_main": reaction == report.main,
        "groups": [
            {
                "name": group.name,
                "is_holdout": group.holdout,
                "held_out": HELD_OUT,
                "rate": rate_words(group, reaction),
                "share": None if rate is None else round(rate.share, 4),
            }
            for group, rate in rates
        ],
        "most": max((rate.share for _, rate in rates if rate is not None), default=0) or 1,
        "differences": [difference_words(one) for one in report.differences(reaction)],
    }


def _spent(report: BroadcastReport) -> Mapping[str, Any] | None:
    """What each group has spent in the shop, and the groups' differences; `None` where that is not known."""
    groups = report.spending
    if not groups:
        return None
    return {
        "says": spent_head(report.spent_within, so_far=report.spending_is_open),
        "groups": [(name, spent_words(one), round(one.mean, 2)) for name, one in groups],
        "most": max(one.mean for _, one in groups) or 1,
        "differences": [spent_difference_words(one) for one in spending_differences(groups)],
    }
