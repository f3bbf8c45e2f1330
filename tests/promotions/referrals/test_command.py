"""`oaflow referral`: how campaigns are doing, and who has brought whom (N4)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.model.mark import Mark
from bot.promotions.referrals.model import CAME, OF_REFERRALS, REFUSED
from bot.store.stores import Stores
from tests.cli.commands import OnStores, Run, Written
from tests.counted import count_on
from tests.people import come
from tests.promotions.referrals.test_operations import INVITER, friend

BOT = """
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}
coupons: {謝禮: {for: 30d, per_person: 10}}
referrals: {好友: {title: 好友一起來, when: bound, inviter: 謝禮, max: 10}}
rules:
  - {when: {text: 邀請}, reply: {text: 邀請, quick_replies: [{label: 邀請, page: my_invites}]}}
"""


@pytest.fixture
def shop(tmp_path: Path, written: Written, on_stores: OnStores) -> Path:
    async def bring(stores: Stores) -> None:
        await come(stores.contacts, INVITER, friend(1, "done"), friend(2, "refused", why="household"))
        for what, why in ((CAME, ""), (CAME, ""), (REFUSED, "household")):
            await count_on(stores, "2025-11-01", Mark("main", OF_REFERRALS, what, ("好友", why)))

    on_stores(bring)
    written(BOT)
    return tmp_path


def told(run: Run, *words: str, code: int = 0) -> Any:
    return json.loads(run(*words, "--json", code=code).out)


def test_a_line_for_each_campaign(shop: Path, run: Run) -> None:
    [one] = told(run, "referral", "list", str(shop))["referrals"]
    assert (one["campaign"], one["title"], one["came"]) == ("好友", "好友一起來", 2)
    assert (one["refused"]["household"], one["refused"]["late"]) == (1, 0)
    heads, line = run("referral", "list", str(shop), "--language", "zh-TW").out.splitlines()
    assert heads.split()[:3] == ["推薦活動", "加入的好友", "推薦成功"]
    assert line.endswith("和邀請人用同一支電話或 Email：1")


def test_who_has_brought_friends_and_whom(shop: Path, run: Run) -> None:
    [inviter] = told(run, "referral", "inviters", str(shop), "好友")["inviters"]
    assert inviter == {"name": "小美", "contact": "main:U1", "friends": 3, "counted": 1, "rewarded": 1}
    friends = told(run, "referral", "friends", str(shop), "main:U1", "好友")["friends"]
    assert [(one["contact"], one["state"], one["reason"]) for one in friends] == [
        ("main:F2", "refused", "household"),
        ("main:F1", "done", None),
    ]
    said = run("referral", "friends", str(shop), "main:U1", "好友", "--language", "zh-TW")
    assert "不算：和邀請人用同一支電話或 Email" in said.out
