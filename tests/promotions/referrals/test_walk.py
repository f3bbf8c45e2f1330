"""N4: a friend comes by a friend's link: the page of both, over HTTP and the whole bot."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.simulator.member_page import MemberPage, by_button, opened
from tests.simulator.shop import Shop
from tests.simulator.test_binding_in_chat import codes, new_phone
from tests.simulator.test_binding_with_shop import put

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


async def brings(shop: Shop, link: str, name: str, number: str, phone: str) -> str:
    """Somebody comes by a link, and binds this phone by the button that the account sends."""
    friend = await stranger(shop, name)
    await of_friend(shop, link, friend)
    await shop.do(f"friends/{friend}/follow")
    await shop.rest()
    await put(shop, f"members/{number}", {"name": name, "phone": phone})
    await shop.say(friend, "綁定")
    page = await by_button(shop, friend, "開始綁定")
    await page.answer(phone)
    await page.answer((await codes(shop, friend))[-1])
    await shop.rest()
    return friend


@pytest.mark.ring("all", "starts a process")
async def test_from_a_friends_link_to_the_coupons_of_both(shop: Shop) -> None:
    """N4, whole: opened, followed, bound, compared, both given one coupon, each with a code of its own."""
    inviter = await shop.friend("邀請人")
    [own] = (await opened(shop, inviter, PAGE)).screen["invites"]
    friend = await brings(shop, own["link"], "新朋友", "77001", new_phone())
    await shop.do("clock", {"by": "61s"})  # until then it waits for whoever is on the page
    await shop.rest()
    assert [text for text in await shop.texts(friend) if "好友見面禮 50 元" in text]
    assert [text for text in await shop.texts(inviter) if "邀請謝禮 50 元" in text]
    [theirs] = (await opened(shop, friend, "my_coupons")).screen["coupons"]
    [mine] = [
        one
        for one in (await opened(shop, inviter, "my_coupons")).screen["coupons"]
        if one["title"] == "邀請謝禮 50 元"
    ]
    assert theirs["code"] != mine["code"]
    [own] = (await opened(shop, inviter, PAGE)).screen["invites"]
    assert (own["friends"], own["successes"], own["rewarded"], own["left"]) == (1, 1, 1, 9)
    [invited] = (await opened(shop, friend, PAGE)).screen["invited"]
    assert invited["state"] == "done"
    await shop.do(f"friends/{friend}/block")
    await shop.do(f"friends/{friend}/unblock")
    await shop.rest()
    assert len((await opened(shop, inviter, "my_coupons")).screen["coupons"]) == 1, "counted once"
