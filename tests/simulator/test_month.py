"""A month passes at a tap: each message stands in the chat under its day and its time. L3, L4, H1."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from playwright.async_api import Page, expect

from tests.simulator.shop import TAIPEI, open_shop

BOOK = """\
bot: 森活選品
channels: {main: {id: "@forest", channel_id: "1", channel_secret: x, access_token: y}}
rules: [{when: {text: 加入}, do: [{add_tags: 會員}, {reply: 歡迎}]}]
flows:
  series:
    title: 一個月
    once_per: person
    if_late: send
    when: {tag_added: 會員}
    states:
      隔天: {wait: next day at 10:00, next: 一週後}
      一週後: {push: 第一則。不想收到？輸入「停止推播」, wait: 7d at 18:30, next: 月底}
      月底: {push: 第二則, wait: 21d at 09:05, next: 完}
      完: {push: 第三則, end: true}
"""
CAME = {"第一則": "上午10:00", "第二則": "下午6:30", "第三則": "上午9:05"}


def begun() -> date:
    """The next 10th of December: a month later it is another year, for which every day tells its own."""
    soonest = datetime.now(TAIPEI).date() + timedelta(days=2)
    this = date(soonest.year, 12, 10)
    return this if this >= soonest else date(soonest.year + 1, 12, 10)


def on(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日週{'一二三四五六日'[day.weekday()]}"


async def test_a_month_of_a_journey(tmp_path: Path, desk: Page) -> None:
    (tmp_path / "bot.yaml").write_text(BOOK, "utf-8")
    first = begun()
    next_day, a_week_later, last = (first + timedelta(days=number) for number in (1, 8, 29))
    async with open_shop(tmp_path) as shop:
        friend = await shop.friend()
        await shop.do("clock", {"to": f"{first}T14:00"})
        await shop.say(friend, "加入")
        await desk.goto(f"{shop.address}/simulator/?friend={friend}")
        await expect(desk.locator("#chat .day")).to_have_text(["今天"])
        await desk.locator("#tab-clock").click()
        clock = desk.locator("#panel-clock")
        await clock.get_by_role("button", name="快轉 30 天").click()
        days = [on(first), on(next_day), on(a_week_later), "昨天"]
        await expect(desk.locator("#chat .day")).to_have_text(days)
        for text, time in CAME.items():
            await expect(desk.locator(".said", has_text=text).locator("time")).to_have_text(time)
        await expect(clock.locator(".turn")).to_have_count(3)
        # drawn on the way or at its end: their year is told when it is another one
        await expect(clock.locator(".turn time")).to_have_text(
            [f"{on(last)} 09:05", f"{on(a_week_later)} 18:30", f"{on(next_day)} 10:00"]
        )
