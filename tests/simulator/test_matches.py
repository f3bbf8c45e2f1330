"""E2 with the simulator's people: what they write in forms, and the command that says so."""

from __future__ import annotations

import json

import pytest

from tests.cli.oaflow import ended
from tests.simulator.member_page import opened
from tests.simulator.shop import Shop


async def _writes(shop: Shop, channel: str, address: str) -> str:
    """A friend who fills in the form with this e-mail address, and nothing else."""
    friend = await shop.friend(channel=channel)
    page = await opened(shop, friend, "customer_data", channel)
    for said in (None, None, None, address, None, "同意"):
        await (page.does("skip") if said is None else page.answer(said))
    await page.does("send")
    await shop.rest()
    return f"{channel}:{friend}"


@pytest.mark.ring("all", "starts a process")
async def test_two_friends_with_one_address_are_told_of_as_pretended(shop: Shop) -> None:
    first, then = [await _writes(shop, one, "twice@forest.example") for one in ("main", "outlet")]
    folder = str(shop.folder)
    listed = json.loads((await ended("contact", "matches", folder, "--json")).out)["matches"]
    [match] = [one for one in listed if one["contact"]["contact"] == then]
    assert (match["other"]["contact"], match["contact"]["simulator"], match["other"]["simulator"]) == (
        first,
        True,
        True,
    )
    told = (await ended("contact", "matches", folder, "--language", "zh-TW")).out
    assert next(line for line in told.splitlines() if then in line).endswith("在模擬器裡")
    refused = await ended("contact", "matches", "refuse", folder, match["match"], "--language", "zh-TW")
    assert (refused.code, refused.err) == (0, "")
