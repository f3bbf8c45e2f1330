"""K1: who is let in to the API, by what, and how it is refused."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from yarl import URL

from bot.model.admin import AdminRole, TeamRole
from bot.operations.admins.sessions import SignedSessions
from bot.store.counters.rate_limits import OF_TOKEN
from bot.web.admin.cookies import NAME
from bot.web.middlewares import refuse_packed
from tests.web.api.api_world import ApiWorld, Caller


async def test_a_token_says_who_calls(api: ApiWorld) -> None:
    caller = await api.caller("agent", "warehouse")
    said = await caller.get("/me")
    assert (said.status, said.content["name"], said.content["role"]) == (200, "warehouse", "agent")
    assert said.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in said.headers
    assert not any(name.startswith("Access-Control") for name in said.headers)


async def test_without_a_token_nobody_is_let_in(api: ApiWorld) -> None:
    right = await api.caller()
    key, secret = right.token[7:23], right.token[24:]
    for token in (
        *("", "x", right.token[:-1], right.token + "x", f"oaflow_{key}_{'A' * 43}"),
        *(
            f"oaflow_{'0' * 16}_{secret}",
            right.token.upper(),
            f"oaflow_{key}_{secret[:-1]}é",
        ),
    ):
        for path in ("/me", "/contacts/x", "/nothing"):
            said = await Caller(api.http, api.url, token, "", api.described).get(path)
            assert (said.status, said.code) == (401, "no_token"), token
            assert said.headers["WWW-Authenticate"].startswith("Bearer")
            assert said.headers["Content-Type"] == "application/problem+json"


async def test_a_browsers_session_is_no_key(api: ApiWorld) -> None:
    account = await api.account("mei", "admin")
    secret = await SignedSessions(api.stores, api.clock).begin(account, "signed_in", "")
    for header in ({"Cookie": f"{NAME}={secret}"}, {"Authorization": f"Bearer {secret}"}):
        async with api.http.get(api.url.join(URL("/admin/api/me")), headers=header) as said:
            assert said.status == 401


@pytest.mark.ring("all", "page after page")
async def test_what_is_revoked_or_over_is_refused_with_the_next_call(api: ApiWorld) -> None:
    caller = await api.caller("agent")
    assert (await caller.get("/me")).status == 200
    await api.tokens.revoke(["agent"], "command:root")
    assert (await caller.get("/me")).code == "no_token"
    short = await api.caller("agent", "short", days=1)
    api.clock.advance(24 * 3600)
    assert (await short.get("/me")).code == "no_token"


@pytest.mark.parametrize(
    ("token", "maker", "worth"),
    [
        ("admin", "admin", "admin"),
        ("admin", "supervisor", "supervisor"),
        ("admin", "agent", "agent"),
        ("agent", "admin", "agent"),
        ("admin", "head_office", ""),
    ],
)
async def test_a_token_is_worth_no_more_than_its_maker(
    api: ApiWorld, token: TeamRole, maker: AdminRole, worth: str
) -> None:
    await api.account("mei", maker)
    said = await (await api.caller(token, by="console:mei")).get("/me")
    assert (said.content["role"] if worth else said.code) == (worth or "no_token")


@pytest.mark.ring("all", "page after page")
async def test_whose_maker_is_suspended_is_refused_until_that_is_lifted(api: ApiWorld) -> None:
    mei = await api.account("mei", "admin")
    caller = await api.caller(by="console:mei")
    assert await api.stores.admins.change(replace(mei, suspended=api.clock.now()))
    assert (await caller.get("/me")).code == "no_token"
    assert await api.stores.admins.change(replace(mei, rev=mei.rev + 1))
    assert (await caller.get("/me")).status == 200
    gone = await api.caller(name="gone", by="console:nobody")
    assert (await gone.get("/me")).code == "no_token"


@pytest.mark.ring("all", "page after page")
async def test_each_endpoint_lets_in_the_roles_it_names(api: ApiWorld) -> None:
    roles: tuple[TeamRole, ...] = ("agent", "supervisor", "admin")
    for role in roles:
        caller = await api.caller(role)
        for one in api.endpoints:
            said = await caller.call(one.method, re.sub("[{}]|^/admin/api", "", one.path))
            may = role in one.roles
            assert (said.status == 403) != may, (role, one.path)
            assert may or said.code == "not_allowed"


async def test_over_plain_http_of_a_network_no_token_is_looked_at(api: ApiWorld) -> None:
    caller = await api.caller()
    api.is_open = True
    said = await caller.get("/me")
    assert (said.status, said.code) == (403, "insecure")


@pytest.mark.ring("all", "page after page")
async def test_too_many_calls_wait(api: ApiWorld) -> None:
    caller, other = await api.caller(), await api.caller(name="other")
    ((span, most),) = OF_TOKEN
    for number in range(most - 1):
        assert await api.stores.api_calls.wait(caller.name, str(number), api.clock.now()) == 0
    assert (await caller.get("/me")).status == 200
    said = await caller.get("/me")
    assert (said.status, said.code) == (429, "too_many")
    assert 0 < int(said.headers["Retry-After"]) <= span.total_seconds()
    assert (await other.get("/me")).status == 200
    api.clock.advance(seconds=int(said.headers["Retry-After"]))
    assert (await caller.get("/me")).status == 200


async def test_other_methods_and_addresses_are_refused_as_problems(api: ApiWorld) -> None:
    caller = await api.caller()
    for method in ("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"):
        said = await caller.call(method, "/me")
        assert said.status == 405, method
        assert said.headers["Allow"] == "GET"
    for path in ("", "/", "/nothing", "/me/", "/contacts", "/contacts/a/b/c"):
        assert (await caller.get(path)).code == "not_found", path


@pytest.mark.ring("all", "a case for each of many")
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"data": b"{", "headers": {"Content-Type": "application/json"}}, "unreadable"),
        ({"data": b'"\xff"', "headers": {"Content-Type": "application/json"}}, "unreadable"),
        ({"data": b"[" * 60_000, "headers": {"Content-Type": "application/json"}}, "unreadable"),
        ({"data": b" " * 70_000, "headers": {"Content-Type": "application/json"}}, "too_large"),
        ({"data": b"{}", "headers": {"Content-Type": "text/plain"}}, "wrong_type"),
        ({"data": {"text": "x"}}, "wrong_type"),
        ({"data": gzip.compress(b"{}"), "headers": {"Content-Encoding": "gzip"}}, "wrong_type"),
        ({"json": []}, "wrong"),
        ({"json": {"text": 1}}, "wrong"),
        ({"json": {"text": "x" * 201}}, "wrong"),
        ({"json": {"tag": ""}}, "wrong"),
        ({"json": {"who": "x"}}, "wrong"),
        ({"json": {}, "params": {"who": "0912345678"}}, "wrong"),
    ],
)
async def test_what_cannot_be_read_is_told(api: ApiWorld, given: dict[str, object], code: str) -> None:
    said = await (await api.caller()).call("POST", "/contacts/find", **given)
    assert said.code == code
    assert said.status == {"unreadable": 400, "too_large": 413, "wrong_type": 415, "wrong": 422}[code]
    assert "0912345678" not in str(said.content)


async def test_the_server_leaves_packed_bodies_of_the_api_to_it() -> None:
    """They are refused as a problem; everywhere else in the server's own words."""
    passed = web.Response()

    async def handler(request: web.Request) -> web.StreamResponse:
        return passed

    for path, is_own in (("/admin/api/me", True), ("/admin/apis", False), ("/webhook/main", False)):
        request = make_mocked_request("POST", path, headers={"Content-Encoding": "gzip"})
        answer = await refuse_packed(request, handler)
        assert (answer is passed, answer.status) == (is_own, 200 if is_own else 415)


async def test_a_token_that_does_not_open_lets_nobody_in_and_is_listed(api: ApiWorld) -> None:
    caller, other = await api.caller("agent", "lost"), await api.caller("agent", "good")
    rows = api.database.collection("api_tokens")
    await rows.update_one({"_id": "lost"}, {"$set": {"s": b"not sealed by any key of ours"}})
    assert (await caller.get("/me")).code == "no_token"
    assert (await other.get("/me")).status == 200
    found = {one.name: (one.role_now, one.state.template.split(":")[0]) for one in await api.tokens.all()}
    assert found == {"good": ("agent", "good"), "lost": (None, "cannot be read")}
    assert await api.tokens.revoke(["lost"], "command:root") == ["lost"]


async def test_problems_are_told_in_the_language_that_is_asked_for(api: ApiWorld) -> None:
    caller = await api.caller()
    said = await caller.post("/contacts/find", {"name": "x"}, {"Accept-Language": "zh-TW,en;q=0.5"})
    assert said.content == {
        "status": 422,
        "title": "有一個值不對",
        "code": "wrong",
        "detail": "裡面有一個欄位，這裡沒有這個名稱",
        "field": "body",
    }
    assert said.headers["Content-Language"] == "zh-TW"
    assert (await caller.post("/contacts/find", {"name": "x"})).content["title"] == "A value is wrong"
    assert api.playbook.language == "zh-TW"
    async with api.http.get(f"{api.url}admin/api/me") as asked_for_none:
        assert asked_for_none.headers["Content-Language"] == "en"


@pytest.mark.ring("all", "page after page")
async def test_the_description_needs_no_token(api: ApiWorld) -> None:
    async with api.http.get(api.url.join(URL("/admin/api/openapi.json"))) as said:
        described = await said.json()
    assert described["openapi"] == "3.1.0"
    assert {one.path for one in api.endpoints} == set(described["paths"])
    assert all(one.says.endswith(".") for one in api.endpoints)


async def test_it_is_counted(api: ApiWorld) -> None:
    """K3"""
    await (await api.caller()).get("/me")
    await Caller(api.http, api.url, "", "", api.described).get("/me")
    assert api.door.calls.counts == {("200",): 1, ("401",): 1}
