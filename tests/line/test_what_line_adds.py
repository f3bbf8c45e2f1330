"""What LINE adds to an answer one day is read here; its SDK refuses the whole answer.

So calls off the hot path are ours, too: one menu that somebody made in LINE's manager with an action of
tomorrow would hide all menus of the account.
"""

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.line.account import Quota
from bot.line.client import LineClient
from bot.line.rich_menus import ListedMenu
from tests.fakes.fake_line import Answers, FakeLine
from tests.line.conftest import ACCESS_TOKEN
from tests.line.sdk import sdk

BOT = {
    "userId": "Ubot",
    "basicId": "@x",
    "displayName": "森活",
    "chatMode": "hybrid",
    "markAsReadMode": "auto",
}
OLD = {"bounds": {"x": 0, "y": 0, "width": 800, "height": 540}, "action": {"type": "message", "text": "嗨"}}
NEW = {**OLD, "action": {"type": "tomorrow", "label": "明天"}}
MENU = {"name": "森活", "size": {"width": 800, "height": 540}, "selected": False, "chatBarText": "選單"}
MENUS = [{**MENU, "richMenuId": f"richmenu-{n}", "areas": [area]} for n, area in enumerate((OLD, NEW))]
CASES: dict[str, tuple[str, dict[str, Any], str, Callable[[LineClient], Awaitable[Any]], object]] = {
    "a chat mode": ("/v2/bot/info", BOT, "get_bot_info", lambda c: _chat_mode(c), "hybrid"),
    "a kind of quota": (
        "/v2/bot/message/quota",
        {"type": "by-plan", "value": 3000},
        "get_message_quota",
        lambda client: client.quota(),
        Quota(None, 12),
    ),
    "an action of one menu": (
        "/v2/bot/richmenu/list",
        {"richmenus": MENUS},
        "get_rich_menu_list",
        lambda client: client.rich_menus.listed(),
        [ListedMenu("richmenu-0", "森活"), ListedMenu("richmenu-1", "森活")],
    ),
}


async def _chat_mode(client: LineClient) -> str | None:
    return (await client.bot_info()).chat_mode


@pytest.mark.parametrize(("path", "told", "call", "ours", "read"), CASES.values(), ids=CASES)
async def test_it_is_read_here_and_refused_by_the_sdk(
    line: FakeLine,
    client: LineClient,
    path: str,
    told: dict[str, Any],
    call: str,
    ours: Callable[[LineClient], Awaitable[Any]],
    read: object,
) -> None:
    line.always(path, Answers(200, told))
    assert await ours(client) == read
    messaging = sdk("messaging")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        async with messaging.AsyncApiClient(
            messaging.Configuration(host=line.url, access_token=ACCESS_TOKEN)
        ) as api:
            with pytest.raises(ValueError, match=r"enum|discriminator"):
                await getattr(messaging.AsyncMessagingApi(api), call)()
