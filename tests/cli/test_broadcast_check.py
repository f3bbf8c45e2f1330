"""`oaflow broadcast check` and `test`: what it would do, and testers first. I1, I2, I3, I7"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.engine.broadcasts.content import fingerprint
from bot.model.broadcast import Sending
from bot.model.clock import SystemClock
from bot.model.contact import Contact, Identity, Tag
from bot.model.reserved import MessageGrant, ReservationRequest, with_grant
from bot.operations.publishing import broadcasts_in_the_way
from bot.playbook.load import load
from bot.store.counters.quotas import QuotaFigure
from tests.cli.commands import Written
from tests.cli.oaflow import Ended, ended
from tests.cli.people_database import opened, stores_in
from tests.conftest import NOW
from tests.fakes.fake_line import Answers, FakeLine
from tests.people import be_tester_no_more, become_tester, come

BOT = """
bot: 森活選品
testers: ["@amy", "@bob"]
channels:
  main:
    id: forest
    channel_id: "1"
    channel_secret: x
    access_token: token-of-main
    plan: {monthly_fee: 800, included: 3000, extra: 0.2}
tags: {VIP: {added_by: staff}, 沒有人: {added_by: staff}}
splits: {試試: {甲: 45, 乙: 45, 不發: 10}}
broadcasts:
  週年慶: {to: everyone, push: [全館八折, 輸入「停止推播」就不再收到]}
  問候: {to: everyone, push: ["{{ contact.name }} 您好，輸入「停止推播」就不再收到"]}
  太長:
    to: everyone
    push:
      - buttons:
          text: "{{ contact.name }} 您好，輸入「停止推播」就不再收到"
          taps: [{label: 好, send: 嗨}]
  沒有人: {to: {tag: 沒有人}, push: [特惠, 輸入「停止推播」就不再收到]}
  雙11:
    to: everyone
    split: 試試
    push:
      甲: [甲的, 輸入「停止推播」就不再收到]
      乙: ["{{ contact.name }} 乙的", 輸入「停止推播」就不再收到]
      不發: nothing
rules:
  - {when: {text: 嗨}, if: {tag: [VIP, 沒有人]}, reply: 您好}
"""
TAIPEI = ZoneInfo("Asia/Taipei")
QUOTA, USED = "/v2/bot/message/quota", "/v2/bot/message/quota/consumption"
VALIDATE, PUSH = "/v2/bot/message/validate/push", "/v2/bot/message/push"


def person(number: int, **more: Any) -> Contact:
    user = f"U{number:032x}"
    contact = Contact(f"main:{user}", name=f"好友{number}", identities=(Identity("main", user, friend=True),))
    return replace(contact, seed=number * 997, **more)


PEOPLE = (
    *(person(number) for number in range(1, 21)),
    replace(person(21), identities=(Identity("main", f"U{21:032x}", friend=False),)),
    person(22, marketing=False),
    replace(person(23), name="長" * 300),
    person(24, tags=(Tag("VIP", NOW, "x"),)),
)


@pytest.fixture
async def line(tmp_path: Path, written: Written, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeLine]:
    """A shop with people in its database, and LINE."""
    written(BOT)
    async with stores_in(tmp_path) as stores:
        await come(stores.contacts, *PEOPLE)
        for name, contact in (("@amy", PEOPLE[0].id), ("@bob", PEOPLE[1].id)):
            await become_tester(stores, name, contact, NOW)
    async with FakeLine.running() as line:
        monkeypatch.setenv("OAFLOW_LINE_API", line.url)
        yield line


async def broadcast(line: FakeLine, folder: Path, what: str, *words: str) -> Ended:
    return await ended("broadcast", what, str(folder), *words, OAFLOW_LINE_API=line.url)


async def checked(line: FakeLine, folder: Path, *words: str) -> Any:
    return json.loads((await broadcast(line, folder, "check", *words, "--json")).out)


async def test_to_how_many_from_which_messages_at_which_price(line: FakeLine, tmp_path: Path) -> None:
    """I1, I3, I7: LINE is asked what is left, and nobody is sent anything."""
    end = await broadcast(line, tmp_path, "check", "週年慶")
    assert end == Ended(
        0,
        "週年慶: 22 people get it now\n"
        "    not among them: 1 who blocked the account\n"
        "    not among them: 1 who want no marketing\n"
        "main: knows 23 friends so far; all of them:  oaflow friends import\n"
        "messages: 22, and 2,988 are left this month\n"
        "price: all within the plan, nothing more to pay (NT$ of the month: NT$800)\n"
        "its messages were filled with the data of 22 people: LINE takes them\n",
        "",
    )
    assert {asked.path for asked in line.requests} == {QUOTA, USED, VALIDATE}
    (validated,) = [asked.json for asked in line.of(VALIDATE)]
    assert validated["messages"][0] == {"type": "text", "text": "全館八折"}


async def test_what_others_have_reserved_is_not_left(line: FakeLine, tmp_path: Path) -> None:
    async with stores_in(tmp_path) as stores:
        store = stores.reserved_messages
        seen = await store.of("main")
        assert await store.put(
            "main", seen, with_grant((), ReservationRequest("b", 2_980), MessageGrant(2_980, None), NOW)
        )
    end = await broadcast(line, tmp_path, "check", "週年慶")
    assert "messages: 22, and 8 are left this month (2,980 more are reserved by broadcasts)\n" in end.out
    assert (end.code, end.err) == (
        1,
        "oaflow: it would not go out: there are not enough messages left this month\n",
    )


async def test_a_part_goes_out_where_the_file_says_so(line: FakeLine, tmp_path: Path) -> None:
    part = BOT.replace("週年慶: {to: everyone,", "週年慶: {to: everyone, if_quota_short: send_part,")
    (tmp_path / "bot.yaml").write_text(part, "utf-8")
    line.always(USED, Answers(200, {"totalUsage": 2_990}))
    end = await broadcast(line, tmp_path, "check", "週年慶")
    told = "messages: 22, and 10 are left this month\n    12 of them would get nothing of it"
    assert (end.code, told in end.out) == (0, True)
    line.always(USED, Answers(200, {"totalUsage": 3_100}))
    assert (await broadcast(line, tmp_path, "check", "週年慶")).code == 1


async def test_what_is_beyond_the_plan_costs(line: FakeLine, tmp_path: Path) -> None:
    line.always(QUOTA, Answers(200, {"type": "none"}))
    line.always(USED, Answers(200, {"totalUsage": 2_990}))
    end = await broadcast(line, tmp_path, "check", "週年慶")
    assert "messages: 22, and 10 are left of the plan's this month\n" in end.out
    assert "price: NT$2.4: 10 are in the plan, 12 more cost NT$0.2 each\n" in end.out


async def test_what_a_month_unknown_costs_is_at_most(line: FakeLine, tmp_path: Path) -> None:
    """I7: it said that none of them is in the plan. A month to come is as unknown."""
    line.always(QUOTA, Answers(403, {"message": "no"}))
    end = await broadcast(line, tmp_path, "check", "週年慶")
    assert "price: NT$4.4 at most\n" in end.out


LIMITED = BOT.replace("tags:", "limits: {pushes_per_person: 1 per 7d}\ntags:", 1)


async def pushed_lately(folder: Path, *numbers: int) -> None:
    """These people were pushed something an hour ago."""
    async with opened(folder) as database:
        at, contacts = SystemClock().now() - timedelta(hours=1), database.database.collection("contacts")
        for number in numbers:
            await contacts.update_one({"_id": PEOPLE[number].id}, {"$set": {"pushes": [at]}})


async def test_all_that_holds_somebody_back_has_its_number(line: FakeLine, tmp_path: Path) -> None:
    """I7: who has had as many pushes as `limits` allow is in no size and no price."""
    (tmp_path / "bot.yaml").write_text(LIMITED, "utf-8")
    await pushed_lately(tmp_path, 0, 1, 2)
    end = await broadcast(line, tmp_path, "check", "週年慶")
    assert "週年慶: 19 people get it now\n" in end.out
    assert "    not among them: 3 had 1 pushes within 7 days already\n" in end.out
    assert "messages: 19, " in end.out
    told = await checked(line, tmp_path, "太長")
    assert told["people"] == 19
    assert told["without"] == {"blocked": 1, "stopped": 1, "not_here": 0, "limit": 3, "empty": 0}
    grouped = await checked(line, tmp_path, "雙11")
    assert sum(grouped["groups"].values()) + grouped["without"]["limit"] == 22
    await pushed_lately(tmp_path, *range(24))
    end = await broadcast(line, tmp_path, "check", "週年慶")
    assert (end.code, end.err) == (1, "oaflow: it would not go out: nobody of its audience gets it now\n")
    chinese = await broadcast(line, tmp_path, "check", "週年慶", "--language", "zh-TW")
    assert "    另外有 22 人這 7 天內已經收滿 1 則，不算在內\n" in chinese.out


async def test_in_quiet_hours_it_says_when_it_would_begin(line: FakeLine, tmp_path: Path) -> None:
    hour = SystemClock().now().astimezone(TAIPEI).hour
    hours = f'quiet_hours: "{hour:02}:00-{(hour + 2) % 24:02}:00"'
    quiet = BOT.replace("週年慶: {to: everyone,", f"週年慶: {{to: everyone, {hours},")
    (tmp_path / "bot.yaml").write_text(quiet, "utf-8")
    end = await broadcast(line, tmp_path, "check", "週年慶")
    assert "    these are its quiet hours: it would begin at " in end.out


async def test_line_does_not_tell_what_is_left(line: FakeLine, tmp_path: Path) -> None:
    line.always(QUOTA, Answers(500, {"message": "Internal"}))
    end = await broadcast(line, tmp_path, "check", "週年慶", "--language", "zh-TW")
    assert end.code == 0
    assert "LINE 沒有告知還剩幾則" in end.out
    assert "people" not in end.out
    told = await checked(line, tmp_path, "週年慶")
    assert (told["left"], told["cost"], told["line_does_not_tell"]) == (None, 4.4, "500: Internal")


async def test_line_is_not_said_to_take_what_it_was_not_asked_about(line: FakeLine, tmp_path: Path) -> None:
    line.always(VALIDATE, Answers(500, {"message": "Internal"}))
    end = await broadcast(line, tmp_path, "check", "週年慶")
    assert end.out.endswith(": none is too long or empty; whether LINE takes them could not be asked\n")
    told = await checked(line, tmp_path, "週年慶")
    assert (end.code, told["line_not_asked"]) == (0, True)


async def test_a_name_that_makes_a_text_too_long_is_found(line: FakeLine, tmp_path: Path) -> None:
    told = await checked(line, tmp_path, "太長")
    (where,) = told["broken"]
    assert where.startswith("bot.yaml:")
    assert told["broken"][where] == {"people": 1, "example": PEOPLE[22].id}
    assert (told["tried"], told["refused"]) == (22, False)
    assert (told["people"], told["without"]["empty"]) == (22, 0), "the text is cut, not left out"
    end = await broadcast(line, tmp_path, "check", "太長")
    assert f"{where}: a message is cut or left out for 1 of the 22 people" in end.out


async def test_what_line_refuses_is_told(line: FakeLine, tmp_path: Path) -> None:
    line.always(VALIDATE, Answers(400, {"message": "A message is invalid"}))
    end = await broadcast(line, tmp_path, "check", "問候")
    assert end.out.count('LINE would refuse it: "A message is invalid"\n') == 1
    assert (end.code, end.err) == (1, "oaflow: it would not go out: LINE would refuse its messages\n")


async def test_an_audience_of_nobody(line: FakeLine, tmp_path: Path) -> None:
    end = await broadcast(line, tmp_path, "check", "沒有人")
    assert (end.code, end.err) == (1, "oaflow: it would not go out: nobody is in its audience\n")
    assert line.of(VALIDATE) == []


async def test_groups_of_a_split(line: FakeLine, tmp_path: Path) -> None:
    told = await checked(line, tmp_path, "雙11")
    assert set(told["groups"]) <= {"甲", "乙", "不發"}
    assert sum(told["groups"].values()) == 22
    assert told["people"] == 22 - told["groups"].get("不發", 0)


async def test_testers_get_it_first(line: FakeLine, tmp_path: Path) -> None:
    """I2: with their own data, under a line that says so; it is on record."""
    end = await broadcast(line, tmp_path, "test", "問候", "--by", "小美")
    assert end == Ended(0, "@amy: sent\n@bob: sent\n", "")
    pushed = line.of(PUSH)
    assert [asked.json["to"] for asked in pushed] == [PEOPLE[n].identity("main").user for n in (0, 1)]
    assert [one["text"] for one in pushed[0].json["messages"]] == [
        "〔測試〕問候",
        "好友1 您好，輸入「停止推播」就不再收到",
    ]
    assert len({asked.headers["X-Line-Retry-Key"] for asked in pushed}) == 2
    shown = await ended("audit", str(tmp_path), "--json")
    assert "broadcast_tested" in shown.out
    assert "問候, 2 messages" in shown.out


async def test_each_group_and_only_who_is_named(line: FakeLine, tmp_path: Path) -> None:
    line.script(PUSH, Answers(), Answers(400, {"message": "Failed to send messages"}))
    end = await broadcast(line, tmp_path, "test", "雙11", "--testers", "@bob")
    assert end == Ended(
        1,
        "@bob (甲): sent\n@bob (乙): LINE refuses it: Failed to send messages\n",
        "oaflow: not all of it arrived\n",
    )
    first = line.of(PUSH)[0].json
    assert first["messages"][0]["text"] == "〔測試〕雙11・甲"


async def test_nobody_is_called_so(line: FakeLine, tmp_path: Path) -> None:
    end = await broadcast(line, tmp_path, "test", "問候", "--testers", "@carol")
    assert end.code == 1
    assert 'no tester is called "@carol"' in end.err
    async with stores_in(tmp_path) as stores:
        await be_tester_no_more(stores, "@amy", PEOPLE[0].id, NOW)
    nobody = "nobody is called so yet:  oaflow contact name WHO @amy"
    end = await broadcast(line, tmp_path, "test", "問候", "--testers", "@amy")
    assert end == Ended(1, "", f"oaflow: {nobody}\n")
    assert line.of(PUSH) == []
    both = await broadcast(line, tmp_path, "test", "問候", "--testers", "@amy", "--testers", "@bob")
    assert (both.code, both.out) == (1, f"@amy: {nobody}\n@bob: sent\n"), "one is missing who was asked for"
    end = await broadcast(line, tmp_path, "test", "問候")
    assert end == Ended(0, f"@amy: {nobody}\n@bob: sent\n", ""), "one without a name stops nobody else"


TIMED = BOT.replace("週年慶: {to: everyone,", "週年慶: {to: everyone, at: 2099-11-11 10:00,")
AT = datetime(2099, 11, 11, 2, tzinfo=UTC)


async def test_one_that_was_sent_is_not_changed_by_an_edit(line: FakeLine, tmp_path: Path) -> None:
    """Neither does `publish` take it; the same, or under another name, it is no change."""
    file = tmp_path / "bot.yaml"
    file.write_text(TIMED, "utf-8")
    loaded = load(file, {}, now=NOW)
    assert loaded.playbook is not None
    content = fingerprint(loaded.playbook.broadcasts["週年慶"])
    sending = Sending("週年慶@1", "週年慶", "main", AT, AT, "done", began=AT, fixed=AT, content=content)
    async with stores_in(tmp_path) as stores:
        assert await stores.sendings.add(sending)

    async def codes() -> tuple[int, list[str]]:
        end = await ended("check", str(tmp_path), "--against-database", "--format", "json")
        return end.code, [one["code"] for one in json.loads(end.out)["problems"]]

    assert "broadcast-already-sent" not in (await codes())[1]
    file.write_text(TIMED.replace("全館八折", "全館七折"), "utf-8")
    code, found = await codes()
    assert (code, "broadcast-already-sent" in found) == (1, True)
    end = await ended("publish", str(tmp_path))
    assert end.code == 1
    assert "[broadcast-already-sent]" in end.err
    assert "oaflow: a broadcast that was sent is changed: it is not published" in end.err
    file.write_text(TIMED.replace("全館八折", "全館七折").replace("週年慶:", "週年慶2:"), "utf-8")
    assert "broadcast-already-sent" not in (await codes())[1]


async def test_one_that_comes_this_month_and_finds_too_few_messages(line: FakeLine, tmp_path: Path) -> None:
    """By what LINE last told to whoever runs; a warning, for more may be bought until then."""
    at = (NOW + timedelta(hours=1)).astimezone(TAIPEI)
    (tmp_path / "bot.yaml").write_text(TIMED.replace("2099-11-11 10:00", f"{at:%Y-%m-%d %H:%M}"), "utf-8")
    loaded = load(tmp_path / "bot.yaml", {}, now=NOW)
    assert loaded.playbook is not None
    async with stores_in(tmp_path) as stores:
        told = []
        later, earlier = NOW + timedelta(hours=2), NOW - timedelta(days=40)
        for left, when in ((22, NOW), (21, NOW), (21, later), (21, earlier)):
            await stores.quotas.keep("main", QuotaFigure(left, NOW))
            found = await broadcasts_in_the_way(stores, loaded.playbook, loaded.sources, when)
            told.append([(one.code, one.level) for one in found])
        assert told == [[], [("broadcast-over-quota", "warning")], [], []]
