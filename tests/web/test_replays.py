"""A captured webhook does nothing once its ids may be forgotten; a stamp of the future does no harm. A2"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.model.inbox import KNOWN_FOR, MAX_EVENT_AGE
from bot.store.events.inbox import REPLAYED
from tests.conftest import NOW
from tests.web.conftest import Site, text

pytestmark = pytest.mark.both_ways

OLD = KNOWN_FOR + timedelta(seconds=1)


def stamped(said: str, ago: timedelta, number: int) -> dict[str, Any]:
    """What somebody said so long ago."""
    return text(said, number, timestamp=int((NOW - ago).timestamp() * 1000))


async def is_silent(site: Site) -> bool:
    """Whether the person wants no pushes."""
    stored = await site.bot.stores.contacts.person("main:U1")
    assert stored is not None
    return not stored.contact.marketing


async def test_an_old_webhook_undoes_no_later_word(site: Site) -> None:
    """The inbox has forgotten the id: 「恢復推播」 of weeks ago would undo 「停止推播」."""
    assert (await site.deliver(text("停止推播", 2)))[0] == 200
    await site.bot.settle()
    assert await is_silent(site)
    for _ in range(2):
        assert (await site.deliver(stamped("恢復推播", OLD, 1)))[0] == 200
        await site.bot.settle()
    assert await is_silent(site)
    assert len(site.line.calls) == 1
    entries = await site.database.collection("inbox").find({"state": "aside"}).to_list(None)
    assert [(one["_id"], one["reason"]) for one in entries] == [("main:01E" + "1".zfill(23), REPLAYED)]
    assert (await site.figures())["oaflow_events_set_aside_total",] == 1


async def test_what_is_old_keeps_nothing_else_of_its_webhook(site: Site) -> None:
    assert (await site.deliver(stamped("營業時間", OLD, 1), text("營業時間", 2)))[0] == 200
    await site.bot.settle()
    assert [call.to for call in site.line.calls] == ["token-2"]


@pytest.mark.ring("all", "page after page")
@pytest.mark.parametrize("ago", [timedelta(), MAX_EVENT_AGE - timedelta(seconds=1), timedelta(days=-400)])
async def test_what_comes_in_time_or_is_stamped_in_the_future_is_answered(site: Site, ago: timedelta) -> None:
    """LINE delivers again for a while. A stamp of the future is not LINE's, or our clock is behind: to be
    silent to everybody would be worse."""
    assert (await site.deliver(stamped("營業時間", ago, 1)))[0] == 200
    await site.bot.settle()
    assert len(site.line.calls) == 1


async def test_it_is_listed_with_its_reason(site: Site) -> None:
    assert (await site.deliver(stamped("營業時間", OLD, 1)))[0] == 200
    [listed] = await site.bot.stores.given_up.since(NOW - timedelta(days=1))
    assert (listed.kind, listed.reason, listed.channel) == ("event", REPLAYED, "main")
    [(entry, _)] = await site.inbox()
    assert await site.bot.inbox.why_aside(entry.id, entry.part)
