"""The pages of members as `oaflow run` starts them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.app.environment import SettingsWrong
from bot.app.member_pages import trusted_proxies
from bot.model.variables import TRUSTED_PROXIES
from tests.cli.oaflow import ROOT, ended_run, serving


@pytest.mark.parametrize(("told", "number"), [(None, 0), ("", 0), ("0", 0), ("1", 1), ("9", 9)])
def test_the_number_of_proxies(told: str | None, number: int) -> None:
    assert trusted_proxies({} if told is None else {TRUSTED_PROXIES: told}) == number


@pytest.mark.parametrize("told", ["-1", "10", "1.5", "yes", "１", " 1"])
def test_what_is_no_number_of_proxies(told: str) -> None:
    with pytest.raises(SettingsWrong, match=TRUSTED_PROXIES):
        trusted_proxies({TRUSTED_PROXIES: told})


def test_a_wrong_number_of_proxies_is_said_before_anything_starts() -> None:
    came = ended_run(str(ROOT), "--simulator", "--port", "0", OAFLOW_TRUSTED_PROXIES="many")
    assert came.code == 1
    told = json.loads(came.err.splitlines()[-1])["message"]
    assert told == 'oaflow ends (exit 1): OAFLOW_TRUSTED_PROXIES is a number from 0 to 9, not "many"'


async def test_the_pages_are_there_and_ask_who_it_is(data: Path) -> None:
    async with (
        serving(str(ROOT), "--simulator", OAFLOW_DATA=str(data)) as served,
        ClientSession(served.address) as http,
    ):
        async with http.get("/liff/main/phone_binding") as page:
            assert (page.status, page.content_type) == (200, "text/html")
        async with http.post("/liff/main/phone_binding/open", json={"inputs": {}}) as asked:
            assert (asked.status, await asked.json()) == (401, {"error": "session"})
        async with http.post("/liff/main/phone_binding/session", json={"id_token": "a.b.c"}) as forged:
            assert (forged.status, await forged.json()) == (401, {"error": "refused"})
