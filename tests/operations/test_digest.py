"""K4: yesterday in numbers, each morning, once; on time or hours late, else not; nothing personal in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

import orjson
import pytest

from bot.engine.notes import NO_RULE
from bot.hooks.call import HookCaller
from bot.model.alert import AlertNote
from bot.model.broadcast import Sending
from bot.model.channel import PricePlan
from bot.model.counts import BOUND, OF_BINDINGS
from bot.model.mark import Mark
from bot.model.settings import Alert, HookSettings, Settings, SmsSettings
from bot.model.sms_level import next_level
from bot.model.translatable import ENGLISH
from bot.operations.alerts.digest import DayDigest, SentThatDay, digest_of
from bot.operations.alerts.digest_watch import LATE, DigestWatch, is_due
from bot.operations.alerts.digest_words import digest_letter
from bot.operations.alerts.watch import WatchedWork
from bot.runtime.alerts.alert_dispatcher import AlertQueue
from bot.runtime.alerts.carriers import ByWebhook
from bot.runtime.alerts.digest_letter import digest_json, read_digest
from bot.runtime.alerts.receivers import AlertTelling, alert_receivers
from bot.runtime.alerts.words import Wording, page, subject, text
from bot.store.counters.quotas import QuotaFigure
from bot.store.events.alerts import OngoingTrouble
from bot.store.stores import Stores
from bot.translations.chinese import CHINESE
from tests.conftest import NOW, ManualClock
from tests.operations.test_today import PLAYBOOK, counted, row, said
from tests.playbooks import channel, compiled, loaded

TAIPEI = ZoneInfo("Asia/Taipei")
PLAN = PricePlan(800, 200, 0.2)
SMS = SmsSettings("mitake", "mitake")
MORNING = datetime(2026, 11, 21, 9, 0, tzinfo=TAIPEI)
"""Of the day after `NOW`."""
TITLES = {"main": "森活"}
TWO = compiled("""\
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: x}
  b2b: {id: firms, channel_id: "2", channel_secret: y}
rules: [{when: {text: 營業時間}, reply: 十點到九點}]
""")
WITH_SALE = """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
rules: [{when: {text: 營業時間}, reply: 十點到九點}]
broadcasts: {sale: {to: everyone, push: 全館 85 折。不想收到？輸入「停止推播」}}
"""
CONSOLE = """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x, staff: console}}
rules: [{when: {text: 營業時間}, reply: 十點到九點}]
"""
BOSS = Alert("mail", "boss@forest.example", (), "smtp://mail.example", digest=time(9))
HOOK = Alert("webhook", "https://crm.example/alerts", (), digest=time(9, 30))


def settings() -> Settings:
    return Settings({"main": replace(channel(), plan=PLAN)}, sms={"mitake": SMS}, alerts=(BOSS, HOOK))


async def digest(stores: Stores, now: datetime = MORNING) -> DayDigest:
    return await digest_of(stores, PLAYBOOK, settings(), TITLES, now)


async def a_day(stores: Stores) -> None:
    """Of `NOW`'s day, and a moment of the next one, which is not in it."""
    asks = [row(f"ask{number}", NOW, details=(NO_RULE.row,)) for number in range(12)]
    later = row("later", MORNING - timedelta(hours=1), "follow")
    gone = [row("b1", NOW, "unfollow")]
    came = [row("f1", NOW, "follow"), row("f2", NOW, "follow")]
    bound = [row("p1", NOW, "code", Mark("main", OF_BINDINGS, BOUND, ("phone",)))]
    await counted(stores, *asks, later, *gone, *came, *bound)
    texts = [
        said(f"ask{number}", f"U{number}", "可以開統編嗎？" if number else "可以開統編嗎")
        for number in range(3)
    ]
    texts += [said(f"ask{number}", f"U{number}", "我是王小明") for number in range(3, 5)]
    texts += [said(f"ask{number}", f"U{number}", "打 0912345678 給我") for number in range(5, 9)]
    texts += [said(f"ask{number}", f"U{number}", "A1B2C3D4E5 能用嗎") for number in range(9, 12)]
    await stores.conversations.add(texts)
    await stores.quotas.keep("main", QuotaFigure(120, MORNING, 200))
    await stores.sms_levels.keep(next_level(None, "mitake", 640, "points", NOW))


async def test_a_day_in_numbers(stores: Stores) -> None:
    await a_day(stores)
    found = await digest(stores)
    assert found.day == date(2026, 11, 20)
    assert found.is_counted
    [one] = found.channels
    assert (one.friends, one.blocks, one.bound, one.unanswered) == (2, 1, 1, 12)
    assert [(asked.text, asked.people) for asked in one.asked] == [("可以開統編嗎", 3)]
    assert (one.left, one.limit) == (120, 200)
    assert [level.left for level in found.sms] == [640]


async def test_it_says_what_was_sent_and_what_that_cost(stores: Stores) -> None:
    sent = Sending("sale 1", "sale", "main", NOW, NOW, "done", fixed=NOW, ended=NOW, month_used=200)
    for one in (
        sent,
        replace(sent, id="sale 2", state="cancelled"),
        replace(sent, id="sale 3", moment=NOW - timedelta(days=1)),
    ):
        assert await stores.sendings.add(one)
    for playbook in (PLAYBOOK, compiled(WITH_SALE)):  # it is there no more; or it is, without a title
        [day] = (await digest_of(stores, playbook, settings(), TITLES, MORNING)).channels
        assert [(one.title, one.people) for one in day.sent] == [("sale", 0)]


def words(found: DayDigest) -> list[str]:
    notes = [AlertNote("d1", "digest", MORNING, text=digest_json(digest_letter(found, CHINESE, "")))]
    return text(notes, wording("zh-TW")).splitlines()


async def test_a_broadcast_has_its_price(stores: Stores) -> None:
    """I7: within the plan it is said in words."""
    await a_day(stores)
    found = await digest(stores)
    for cost, price in ((Decimal(0), "（在方案內）"), (Decimal("1.8"), "（方案外 NT$1.8）"), (None, "")):
        sent = [SentThatDay("週末快閃", 9, cost)]
        lines = words(replace(found, channels=[replace(found.channels[0], sent=sent)]))
        [line] = [one for one in lines if one.startswith("群發：週末快閃")]
        assert line.replace("(", "（").replace(")", "）").replace("  ", "") == f"群發：週末快閃9 人{price}"


async def test_who_waits_is_counted_where_staff_answer_in_the_console(stores: Stores) -> None:
    """In LINE's own chat nobody knows it: a 0 would say that none waits."""
    [there] = (await digest(stores)).channels
    assert there.waiting is None
    in_console = compiled(CONSOLE)
    [here] = (await digest_of(stores, in_console, settings(), TITLES, MORNING)).channels
    assert here.waiting == 0


async def test_what_is_left_is_of_this_month_and_without_a_limit_of_the_plan(stores: Stores) -> None:
    """I7: the same balance as everywhere."""
    for at, limit, left in ((MORNING, None, (140, 200)), (MORNING - timedelta(days=30), 200, (None, None))):
        figure = QuotaFigure(None if limit is None else 120, at, limit, used=60)
        await stores.quotas.keep("main", figure)
        [one] = (await digest(stores)).channels
        assert (one.left, one.limit) == left


async def test_an_account_where_nothing_happened_has_one_line(stores: Stores) -> None:
    await a_day(stores)
    found = await digest_of(stores, TWO, settings(), {**TITLES, "b2b": "森活企業"}, MORNING)
    lines = words(found)
    assert lines[lines.index("森活企業") + 1 :][:2] == ["這一天沒有動靜", ""]


async def test_what_is_wrong_comes_first_once_for_each_account(stores: Stores) -> None:
    for about in ("main use_webhook", "main address"):
        await stores.alerts.lasts("webhook_off", about, OngoingTrouble(about, NOW, kept=True))
    lines = words(await digest(stores))
    at = lines.index("需要處理")
    assert lines[at + 1] == "森活：客人的訊息送不到機器人，或快要送不到（2026-11-20 起）"
    assert lines[at + 2] == ""
    assert at < lines.index("森活")


async def test_open_troubles_are_in_it_and_steps_of_money_are_not(stores: Stores) -> None:
    for reason, about in (("quota", "main 2026-11 80"), ("server", "disk /data srv1")):
        trouble = OngoingTrouble(about, NOW, kept=True)
        await stores.alerts.lasts("quota" if reason == "quota" else "server", about, trouble)
    found = await digest(stores)
    assert [one.reason for one in found.troubles] == ["server"]


def wording(language: str = "en") -> Wording:
    return Wording("森活選品", TITLES, ENGLISH if language == "en" else CHINESE, TAIPEI)


async def test_its_words(stores: Stores) -> None:
    """The same parts as a mail's text, its page, and JSON for programs."""
    await a_day(stores)
    letter = digest_letter(await digest(stores), ENGLISH, "https://bot.example")
    assert digest_json(read_digest(digest_json(letter))) == digest_json(letter)
    notes = [AlertNote("d1", "digest", MORNING, text=digest_json(letter))]
    assert subject(notes, wording()) == "森活選品: yesterday, 2026-11-20"
    plain = text(notes, wording())
    for line in (
        *("New friends  +2", "Blocks  −1", "Phones bound  1", "Messages that nobody answered  12"),
        "among them “可以開統編嗎”  3 people",
        "Messages left this month  120  (of 200)",
        "SMS credit of mitake  640 points",
    ):
        assert line in plain.splitlines()
    for private in ("王小明", "0912345678"):
        assert private not in plain + page(notes, wording()) + digest_json(letter)
    assert orjson.loads(digest_json(letter))["data"]["channels"][0]["friends"] == 2


async def test_where_nothing_was_counted_it_says_so(stores: Stores) -> None:
    letter = digest_letter(await digest(stores), CHINESE, "")
    assert letter.parts[0].title == "這一天沒有數字：機器人沒有在跑，或還沒有人傳訊息"
    assert [(one.lines, one.rows) for one in letter.parts[1:2]] == [([], [])], "no row of zeros"


# -- when it is sent


@pytest.mark.parametrize(
    ("at", "due"),
    [("08:59", False), ("09:00", True), ("14:59", True), ("15:00", False), ("00:30", False)],
)
def test_it_is_due_on_time_or_hours_late(at: str, *, due: bool) -> None:
    now = datetime.combine(date(2026, 11, 21), time.fromisoformat(at), TAIPEI)
    assert is_due(time(9), now, TAIPEI) is due


class Mornings:
    """Two processes that look at the clock."""

    def __init__(self, stores: Stores, clock: ManualClock) -> None:
        self.stores = stores
        self.clock = clock
        self.alerts: tuple[Alert, ...] = (BOSS, HOOK)
        clock.advance((MORNING - NOW).total_seconds() - 60)
        self.watches = [self.watch(), self.watch()]

    def watch(self, owns: Callable[[int], bool] = lambda part: True) -> DigestWatch:
        work = WatchedWork(
            *(
                self.stores,
                lambda: PLAYBOOK,
                settings,
                lambda: TITLES,
                dict,
                "",
                lambda: ENGLISH,
                lambda: TITLES,
            )
        )
        desk = AlertQueue(self.stores.alerts, lambda: alert_receivers(self.alerts), self.clock)
        return DigestWatch(work, desk, lambda: alert_receivers(self.alerts), owns, self.clock)

    async def look(self, after: timedelta) -> list[str]:
        """All look, twice, so long after the last time; to whom digests lie there that were not there."""
        self.clock.advance(after.total_seconds())
        before = await self._there()
        for _ in range(2):
            for watch in self.watches:
                await watch.look()
        return sorted(await self._there() - before)

    async def _there(self) -> set[str]:
        found: set[str] = set()
        for one in alert_receivers(self.alerts).values():
            rows = await self.stores.alerts.waiting(one.id, 100)
            found |= {f"{one.to} {row.note.at:%d}" for row in rows}
        return found


@pytest.fixture
def mornings(stores: Stores, clock: ManualClock) -> Mornings:
    return Mornings(stores, clock)


async def test_each_receiver_has_it_once_at_its_time(mornings: Mornings) -> None:
    assert await mornings.look(timedelta(seconds=30)) == []
    assert await mornings.look(timedelta(minutes=1)) == ["mail 21"]
    assert await mornings.look(timedelta(minutes=30)) == ["webhook 21"]
    mornings.watches = [mornings.watch()]  # after a crash
    assert await mornings.look(timedelta(minutes=30)) == []
    assert await mornings.look(timedelta(hours=24)) == ["mail 22", "webhook 22"]


async def test_after_a_night_of_downtime_it_comes_late_and_after_a_day_not_at_all(mornings: Mornings) -> None:
    assert await mornings.look(timedelta(hours=4)) == ["mail 21", "webhook 21"]
    assert await mornings.look(timedelta(hours=20, minutes=45) + LATE) == []
    assert await mornings.look(timedelta(hours=18)) == ["mail 23", "webhook 23"]


async def test_only_the_owner_writes_it(mornings: Mornings) -> None:
    mornings.watches = [mornings.watch(lambda part: part != 0)]
    assert await mornings.look(timedelta(hours=1)) == []


def test_check_says_that_a_digest_at_line_costs_a_message_a_day() -> None:
    """I7: no mistake; by mail it costs none."""
    alerts = "alerts:\n  - {to: %s, digest: 09:00}\n"
    at_line = loaded("testers: ['@amy']\n" + alerts % "line, who: '@amy'")
    [found] = at_line.information
    assert (found.code, found.level) == ("costs-quota", "info")
    assert "about 30 a month" in str(found.message)
    by_mail = loaded(alerts % "mail, who: a@b.example, through: 'smtp://mail.example'")
    assert (by_mail.problems, by_mail.information) == ((), ())
    assert by_mail.settings.alerts[0].digest == time(9)


class Hooks:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []

    async def call(self, hook: HookSettings, key: str, body: Any) -> Mapping[str, Any]:
        self.bodies.append(orjson.loads(orjson.dumps(body)))
        return {}


async def test_a_web_hook_has_the_numbers_beside_the_text(stores: Stores) -> None:
    await a_day(stores)
    letter = digest_letter(await digest(stores), ENGLISH, "")
    note = AlertNote("d1", "digest", MORNING, text=digest_json(letter))
    [receiver] = alert_receivers([HOOK]).values()
    hooks = Hooks()
    await ByWebhook(cast("HookCaller", hooks), wording).carry(receiver, AlertTelling("b1", MORNING, [note]))
    [alert] = hooks.bodies[0]["alerts"]
    assert alert["reason"] == "digest"
    assert alert["text"].startswith("森活\nNew friends  +2\n")
    assert alert["digest"]["day"] == "2026-11-20"
    [one] = alert["digest"]["channels"]
    assert one.items() >= {"channel": "main", "friends": 2, "bound": 1, "left": 120, "limit": 200}.items()


@pytest.mark.parametrize(
    ("left", "unit", "said"),
    [(1_000_000, "points", "1,000,000 points"), (0, "points", "0 points"), (12.5, "USD", "12.50 USD")],
)
def test_what_is_left_of_a_credit_is_written_out(left: float, unit: str, said: str) -> None:
    assert ENGLISH.words(next_level(None, "mitake", left, unit, NOW).left_in_words) == said
