"""LINE's statistics of messages sent under an aggregation unit's name: how many opened, how many tapped.

https://developers.line.biz/en/docs/messaging-api/unit-based-statistics-aggregation/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from urllib.parse import urlencode

import aiohttp
import orjson
from yarl import URL

from bot.line.authorised import AuthorisedCalls
from bot.line.http_call import whole
from bot.line.outcome import HttpAnswer, LineError, error_of

FEWEST = 20
"""People: below this number LINE's figure is `null`, so that nobody can be identified."""
DAYS_AT_ONCE = 31
"""Days of one request at most, the first and the last included."""
UPDATED_DAYS = 14
"""How long after sending LINE counts what people do with a message."""
NAMES_A_PAGE = 100
"""Names in one page of the list."""
PAGES_AT_MOST = 20
"""Pages of names that are read; `UNITS_A_MONTH` fill ten."""

Hidden: TypeAlias = int | None
"""A number, or `None`: fewer than `FEWEST` people, or nobody, or nothing is known yet."""
ANSWER_AT_MOST = 32 * 1024 * 1024
"""Bytes of an answer, which lists every address: perhaps one for each person."""

_NOT_UNDERSTOOD = "the answer is not what LINE documents"


@dataclass(frozen=True, slots=True)
class BubbleStatistics:
    """One place in the messages of a unit: `number` counts from 1, over all messages sent under the name.

    `shown` counts how often, `people` by how many; `played` likewise, of videos and sounds.
    """

    number: int
    shown: Hidden
    people: Hidden
    played: Hidden
    played_by: Hidden


@dataclass(frozen=True, slots=True)
class LinkStatistics:
    """An address in the bubble `number`: how often it was opened, and by how many `people`."""

    number: int
    url: str
    opened: Hidden
    people: Hidden


@dataclass(frozen=True, slots=True)
class UnitStatistics:
    """How many people have opened messages of a unit, tapped an address in them, or begun to play.

    LINE's figures are about right, and grow for 14 days after each sending.
    """

    opened: Hidden = None
    clicked: Hidden = None
    played: Hidden = None
    bubbles: tuple[BubbleStatistics, ...] = ()
    links: tuple[LinkStatistics, ...] = ()


class Insight:
    """LINE's statistics for one channel; each call raises `LineError`."""

    def __init__(self, calls: AuthorisedCalls, api: str, timeout: aiohttp.ClientTimeout) -> None:
        self._calls = calls
        self._api = f"{api}/v2/bot"
        self._timeout = timeout

    async def of_unit(self, unit: str, first: date, last: date) -> UnitStatistics:
        """The statistics of a unit from day `first` to `last` (UTC+9), both included, 31 at most.

        LINE answers 60 requests an hour.

        https://developers.line.biz/en/reference/messaging-api/#get-statistics-per-unit
        """
        query = {"customAggregationUnit": unit, "from": f"{first:%Y%m%d}", "to": f"{last:%Y%m%d}"}
        answer = await self._read(f"/insight/message/event/aggregation?{urlencode(query)}")
        return unit_statistics_from(answer)

    async def units_used(self) -> int:
        """How many names of units have been used in this month (UTC+9).

        https://developers.line.biz/en/reference/messaging-api/#get-the-number-of-unit-name-types-assigned-during-this-month
        """
        answer = await self._read("/message/aggregation/info")
        number = answer.get("numOfCustomAggregationUnits")
        if type(number) is not int:
            raise LineError(200, f"{_NOT_UNDERSTOOD}: no numOfCustomAggregationUnits")
        return number

    async def unit_names(self) -> list[str]:
        """The names of units that have been used in this month.

        https://developers.line.biz/en/reference/messaging-api/#get-a-list-of-unit-names-assigned-during-this-month
        """
        names: list[str] = []
        start = ""
        for _ in range(PAGES_AT_MOST):
            query = {"limit": str(NAMES_A_PAGE)} | ({"start": start} if start else {})
            answer = await self._read(f"/message/aggregation/list?{urlencode(query)}")
            page, following = answer.get("customAggregationUnits"), answer.get("next")
            if not isinstance(page, list):
                raise LineError(200, f"{_NOT_UNDERSTOOD}: no customAggregationUnits")
            names += [name for name in page if isinstance(name, str)]
            if not isinstance(following, str) or not following:
                break
            start = following
        return names

    async def _read(self, path: str) -> Mapping[str, Any]:
        response = await self._calls.open(URL(self._api + path, encoded=True), self._timeout)
        if not isinstance(response, aiohttp.ClientResponse):
            raise error_of(response, (self._calls.token,))
        try:
            body = await whole(response, ANSWER_AT_MOST)
        finally:
            response.close()
        reply = HttpAnswer(response.status, body, response.headers.get("X-Line-Request-Id"))
        if reply.status != 200:
            raise error_of(reply, (self._calls.token,))
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError:
            answer = None
        if not isinstance(answer, dict):
            raise LineError(200, _NOT_UNDERSTOOD, reply.request_id)
        return answer


def unit_statistics_from(answer: Mapping[str, Any]) -> UnitStatistics:
    """Raises `LineError` where this is none of LINE's answers; a figure of another kind is a hidden one."""
    overview, bubbles, links = answer.get("overview"), answer.get("messages"), answer.get("clicks")
    if not isinstance(overview, dict) or not isinstance(bubbles, list) or not isinstance(links, list):
        raise LineError(200, f"{_NOT_UNDERSTOOD}: no statistics")
    return UnitStatistics(
        opened=_number(overview, "uniqueImpression"),
        clicked=_number(overview, "uniqueClick"),
        played=_number(overview, "uniqueMediaPlayed"),
        bubbles=tuple(_bubble(one) for one in bubbles if isinstance(one, dict)),
        links=tuple(_link(one) for one in links if isinstance(one, dict) and isinstance(one.get("url"), str)),
    )


def _bubble(entry: Mapping[str, Any]) -> BubbleStatistics:
    return BubbleStatistics(
        number=_number(entry, "seq") or 0,
        shown=_number(entry, "impression"),
        people=_number(entry, "uniqueImpression"),
        played=_number(entry, "mediaPlayed"),
        played_by=_number(entry, "uniqueMediaPlayed"),
    )


def _link(entry: Mapping[str, Any]) -> LinkStatistics:
    return LinkStatistics(
        number=_number(entry, "seq") or 0,
        url=entry["url"],
        opened=_number(entry, "click"),
        people=_number(entry, "uniqueClick"),
    )


def _number(values: Mapping[str, Any], key: str) -> Hidden:
    value = values.get(key)
    return value if type(value) is int else None
