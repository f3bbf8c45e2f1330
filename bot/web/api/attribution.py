"""What was bought after each broadcast, journey, menu, link and coupon, over the API (N6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.model.attribution import SOURCE_KINDS
from bot.operations.attribution.cohorts import binding_cohorts
from bot.operations.attribution.report import DAYS, WITHIN, WITHIN_MOST, attribution_report
from bot.operations.attribution.report_files import cohort_payload, report_payload
from bot.operations.payload import Payload
from bot.store.people_collections import TIMELINE_LIFE
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, get
from bot.web.api.shapes import MOMENT, NUMBER, TEXT, list_of, maybe
from bot.web.openapi_schema import JsonSchema, object_of

_MONEY: JsonSchema = {"type": "string", "description": "NT$, exactly, as a decimal number."}
_SALES = object_of({"orders": NUMBER, "money": _MONEY})
_SOURCE = object_of(
    {
        "kind": {"enum": list(SOURCE_KINDS)},
        "name": TEXT,
        "title": TEXT,
        "contacts": {**NUMBER, "description": "How often it reached somebody, or somebody used it."},
        "buyers": NUMBER,
        "after": {**_SALES, "description": "Of orders with one of these contacts in time before them."},
        "first": {**_SALES, "description": "Of those whose first contact in time it was."},
        "last": {**_SALES, "description": "Of those whose last contact it was."},
        "cost": {**maybe(_MONEY), "description": "Of its messages beyond the plan, at most."},
    }
)
_REPORT = object_of(
    {
        "since": MOMENT,
        "as_of": MOMENT,
        "days": NUMBER,
        "within_seconds": NUMBER,
        "total": _SALES,
        "direct": {**_SALES, "description": "Of orders without a contact before them."},
        "called_off": NUMBER,
        "unpriced": NUMBER,
        "sources": list_of(_SOURCE),
    }
)
_MONTH = object_of({"buyers": NUMBER, "orders": NUMBER, "money": _MONEY})
_COHORT = object_of(
    {
        "bound_in": {**TEXT, "description": "The month, YYYY-MM."},
        "people": NUMBER,
        "orders": NUMBER,
        "money": _MONEY,
        "months": {**list_of(_MONTH), "description": "That month, and each since."},
    }
)


def _days(most: int) -> JsonSchema:
    return {"type": "integer", "minimum": 1, "maximum": most}


@dataclass(frozen=True, slots=True)
class AttributionApi:
    """`/attribution` and `/attribution/cohorts`."""

    context: ApiContext

    @get(
        "/attribution",
        query={"days": _days(TIMELINE_LIFE.after.days), "within": _days(WITHIN_MOST.days)},
        answer=_REPORT,
    )
    async def attribution(self, call: ConsoleCall) -> Payload:
        """Orders and money after broadcasts, journeys, menus, links and coupons."""
        context, days = self.context, call.query.get("days", DAYS)
        within = timedelta(days=call.query.get("within", WITHIN.days))
        channels = context.settings().channels
        return report_payload(
            await attribution_report(context.stores, context.playbook(), channels, days, within)
        )

    @get("/attribution/cohorts", answer=object_of({"cohorts": list_of(_COHORT)}))
    async def attribution_cohorts(self, call: ConsoleCall) -> Payload:
        """What who was bound in a month has bought since, for the last six months."""
        found = await binding_cohorts(self.context.stores, self.context.playbook())
        return {"cohorts": [cohort_payload(one) for one in found]}
