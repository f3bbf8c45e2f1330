"""What one person can make the team pay: a program opens pages as fast as it may."""

from __future__ import annotations

import pytest

from tests.attack.pages import Visitor
from tests.depth import examples
from tests.simulator.shop import Shop

MEMBER = "0922333444"
"""5002 of the simulator's shop."""
ALREADY = "您已完成手機綁定囉！"


@pytest.mark.ring("all", "thousands of requests")
async def test_opening_a_page_over_and_over_costs_one_push(shop: Shop) -> None:
    """B5: each opening has a result that nobody says; a minute later it would be pushed."""
    member = Visitor(shop, await shop.friend(), "main", shop.http)
    await member.sign_in()
    await member.open()
    await member.answer(MEMBER)
    await member.answer((await member.codes())[-1])
    await shop.do("clock", {"by": "2m"})
    for _ in range(examples(60)):
        assert (await member.open())["state"] == "already_bound"
    await shop.do("clock", {"by": "2m"})
    messages = (await shop.get(f"friends/{member.id}/messages"))["messages"]
    assert [one["via"] for one in messages if one["content"].get("text") == ALREADY] == ["push"]
