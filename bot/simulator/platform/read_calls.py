"""What the bot reads at LINE: pictures that friends have sent, and figures of aggregation units.

https://developers.line.biz/en/reference/messaging-api/#getting-content

https://developers.line.biz/en/reference/messaging-api/#get-statistics-per-unit
"""

from __future__ import annotations

import re
from datetime import date

from bot.line.insight import DAYS_AT_ONCE, NAMES_A_PAGE
from bot.model.clock import Clock
from bot.simulator.platform.call import Answered, ApiCall, Route
from bot.simulator.platform.refusal import LineRefusal
from bot.simulator.state.pictures import PictureBytes, Pictures


class ContentCalls:
    """The calls that read what came with a message. Only pictures are kept: all else is not found."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures

    def rows(self) -> list[Route]:
        """The calls, as `LineApi` serves them."""
        content = "/v2/bot/message/{id}/content"
        return [
            Route("GET", content, "content", self._content),
            Route("GET", content + "/preview", "preview", self._content),  # as large as the picture itself
            Route("GET", content + "/transcoding", "transcoding", self._transcoding),
        ]

    async def _content(self, call: ApiCall) -> Answered:
        return Answered(body=self._picture(call))

    async def _transcoding(self, call: ApiCall) -> Answered:
        self._picture(call)
        raise LineRefusal(400, "Transcoding status doesn't support this type of content")

    def _picture(self, call: ApiCall) -> PictureBytes:
        message, channel = call.path["id"], call.account.channel.name
        picture = self._pictures.find(message, channel)
        if picture is not None:
            return picture
        if self._pictures.was_forgotten(message, channel):
            raise LineRefusal(410, "The content is gone")
        raise LineRefusal(404, "not found")


_DATE = re.compile(r"[0-9]{8}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_NO_STATISTIC = {"message": None, "key": None, "stacktrace": None, "code": None}
"""LINE's whole answer to a question that it does not take."""


class InsightCalls:
    """The calls about units; each raises `LineRefusal` where LINE refuses."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def rows(self) -> list[Route]:
        """The calls, as `LineApi` serves them."""
        names = "/v2/bot/message/aggregation"
        return [
            Route("GET", "/v2/bot/insight/message/event/aggregation", "unit-statistics", self._statistics),
            Route("GET", names + "/info", "units-used", self._used),
            Route("GET", names + "/list", "unit-names", self._names),
        ]

    async def _statistics(self, call: ApiCall) -> Answered:
        unit = call.query.get("customAggregationUnit")
        first, last = _day(call.query.get("from")), _day(call.query.get("to"))
        if not unit or first is None or last is None or not 0 <= (last - first).days < DAYS_AT_ONCE:
            refusal = LineRefusal(400, "no statistic")
            refusal.body = dict(_NO_STATISTIC)
            raise refusal
        return Answered(body=call.account.units.statistics(unit, first, last))

    async def _used(self, call: ApiCall) -> Answered:
        used = len(call.account.units.names(self._clock.now()))
        return Answered(body={"numOfCustomAggregationUnits": used})

    async def _names(self, call: ApiCall) -> Answered:
        limit, start = call.query.get("limit", str(NAMES_A_PAGE)), call.query.get("start", "0")
        if not _NUMBER.fullmatch(limit) or not 1 <= int(limit) <= NAMES_A_PAGE:
            raise LineRefusal(400, "The value for the 'limit' parameter is invalid")
        names = call.account.units.names(self._clock.now())
        if not _NUMBER.fullmatch(start) or int(start) > len(names):
            raise LineRefusal(400, "Invalid start param")
        end = int(start) + int(limit)
        page = {"customAggregationUnits": names[int(start) : end]}
        return Answered(body=page | ({"next": str(end)} if end < len(names) else {}))


def _day(given: str | None) -> date | None:
    if given is None or not _DATE.fullmatch(given):
        return None
    try:
        return date(int(given[:4]), int(given[4:6]), int(given[6:]))
    except ValueError:
        return None
