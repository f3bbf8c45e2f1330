"""What the clock can jump to: a rule, a rich menu or a flow that begins or ends by its dates. L4."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from playwright.async_api import Page, expect

from bot.scenario.folder import PlaybookFiles
from bot.simulator.workbench.clock import ScheduledChange, Turning, next_turning
from tests.simulator.shop import TAIPEI, open_shop, written

BOT = """\
bot: 森活選品
channels: {{main: {{id: "@forest", channel_id: "1", channel_secret: x}}}}
rules:
  - when: {{text: 雙11}}
    from: {begins:%Y-%m-%d} 00:00
    until: {ends:%Y-%m-%d} 00:00
    reply: 全館五折
"""


CAMPAIGN = """\
bot: 森活選品
channels:
  main: {{id: "@forest", channel_id: "1", channel_secret: x}}
  other: {{id: "@tea", channel_id: "2", channel_secret: x}}
rules:
  - {{when: {{text: 雙11}}, until: {begins:%Y-%m-%d} 00:00, reply: 敬請期待}}
  - name: 雙11 當天
    when: {{text: 雙11}}
    from: {begins:%Y-%m-%d} 00:00
    until: {ends:%Y-%m-%d} 00:00
    reply: 全館五折
  - {{when: {{text: 雙11}}, from: {ends:%Y-%m-%d} 00:00, reply: 明年見}}
  - {{when: anything_else, from: {ends:%Y-%m-%d} 00:00, reply: 活動結束了}}
"""


def test_one_moment_is_one_entry_and_each_rule_goes_by_what_tells_it_from_the_others(tmp_path: Path) -> None:
    """Where a campaign began, 「結束」 was said: of the rule before it; and all were called by their word."""
    begins = datetime(2026, 11, 11, tzinfo=TAIPEI)
    (tmp_path / "bot.yaml").write_text(
        CAMPAIGN.format(begins=begins, ends=begins + timedelta(days=1)), "utf-8"
    )
    playbook = PlaybookFiles(tmp_path, {}).load().playbook
    assert playbook is not None
    eve, far = begins - timedelta(days=9), begins + timedelta(days=99)
    first = next_turning(playbook, eve, far)
    assert first == Turning(
        begins,
        (
            ScheduledChange("rule", "雙11 當天", begins=True),
            ScheduledChange("rule", "雙11", begins=False, place="bot.yaml:6"),
        ),
    )
    second = next_turning(playbook, begins, far)
    assert second == Turning(
        begins + timedelta(days=1),
        (
            ScheduledChange("rule", "雙11", begins=True, place="bot.yaml:12"),
            ScheduledChange("rule", None, begins=True, place="bot.yaml:13"),
            ScheduledChange("rule", "雙11 當天", begins=False),
        ),
    )
    assert next_turning(playbook, second.at, far) is None


async def test_from_and_until_of_a_rule(tmp_path: Path, desk: Page) -> None:
    """「沒有排定的事」 was said, though a rule begins in ten days; from then to its end it answers."""
    today = datetime.now(TAIPEI).replace(hour=0, minute=0, second=0, microsecond=0)
    begins, ends = today + timedelta(days=10), today + timedelta(days=12)
    async with open_shop(written(tmp_path, BOT.format(begins=begins, ends=ends))) as shop:
        friend = await shop.friend()
        due = int(begins.timestamp() * 1000)
        begun = {"of": "rule", "name": "雙11", "begins": True, "place": None}
        told = {"due": due, "contact": None, "changes": [begun]}
        assert (await shop.get("clock"))["next"] == told
        await shop.do("clock", {"next": True, "friend": friend}, 409)  # of a friend: their timers alone
        await desk.goto(f"{shop.address}/simulator/?friend={friend}")
        await desk.locator("#tab-clock").click()
        button = desk.locator(".next-timer")
        await expect(button).to_contain_text("規則「雙11」開始")
        await button.click()
        await expect(button).to_contain_text("規則「雙11」結束")
        assert (await shop.get("clock"))["now"] >= due
        await shop.say(friend, "雙11")
        assert (await shop.texts(friend))[-1] == "全館五折"
        moved = await shop.do("clock", {"next": True})
        assert (moved["stopped"], moved["next"]) == (None, None)
        await expect(button).to_contain_text("沒有排定的事")
        await expect(button).to_be_disabled()
        await shop.say(friend, "雙11")
        assert (await shop.texts(friend)).count("全館五折") == 1
