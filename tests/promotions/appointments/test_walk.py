"""N5: booked in the chat, seen by staff, cancelled in the chat: on the real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, expect

from bot.engine.times.local_time import local, today
from bot.playbook.load import load
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.engine.slots import free_starts
from tests.promotions.appointments.examples import TAIPEI
from tests.simulator.lent_pages import PHONE
from tests.simulator.member_page import opened
from tests.simulator.shop import Shop
from tests.simulator.windows import member_window, signed_in

SERVICE = "膚況諮詢"


async def free_time(shop: Shop) -> datetime:
    """A time that can be booked by the example's hours, in about a week, by the clock on the wall."""
    playbook = load(shop.folder, {}, unset="warning").playbook
    assert playbook is not None
    service = APPOINTMENTS.of(playbook)[SERVICE]
    now = datetime.fromtimestamp((await shop.get("clock"))["now"] / 1000, UTC)
    days = (today(now, TAIPEI) + timedelta(days=number) for number in range(5, 25))
    return next(local(one, TAIPEI) for day in days for one in free_starts(service, day, {}, now, TAIPEI))


async def test_booked_in_the_chat_seen_by_staff_cancelled_in_the_chat(chromium: Browser, shop: Shop) -> None:
    start = await free_time(shop)
    friends = [await shop.friend(name) for name in ("預約的小美", "預約的阿宏", "預約的小玲")]
    for friend in friends:
        await shop.say(friend, "預約諮詢", f"{start:%Y-%m-%d %H:%M}")
    said = [(await shop.texts(friend))[-1] for friend in friends]
    assert ["小芳" in said[0], "阿明" in said[1], "約滿了" in said[2]] == [True, True, True], said

    async with signed_in(chromium, shop, "admin", PHONE) as desk:
        await desk.goto(f"{shop.address}/admin/appointments?day={start:%Y-%m-%d}")
        await expect(desk.get_by_role("heading", name="門市膚況諮詢")).to_be_visible()
        await expect(desk.get_by_role("link", name="預約的小美")).to_be_visible()
        await expect(desk.get_by_role("link", name="預約的阿宏")).to_be_visible()
        await expect(desk.get_by_role("link", name="預約的小玲")).to_have_count(0)

        await shop.say(friends[0], "取消諮詢")
        assert "取消" in (await shop.texts(friends[0]))[-1]
        await shop.say(friends[2], "預約諮詢", f"{start:%Y-%m-%d %H:%M}")
        assert "小芳" in (await shop.texts(friends[2]))[-1]
        await desk.reload()
        await expect(desk.get_by_role("link", name="預約的小美")).to_have_count(0)
        await desk.get_by_role("link", name="預約的小玲").click()
        await expect(desk.get_by_role("heading", name="預約的小玲")).to_be_visible()


async def test_booked_and_cancelled_on_the_page_beside_others(chromium: Browser, shop: Shop) -> None:
    start = await free_time(shop) + timedelta(hours=3)
    friends = [await shop.friend(name) for name in ("頁面的小美", "頁面的阿宏")]
    pages = [await opened(shop, friend, "my_appointments") for friend in friends]
    for page in pages:  # both want her, at one time
        await page.answer(f"book\n{SERVICE}\n{start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\n小芳")
        await shop.rest()
    shown = [(await page.now())["appointments"] for page in pages]
    assert [one["asked"] for one in shown] == ["booked", "full"]
    assert "約好了" in (await shop.texts(friends[0]))[-1]
    assert not any("滿" in text for text in await shop.texts(friends[1])), (
        "that it was full stands on the page"
    )

    async with member_window(chromium, shop, friends[0], "my_appointments") as desk:
        await desk.get_by_role("button", name="取消預約").press("Enter")
        await desk.get_by_role("button", name="確定取消").press("Enter")
        await expect(desk.get_by_text("已經幫您取消預約了")).to_be_focused()
        await expect(desk.get_by_role("button", name="門市膚況諮詢 1 小時")).to_be_enabled()
