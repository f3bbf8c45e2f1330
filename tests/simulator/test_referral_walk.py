"""N4: a friend comes by a friend's link: the page of both, over HTTP and the whole bot."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.simulator.member_page import MemberPage, opened
from tests.simulator.shop import Shop

PAGE = "my_invites"


async def stranger(shop: Shop, name: str) -> str:
    """Somebody who has LINE and is no friend of the account yet."""
    added = await shop.do("friends", {"channel": "main", "name": name})
    return str(added["id"])


async def of_friend(shop: Shop, link: str, friend: str) -> MemberPage:
    """The page as somebody opens it by a link."""
    parts = urlsplit(link)
    assert parts.path.endswith(f"/{PAGE}")
    inputs = {name: value for name, [value] in parse_qs(parts.query).items()}
    return await opened(shop, friend, PAGE, inputs=inputs)


async def test_a_friend_comes_by_the_link_and_the_inviter_sees_how_many(shop: Shop) -> None:
    inviter = await shop.friend("邀請人")
    page = await opened(shop, inviter, PAGE)
    [own] = page.screen["invites"]
    assert (own["title"], own["friends"], own["left"]) == ("好友一起來", 0, 10)
    assert own["qr"].startswith("<svg")

    friend = await stranger(shop, "新朋友")
    came = await of_friend(shop, own["link"], friend)
    assert [one["state"] for one in came.screen["invited"]] == ["opened"]
    await shop.do(f"friends/{friend}/follow")
    await shop.rest()
    assert any("您和邀請您的好友" in text for text in await shop.texts(friend))
    assert any("您邀請的好友加入了" in text for text in await shop.texts(inviter))
    [own] = (await opened(shop, inviter, PAGE)).screen["invites"]
    assert (own["friends"], own["rewarded"]) == (1, 0)
    assert "新朋友" not in str(own)
    again = await of_friend(shop, own["link"], friend)
    assert [one["state"] for one in again.screen["invited"]] == ["came"]


async def test_who_is_here_already_and_oneself_are_not_brought(shop: Shop) -> None:
    inviter = await shop.friend("邀請人")
    [own] = (await opened(shop, inviter, PAGE)).screen["invites"]
    itself = await of_friend(shop, own["link"], inviter)
    assert itself.screen.get("invited", []) == []
    forged = await opened(shop, inviter, PAGE, inputs={"by": "000000000000"})
    assert forged.screen.get("invited", []) == []
