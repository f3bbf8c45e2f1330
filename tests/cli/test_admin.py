"""`oaflow admin`: as whoever looks after a server has it. K1, D6"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar

from bot.model.admin import ROLES
from tests.cli.oaflow import ended, serving
from tests.cli.test_store import BOT, STAFF
from tests.cli.with_table import Run, folder_with, runner
from tests.web.admin.staff_world import field_of

START = re.compile(r"^ {4}([0-9a-z]{5}(?:-[0-9a-z]{5}){3})$", re.MULTILINE)


@pytest.fixture
def shop(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_with(tmp_path, data, monkeypatch, BOT, clerks=STAFF)


@pytest.fixture
def run(shop: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys, "admin")


def start_password(told: str) -> str:
    found = START.search(told)
    assert found is not None, told
    return found[1]


def test_from_nobody_to_somebody_who_has_left(run: Run, shop: Path) -> None:
    assert run("list") == "nobody has an account:  oaflow admin add NAME --role admin\n"
    first = run("add", "Mei", "--role", "supervisor", "--by", "小安")
    assert first.startswith("mei signs in at /admin with this password, and then chooses another one:\n")
    given = json.loads(run("add", str(shop), "amy", "--role", "group", "--group", "北部門市", "--json"))
    assert (given["name"], given["role"], len(given["password"])) == ("amy", "group", 23)

    listed = run("list", "--language", "zh-TW").splitlines()
    assert [line.split()[:2] for line in listed] == [["amy", "區主管（北部門市）"], ["mei", "主管"]]
    amy, mei = json.loads(run("list", "--json"))["accounts"]
    assert (amy["group"], amy["can_sign_in"], mei["signed_in"]) == ("北區", True, 0)
    assert start_password(first) not in run("list", "--json")

    assert run("suspend", "mei", "MEI") == "suspended, and signed out: mei\n"
    assert run("suspend", "mei") == "that was so already\n"
    assert "suspended since" in run("list")
    assert run("suspend", "mei", "--lift") == "they can sign in again: mei\n"
    assert run("unlock", "mei", "amy") == "wrong passwords and codes are forgotten: mei amy\n"
    assert json.loads(run("unlock", "mei", "--json")) == {"unlocked": ["mei"]}
    assert start_password(run("reset", "mei")) != start_password(first)
    assert run("role", "mei", "--role", "agent") == "mei is agent now, and signed out\n"


def test_who_did_it_is_in_the_audit_log_and_no_password_is(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [start_password(run("add", "mei", "--role", "agent", "--by", "小安"))]
    given.append(start_password(run("reset", "mei")))
    run("role", "mei", "--role", "admin")
    run("suspend", "mei")
    run("unlock", "mei", "--by", "小安")
    told = runner(capsys, "audit")("--json")
    entries = json.loads(told)["entries"]
    kinds = ["admin_unlocked", "admin_suspended", "admin_role", "admin_reset", "admin_added"]
    assert [one["kind"] for one in entries[:5]] == kinds
    assert (entries[2]["before"], entries[2]["after"]) == ("agent", "admin")
    assert entries[4]["by"].endswith("(小安)")
    assert not any(password in told for password in given)


REFUSED: Sequence[tuple[tuple[str, ...], str]] = (
    (("add", "a b", "--role", "admin"), "cannot be a name to sign in with"),
    (("add", "<b>", "--role", "admin"), "cannot be a name to sign in with"),
    (("add", "amy"), "say what they may do: admin, supervisor"),
    (("add", "amy", "--role", "group"), "say which group of stores"),
    (("add", "amy", "--role", "store_manager"), "say which store"),
    (("add", "amy", "--role", "clerk"), "say which clerk"),
    (("add", "amy", "--role", "store_manager", "--store", "信意店"), "信義店"),
    (("add", "amy", "--role", "agent", "--store", "信義店"), "has no group and no store"),
    (("add", "amy", "--clerk", "A99"), "no clerk has the number"),
    (("suspend", "amy"), 'no account is called "amy"'),
    (("unlock", "amy"), 'no account is called "amy"'),
    (("reset", "amy"), 'no account is called "amy"'),
)


def test_what_is_refused_says_why(run: Run) -> None:
    for words, why in REFUSED:
        assert why in run(*words, code=1, err=True), words
    assert run("list").startswith("nobody has an account")


def test_a_name_is_one_persons(run: Run) -> None:
    run("add", "amy", "--role", "agent")
    assert 'there is an account "amy" already' in run("add", "ＡＭＹ", "--role", "admin", code=1, err=True)
    assert json.loads(run("list", "--json"))["accounts"][0]["role"] == "agent"
    assert 'a similar name exists: "amy"' in run("reset", "ammy", code=1, err=True)


def test_a_clerks_account_is_what_the_clerk_is(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    store = runner(capsys, "store", "clerks")
    store("import", "clerks.csv", code=1)
    assert "the clerk" in run("add", "ning", "--role", "clerk", "--clerk", "A02", code=1, err=True)
    assert "is store manager" not in run("add", "ning", "--clerk", "A02")
    (ning,) = json.loads(run("list", "--json"))["accounts"]
    assert (ning["role"], ning["store"], ning["can_sign_in"]) == ("store_manager", "banqiao", True)
    store("suspend", "A02")
    (ning,) = json.loads(run("list", "--json"))["accounts"]
    assert ning["can_sign_in"] is False
    assert "cannot sign in" in run("list")


async def test_beside_a_running_bot_from_a_start_password_to_signed_out(shop: Path) -> None:
    """As people do it: an account, a first sign-in, and suspension, which a running bot goes by at once.

    K1: with `second_factor: none` an admin needs no second step.
    """
    bot = shop / "bot.yaml"
    bot.write_text(f"second_factor: none\n{bot.read_text('utf-8')}", "utf-8")
    async with serving(str(shop)) as served, ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:

        async def sent(path: str, page: str, **fields: str) -> str:
            fields["proof"] = field_of(page, "proof")
            async with http.post(served.address + path, data=fields) as answer:
                assert answer.status == 200
                return await answer.text()

        async def page(path: str) -> str:
            async with http.get(served.address + path) as answer:
                assert answer.status == 200
                return await answer.text()

        given = await ended("admin", "add", str(shop), "mei", "--role", "admin")
        password = start_password(given.out)
        first = await sent("/admin/sign-in", await page("/admin"), name="mei", password=password)
        own = "a few words in a row"
        assert "mei" in await sent("/admin/password", first, password=own, again=own, to="/admin/me")
        assert (await ended("admin", "suspend", str(shop), "mei")).code == 0
        assert 'action="/admin/sign-in?to=' in await page("/admin/me")
        refused = await http.post(served.address + "/admin/try", data={"role": "admin"})
        assert refused.status == 404, "only a simulator has it"


async def test_in_the_simulator_each_role_is_tried_without_a_password(shop: Path) -> None:
    """L4: by a button, on this machine only; a foreign name that is made to point here gets nothing."""
    async with serving(str(shop), "--simulator") as served:
        for role in ROLES:
            async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
                async with http.get(f"{served.address}/admin") as answer:
                    page = await answer.text()
                assert f'name="role" value="{role}"' in page
                fields = {"proof": field_of(page, "proof"), "role": role, "to": "/admin/me"}
                evil = {"Host": "evil.example"}
                async with http.post(f"{served.address}/admin/try", data=fields, headers=evil) as answer:
                    assert answer.status == 403
                async with http.post(f"{served.address}/admin/try", data=fields) as answer:
                    assert (answer.status, answer.url.path) == (200, "/admin/me")
                    assert f"try-{role}".replace("_", "-") in await answer.text()


async def test_a_role_that_needs_a_second_step_is_led_to_it_and_the_list_says_who_has_none(
    shop: Path,
) -> None:
    """K1: as a running bot goes by it; who is `admin` needs one where the playbook says nothing of it."""
    async with serving(str(shop)) as served, ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        added = await ended("admin", "add", str(shop), "mei", "--role", "admin", "--json")
        fields = {"name": "mei", "password": json.loads(added.out)["password"], "to": "/admin/me"}
        own = {"password": "a few words in a row", "again": "a few words in a row", "to": "/admin/me"}
        async with http.get(f"{served.address}/admin/sign-in") as answer:
            fields["proof"] = field_of(await answer.text(), "proof")
            assert "Strict-Transport-Security" not in answer.headers, "over plain http"
        async with http.post(f"{served.address}/admin/sign-in", data=fields) as answer:
            own["proof"] = field_of(await answer.text(), "proof")
        async with http.post(f"{served.address}/admin/password", data=own) as answer:
            assert answer.url.path_qs == "/admin/second-factor?to=/admin/me"
        assert "has to set up the second step" in (await ended("admin", "list", str(shop))).out
        [listed] = json.loads((await ended("admin", "list", str(shop), "--json")).out)["accounts"]
        assert (listed["second_factor"], listed["second_factor_lacking"]) == (False, True)
