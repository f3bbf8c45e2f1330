"""`oaflow broadcast` from a terminal: what is refused says why, what is ordered is found again. I1, I5"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.model.broadcast import LeftOut, Recipient, Sending, SendingBatch
from bot.model.contact import Contact, Identity
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.store.stores import Stores
from tests.cli.commands import OnStores, Run, Written
from tests.cli.oaflow import Ended, ended, ended_here, serving

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
broadcasts:
  週年慶: {to: everyone, push: [早安, 輸入「停止推播」就不再收到]}
  草稿: {to: everyone, push: [晚安, 輸入「停止推播」就不再收到], status: draft}
rules: [{when: {text: 嗨}, reply: 您好}]
"""


@pytest.fixture
def shop(written: Written) -> Path:
    return written(BOT)


def test_what_is_refused_says_why(shop: Path, run: Run) -> None:
    def told(action: str, *words: str, code: int = 0) -> str:
        return "".join(run("broadcast", action, str(shop), *words, code=code))

    assert told("list") == "週年慶: was not sent yet\n草稿: was not sent yet\n"
    assert "nobody is in its audience" in told("send", "週年慶", "--yes", code=1)
    assert "status: draft" in told("send", "草稿", code=1)
    assert "its broadcasts are 週年慶, 草稿" in told("send", "雙11", code=1)
    assert "no broadcast is named" in told("send", code=1)
    for action in ("pause", "resume", "cancel"):
        assert "is going out or planned" in told(action, "週年慶", code=1)
    assert 'no order of "週年慶" waits for anybody' in told("agree", "週年慶", code=1)
    shown = json.loads(told("status", "週年慶", "--json"))
    assert (shown["broadcast"], shown["sendings"], shown["not_reached"]) == ("週年慶", [], [])
    assert told("list", "--language", "zh-TW").startswith("週年慶：還沒發送過")


TOKEN = {"LINE_CHANNEL_ACCESS_TOKEN": "opensesame"}
SALE = """
testers: ["@amy"]
broadcasts:
  sale: {to: everyone, push: [早安, 輸入「停止推播」就不再收到]}
  dated: {to: everyone, push: [午安, 輸入「停止推播」就不再收到], at: 2099-11-11 10:00}
  weekly: {to: everyone, push: [晚安, 輸入「停止推播」就不再收到], every: week on mon at 10:00}
"""


@dataclass
class Played:
    """A shop that a simulator serves, with two friends; `api` is the simulator's."""

    folder: Path
    api: str
    http: ClientSession

    async def does(self, action: str, *words: str, typed: str | None = None) -> Ended:
        return await ended("broadcast", action, str(self.folder), *words, typed=typed, **TOKEN)


@pytest.fixture
async def played(shop: Path) -> AsyncIterator[Played]:
    file = Path(__file__).parents[1] / "smallest" / "bot.yaml"
    (shop / "bot.yaml").write_text(SALE + file.read_text("utf-8"), "utf-8")
    async with serving(str(shop), "--simulator", **TOKEN) as served, ClientSession() as http:
        api = f"{served.address}/simulator/api"
        for name in ("小美", "小明"):
            async with http.post(f"{api}/friends", json={"channel": "main", "name": name}) as added:
                friend = str((await added.json())["id"])
            async with http.post(f"{api}/friends/{friend}/follow", json={}) as answer:
                assert answer.status == 200
        async with http.post(f"{api}/clock", json={"by": "0s"}) as answer:
            assert answer.status == 200
        yield Played(shop, api, http)


async def test_it_is_asked_before_and_a_day_long_not_sent_again(played: Played) -> None:
    """I4: people, price, when it was last sent; the number of people is typed, or `--yes`."""
    end = await played.does("send", "sale")
    assert (end.code, end.out) == (1, "")
    assert "oaflow: nothing is sent without a confirmation: add  --yes\n" in end.err
    assert "oaflow: sale: 2 people get it now\n" in end.err
    assert "oaflow: price: " in end.err
    assert "oaflow: sale: was not sent yet\n" in end.err
    end = await played.does("send", "sale", typed="yes\n")
    assert (end.code, "that is not the number of people" in end.err) == (1, True)
    end = await played.does("send", "sale", typed="2\n")
    assert (end.code, "2 of 2 people" in end.out) == (0, True), end
    end = await played.does("send", "sale", "--yes")
    assert (end.code, end.out) == (1, "")
    assert "the same went to the same people at" in end.err
    assert "add  --again" in end.err
    end = await played.does("send", "sale", "--again", "--yes", "--json")
    assert (end.code, json.loads(end.out)["got"]) == (0, 2)
    assert "oaflow: last sent at " in end.err


async def test_the_list_says_what_was_sent_and_when_beside_what_is_planned(played: Played) -> None:
    end = await played.does("send", "dated", "--yes")
    assert "sent now, it does not go out at 2099-11-11 10:00:00 any more" in end.err
    assert (end.code, (await played.does("send", "weekly", "--yes")).code) == (0, 0)
    sale, dated, weekly = (await played.does("list")).out.splitlines()
    today = f"{datetime.now(UTC):%Y-}"
    assert sale == "sale: was not sent yet"
    assert dated.startswith(f"dated: {today}")
    assert "sent, 2 of 2 people; 2099-11-11 10:00:00 cancelled, it was sent by hand before" in dated
    assert weekly.startswith(f"weekly: {today}")
    assert "sent, 2 of 2 people; " in weekly
    assert weekly.endswith("10:00:00 planned")
    told = json.loads((await played.does("list", "--json")).out)["broadcasts"]
    assert [one["last_sent"] and one["last_sent"]["got"] for one in told] == [None, 2, 2]
    for action in ("send", "cancel"):
        assert (await played.does(action, "dated", *(["--yes"] if action == "send" else []))).code == 1


async def test_it_is_ordered_for_a_moment_and_taken_back(played: Played) -> None:
    """I3: by the clock of the playbook; the number of people first, as for now."""
    end = await played.does("send", "sale", "--at", "2020-01-01 10:00", "--yes")
    assert (end.code, "this moment is over" in end.err) == (1, True)
    at = f"{datetime.now(UTC) + timedelta(days=60):%Y-%m-%d} 20:00"
    end = await played.does("send", "sale", "--at", at, "--yes")
    assert (end.code, f"it goes out at {at}:00, to whoever is in its audience then" in end.err) == (0, True)
    assert f"{at}:00 planned" in (await played.does("list")).out
    end = await played.does("send", "sale", "--yes")
    assert (end.code, "cancel that first" in end.err) == (1, True)
    assert (await played.does("cancel", "sale")).code == 0
    assert (await played.does("send", "sale", "--yes")).code == 0


async def test_what_nobody_got_is_no_success(played: Played) -> None:
    """Too few messages are left for the month: exit 1, with the reason; it may be sent again."""
    for left in (1, 0):
        async with played.http.put(f"{played.api}/channels/main/quota", json={"value": left}) as answer:
            assert answer.status == 200
        end = await played.does("send", "sale", "--yes")
        assert (end.code, end.err.splitlines()[-1]) == (
            1,
            "oaflow: not sent, there are not enough messages left this month",
        )
    async with played.http.put(f"{played.api}/channels/main/quota", json={"value": None}) as answer:
        assert answer.status == 200
    assert (await played.does("send", "sale", "--yes")).code == 0


def test_who_did_not_get_it_as_contact_show_takes_them(shop: Path, data: Path, on_stores: OnStores) -> None:
    """I6: of several reasons the least expected first; phones are masked, and the rest is counted."""
    (shop / "bot.yaml").write_text(BOT, "utf-8")
    now = datetime(2026, 11, 20, 4, tzinfo=UTC)
    sending = Sending("週年慶@1", "週年慶", "main", now, now, "gathering", by="amy", began=now)
    users = [f"U{number:032x}" for number in range(30)]
    reasons: dict[str, LeftOut] = {f"main:{user}": "limit" for user in users[2:]}
    reasons[f"main:{users[1]}"] = "refused"
    people = tuple(Recipient(f"main:{user}", user) for user in users)
    batch = SendingBatch("週年慶@1#0", sending.id, 0, "main", "", people, "over", left_out=reasons)
    batch = replace(batch, at=now, refusals={f"main:{users[1]}": "Not a friend"})
    phone = Contact(f"main:{users[1]}", name="小美", phone="+886912345678")
    phone.identities = (Identity("main", users[1], friend=True),)

    async def put_in(stores: Stores) -> None:
        assert await stores.sendings.add(sending)
        assert await stores.sendings.gathered(sending, [batch], phone.id)
        await stores.sendings.change(sending.id, ["gathering"], state="done", fixed=now, ended=now)
        await stores.contacts.save([TurnWrite(Contact(phone.id), phone, part_of(phone.id), 0, 1, (), ())])

    on_stores(put_in)
    lines = ended_here("broadcast", "status", str(shop), "週年慶").out.splitlines()
    first = next(line for line in lines if users[1] in line)
    assert first == (f"    main:{users[1]} 小美 09••••••78: LINE refuses it for this person: Not a friend")
    assert lines[-1] == "    and 9 more:  --most N  has more"
    assert lines.index(first) < next(n for n, line in enumerate(lines) if users[2] in line)
    assert "小美" in ended_here("contact", "show", str(shop), first.split()[0]).out
    told = json.loads(ended_here("broadcast", "status", str(shop), "週年慶", "--most", "2", "--json").out)
    assert told["not_reached_rest"] == 27
    assert [(one["contact"], one["phone"]) for one in told["not_reached"]] == [
        (phone.id, "09••••••78"),
        (f"main:{users[2]}", None),
    ]


def test_an_order_that_waits_goes_out_once_its_number_is_typed(
    shop: Path, data: Path, on_stores: OnStores
) -> None:
    """I1, I4: edited since it was ordered, it is held; in the terminal it is agreed to as on its page."""
    (shop / "bot.yaml").write_text(BOT, "utf-8")
    now, found = datetime.now(UTC), list[Sending | None]()
    waits = Sending("週年慶@1", "週年慶", "main", now, now, by="amy", held="changed", held_since=now)
    sending = replace(waits, shown="another text", shown_people=7, shown_cost="1.4")
    friend = Contact(f"main:U{1:032x}", identities=(Identity("main", f"U{1:032x}", friend=True),))

    async def put_in(stores: Stores) -> None:
        assert await stores.sendings.add(sending)
        await stores.contacts.save([TurnWrite(Contact(friend.id), friend, part_of(friend.id), 0, 1, (), ())])

    async def look(stores: Stores) -> None:
        found.append(await stores.sendings.one(sending.id))

    on_stores(put_in)
    end = ended_here("broadcast", "agree", str(shop), "週年慶", **TOKEN)
    assert (end.code, "nothing is sent without a confirmation: add  --yes" in end.err) == (1, True)
    assert "Its text or its audience was changed since it was ordered" in end.err
    assert "shown when it was ordered: 7 people" in end.err
    assert "shown when it was ordered: NT$1.4" in end.err
    assert "just now: 1 people" in end.err
    assert ended_here("broadcast", "agree", str(shop), "週年慶", typed="7\n", **TOKEN).code == 1
    on_stores(look)
    end = ended_here("broadcast", "agree", str(shop), "週年慶", typed="1\n", **TOKEN)
    assert (end.code, "週年慶 goes out all the same" in end.out) == (0, True), end
    on_stores(look)
    assert [one and (one.held, one.shown_people) for one in found] == [("changed", 7), (None, 1)]
