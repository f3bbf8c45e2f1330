"""Lost calls, money, shops, journeys, machines: told once, and once when over, by one process. K4, I7, B12"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.connectors.sms.sender import Credit
from bot.model.broadcast import Sending
from bot.model.month import next_month
from bot.model.processes import OwnTrouble, RefusedCalls, Serving
from bot.model.settings import Alert, Settings, ShopSettings, SmsSettings
from bot.model.shop import SyncRun, SyncState, SyncStop
from bot.model.translatable import ENGLISH, Language
from bot.operations.alerts.lost_calls import SELDOM
from bot.operations.alerts.machines import GONE_FOR, WELL_FOR, disk_check
from bot.operations.alerts.refusals import FAILING
from bot.operations.alerts.watch import LONG, WatchedWork, WorkWatch
from bot.operations.doctor.webhook import OwnCall, WebhookAnswers, in_its_last_days, webhook_findings
from bot.operations.today import shop_health
from bot.runtime.alerts.alert_dispatcher import LAPSES, AlertQueue
from bot.runtime.alerts.receivers import alert_receivers
from bot.store.counters.quotas import QuotaFigure
from bot.store.database.mongo import Database
from bot.store.events.alerts import SHRUNK_FOR
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from bot.translations.chinese import CHINESE
from tests.conftest import NOW, ManualClock
from tests.playbooks import channel, compiled

PLAYBOOK = """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
flows:
  welcome:
    title: 迎新
    when: [{tag_added: 新客}]
    once_per: person
    %s
    states:
      hello: {do: [{push: 您好。不想收到？輸入「停止推播」}], next: done}
      done: {end: true}
rules:
  - {when: {text: 來}, add_tags: [新客]}
"""
CAPPED = "max_pushes: {total: 2}"
EVERYTHING = (
    *("quota", "sms_low", "shop_failing", "dead_letters", "journey_stopped", "playbook_refused", "server"),
    *("webhook_off", "token_refused", "broadcast_held"),
)

OPS = Alert("mail", "ops@forest.example", EVERYTHING, "smtp://mail.example")


class Office:
    """Two processes that look, and what staff are alerted to."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock) -> None:
        self.database = database
        self.stores = stores_of(database, seal)
        self.clock = clock
        self.alerts = (OPS,)
        self.shops = {"forest": ShopSettings("forest", "cyberbiz")}
        self.sms = {"mitake": SmsSettings("mitake", "mitake")}
        self.credit: dict[str, tuple[Credit, datetime]] = {}
        self.playbook = compiled(PLAYBOOK % "")
        self.language: Language = ENGLISH
        self.linked = ["main"]
        self.watches = [self.watch(), self.watch()]

    def settings(self) -> Settings:
        return Settings({"main": channel()}, shops=self.shops, sms=self.sms, alerts=self.alerts)

    def watch(self, owns: Callable[[int], bool] = lambda part: True) -> WorkWatch:
        work = WatchedWork(
            self.stores,
            lambda: self.playbook,
            self.settings,
            lambda: {"main": "森活"},
            lambda: self.credit,
            "https://bot.example",
            lambda: self.language,
            lambda: self.linked,
        )
        return WorkWatch(work, self.desk(), owns, self.clock)

    def desk(self) -> AlertQueue:
        return AlertQueue(self.stores.alerts, lambda: alert_receivers(self.alerts), self.clock)

    async def look(self, after: timedelta = timedelta(seconds=5), *, times: int = 2) -> list[str]:
        """Both look, twice; what is said that was not said before, in its first line."""
        before = len(await self.said())
        for _ in range(times):
            for watch in self.watches:
                await watch.look()
        self.clock.advance(after.total_seconds())
        return [one.partition("\n")[0] for one in (await self.said())[before:]]

    async def said(self) -> list[str]:
        """All alerts as they are worded, oldest first; `over: ` begins those."""
        [receiver] = alert_receivers(self.alerts)
        rows = await self.stores.alerts.waiting(receiver, 1_000)
        return [("over: " if row.note.over else "") + row.note.text for row in rows]

    async def waits(self, contact: str, since: datetime) -> None:
        desk = [{"ch": "main", "s": "waits", "since": since, "last": since}]
        await self.database.collection("contacts").insert_one({"_id": contact, "part": 0, "chats": desk})

    async def lost(self, number: int, reason: str, at: datetime = NOW) -> None:
        calls = [{"reason": reason, "at": at, "call": {"kind": "push", "ch": "main"}} for _ in range(number)]
        await self.database.collection("deadletters").insert_many(calls)

    async def fails(self, stop: SyncStop | None, state: SyncState = "stopped") -> None:
        before = (await self.stores.shop_syncs.all()).get("forest")
        ended = self.clock.now() if stop is None else None
        run = SyncRun("poll", "night", NOW, state=state, stop=stop, ended=ended)
        assert await self.stores.shop_syncs.order("forest", run, None if before is None else before.poll)


@pytest.fixture
def office(database: Database, seal: Seal, clock: ManualClock) -> Office:
    return Office(database, seal, clock)


# -- what was given up


async def test_a_thousand_of_one_kind_are_one_alert_with_their_number(office: Office) -> None:
    await office.lost(1_000, "bad-request")
    assert await office.look() == [
        "1,000 messages of 森活 were not sent so far: LINE has refused the message itself (bad-request)"
    ]
    [text] = await office.said()
    assert text.splitlines()[1].startswith("Why it matters: these people wait")
    assert text.endswith("\nhttps://bot.example/admin/unsent")
    await office.lost(500, "bad-request")
    assert await office.look() == []


@pytest.mark.ring("all", "a crowd")
async def test_what_grows_is_alerted_to_at_ten_and_a_hundred_times_once_each(office: Office) -> None:
    """K4: one at 18:14 was told, 13,739 at 18:58 were not."""
    numbers = []
    for more in (1, 8, 1, 89, 2, 13_638, 1_000):
        await office.lost(more, "not-sent")
        numbers.append([one.split(" messages")[0] for one in await office.look(SELDOM)])
    assert numbers[0] == [
        "1 message of 森活 was not sent: LINE was not reached, until it was too old (not-sent)"
    ]
    worse = "it has become worse: "
    assert numbers[1:] == [[], [f"{worse}10"], [], [f"{worse}101"], [f"{worse}13,739"], []]
    assert len(await office.stores.alerts.all_lasting()) == 1


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_shrinks_is_alerted_to_anew_when_it_grows_but_not_within_hours(office: Office) -> None:
    """K4: nobody is blind to what comes after most was handled; what goes up and down alerts four times a
    day."""

    async def left(number: int, after: timedelta = SELDOM) -> list[str]:
        await office.database.collection("deadletters").delete_many({})
        await office.lost(number, "not-sent", office.clock.now())
        return await office.look(after)

    assert len(await left(500)) == 1
    assert [await left(one) for one in (5, 500, 5, 500)] == [[], [], [], []]
    await left(5, SHRUNK_FOR)
    assert await left(5) == []
    assert [one.split(" messages")[0] for one in await left(50)] == ["it has become worse: 50"]


@pytest.mark.ring("all", "a crowd")
async def test_what_comes_and_goes_alerts_a_few_times_a_day(office: Office) -> None:
    """K4: its end is certain after hours, from the fourth of a day on."""
    office.watches = [office.watch()]
    said = 0
    for minutes in (*[3] * 8, *[20] * 28):
        await office.lost(1, "not-sent", office.clock.now())
        said += len(await office.look(timedelta(minutes=minutes), times=1))
        await office.database.collection("deadletters").delete_many({})
        said += len(await office.look(timedelta(minutes=minutes), times=1))
    assert said == 7, "three times begun and over, and begun"
    assert len(await office.look(LONG)) + len(await office.look()) == 1


async def test_each_reason_is_told_and_is_over_when_none_is_left(office: Office) -> None:
    await office.lost(2, "bad-request")
    await office.lost(1, "not-sent")
    assert len(await office.look()) == 2
    where = {"reason": "bad-request"}
    handled = {"$set": {"handled": {"how": "dropped", "who": "amy", "at": NOW}}}
    await office.database.collection("deadletters").update_many(where, handled)
    assert await office.look() == [
        "over: no unsent message is left of this reason: LINE has refused the message itself (bad-request)"
    ]


async def test_what_nobody_attends_to_for_a_week_ends_without_a_word(office: Office) -> None:
    await office.lost(3, "bad-request")
    await office.look(timedelta(days=8))
    assert await office.look() == []
    assert await office.stores.alerts.all_lasting() == []


async def test_a_new_one_is_seen_at_the_next_look(office: Office) -> None:
    await office.look()
    await office.lost(1, "quota")
    assert await office.look() == ["1 message of 森活 was not sent: the month's messages are used up (quota)"]


# -- money


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_months_messages_are_told_at_each_step_once_in_the_month(office: Office) -> None:
    """I7, K4: the rows of alerts are gone after 14 days, what was told is not."""

    async def left(number: int) -> list[str]:
        await office.stores.quotas.keep("main", QuotaFigure(number, office.clock.now(), 200))
        return await office.look(timedelta(hours=1))

    office.clock.advance((next_month(NOW) - NOW).total_seconds() + 60)
    assert await left(101) == []
    [half] = await left(100)
    assert half == "50% of this month's messages of 森活 are used: 100 of 200 are left"
    office.clock.advance(timedelta(days=20).total_seconds())
    await office.database.collection("alerts").delete_many({})
    assert await left(90) == []
    assert [one[:3] for one in await left(9)] == ["95%"]
    assert [one[:4] for one in await left(0)] == ["100%"], "LINE refuses pushes from here on"
    assert await left(30) == [], "reservations were given back"
    office.clock.advance(timedelta(days=15).total_seconds())
    await office.database.collection("alerts").delete_many({})
    assert [one[:3] for one in await left(40)] == ["80%"], "a new month"
    assert {subject for _, subject, _ in await office.stores.alerts.all_lasting()} == {"main 2027-01 80"}


async def test_a_figure_of_last_month_or_without_a_limit_tells_nothing(office: Office) -> None:
    await office.stores.quotas.keep("main", QuotaFigure(0, NOW - timedelta(days=40), 200))
    assert await office.look() == []
    await office.stores.quotas.keep("main", QuotaFigure(None, NOW, None))
    assert await office.look() == []


@pytest.mark.ring("all", "a crowd")
async def test_sms_credit_that_is_low_is_one_alert_whatever_was_bought(office: Office) -> None:
    """B12, K4: `warn_below` and the last steps are one trouble, and what is used up is told elsewhere."""
    office.sms = {"mitake": SmsSettings("mitake", "mitake", warn_below=100)}
    office.language = CHINESE

    async def left(number: float, unit: str = "points") -> list[str]:
        office.credit["mitake"] = Credit(number, unit), office.clock.now()
        return await office.look(timedelta(hours=1))

    assert await left(1_000) == []
    assert await left(40) == ["mitake 的簡訊點數快用完了，還剩 40 點"]
    [alert] = await office.said()
    assert alert.endswith("\nhttps://bot.example/admin/binding#sms")
    assert "oaflow" not in alert, "no command"
    assert await left(20) == []
    assert await left(0) == []
    assert [one[:3] for one in await left(1_000)] == ["ove"]
    assert await left(0) == [], "whoever could send no code tells at once"
    assert await left(500, "USD") == []
    assert await left(40, "USD") == ["mitake 的簡訊點數已用掉 80%：還有 40 USD"], "nobody knows of how many"


async def test_sms_credit_is_told_at_each_step_of_what_was_bought(office: Office) -> None:
    """B12: also after a start, when no process remembers what there was."""

    async def left(number: float) -> list[str]:
        office.credit["mitake"] = Credit(number), office.clock.now()
        office.watches = [office.watch(), office.watch()]
        return await office.look(timedelta(days=10))

    assert await left(1_000) == []
    assert await left(500) == ["50% of the SMS credit of mitake is used: 500 points left"]
    assert await left(520) == [], "what was not delivered is given back"
    assert await left(190) == ["80% of the SMS credit of mitake is used: 190 points left"]
    assert await left(40) == ["95% of the SMS credit of mitake is used: 40 points left"]
    assert await left(2_040) == ["over: SMS credit of mitake was topped up: 2,040 points left"]
    assert await left(1_020) == ["50% of the SMS credit of mitake is used: 1,020 points left"]


async def test_what_another_process_has_known_for_hours_is_no_refill(office: Office) -> None:
    """B12: the process that takes part 0 over has sent its own last SMS while much was left."""
    office.credit["mitake"] = Credit(1_000), office.clock.now()
    await office.look(timedelta(hours=4))
    of_another = Credit(600), office.clock.now()
    office.clock.advance(timedelta(hours=4).total_seconds())
    office.credit["mitake"] = Credit(100), office.clock.now()
    assert [one[:3] for one in await office.look()] == ["80%"]
    office.credit["mitake"] = of_another
    office.watches = [office.watch()]
    assert await office.look() == []
    assert (await office.stores.sms_levels.all())["mitake"].left == 100


# -- shops, journeys


async def test_a_shop_is_told_of_once_it_has_failed_for_a_while(office: Office) -> None:
    await office.fails(SyncStop("ShopAway", "503", NOW, 1, NOW + timedelta(seconds=15), NOW))
    assert await office.look(FAILING) == []
    [what] = await office.look()
    assert what == "the shop forest has not let its members be read"
    assert (await office.said())[0].endswith("https://bot.example/admin/shops/forest")
    await office.fails(None, "done")
    assert await office.look() == ["over: the members of the shop forest are read again"]


@pytest.mark.ring("all", "a crowd")
async def test_a_shop_that_fails_on_is_alerted_to_again_by_its_hours(office: Office) -> None:
    """K4: 26 hours were silent; here the tenth is alerted to, and the hundredth."""
    await office.fails(SyncStop("NotOffered", "no list", NOW))
    hours = (0, 1, 2, 8, 9, 10, 11, 50, 97, 98, 99, 100, 101)
    passes = [timedelta(hours=after - hour) for hour, after in pairwise([*hours, 102])]
    said = [len(await office.look(one)) for one in passes]
    assert [hour for hour, number in zip(hours, said, strict=True) if number] == [0, 9, 99]


def serves(name: str = "p", *refused: RefusedCalls, **taken: datetime) -> Serving:
    """A process that has found so much of LINE and shops."""
    at = {f"{'shop' if of == 'forest' else 'line'} {of}": when for of, when in taken.items()}
    return Serving(name, "srv1:/srv/shop", "a" * 64, None, refused=refused, taken=at)


async def test_a_shop_that_was_never_read_and_refuses_our_credentials_is_alerted_to_at_once(
    office: Office,
) -> None:
    """C3, K4: status said for 26 hours that all is well. A restart, which knows of no refusal, does not end
    it."""
    refused = RefusedCalls("shop", "forest", "refused", NOW, "401: wrong secret")
    await office.stores.processes.heartbeat(serves("p", refused))
    [what] = await office.look()
    assert what.startswith("the shop forest: it refuses our credentials: 401: wrong secret")
    [health] = await shop_health(office.stores, office.settings())
    assert (health.since, health.read) == (NOW, None)
    assert str(health.trouble).startswith("it refuses our credentials")
    await office.stores.processes.heartbeat(serves())
    assert await office.look() == []
    await office.stores.processes.heartbeat(serves(forest=office.clock.now()))
    assert await office.look() == ["over: the members of the shop forest are read again"]


# -- access tokens


async def test_a_token_that_real_calls_find_refused_is_alerted_to_and_grows_and_is_over(
    office: Office,
) -> None:
    """A3, K4: not at the hourly look; of two who look once, however many processes have found it."""
    refused = RefusedCalls("line", "main", "token", NOW)
    for name in ("p", "q"):
        await office.stores.processes.heartbeat(serves(name, refused, main=NOW - timedelta(hours=1)))
    assert await office.look() == ["LINE refuses the access token of 森活; messages that wait: 0"]
    assert (await office.said())[0].endswith("https://bot.example/admin/setup?channel=main")
    await office.desk().begun("token_refused", "main token", "the hourly look")
    push = {"kind": "push", "ch": "main", "at": NOW - timedelta(hours=1)}
    await office.database.collection("contacts").insert_one({"_id": "main:U1", "part": 1, "out": [push] * 40})
    [worse] = await office.look()
    assert worse == "it has become worse: LINE refuses the access token of 森活; messages that wait: 40"
    await office.stores.processes.heartbeat(serves("p"))
    assert await office.look() == [], "the other one finds it still"
    for name in ("p", "q"):
        await office.stores.processes.heartbeat(serves(name))
    assert await office.look() == [], "nobody has called since"
    await office.stores.processes.heartbeat(serves("p", main=office.clock.now()))
    assert await office.look() == ["over: LINE takes the access token of 森活 again"]


async def test_what_is_lost_by_a_refused_token_is_no_alert_of_its_own_until_that_is_over(
    office: Office,
) -> None:
    """K4: one trouble is one alert; what is left to be done comes once it can be done."""
    refused = RefusedCalls("line", "main", "token", NOW)
    await office.stores.processes.heartbeat(serves("p", refused, main=NOW - timedelta(hours=1)))
    await office.lost(5, "access-token-refused")
    await office.lost(3, "bad-request")
    assert sorted(one.partition(" of ")[0] for one in await office.look(SELDOM)) == [
        "3 messages",
        "LINE refuses the access token",
    ]
    await office.stores.processes.heartbeat(serves("p", main=office.clock.now()))
    over = await office.look(SELDOM)
    assert over[0] == "over: LINE takes the access token of 森活 again"
    [later] = [*over[1:], *await office.look()]
    assert later.startswith("5 messages of 森活 were not sent so far")


async def test_what_does_not_pass_by_itself_is_told_at_once(office: Office) -> None:
    await office.fails(SyncStop("NotOffered", "no list", NOW))
    assert len(await office.look()) == 1


async def test_a_journey_that_has_pushed_as_often_as_it_may_is_told(office: Office) -> None:
    office.playbook = compiled(PLAYBOOK % CAPPED)
    assert await office.look() == []
    await office.stores.totals.reserve("welcome", ["a", "b"], 2)
    assert await office.look() == [
        "the journey 迎新 has stopped by itself: it has pushed 2 times, as often as it may"
    ]
    office.playbook = compiled(PLAYBOOK % "max_pushes: {total: 3}")
    assert await office.look() == ["over: the journey welcome does not stand still any more"]


async def test_a_journey_whose_time_is_over_is_told_on_that_day_only(office: Office) -> None:
    office.playbook = compiled(PLAYBOOK % "active: {until: 2026-11-20 13:00}")
    assert await office.look(timedelta(hours=2)) == []
    [what] = await office.look(timedelta(days=30))
    assert what == "the journey 迎新 has stopped by itself: its time is over"
    assert await office.look() == []
    office.playbook = compiled(PLAYBOOK % "active: {until: 2026-11-01 13:00}")
    assert await office.look() == [], "that was told"


# -- orders of broadcasts


async def test_an_order_that_waits_for_staff_is_told_once_and_once_when_somebody_has_decided(
    office: Office,
) -> None:
    """A supervisor may have ordered it weeks before, and looks at no page on that day. I4, K4"""
    order = Sending("sale@1", "sale", "main", NOW, NOW, by="amy", held="quiet")
    await office.stores.sendings.add(order)
    assert await office.look() == []
    await office.stores.sendings.change(order.id, ["planned"], held="cost")
    assert await office.look() == [
        "the broadcast sale has not gone out. It costs more than you were shown, or the month's messages"
        " are too few for all of them"
    ]
    assert (await office.said())[-1].endswith("https://bot.example/admin/broadcasts/one?name=sale")
    await office.stores.sendings.change(order.id, ["planned"], held="more")
    assert await office.look() == [], "it waits as before"
    await office.stores.sendings.change(order.id, ["planned"], held=None)
    assert await office.look() == ["over: the broadcast sale waits for nobody any more"]


# -- machines, processes


GIGABYTE = 1024**3


async def beats(office: Office, free: float, *folders: str, name: str = "p") -> None:
    """Processes of one machine say how many of the disk's 100 GB are free."""
    check = disk_check("/srv/data", int(free * GIGABYTE), 100 * GIGABYTE, "srv1", ENGLISH)
    for number, folder in enumerate(folders or ("/srv/shop",)):
        one = Serving(f"{name}{number}", f"srv1:{folder}", "a" * 64, None)
        if check.trouble is not None:
            one = replace(one, troubles=(check.trouble,))
        elif check.is_near:
            one = replace(one, near=(check.item,))
        else:
            one = replace(one, well=(check.item,))
        await office.stores.processes.heartbeat(one)


async def test_what_several_processes_of_a_machine_find_is_told_once(office: Office) -> None:
    await beats(office, 9, "/srv/shop", "/srv/other")
    assert await office.look() == ["the disk of srv1 is nearly full: 9.0 GB of 100.0 GB are free"]
    await beats(office, 30, "/srv/shop", "/srv/other")
    assert await office.look(WELL_FOR) == []
    assert await office.look() == ["over: the disk of srv1 has room again"]


@pytest.mark.ring("all", "a crowd")
async def test_a_disk_at_its_limit_is_told_once_in_an_hour(office: Office) -> None:
    """It is over with a margin only, and after minutes of it; what comes back in between is no news."""
    said = []
    for number in range(60):
        await beats(office, 9.9 if number % 2 else 10.1)
        said += await office.look(timedelta(minutes=1), times=1)
    await beats(office, 13)
    said += await office.look(WELL_FOR - timedelta(seconds=1))
    await beats(office, 11)
    said += await office.look(timedelta(hours=2))
    await beats(office, 13)
    said += await office.look()
    assert [one[:16] for one in said] == ["the disk of srv1"]


async def test_members_of_the_database_are_behind_once_until_they_have_caught_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    lag: list[float | None] = [31.0]

    async def of_members() -> float | None:
        return lag[0]

    monkeypatch.setattr(office.stores.inspection, "lag", of_members)
    assert await office.look(SELDOM) == ["most members of the database are 31 seconds behind"]
    for lag[0] in (29.0, 31.0, 16.0, None, 29.0):
        assert await office.look(WELL_FOR) == []
    lag[0] = 15.0
    assert await office.look(WELL_FOR) == []
    assert await office.look() == ["over: the members of the database have caught up"]


async def test_a_rolling_restart_tells_nothing_anew(office: Office) -> None:
    """For moments no process of the machine says anything."""
    await beats(office, 5, name="first")
    assert len(await office.look()) == 1
    for name in ("second", "third"):
        await office.database.collection("processes").delete_many({})
        assert await office.look(timedelta(minutes=2)) == []
        await office.stores.processes.heartbeat(Serving(name, "srv1:/srv/shop", "a" * 64, None))
        assert await office.look(timedelta(minutes=2)) == [], "it has not looked at its disk yet"
        await beats(office, 5, name=name)
        assert await office.look(timedelta(minutes=2)) == []


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_disk_that_fills_on_is_alerted_to_again(office: Office) -> None:
    """K4: at a tenth of what was free."""
    await beats(office, 5)
    assert len(await office.look()) == 1
    await beats(office, 2)
    assert await office.look() == []
    await beats(office, 0.5)
    assert [one[:19] for one in await office.look()] == ["it has become worse"]


async def test_of_a_process_that_has_died_nobody_says_that_it_is_well(office: Office) -> None:
    """After an hour without one it is forgotten."""
    refused = OwnTrouble("playbook_refused", "playbook", "改過的劇本沒有生效")
    one = Serving("p1", "srv1:/srv/shop", "a" * 64, None, troubles=(refused,))
    await office.stores.processes.heartbeat(one)
    assert await office.look() == ["改過的劇本沒有生效"]
    await office.stores.processes.leave("p1")
    assert await office.look(GONE_FOR) == []
    assert len(await office.stores.alerts.all_lasting()) == 1
    assert await office.look() == []
    assert await office.stores.alerts.all_lasting() == []


async def test_a_playbook_that_is_taken_over_ends_its_alert_at_once(office: Office) -> None:
    """By the folder that people know, whichever process serves it."""
    refused = OwnTrouble("playbook_refused", "playbook", "改過的劇本沒有生效")
    await office.stores.processes.heartbeat(
        Serving("p1", "srv1:/srv/shop", "a" * 64, None, troubles=(refused,))
    )
    assert len(await office.look()) == 1
    await office.stores.processes.leave("p1")
    await office.stores.processes.heartbeat(
        Serving("p2", "srv1:/srv/shop", "a" * 64, None, well=("playbook",))
    )
    assert await office.look() == ["over: the playbook is taken over again: srv1:/srv/shop"]


@pytest.mark.parametrize(
    ("free", "total", "told"),
    [(3, 20, False), (3, 40, True), (1, 5, True), (2, 20, False), (50, 600, True)],
)
def test_a_disk_is_nearly_full_below_a_tenth_or_two_gigabytes(free: int, total: int, *, told: bool) -> None:
    check = disk_check("/data", free * GIGABYTE, total * GIGABYTE, "srv1", CHINESE)
    assert (check.trouble is not None) is told


# -- who looks, and for whom


async def test_an_account_that_is_gone_has_no_trouble_any_more(office: Office) -> None:
    desk = office.desk()
    await desk.begun("webhook_off", "outlet use_webhook", "關了", "outlet")
    await desk.begun("token_refused", "main token", "不收", "main")
    assert await office.look() == ["over: the account outlet is not in the playbook any more"]
    assert [subject for _, subject, _ in await office.stores.alerts.all_lasting()] == ["main token"]


async def test_an_account_that_is_unlinked_has_no_trouble_any_more(office: Office) -> None:
    """A7: what is of all accounts at once lasts as long as one of them is linked."""
    desk = office.desk()
    await desk.begun("webhook_off", "main use_webhook", "關了", "main")
    await desk.begun("webhook_off", "certificate", "快到期", "main")
    office.linked = ["outlet"]
    assert await office.look() == ["over: the account main is unlinked"]
    assert [subject for _, subject, _ in await office.stores.alerts.all_lasting()] == ["certificate"]
    office.linked = []
    assert await office.look() == ["over: no account is linked any more"]


async def test_only_the_owner_looks_and_only_for_somebody(office: Office) -> None:
    await office.lost(1, "bad-request")
    office.watches = [office.watch(lambda part: part != 0)]
    assert await office.look() == []
    office.watches = [office.watch()]
    wanted, office.alerts = office.alerts, (Alert("mail", "ops@forest.example", ("quota",), "smtp://x"),)
    assert await office.look() == []
    office.alerts = wanted
    assert len(await office.look(SELDOM)) == 1


async def test_of_what_the_playbook_has_not_the_database_is_not_asked(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def asked() -> None:
        raise AssertionError("asked")

    office.shops, office.sms = {}, {}
    monkeypatch.setattr(office.stores.shop_syncs, "all", asked)
    monkeypatch.setattr(office.stores.sms_levels, "all", asked)
    assert await office.look() == []
    office.sms = {"mitake": SmsSettings("mitake", "mitake")}
    with pytest.raises(AssertionError, match="asked"):
        await office.look()


async def test_after_a_death_between_two_writings_it_is_told_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.lost(1, "bad-request")

    class Died(Exception):
        pass

    async def dies(*_: object) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(office.stores.alerts, "add", dies)
        with pytest.raises(Died):
            await office.look()
    assert len(await office.look()) == 1


async def test_a_trouble_that_lasts_for_weeks_is_not_told_again(office: Office) -> None:
    """Its rows are gone by then."""
    desk = office.desk()
    await desk.begun("webhook_off", "main use_webhook", "關了", "main")
    await office.database.collection("alerts").delete_many({})
    office.clock.advance(LAPSES.total_seconds() + 1)
    await desk.begun("webhook_off", "main use_webhook", "關了", "main")
    assert await office.said() == []


async def test_it_is_told_in_the_language_of_the_playbook(office: Office) -> None:
    office.language = CHINESE
    await office.lost(2, "bad-request")
    assert await office.look() == ["「森活」到目前有 2 則訊息沒送出：LINE 不接受這則訊息（bad-request）"]


# -- certificates


DAYS = [(30, "fine", "certificate"), (20, "wrong", "certificate"), (6, "wrong", "certificate_ends")]


@pytest.mark.parametrize(("days", "state", "item"), DAYS)
def test_a_certificate_is_told_of_three_weeks_and_a_week_before_its_end(
    days: int, state: str, item: str
) -> None:
    until = NOW + timedelta(days=days, hours=1)
    own = OwnCall(200, certificate_until=until)
    seen = WebhookAnswers("https://bot.example/webhook/main", own, None, None)
    [found] = [one for one in webhook_findings(seen, NOW, is_simulated=False) if one.item == "certificate"]
    found = in_its_last_days(found, until, NOW)
    assert (found.state, found.item) == (state, item)


# -- who waits for staff


async def test_who_waits_for_too_long_is_one_alert_until_nobody_does(office: Office) -> None:
    """E6: counted in staff's hours; one for each account, and one when nobody waits for so long any more."""
    office.playbook = compiled("hours: {客服: {mon-fri: 09:30-18:30}}\n" + PLAYBOOK % "")
    office.alerts = (replace(OPS, when=("waiting",), waiting=timedelta(minutes=30), during="客服"),)
    friday = datetime(2026, 9, 4, 20, 30, tzinfo=office.playbook.zone)
    monday = datetime(2026, 9, 7, 9, 30, tzinfo=office.playbook.zone)
    await office.waits("main:U1", friday)
    await office.waits("main:U2", monday)
    office.clock.advance((monday + timedelta(minutes=29) - office.clock.now()).total_seconds())
    assert await office.look() == []
    office.clock.advance(120)
    assert await office.look() == ["2 customers of 森活 wait for staff, the first since 2026-09-04 20:30"]
    [text] = await office.said()
    assert text.endswith("\nhttps://bot.example/admin/chat")
    await office.waits("main:U3", monday - timedelta(days=1))
    office.clock.advance(8 * 3600)
    assert await office.look() == []
    await office.database.collection("contacts").update_many({}, {"$set": {"chats.0.s": "done"}})
    assert await office.look() == ["over: nobody waits for staff for so long any more"]
    assert await office.look() == []


@pytest.mark.ring("all", "a crowd")
async def test_who_becomes_late_beside_somebody_nobody_serves_is_alerted_to_within_an_hour(
    office: Office,
) -> None:
    """E6: somebody who has blocked the account waits for ever, and hides nobody."""
    office.alerts = (replace(OPS, when=("waiting",), waiting=timedelta(minutes=30)),)
    office.watches = [office.watch()]
    await office.waits("main:U1", office.clock.now())
    assert await office.look(timedelta(minutes=31)) == []
    assert len(await office.look(timedelta(days=2))) == 1
    assert await office.look() == [], "nobody else has become late"
    await office.waits("main:U2", office.clock.now())
    assert await office.look(timedelta(minutes=31)) == []
    assert [one.split(" since")[0] for one in await office.look()] == [
        "2 customers of 森活 wait for staff, the first"
    ]
    said = 0
    for number in range(24 * 3):
        await office.waits(f"main:V{number}", office.clock.now() - timedelta(minutes=30))
        said += len(await office.look(timedelta(minutes=19), times=1))
        await office.database.collection("contacts").delete_one({"_id": f"main:V{number}"})
        said += len(await office.look(timedelta(minutes=1), times=1))
    assert 18 <= said <= 24, "once an hour, all day long"
