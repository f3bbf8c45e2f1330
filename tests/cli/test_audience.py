"""`oaflow audience`: which audiences there are, how many people are in one, and who (I1, M5)."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.app.database import OpenDatabase
from bot.cli.main import main
from bot.model.contact import AttributeValue, Binding, Contact, Identity, Tag
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.playbook.csv_table import cell_text
from bot.store.contacts import audiences
from bot.store.contacts.friends import FriendList
from bot.store.people_collections import SAMPLED
from tests.cli.commands import Run, Written
from tests.cli.people_database import on_database
from tests.conftest import NOW

BOT = """
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: x}
  vip: {id: vip, channel_id: "2", channel_secret: x}
tags: {VIP: {added_by: staff}}
attributes: {allergy: {type: text, private: true}}
audiences:
  名單: {csv: list.csv, column: phone, title: 展場}
  名單裡的VIP: {if: {all: [{audience: 名單}, {tag: VIP}]}}
  不在名單上: {if: {not: {audience: 名單}}}
  花生: {if: {attribute: {allergy: 花生}}}
  非花生: {if: {not: {attribute: {allergy: 花生}}}}
broadcasts:
  給VIP: {to: {tag: VIP}, channel: main, push: [特惠, 輸入「停止推播」就不再收到]}
rules:
  - {when: {text: 嗨}, if: {audience: [名單, 名單裡的VIP, 不在名單上, 花生, 非花生]}, reply: 您好}
"""
PHONE = "+8869120001{:02}"


def person(number: int, channel: str = "main", **more: Any) -> Contact:
    user = f"U{number:032}"
    phone = PHONE.format(number)
    contact = Contact(f"{channel}:{user}", name=f"=名{number}", identities=(Identity(channel, user),))
    return replace(contact, phone=phone, bindings={"phone": Binding(NOW)}, **more)


PEOPLE = (
    person(1, tags=(Tag("VIP", NOW, "x"),), attributes={"x.allergy": AttributeValue("花生", NOW)}),
    person(2),
    person(3, "vip"),
    person(4),  # not on the list
    replace(person(5), bindings={}),  # on it, and has not proven it
    replace(person(8), identities=(Identity("main", "U8", friend=False),)),
    person(9, marketing=False),
    Contact("M:known from a shop alone"),
)


@pytest.fixture
def shop(tmp_path: Path, written: Written) -> Path:
    written(BOT)
    rows = [f"09120001{number:02}" for number in (1, 2, 3, 5, 6, 1)]
    (tmp_path / "list.csv").write_text("\n".join(("手機", *rows, "02-2345-6789")), "utf-8")

    async def come(opened: OpenDatabase) -> None:
        writes = [TurnWrite(Contact(one.id), one, part_of(one.id), 0, 1, (), (), born=True) for one in PEOPLE]
        assert await opened.stores.contacts.save(writes) == set()

    on_database(tmp_path, come)
    return tmp_path


def test_a_line_for_each_audience(shop: Path, run: Run) -> None:
    assert run("audience", "list", str(shop), "--language", "en").out.splitlines() == [
        "everyone: main 4 people, vip 1 person",
        "名單 (展場): main 2 people, vip 1 person; on the list list.csv: 5 people,"
        " lines twice: 1, lines left out: 1",
        "名單裡的VIP: main 1 person, vip 0 people",
        "不在名單上: main 2 people, vip 0 people",
        "花生: main 1 person, vip 0 people",
        "非花生: main 3 people, vip 1 person",
        "main: knows 5 friends so far; all of them:  oaflow friends import",
        "vip: knows 1 friends so far; all of them:  oaflow friends import",
    ]
    chinese = run("audience", "list", str(shop), "--language", "zh-TW").out.splitlines()
    assert (
        chinese[1] == "名單（展場）：main 2 人、vip 1 人；名單 list.csv 上有 5 人，1 行重複，1 行沒有算進去"
    )
    _, first, *_ = json.loads(run("audience", "list", str(shop), "--json").out)["audiences"]
    counts = {channel: {"people": number, "about": False} for channel, number in (("main", 2), ("vip", 1))}
    assert first["people"] == counts
    told = first["listed"]
    assert told == {"file": "list.csv", "column": "phone", "people": 5, "twice": 1, "refused": 1}


@pytest.mark.parametrize(
    ("name", "main_", "vip"),
    [
        ("名單", 2, 1),
        ("名單裡的VIP", 1, 0),
        ("不在名單上", 2, 0),
        ("花生", 1, 0),
        ("非花生", 3, 1),
        ("everyone", 4, 1),
        ("給VIP", 1, None),
    ],
)
def test_how_many_are_in_it(shop: Path, run: Run, name: str, main_: int, vip: int | None) -> None:
    """Nothing is live, and nobody is marked: what the files say now counts. A broadcast is of one channel."""
    told = json.loads(run("audience", "size", str(shop), name, "--json").out)
    assert told["audience"] == name
    assert told["people"] == ({"main": main_} if vip is None else {"main": main_, "vip": vip})
    assert told["estimate"] == {}


def test_who_has_had_enough_is_told(shop: Path, run: Run) -> None:
    """I7: they are in it, and would not get anything just now."""
    limits = BOT.replace("tags:", "limits: {pushes_per_person: 1 per 7d}\ntags:", 1)
    (shop / "bot.yaml").write_text(limits, "utf-8")

    async def pushed(opened: OpenDatabase) -> None:
        pushes = {"$set": {"pushes": [datetime.now(UTC)]}}
        await opened.database.collection("contacts").update_one({"_id": PEOPLE[0].id}, pushes)

    on_database(shop, pushed)
    out = run("audience", "size", str(shop), "給VIP", "--language", "en").out
    assert "main: of them 1 person had as many pushes as `limits` allow just now\n" in out
    said = run("audience", "size", str(shop), "everyone", "--json")
    assert json.loads(said.out)["limited"] == {"main": 1, "vip": 0}


def test_who_cannot_be_reached_is_told_by_why(shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """First of all about how many, where they are many; then exactly how many; then who is left out (I1)."""
    monkeypatch.setattr(audiences, "FEW", 0)
    lines = run("audience", "size", str(shop), "everyone", "--language", "en").out.splitlines()
    looked_at = sum(part_of(one.id) < SAMPLED for one in PEOPLE)
    assert [line.partition(" ≈ ")[0] for line in lines[:2]] == ["main:", "vip:"]
    assert f"95% sure: {looked_at} contacts were looked at" in lines[0]
    assert [line.partition(" knows ≈ ")[0] for line in lines[8:]] == ["main:", "vip:"]
    assert lines[2:8] == [
        "main: 4 people",
        "vip: 1 person",
        "main: not among them 1 person who blocked the account",
        "main: not among them 1 person wanting no marketing",
        "main: not among them 1 person without LINE, known from a shop or a list",
        "vip: not among them 1 person without LINE, known from a shop or a list",
    ]
    told = json.loads(run("audience", "size", str(shop), "everyone", "--json").out)
    assert told["without"]["main"] == {"not_here": 1, "blocked": 1, "stopped": 1}
    assert told["estimate"]["main"]["looked_at"] == looked_at


def test_who_has_not_agreed_is_told_where_they_have_to(shop: Path, run: Run) -> None:
    """I1: an audience of nobody looked as if nobody were there."""
    agreed = BOT.replace("audiences:", "audiences:\n  agreed: {if: {contact: {marketing: true}}}", 1)
    (shop / "bot.yaml").write_text(agreed, "utf-8")
    lines = run("audience", "size", str(shop), "agreed", "--language", "en").out.splitlines()
    assert "main: 0 people" in lines
    assert "main: not among them 4 people who have not agreed to marketing" in lines
    assert "main: not among them 1 person wanting no marketing" in lines
    told = json.loads(run("audience", "size", str(shop), "agreed", "--json").out)["without"]["main"]
    assert (told["not_agreed"], told["stopped"]) == (4, 1)
    everyone = json.loads(run("audience", "size", str(shop), "everyone", "--json").out)["without"]["main"]
    assert "not_agreed" not in everyone


def test_who_is_in_it_masked(shop: Path, run: Run) -> None:
    told = json.loads(run("audience", "people", str(shop), "名單", "--json").out)["people"]
    assert [one["name"] for one in told] == ["=名1", "=名2", "=名3"]
    assert {one["phone"] for one in told} == {"09••••••01", "09••••••02", "09••••••03"}
    answer = run("audience", "people", str(shop), "不在名單上", "--most", "1", "--language", "en")
    assert len(answer.out.splitlines()) == 3
    assert "there are more" in answer.out


def test_all_of_them_for_a_spreadsheet_which_calculates_nothing(
    shop: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    out = run("audience", "export", str(shop), "不在名單上").out
    assert out.startswith("\ufeffchannel,line_id,name,phone,member_no\r\n")
    assert "0912000104" not in out
    assert main(["audience", "export", str(shop), "不在名單上", "--language", "zh-TW"]) == 0
    chinese = "\ufeff官方帳號,LINE 使用者 ID,姓名,手機,會員編號\r\n"
    assert capsys.readouterr().out.startswith(chinese), "names that a list for an audience may have, too"
    said = run("audience", "export", str(shop), "名單", "--reveal")
    rows = list(csv.DictReader(io.StringIO(said.out.removeprefix("\ufeff"))))
    assert [(one["name"], cell_text(one["phone"])) for one in rows] == [
        ("'=名1", "0912000101"),
        ("'=名2", "0912000102"),
        ("'=名3", "0912000103"),
    ]
    said = run("contact", "show", str(shop), "0912000101", "--json")
    assert [row["kind"] for row in json.loads(said.out)["audit"]] == ["revealed"]


def test_how_many_friends_are_known_until_the_list_of_line_was_read(shop: Path, run: Run) -> None:
    """M1: who has blocked the account is no friend, who wants no marketing is one."""
    said = run("audience", "size", str(shop), "名單", "--json")
    listed = run("audience", "list", str(shop), "--json")
    for one in (said, listed):
        known = json.loads(one.out)["friends_so_far"]
        assert {channel: number["people"] for channel, number in known.items()} == {"main": 5, "vip": 1}

    on_database(
        shop,
        lambda opened: opened.stores.friends.keep_list(
            FriendList("main", whole=datetime.now(UTC), friends=9)
        ),
    )
    told = run("audience", "size", str(shop), "名單", "--language", "zh-TW").out.splitlines()
    assert told[-1] == "vip：目前認識 1 位好友；要讀入全部好友：oaflow friends import"
    assert not any("main：目前認識" in line for line in told)


def test_one_that_is_not_there(shop: Path, run: Run) -> None:
    said = run("audience", "size", str(shop), "名簿", "--language", "zh-TW", code=1)
    assert "這份劇本沒有分眾「名簿」" in said.err
    said = run("audience", "export", str(shop), "--language", "zh-TW", code=1)
    assert "沒有寫是哪個分眾；它的分眾有 名單、" in said.err
