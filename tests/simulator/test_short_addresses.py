"""F7: links and counted taps of the worked example, played through the JSON interface."""

from __future__ import annotations

from typing import Any

from tests.simulator.shop import Shop


async def _asked(shop: Shop, friend: str, address: str) -> Any:
    return await shop.do(f"friends/{friend}/address", {"address": address})


async def _opened_by_page(shop: Shop, friend: str, address: str) -> Any:
    """What LIFF's page does after `liff.init`: it signs in, and tells who opens it."""
    launch = await shop.do(f"friends/{friend}/liff", {"address": address})
    page = shop.address + "/liff/main/" + "/".join(address.split("/")[-2:])
    async with shop.http.post(f"{page}/session", json={"id_token": launch["id_token"]}) as response:
        headers = {"Authorization": f"Bearer {(await response.json())['session']}"}
    async with shop.http.post(f"{page}/open", json={"opening": "1"}, headers=headers) as response:
        assert response.status == 200, await response.text()
        return await response.json(), launch["launch"]


async def test_a_printed_code_from_end_to_end(shop: Shop) -> None:
    """Through LIFF: tag and source first, then its text is said and answered; recorded, it holds."""
    friend = await shop.friend()
    found = await _asked(shop, friend, f"{shop.address}/l/main/store_stand")
    assert found["status"] == 302
    leads, launch = await _opened_by_page(shop, friend, found["location"])
    assert leads["say"] == "優惠"
    message = {"type": "text", "text": leads["say"]}
    await shop.do(f"launches/{launch}/messages", {"messages": [message]})
    await shop.rest()
    contact = await shop.get(f"friends/{friend}/contact")
    assert [tag["name"] for tag in contact["tags"]] == ["來源_門市立牌", "看過優惠"]
    assert contact["first_source"]["code"] == contact["last_source"]["code"] == "store_stand"
    said, opened = (await shop.turns(friend))[-1:-3:-1]
    assert (said["heard"], opened["heard"]) == ("優惠", "opens the link store_stand")
    shown = await shop.recorded(friend, "?title=%E7%AB%8B%E7%89%8C")
    assert "- user: {opens_link: store_stand}\n  - bot: coupon\n" in shown


async def test_a_button_that_opens_something_and_does_something(shop: Shop) -> None:
    """The address in the message is this friend's own; what it opens is the playbook's."""
    friend = await shop.friend()
    await shop.say(friend, "優惠")
    message = (await shop.get(f"friends/{friend}/messages"))["messages"][-1]
    uri = message["content"]["actions"][0]["linkUri"]
    assert uri.startswith(f"{shop.address}/o/")
    found = await _asked(shop, friend, uri)
    assert found == {"status": 302, "location": "https://forest.example/sale"}
    await shop.rest()
    last = (await shop.turns(friend))[-1]
    assert last["heard"] == "taps [選購]"
    assert ("tap", "tapped", "選購") in [(s["what"], s["result"], s["because"]) for s in last["steps"]]
    shown = await shop.recorded(friend, "?title=%E9%81%B8%E8%B3%BC")
    assert "- user: {taps: 選購}" in shown


async def test_which_addresses_are_asked_for(shop: Shop) -> None:
    """This server's short ones only: the simulator calls nobody else."""
    friend = await shop.friend()
    for address in ("https://forest.example/", f"{shop.address}/liff/main", "http://[", 5, None):
        await shop.do(f"friends/{friend}/address", {"address": address}, status=400)
    elsewhere = await _asked(shop, friend, "https://bot.elsewhere.example/l/main/brand_story")
    assert elsewhere["location"].startswith("https://liff.line.me/")
    gone = await _asked(shop, friend, f"{shop.address}/l/main/gone")
    assert gone == {"status": 404, "location": None}
