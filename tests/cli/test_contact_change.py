"""`oaflow contact merge`, `undo-merge`, `unbind` and `show --reveal`: done, said, and on record. B11, J2"""

from __future__ import annotations

import asyncio
import getpass
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.app.database import OpenDatabase
from bot.engine.members.identity import OfShop
from bot.model.clock import SystemClock
from bot.model.effects import ConfirmPhone
from bot.runtime.effects.merging import Merging
from bot.services.caller import Caller
from bot.store.contacts.contacts import Contacts
from bot.store.events.audit import AuditLog
from bot.store.stores import stores_of
from tests.cli.commands import Run
from tests.cli.oaflow import Terminal, ended, serving
from tests.cli.people import ADA, AMY, EVE
from tests.cli.people_database import on_database
from tests.conftest import NOW
from tests.depth import one_of
from tests.eventually import PATIENCE

AGAIN = "to undo it: oaflow contact undo-merge outlet:U2\n"


def shown(run: Run, who: str) -> dict[str, Any]:
    """What `show` tells programs."""
    told: dict[str, Any] = json.loads(run("contact", "show", who, "--json").out)
    return told


def on_record(told: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(line["kind"], line["by"], line["undone"]) for line in told["audit"]]


COMMANDER = f"command:{getpass.getuser()}"


def test_two_are_one_and_two_again(people: Path, run: Run) -> None:
    said = run("contact", "merge", "outlet:U2", "main:U2", "--yes")
    assert said.out == f"merged: main:U2 is part of outlet:U2 now\n{AGAIN}"
    assert said.err == "stays: outlet:U2  Bob  09••••••78  outlet\nbecomes part of it: main:U2  Cat  main\n"
    told = shown(run, "main:U2")
    assert (told["contact"], told["name"], told["parts"]) == ("outlet:U2", "Bob", ["main:U2"])
    assert told["channels"] == ["outlet", "main"]
    assert on_record(told) == [("merged", COMMANDER, False)]
    said = run("contact", "undo-merge", "main:U2")
    assert said == ("undone: outlet:U2 and main:U2 are two contacts again\n", "")
    told = shown(run, "main:U2")
    assert (told["contact"], told["name"], told["parts"]) == ("main:U2", "Cat", [])
    assert on_record(told) == [("parted", COMMANDER, False), ("merged", COMMANDER, True)]


@pytest.fixture
def with_shop(people: Path) -> Iterator[None]:
    """A shop that maps the tier."""
    playbook = people / "bot.yaml"
    before = playbook.read_text("utf-8")
    shop = "shops: {forest: {platform: csv, channel: main, attributes: {tier: 等級}}}"
    playbook.write_text(f"{before}{shop}\n", "utf-8")
    yield
    playbook.write_text(before, "utf-8")


@pytest.mark.usefixtures("with_shop")
def test_of_two_members_one_is_left(run: Run) -> None:
    """J2, R1: what the shop says of the other's number is not said of the one that is kept."""
    run("contact", "merge", "main:U2", "third:U3", "--yes")
    assert shown(run, "main:U2")["member_no"] == "M2002", "the first number that this contact has"
    run("contact", "undo-merge", "main:U2")
    run("contact", "merge", AMY.id, "third:U3", "--yes")
    told = shown(run, AMY.id)
    assert told["member_no"] == "M1001"
    names = [known["name"] for known in told["attributes"]]
    assert ("skin" in names, "tier" in names) == (True, False)
    run("contact", "undo-merge", AMY.id)
    told = shown(run, "third:U3")
    values = {known["name"]: known["value"] for known in told["attributes"]}
    assert (told["member_no"], values["tier"]) == ("M2002", "金卡")


def test_a_phone_that_moved_goes_back(people: Path, run: Run) -> None:
    """B15. Ada has bound the phone that Eve had on the same channel."""

    async def move(opened: OpenDatabase) -> None:
        database, seal = opened.database, opened.seal
        contacts, audit = Contacts(database, seal), AuditLog(database, seal)
        merging = Merging(stores_of(database, seal).rewriter, contacts, audit, SystemClock(), OfShop)
        told = ConfirmPhone(EVE.phone, None, EVE.id)
        await merging.bound(told, Caller(ADA.id, "main", "U6", "main:e9#0", NOW))

    on_database(people, move)
    assert (shown(run, "main:U5")["phone"], shown(run, "main:U6")["phone"]) == (None, "09••••••21")
    said = run("contact", "undo-merge", "main:U5")
    assert said == ("undone: main:U6 and main:U5 have the phone as before\n", "")
    assert (shown(run, "main:U5")["phone"], shown(run, "main:U6")["phone"]) == ("09••••••21", None)


def test_what_happened_to_both_is_shown_of_one(people: Path, run: Run) -> None:
    run("contact", "merge", "outlet:U2", "main:U2", "--yes")
    told = shown(run, "main:U2")
    assert [row["event"] for row in told["timeline"]] == ["main:e4", "outlet:e3"]


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [("y\n", 0, ""), ("Yes\n", 0, ""), ("\n", 1, "oaflow: nothing was done\n"), ("", 1, None)],
)
def test_it_is_asked_first(
    typed: str, code: int, said: str | None, people: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    asked = run("contact", "merge", "outlet:U2", "main:U2", code=code).err
    assert asked.startswith(
        "stays: outlet:U2  Bob  09••••••78  outlet\n"
        "becomes part of it: main:U2  Cat  main\n"
        "make them one contact? [y/N] "
    )
    assert said is None or asked.endswith(said)


@pytest.mark.parametrize(
    ("words", "said"),
    one_of(
        2,
        [
            (["merge", "outlet:U2", "main:U2"], "nothing is done without a yes: add  --yes"),
            (
                ["merge", "outlet:U2", "outlet:U2", "--yes"],
                '"outlet:U2" and "outlet:U2" are one contact already',
            ),
            (
                ["merge", "M1001", "main:U2", "--yes"],
                f'"{AMY.id}" and "main:U2" are two LINE accounts on the channel "main": they stay two',
            ),
            (["undo-merge", "main:U2"], '"main:U2" has no merge and no moved phone that could be undone'),
            (["unbind", "main:U2"], '"main:U2" has no binding "phone"'),
            (["unbind", "M1001", "--binding", "clerk"], f'"{AMY.id}" has no binding "clerk"'),
        ],
    ),
)
def test_what_is_refused(
    words: list[str], said: str, people: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    out, err = run("contact", *words, code=1)
    assert (out, err.endswith(f"oaflow: {said}\n")) == ("", True)  # above it is what is asked


def test_nobody_runs_so_it_waits(people: Path, run: Run) -> None:
    assert run("contact", "unbind", "M1001", "--keep-tags") == (
        f"stored: {AMY.id} is unbound (phone) as soon as oaflow runs\nits tags stay\n",
        "",
    )
    told = shown(run, "M1001")
    assert (told["waiting"], told["bound"]) == (1, ["phone"])


@pytest.mark.parametrize(("more", "tags"), one_of(2, [([], []), (["--keep-tags"], ["已綁定"])]))
async def test_while_it_runs(more: list[str], tags: list[str], people: Path) -> None:
    """The process that has the person carries it out, and the command says so when it is done."""
    async with serving(str(people), OAFLOW_LINE_API="http://127.0.0.1:9"):
        done = await ended("contact", "unbind", str(people), "0912345678", "--channel", "main", *more)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith(f"done: {AMY.id} is unbound (phone)\n")
        told = json.loads((await ended("contact", "show", str(people), AMY.id, "--json")).out)
    assert (told["bound"], told["phone"], told["waiting"]) == ([], None, 0)
    assert [tag["name"] for tag in told["tags"]] == tags
    assert on_record(told) == [("unbound", COMMANDER, False)]


def test_what_is_hidden_is_shown_on_record(people: Path, run: Run) -> None:
    told = json.loads(run("contact", "show", "M1001", "--reveal", "--json").out)
    assert (told["phone"], told["email"]) == ("+886912345678", "amy@forest.example")
    assert {one["name"]: one["value"] for one in told["attributes"]} == {"points": 1200, "allergy": "花生"}
    assert told["timeline"][0]["text"] == "很生氣"
    assert on_record(told) == [("revealed", COMMANDER, False)]


async def test_people_of_a_running_simulator_are_found(people: Path) -> None:
    """They lie in a database of their own."""
    from aiohttp import ClientSession

    async with serving(str(people), "--simulator") as served, ClientSession() as http:
        api = f"{served.address}/simulator/api/friends"
        async with http.post(api, json={"channel": "main", "name": "阿明"}) as answer:
            friend = (await answer.json())["id"]
        async with http.post(f"{api}/{friend}/say", json={"text": "嗨"}) as answer:
            assert answer.status == 200
        async with asyncio.timeout(PATIENCE):
            while (found := await ended("contact", "find", str(people), friend)).code:
                pass  # the turn comes after the answer
        assert found.out == f"main:{friend}  阿明  main  in the simulator\n"
        refused = await ended("contact", "merge", str(people), "outlet:U2", friend, "--yes")
        assert (refused.code, refused.err) == (
            1,
            "oaflow: one of them is a friend of a simulator, and the other is not there\n",
        )
