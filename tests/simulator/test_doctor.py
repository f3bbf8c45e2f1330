"""What `oaflow doctor` says of healthy and of broken set-ups; LINE is the simulator's. A3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from bot.model.channel import Channel, Liff
from bot.model.settings import Settings
from bot.operations.doctor.examine import Surroundings, examine
from bot.operations.doctor.finding import SetupFinding
from bot.simulator.people.webhook_events import signature
from tests.simulator.conftest import MAIN, OTHER, Delivered, World

SEEN = ("machine", "account", "webhook", "pages")
"""What is seen; the rest a person is asked."""


async def signed(delivered: Delivered) -> int:
    """The bot's answer: a webhook that the channel's secret has not signed is refused."""
    is_good = signature(MAIN.channel_secret, delivered.raw) == delivered.headers["x-line-signature"]
    return 200 if is_good else 401


async def seen(
    world: World, channel: Channel = MAIN, public: str | None = None
) -> Mapping[str, SetupFinding]:
    """What is not as it has to be, by item."""
    around = surroundings(world, channel, public)
    found = await examine(around, channel.name)
    assert len({one.item for one in found.findings}) == len(found.findings)
    return {one.item: one for one in found.findings if one.area in SEEN and one.needs_staff}


def surroundings(world: World, channel: Channel = MAIN, public: str | None = None) -> Surroundings:
    public = world.url if public is None else public
    return Surroundings(
        Settings({channel.name: channel}), None, world.line, public, datetime.now(UTC), is_simulated=True
    )


async def test_a_healthy_account_needs_nobody(world: World) -> None:
    assert await seen(world) == {}
    assert await seen(world, OTHER) == {}


BROKEN: Mapping[str, tuple[Channel, Mapping[str, Any], Mapping[str, str]]] = {
    "the token is another's": (
        replace(MAIN, access_token="token-of-nobody"),
        {},
        {
            "token": "wrong",
            "same_account": "unknown",
            "account_id": "unknown",
            "chat_mode": "unknown",
            "quota": "unknown",
            "webhook_address": "unknown",
            "use_webhook": "unknown",
            "webhook_test": "unknown",
        },
    ),
    "a space behind the secret": (
        replace(MAIN, channel_secret="secret-of-main "),
        {},
        {"secret": "wrong", "same_account": "unknown", "webhook_arrives": "wrong"},
    ),
    "the secret of another channel": (
        replace(MAIN, channel_secret="secret-of-other"),
        {},
        {"secret": "wrong", "same_account": "unknown", "webhook_arrives": "wrong"},
    ),
    "id and secret of another account": (
        replace(MAIN, channel_id="1002", channel_secret="secret-of-other"),
        {},
        {"same_account": "wrong", "webhook_arrives": "wrong"},
    ),
    "another LINE ID": (replace(MAIN, id="@forrest"), {}, {"account_id": "wrong"}),
    "Use webhook off": (MAIN, {"uses_webhook": False}, {"use_webhook": "wrong"}),
    "no address": (
        MAIN,
        {"webhook": ""},
        {"webhook_address": "wrong", "use_webhook": "unknown", "webhook_test": "unknown"},
    ),
    "another system's address": (
        MAIN,
        {"webhook": "http://localhost:1/webhook/main"},
        {"webhook_address": "wrong", "webhook_test": "wrong"},
    ),
    "chat is on": (MAIN, {"chat": True}, {"chat_mode": "wrong"}),
    "chat is off, and LINE is to show what staff read": (
        replace(MAIN, mark_read=True),
        {},
        {"chat_mode": "wrong"},
    ),
    "chat is on for that": (replace(MAIN, mark_read=True), {"chat": True}, {}),
    "the LIFF app is tall": (MAIN, {"liff_size": "tall"}, {"liff_size": "wrong"}),
    "the LIFF app may not speak": (MAIN, {"liff_scopes": ["openid", "profile"]}, {"liff_scopes": "wrong"}),
    "the LIFF app opens another page": (
        MAIN,
        {"liff_endpoint": "https://example.com/liff"},
        {"liff_endpoint": "wrong"},
    ),
    "the LIFF app is gone": (
        MAIN,
        {"has_liff_app": False},
        {"liff_app": "wrong"},
    ),
    "the Login channel's secret is another's": (
        replace(MAIN, liff=Liff("1650000001", "1650000001-mainPage", login_channel_secret="secret-of-main")),
        {},
        {"login_channel": "wrong", "liff_app": "unknown"},
    ),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_what_is_broken_is_named(world: World, name: str) -> None:
    """A3: exactly the item at fault is wrong, with what to do; what cannot be seen for it is unknown."""
    channel, console, expected = BROKEN[name]
    world.answer = signed
    await world.do("channels/main/console", dict(console), "PUT")
    found = await seen(world, channel)
    assert {item: one.state for item, one in found.items()} == expected
    assert all(one.mend for one in found.values() if one.state == "wrong")
    assert all(one.why is not None for one in found.values())


async def test_a_redirect_is_followed_by_nobody(world: World) -> None:
    """LINE follows none, so we do not either: the host that it leads to is named."""

    def moved(path: str) -> web.Response | None:
        if path != "/webhook/main":
            return None
        return web.Response(status=301, headers={"Location": "https://www.example.com/webhook/main"})

    world.instead = moved
    found = await seen(world)
    assert "www.example.com" in str(found["public_address"].saw)
    assert {item: one.state for item, one in found.items()} == {
        "public_address": "wrong",
        "webhook_arrives": "unknown",
        "webhook_test": "wrong",
    }


async def test_line_away_is_said_and_nothing_else_is_blamed(world: World) -> None:
    await world.do("channels/main/faults", {"answer": "500"}, "PUT")
    found = await seen(world)
    assert {one.state for one in found.values()} == {"unknown"}
    assert MAIN.channel_secret not in str(found)


async def test_an_address_that_is_not_known_is_the_first_thing_to_mend(world: World) -> None:
    found = await seen(world, public="")
    assert found["public_address"].state == "wrong"
    assert found["webhook_address"].state == "unknown", "no other system is accused"
    assert found["webhook_arrives"].state == "unknown"


async def test_while_webhooks_are_off_the_bot_hears_nothing(world: World, friend: str) -> None:
    """A3: what is said meanwhile is lost, as at LINE."""
    await world.do("channels/main/console", {"uses_webhook": False}, "PUT")
    await world.do(f"friends/{friend}/say", {"text": "有人嗎"})
    await world.do("channels/main/console", {"uses_webhook": True}, "PUT")
    await world.do(f"friends/{friend}/say", {"text": "哈囉"})
    assert (await world.webhook()).event["message"]["text"] == "哈囉"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"liff_size": "huge"}, "liff_size"),
        ({"uses_webhook": "yes"}, "uses_webhook"),
        ({"liff_scopes": ["phone"]}, "liff_scopes"),
        ({"liff_endpoint": 5}, "liff_endpoint"),
        ({"webhook": None}, "webhook"),
        ({"colour": "red"}, "only"),
    ],
)
async def test_a_switch_that_is_none_is_refused(world: World, body: dict[str, Any], says: str) -> None:
    answer = await world.do("channels/main/console", body, "PUT", status=400)
    assert says in str(answer)
