"""H5: what an edit would do to people is asked of the database, by `check`, `publish` and `run`."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime
from functools import partial, reduce
from pathlib import Path

import pytest

from bot.app.database import open_database
from bot.cli.main import main
from bot.model.settings import Settings
from bot.promotions.coupons.model import Grant, HeldCoupon
from bot.promotions.coupons.rows import coupon_document
from bot.promotions.coupons.store.grants import Coupons
from bot.store.stores import Stores
from tests.cli.commands import OnStores, Run
from tests.cli.oaflow import ended_here, ended_run
from tests.cli.people import AMY, BOB, BOT, fill
from tests.conftest import NOW
from tests.promotions.coupons.examples import asks, coupon

EDITED = BOT.replace("問膚質:", "問預算:")
"""Without the state that Amy is in."""
GONE = '1 person is in the state "問膚質" of "survey", which is gone [people-in-removed-state]'
STAND = (
    '1 person has opened the link "stand", last on 2026-11-20, and it is gone: its printed code leads nowhere'
)
HELLO = "rules: [{when: {text: 嗨}, reply: 哈囉}]\n"
COUPON = "coupons: {新朋友折100: {stock: 1, for: 30d}}\n"
MOVED = "    moved: {問膚質: 問預算}\n"


def rewrite(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")


@pytest.fixture
def edited(people: Path) -> Path:
    """The playbook's file, just edited."""
    file = people / "bot.yaml"
    file.write_text(EDITED, "utf-8")
    return file


@pytest.fixture(autouse=True)
def as_it_was(folder: Path) -> object:
    """The folder is shared: its playbook is put back."""
    yield
    (folder / "bot.yaml").write_text(BOT, "utf-8")


def test_people_in_a_removed_state_are_counted(edited: Path, run: Run) -> None:
    run("check", "--language", "en")
    told = run("check", "--against-database", "--language", "en", code=1).out
    assert told.startswith(f"bot.yaml:19:3: error: {GONE}\n")
    assert "  = hint: say where they go:  moved: {問膚質: 問預算}\n" in told


def test_moved_mends_it(edited: Path, run: Run) -> None:
    edited.write_text(EDITED + MOVED, "utf-8")
    said = run("check", "--against-database", "--strict", "--language", "en")
    assert said.out.startswith("no mistakes in 1 file")


def test_a_removed_flow_tag_and_attribute(people: Path, run: Run) -> None:
    """The tag that Amy has lost by time is nobody's; for programs there are numbers as well."""
    (people / "bot.yaml").write_text(BOT[: BOT.index("tags:")].replace("points:", "score:") + HELLO, "utf-8")
    said = run("check", "--against-database", "--format", "json", "--language", "en", code=1)
    told = json.loads(said.out)
    assert (told["errors"], told["warnings"]) == (1, 4)
    assert [(one["code"], one["message"]) for one in told["problems"]] == [
        ("attribute-in-use", '1 person has a value of "points", which is no attribute any more'),
        ("link-in-use", STAND.replace("stand", "poster")),
        ("link-in-use", STAND),
        ("people-in-removed-flow", '1 person is in the flow "survey", which is gone'),
        ("tag-in-use", '1 person has the tag "已綁定", which nothing here knows'),
    ]


def test_nobody_is_asked_for_where_the_playbook_is_wrong(edited: Path, run: Run) -> None:
    edited.write_text(EDITED.replace("next: 結束", "next: 結朿"), "utf-8")
    told = run("check", "--against-database", "--language", "en", code=1).out
    assert "[unknown-state]" in told
    assert "people-in" not in told


def test_a_database_that_cannot_be_had(people: Path, run: Run) -> None:
    (people / "bot.yaml").write_text("database: mongodb://127.0.0.1:1/\n" + BOT, "utf-8")
    said = run("check", "--against-database", code=2)
    assert said.out == ""
    assert said.err.startswith("oaflow: a database of its own needs keys")


def test_s31_such_an_edit_is_neither_published_nor_run(edited: Path) -> None:
    """L5: what is live stays live; with `moved` it is made live, and told once more what is lost by it."""
    run, refused = (end(str(edited.parent), LANG="C") for end in (ended_run, partial(ended_here, "publish")))
    assert (run.code, run.out, refused.code, refused.out) == (1, "", 1, "")
    first, last = (json.loads(line) for line in run.err.splitlines())
    assert f"{first['message']} [{first['code']}]".endswith(GONE)
    assert last["message"] == (
        "oaflow ends (exit 1): people stand in what the playbook no longer has:"
        " nothing is published yet, and this is not: nothing is served"
    )
    assert f"error: {GONE}" in refused.err
    assert "oaflow: people stand in what the playbook no longer has: it is not " in refused.err
    rewrite(edited, EDITED + MOVED)
    end = ended_here("publish", str(edited.parent), LANG="C")
    assert (end.code, end.err) == (0, "")
    assert end.out.startswith("the playbook is live with the next start: number 1 (")
    rewrite(edited, EDITED)
    end = ended_here("publish", str(edited.parent), LANG="C")
    assert end.code == 1
    assert GONE in end.err


def test_what_people_lose_is_a_warning_of_publish(edited: Path) -> None:
    """H5: a tag, an attribute and a link (F7: codes are in print) under other names; nothing is refused."""
    renamed = {"已綁定:": "綁定過:", "points:": "score:", "stand:": "store_stand:"}
    rewrite(edited, reduce(lambda text, one: text.replace(*one), renamed.items(), BOT))
    end = ended_here("publish", str(edited.parent), LANG="C")
    assert (end.code, end.out[:46]) == (0, "the playbook is live with the next start: numb")
    warned = re.findall(r"warning: (.*) \[(.*)\]", end.err)
    assert warned == [
        ('1 person has a value of "points", which is no attribute any more', "attribute-in-use"),
        (STAND, "link-in-use"),
        ('1 person has the tag "已綁定", which nothing here knows', "tag-in-use"),
    ]


def test_coupons_that_people_hold_or_were_given(people: Path, on_stores: OnStores, run: Run) -> None:
    """N1: one that is gone, and one whose stock is less than was given."""
    until = datetime(2999, 1, 1, tzinfo=UTC)
    held = HeldCoupon(Grant("1", "週年慶", "週年慶", "A", NOW, None, until))

    async def give(stores: Stores) -> None:
        await stores.database.collection("contacts").update_one(
            {"_id": AMY.id}, {"$set": {"coupons": [coupon_document(held)]}}
        )
        both = [asks(AMY.id), asks(BOB.id)]
        given = await stores.of(Coupons).give(coupon(name="新朋友折100"), both)
        assert [one.result for one in given] == ["given", "given"]

    on_stores(give)
    rewrite(people / "bot.yaml", BOT + COUPON)
    told = json.loads(run("check", "--against-database", "--format", "json", "--language", "en").out)
    warned = {one["code"]: one["message"] for one in told["problems"]}
    assert warned["people-hold-removed-coupon"].startswith('1 person has a usable coupon "週年慶", which')
    assert warned["stock-below-given"].startswith('of the coupon "新朋友折100" 2 were given')


async def test_while_a_simulator_runs_its_people_are_asked(
    people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is they who stand in the way of an edit there, and it is said whose they are."""
    asked = ["check", str(people), "--against-database", "--language", "en"]
    pretend = await open_database(Settings({}), people, {}, "test", pretend=True)
    try:
        rewrite(people / "bot.yaml", EDITED)
        assert await asyncio.to_thread(main, asked) == 0
        said = capsys.readouterr()
        assert said.err == "oaflow: these are the pretend people of the simulator that runs here\n"
        await fill(pretend.stores)
        assert await asyncio.to_thread(main, asked) == 1
        assert GONE in capsys.readouterr().out
    finally:
        await pretend.close()
