"""LINE Login as the bot's server sees it: ID tokens and access tokens of people who open pages. L4, B2."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.state.logins import read_id_token, signed_id_token
from tests.simulator.conftest import LIFF, World

VERIFY, TOKEN, DEAUTHORIZE = "oauth2/v2.1/verify", "oauth2/v3/token", "user/v1/deauthorize"
PAGE = {"page": "phone_binding"}


async def opened(world: World, **settings: Any) -> tuple[str, Any]:
    """A friend, and what opening the page gave."""
    friend = await world.friend()
    await world.do(f"friends/{friend}/liff", settings, "PUT")
    return friend, await world.do(f"friends/{friend}/liff", PAGE)


async def verified(world: World, token: str, **form: str) -> tuple[int, Any]:
    asked = {"id_token": token, "client_id": LIFF.login_channel_id, **form}
    async with world.http.post(f"{world.line}/{VERIFY}", data=asked) as response:
        return response.status, await response.json()


def refused(description: str) -> tuple[int, dict[str, str]]:
    return 400, {"error": "invalid_request", "error_description": description}


async def test_a_good_token_tells_who_it_is(world: World) -> None:
    friend, page = await opened(world)
    now = int(world.clock.now().timestamp())
    status, claims = await verified(world, page["id_token"], user_id=friend)
    assert status == 200
    assert claims == {
        "iss": "https://access.line.me",
        "sub": friend,
        "aud": LIFF.login_channel_id,
        "exp": now + 3600,
        "iat": now,
        "amr": ["linesso"],
        "name": "小美",
    }
    told = (await world.get("state"))["happened"][-1]
    assert (told["what"], told["status"], told["channel"]) == ("verify-id-token", 200, "main")


async def test_a_token_grows_old_by_the_simulators_clock(world: World) -> None:
    _, page = await opened(world)
    world.clock.move(seconds=3599)
    assert (await verified(world, page["id_token"]))[0] == 200
    world.clock.move(seconds=1)
    assert await verified(world, page["id_token"]) == refused("IdToken expired.")


@pytest.mark.parametrize(
    ("token", "description"),
    [
        ("expired", "IdToken expired."),
        ("foreign", "Invalid IdToken Audience."),
        ("forged", "Invalid IdToken."),
    ],
)
async def test_a_token_that_is_wrong_on_purpose(world: World, token: str, description: str) -> None:
    _, page = await opened(world, token=token)
    assert await verified(world, page["id_token"]) == refused(description)


async def test_signing_in_again_mends_what_has_expired_and_nothing_else(world: World) -> None:
    for token, status in (("expired", 200), ("foreign", 400), ("forged", 400)):
        _, page = await opened(world, token=token)
        again = await world.do(f"launches/{page['launch']}/tokens", {})
        assert (await verified(world, again["id_token"]))[0] == status
        assert (await world.get(f"launches/{page['launch']}"))["id_token"] == again["id_token"]


@pytest.mark.parametrize(
    ("form", "description"),
    [
        ({"client_id": "1"}, "Invalid IdToken Audience."),
        ({"nonce": "x"}, "Invalid IdToken Nonce."),
        ({"user_id": "U0"}, "Invalid IdToken Subject Identifier."),
        ({"id_token": ""}, "Invalid IdToken."),
        ({"id_token": "a.b.c"}, "Invalid IdToken."),
        ({"id_token": "é.é.é"}, "Invalid IdToken."),
    ],
)
async def test_what_is_asked_does_not_fit(world: World, form: dict[str, str], description: str) -> None:
    _, page = await opened(world)
    assert await verified(world, page["id_token"], **form) == refused(description)


async def test_a_body_that_is_no_form(world: World) -> None:
    async with world.http.post(f"{world.line}/{VERIFY}", data=b"\xff\xfe") as response:
        assert response.status == 400
        assert (await response.json())["error"] == "invalid_request"


async def test_another_algorithm_is_not_believed(world: World) -> None:
    """RFC 8725, 2.1: a token must not choose how it is looked at."""
    _, page = await opened(world)
    _, payload, _ = page["id_token"].split(".")
    header = (
        base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).rstrip(b"=").decode()
    )
    for token in (f"{header}.{payload}.", f"{header}.{payload}.{page['id_token'].split('.')[2]}"):
        assert await verified(world, token) == refused("Invalid IdToken.")


@given(st.text(max_size=200))
def test_no_text_is_a_token(text: str) -> None:
    assert read_id_token(text, b"key") is None


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_is_seen(at: int, by: int) -> None:
    token = signed_id_token({"sub": "U1"}, b"key").encode()
    at %= len(token)
    changed = bytes([*token[:at], token[at] ^ by, *token[at + 1 :]])
    said = read_id_token(changed.decode("latin-1"), b"key")
    assert said is None or said == {"sub": "U1"}  # the last letter of base64 has bits that count for nothing


async def test_line_is_away_for_tokens_too(world: World) -> None:
    _, page = await opened(world)
    for fault, status in (("500", 500), ("429", 429)):
        await world.do("channels/main/faults", {"answer": fault}, "PUT")
        assert (await verified(world, page["id_token"]))[0] == status
    await world.do("channels/main/faults", {}, "PUT")
    assert (await verified(world, page["id_token"]))[0] == 200


async def test_an_access_token_lives_twelve_hours(world: World) -> None:
    _, page = await opened(world)
    path = f"{VERIFY}?access_token={page['access_token']}"
    status, answer, _ = await world.call("GET", path, token=None)
    assert (status, answer["client_id"], answer["expires_in"]) == (200, LIFF.login_channel_id, 12 * 3600)
    world.clock.move(hours=12)
    assert (await world.call("GET", path, token=None))[:2] == refused("The access token expired")
    assert (await world.call("GET", f"{VERIFY}?access_token=x", token=None))[:2] == refused(
        "The access token not JWS"
    )


async def login_channel_token(world: World, secret: str = "secret-of-login", status: int = 200) -> str:
    form = {"grant_type": "client_credentials", "client_id": LIFF.login_channel_id, "client_secret": secret}
    async with world.http.post(f"{world.line}/{TOKEN}", data=form) as response:
        assert response.status == status
        return str((await response.json()).get("access_token"))


async def test_a_login_channels_token_needs_its_secret(world: World) -> None:
    for secret in ("", "secret-of-main", "None"):
        await login_channel_token(world, secret, 400)


async def test_permission_is_taken_back_once(world: World) -> None:
    """B17"""
    _, page = await opened(world)
    token, body = await login_channel_token(world), {"userAccessToken": page["access_token"]}
    assert (await world.call("POST", DEAUTHORIZE, body))[0] == 401, "a token of the messaging channel"
    async with world.http.post(
        f"{world.line}/{DEAUTHORIZE}", json=body, headers={"Authorization": f"Bearer {token}"}
    ) as response:
        assert (response.status, await response.read()) == (204, b"")
    status, answer, _ = await world.call("POST", DEAUTHORIZE, body, token)
    assert (status, answer) == (400, {"message": "invalid token"})
    path = f"{VERIFY}?access_token={page['access_token']}"
    assert (await world.call("GET", path, token=None))[:2] == refused("The access token revoked")


async def test_a_login_channels_token_sends_no_messages(world: World) -> None:
    friend, _ = await opened(world)
    token = await login_channel_token(world)
    push = {"to": friend, "messages": [{"type": "text", "text": "你好"}]}
    assert (await world.call("POST", "v2/bot/message/push", push, token))[0] == 401


@pytest.mark.parametrize("body", [{}, {"userAccessToken": 1}, {"userAccessToken": "x"}])
async def test_a_deauthorisation_without_a_token_of_anybody(world: World, body: Any) -> None:
    token = await login_channel_token(world)
    assert (await world.call("POST", DEAUTHORIZE, body, token))[0] == 400
