"""Making the calls to LINE: in order per person, and nobody waits for what must be tried again."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import orjson
import pytest

from bot.line.outcome import CallResult, NotSent, Refused, Throttled, Unknown
from bot.model.brake import OFF, Brake, PushStop
from bot.model.inbox import Received
from bot.model.journal import CallEnd, TimelineRow
from bot.model.message import JourneyPush
from bot.model.outgoing import DeadLetter, Outgoing, OutgoingKind
from bot.model.processes import PARTS, PRODUCTION, part_of
from bot.runtime.effects.effect_runner import Asker, NotYet
from bot.runtime.journal import JournalWriter
from bot.runtime.limits.line_rates import SLOTS, LineRates, Paced
from bot.runtime.limits.spending import Free, Spending
from bot.runtime.metrics import Metrics
from bot.runtime.sending import braked_calls
from bot.runtime.sending.braked_calls import BrakedCalls
from bot.runtime.sending.letters import once_more
from bot.runtime.sending.line_calls import LineCalls, LineDelivery
from bot.runtime.sending.line_watch import LineWatch
from bot.runtime.sending.menu_links import MenuIdSource, MenuLinks, NoMenus
from bot.runtime.sending.outage_backlog import OutageBacklog
from bot.runtime.sending.retries import HELD_BACK
from bot.runtime.sending.send import Sender
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.eventually import PATIENCE
from tests.runtime.harness import ScriptedLine

ANNA, BERT = "main:U1", "main:U2"
DEAD_TOKEN = Refused(400, "Invalid reply token", None, "invalid-reply-token")
BAD = Refused(400, "The request body has 1 error(s)", None, "bad-request")


class Ends(JournalWriter):
    """Remembers how calls ended, and writes nothing."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.rows: list[TimelineRow] = []
        self.letters: list[DeadLetter] = []
        self.told: list[tuple[str, CallEnd]] = []

    def ended(self, call: Outgoing, end: CallEnd) -> None:
        assert call.id not in self.done  # it is there before its call is done
        self.told.append((call.id, end))

    def sent(self, contact: str, call: str) -> None:
        self.done.append(call)

    def noted(self, row: TimelineRow) -> None:
        assert row.id not in self.done  # it is there before its call is done
        self.rows.append(row)

    def result(self, call: Outgoing, row: TimelineRow) -> None:
        self.noted(row)

    def dead(self, letter: DeadLetter) -> None:
        self.letters.append(letter)


class Nowhere:
    """No fallback lies here."""

    async def push_instead(self, contact: str, reply: str, push: Outgoing) -> Mapping[str, str]:
        raise AssertionError(reply)

    async def withdraw(self, contact: str, reply: str, fallback: str) -> Mapping[str, str]:
        raise AssertionError(reply)


@dataclass
class Post:
    """A sender with all that it needs, and what became of its calls."""

    clock: ManualClock
    line: ScriptedLine = field(default_factory=ScriptedLine)
    ends: Ends = field(default_factory=Ends)
    owned: bool = True
    room: list[str] = field(default_factory=list)
    spending: Spending = field(default_factory=Free)
    menus: MenuIdSource = field(default_factory=NoMenus)
    brake: Brake = OFF
    is_fresh: bool = True
    stored: Brake | None = None
    looks: int = 0
    away: bool = False
    slots: Mapping[Paced, int] = field(default_factory=lambda: SLOTS)
    frozen: int = 0
    """So many questions have no answer before patience ends."""

    def __post_init__(self) -> None:
        self.watch = watch = LineWatch(lambda: ["main"], self.clock)
        rates = LineRates(lambda: range(PARTS), self.clock, self.slots)
        backlog = OutageBacklog(watch, partial(rates.admit, kind="push"), self.clock)
        menus = (self.account, self.menus, self.ends, self.clock, self._owns, watch, backlog)
        line = LineDelivery(
            calls=LineCalls(self.account, self.clock, self._owns, watch),
            menus=MenuLinks(*menus),
            watch=watch,
            backlog=backlog,
            braked=BrakedCalls(self, self.clock),
        )
        self.sender = Sender(
            line,
            Asker(NotYet(), nothing_is_heard, self.clock),
            self.spending,
            Nowhere(),
            journal=self.ends,
            clock=self.clock,
            metrics=Metrics(),
            owns=self._owns,
            on_room=self.room.append,
            day=lambda moment: f"{moment:%Y-%m-%d}",
            grace=PRODUCTION.grace,
        )

    def _owns(self, part: int) -> bool:
        return self.owned

    async def know(self) -> None:
        """What the database says of the brake."""
        self.looks += 1
        if self.frozen:
            self.frozen -= 1
            await asyncio.Event().wait()
        if self.away:
            raise DatabaseUnavailable
        self.brake, self.is_fresh = self.stored or self.brake, True

    def account(self, channel: str) -> ScriptedLine | None:
        return self.line if channel == "main" else None

    async def put(self, contact: str, *calls: Outgoing, recovered: bool = False) -> None:
        self.sender.put(contact, calls, recovered=recovered)
        await everything_possible()

    async def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await everything_possible()

    async def looks_at_braked(self, brake: Brake | None = None) -> None:
        """What waits for the brake is looked at again, which is so from now on."""
        self.brake = self.brake if brake is None else brake
        self.sender.look_at_braked()
        await everything_possible()

    def loses_its_parts(self) -> None:
        """They are another's, as far as we know for good."""
        self.owned = False
        self.sender.drop()

    def answers(self, *outcomes: CallResult) -> None:
        self.line.outcomes.extend(outcomes)

    @property
    def reasons(self) -> list[tuple[str, str]]:
        return [(letter.outgoing.id, letter.reason) for letter in self.ends.letters]


async def nothing_is_heard(received: Sequence[Received], seconds: float) -> None:
    raise AssertionError("nobody asked for anything")


@pytest.fixture
def post(clock: ManualClock) -> Post:
    return Post(clock)


async def everything_possible() -> None:
    """Let the tasks run until all of them wait for the clock or for LINE."""
    for _ in range(90):
        await asyncio.sleep(0)


CONTENTS = {
    "leave": {"kind": "group"},
    "loading": {"seconds": 20},
    "note": {"what": "note", "text": "打過電話", "details": ["早上"]},
}


def call(
    name: str, kind: OutgoingKind = "reply", age: float = 0, channel: str = "main", to: str = "U1"
) -> Outgoing:
    content = CONTENTS.get(kind, {"messages": [{"type": "text", "text": name}]})
    moment = NOW - timedelta(seconds=age)
    token = f"token-{name}" if kind == "reply" else None
    key = f"key-{name}" if kind == "push" else None
    return Outgoing(
        name, f"event-{name}", channel, kind, to, orjson.dumps(content), moment, moment, token, key
    )


async def test_s27_calls_of_one_person_go_in_order_and_persons_side_by_side(post: Post) -> None:
    """A2."""
    post.line.hold = asyncio.Event()
    await post.put(ANNA, call("a1"), call("a2", "push"), call("a3"))
    await post.put(BERT, call("b1"))
    assert post.line.texts() == ["a1", "b1"]
    post.line.hold.set()
    await everything_possible()
    assert [text for text in post.line.texts() if text[0] == "a"] == ["a1", "a2", "a3"]
    assert set(post.ends.done) == {"a1", "a2", "a3", "b1"}


async def test_each_kind_is_called_as_it_is(post: Post) -> None:
    await post.put(ANNA, call("r"), call("p", "push"), call("l", "leave", to="C1"))
    assert [(c.kind, c.to, c.key) for c in post.line.calls] == [
        ("reply", "token-r", None),
        ("push", "U1", "key-p"),
        ("leave group", "C1", None),
    ]


async def test_a_call_that_cannot_be_begun_keeps_no_other_waiting(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    await post.put(ANNA, replace(call("n", "note"), body=b"{}"), call("r"))
    assert post.line.texts() == ["r"]
    assert post.ends.done == ["r"]  # the note lies on its contact
    assert "could not be made" in caplog.text


async def test_the_same_call_is_made_once(post: Post) -> None:
    """Read from the database again at a take-over while it is still on its way."""
    post.line.hold = asyncio.Event()
    await post.put(ANNA, call("a"))
    await post.put(ANNA, call("a"), recovered=True)
    post.line.hold.set()
    await everything_possible()
    await post.put(ANNA, call("a"), recovered=True)
    assert post.line.texts() == ["a"]


async def test_a_retry_waits_by_the_clock(post: Post) -> None:
    """A8."""
    post.answers(NotSent("no route"), Throttled(3.0))
    await post.put(ANNA, call("a"))
    assert len(post.line.calls) == 1
    await post.wait(0.19)
    assert len(post.line.calls) == 1
    await post.wait(0.01)
    assert len(post.line.calls) == 2
    await post.wait(2.9)
    assert len(post.line.calls) == 2
    await post.wait(0.1)
    assert (len(post.line.calls), post.ends.done) == (3, ["a"])


async def test_later_replies_wait_for_the_one_before(post: Post) -> None:
    post.answers(NotSent("no route"))
    await post.put(ANNA, call("a1"), call("a2"))
    assert post.line.texts() == ["a1"]
    await post.wait(0.2)
    assert post.line.texts() == ["a1", "a1", "a2"]


async def test_s27_a_reply_never_waits_for_a_push_that_is_being_retried(post: Post) -> None:
    """A9; the person's later pushes do wait, in their order."""
    post.answers(Unknown("timeout"))
    await post.put(ANNA, call("p1", "push"), call("p2", "push"), call("r1"), call("p3", "push"))
    assert post.line.texts() == ["p1", "r1"]
    await post.put(ANNA, call("r2"))
    assert post.line.texts() == ["p1", "r1", "r2"]
    await post.wait(0.2)
    assert post.line.texts() == ["p1", "r1", "r2", "p1", "p2", "p3"]
    assert [c.key for c in post.line.calls if c.texts == ["p1"]] == ["key-p1"] * 2


async def test_after_a_minute_later_pushes_go_without_it(post: Post) -> None:
    """LINE never takes it, and takes others; in an outage of LINE they wait as long as it lasts."""
    post.line.fails = {"p1"}
    await post.put(ANNA, call("p1", "push"), call("p2", "push"), call("p3", "push"))
    for number in range(299):
        await post.put(BERT, call(f"r{number}"))
        await post.wait(HELD_BACK / 300)
    assert "p2" not in post.line.texts()
    await post.wait(HELD_BACK / 300)
    await post.put(BERT, call("r"))
    await post.wait(0.1)
    assert {"p2", "p3"} <= set(post.line.texts())
    assert "p1" not in post.ends.done
    post.line.fails = set()
    await post.wait(300)  # and the one that was set aside is still tried
    assert "p1" in post.ends.done


async def test_the_minute_of_one_push_does_not_shorten_that_of_the_next(post: Post) -> None:
    post.answers(NotSent("x"))
    await post.put(ANNA, call("p1", "push"))
    await post.wait(0.2)
    assert post.ends.done == ["p1"]
    await post.wait(50)
    post.answers(*[NotSent("x")] * 6)  # tried for 12.6 s and more
    await post.put(ANNA, call("p2", "push"), call("p3", "push"))
    await post.wait(9.8)  # a minute after p1
    assert "p3" not in post.line.texts()


async def test_what_line_will_not_take_is_kept_with_the_reason(post: Post) -> None:
    """A8: a dead letter, and the next call goes."""
    post.answers(BAD)
    await post.put(ANNA, call("a1"), call("a2"))
    assert post.reasons == [("a1", "bad-request")]
    letter = post.ends.letters[0]
    assert (letter.contact, letter.part, letter.detail) == (ANNA, part_of(ANNA), BAD.message)
    assert post.ends.done == ["a2"]


async def test_a_refused_push_does_not_hold_back_the_next(post: Post) -> None:
    post.answers(NotSent("x"), BAD)
    await post.put(ANNA, call("p1", "push"), call("p2", "push"))
    await post.wait(0.2)
    assert (post.reasons, post.ends.done) == ([("p1", "bad-request")], ["p2"])


async def test_a_channel_that_is_no_more(post: Post) -> None:
    await post.put(ANNA, call("a", channel="gone"))
    assert post.reasons == [("a", "no-such-channel")]
    assert post.line.calls == []


@pytest.mark.parametrize(
    ("age", "recovered", "done", "reasons"),
    [
        (0, True, ["a"], []),
        (49, True, ["a"], []),
        (51, True, [], [("a", "unsure")]),
        (3600, True, [], [("a", "unsure")]),
        (0, False, [], [("a", "reply-token-dead")]),
    ],
    ids=["sent before", "sent before, at the end", "too late", "much too late", "of our own"],
)
async def test_s27_a_reply_whose_token_is_used(
    post: Post, age: float, recovered: bool, done: list[str], reasons: list[tuple[str, str]]
) -> None:
    """A8: after a crash. Inside the token's life only our own earlier attempt can have used it.

    Of one that comes too late nobody knows; it is listed, and never pushed.
    """
    post.answers(DEAD_TOKEN)
    await post.put(ANNA, call("a", age=age), recovered=recovered)
    assert (post.ends.done, post.reasons) == (done, reasons)
    assert [c.kind for c in post.line.calls] == ["reply"]


async def test_a_recovered_reply_that_was_never_sent_is_sent(post: Post) -> None:
    await post.put(ANNA, call("a", age=30), recovered=True)
    assert (post.ends.done, post.line.texts()) == (["a"], ["a"])


@pytest.mark.parametrize(
    ("age", "keys", "reasons"),
    [(22 * 3600, ["key-p"], []), (23 * 3600 + 1, [], [("p", "retry-key-expired")])],
    ids=["within the key's life", "LINE forgets the key"],
)
async def test_a_recovered_push_is_sent_again_with_a_key_that_line_knows(
    post: Post, age: float, keys: list[str], reasons: list[tuple[str, str]]
) -> None:
    """A8: 23 h and more after the turn a person must decide."""
    await post.put(ANNA, call("p", "push", age=age), recovered=True)
    assert ([c.key for c in post.line.calls], post.reasons) == (keys, reasons)


async def test_dropped_parts_stop_sending(post: Post) -> None:
    """Their new owner sends what is left, and says what became of it."""
    post.line.hold = asyncio.Event()
    await post.put(ANNA, call("a1"), call("a2"), call("p", "push"))
    post.loses_its_parts()
    post.line.hold.set()
    await everything_possible()
    assert post.line.texts() == ["a1"]
    assert (post.ends.done, post.reasons) == ([], [])
    assert post.sender.lines.unsettled(ANNA) == 0


async def test_a_retry_of_a_dropped_part_is_not_made(post: Post) -> None:
    post.answers(NotSent("x"), NotSent("x"))
    await post.put(BERT, call("p", "push"))
    await post.put(ANNA, call("a"))
    post.loses_its_parts()
    await post.wait(100)
    assert len(post.line.calls) == 2
    assert (post.ends.done, post.reasons) == ([], [])


async def test_a_part_that_comes_back_is_sent_anew(post: Post) -> None:
    post.line.hold = asyncio.Event()
    await post.put(ANNA, call("a1"), call("a2"))
    post.loses_its_parts()
    post.owned = True
    await post.put(ANNA, call("a1"), call("a2"), recovered=True)
    post.line.hold.set()
    await everything_possible()
    assert post.ends.done == ["a1", "a2"]


async def test_calls_count_until_they_are_off_the_contact(post: Post) -> None:
    await post.put(ANNA, call("a1"), call("a2"))
    assert post.sender.lines.unsettled(ANNA) == 2
    post.sender.settled(["a1", "unheard-of"])
    assert (post.sender.lines.unsettled(ANNA), post.room) == (1, [ANNA])
    post.sender.settled(["a2"])
    assert (post.sender.lines.unsettled(ANNA), post.room) == (0, [ANNA, ANNA])


async def test_what_is_known_need_not_be_read_again(post: Post) -> None:
    await post.put(ANNA, call("a1"), call("a2"))
    assert post.sender.lines.knows(["a1", "a2"])
    assert not post.sender.lines.knows(["a1", "a3"])
    post.sender.settled(["a1"])
    assert post.sender.lines.knows(["a1", "a2"]), "it was read just before it was taken off its contact"


async def test_a_stop_waits_for_what_is_under_way_and_for_what_stands_behind_it(post: Post) -> None:
    post.line.hold = asyncio.Event()
    await post.put(ANNA, call("a1"), call("a2"), of_journey("j"), call("a3"))
    stopping = asyncio.ensure_future(post.sender.stop())
    await everything_possible()
    assert not stopping.done()
    post.line.hold.set()
    await asyncio.wait_for(stopping, PATIENCE)
    assert post.ends.done == ["a1", "a2", "j", "a3"]


@pytest.mark.parametrize("one", ["call", "journey"])
async def test_what_is_not_answered_within_the_grace_is_left_on_the_contact(post: Post, one: str) -> None:
    post.sender._grace = 0.0
    post.line.hold = asyncio.Event()
    await post.put(ANNA, call("a1") if one == "call" else of_journey("a1"), call("a2"))
    await asyncio.wait_for(post.sender.stop(), PATIENCE)
    post.line.hold.set()
    await everything_possible()
    assert (post.line.texts(), post.ends.done, post.reasons) == (["a1"], [], [])
    assert not post.sender.is_busy()


async def test_a_call_that_cannot_even_be_begun_holds_up_nobody(post: Post) -> None:
    """A bug of a client's; whether LINE has heard the call nobody knows."""
    await post.put(ANNA, replace(call("l", "loading"), body=b"no JSON"), call("r"))
    await post.put(BERT, call("b"))
    assert post.reasons == [("l", "no-answer")]
    assert sorted(post.ends.done) == ["b", "r"]


async def test_a_stop_does_not_wait_for_retries(post: Post) -> None:
    """They lie on the contacts, for the next start."""
    post.answers(NotSent("x"))
    await post.put(ANNA, call("p1", "push"), call("p2", "push"))
    await asyncio.wait_for(post.sender.stop(), PATIENCE)
    await post.wait(100)
    assert (post.line.texts(), post.ends.done) == (["p1"], [])


async def test_a_note_is_a_row_of_the_timeline_before_it_counts_as_done(post: Post) -> None:
    """Language, 6: `note` and `notify_staff`; not even a push that is tried again holds them up."""
    post.answers(NotSent("no way"))
    await post.put(ANNA, call("p", "push"), call("n", "note"))
    [row] = post.ends.rows
    assert (row.id, row.contact, row.what, row.details) == ("n", ANNA, "note", ("早上",))
    assert row.text == "打過電話"
    assert row.part == part_of(ANNA)
    assert post.ends.done == ["n"]


async def test_the_animation_is_shown_before_the_answer(post: Post) -> None:
    await post.put(ANNA, call("l", "loading"), call("r"))
    assert [(c.kind, c.to) for c in post.line.calls] == [("loading 20", "U1"), ("reply", "token-r")]
    assert post.ends.done == ["l", "r"]


@pytest.mark.parametrize("outcome", [NotSent("no way"), Unknown("no answer"), Throttled(None)])
async def test_an_animation_is_not_tried_again(post: Post, outcome: CallResult) -> None:
    """It would come after the answer, and stay."""
    post.answers(outcome)
    await post.put(ANNA, call("l", "loading"), call("r"))
    assert post.ends.done == ["r"]
    assert [name for name, _ in post.reasons] == ["l"]


async def test_an_animation_from_before_a_crash_is_not_shown(post: Post) -> None:
    await post.put(ANNA, call("l", "loading"), recovered=True)
    assert post.reasons == [("l", "too-late")]
    assert post.line.calls == []


TIP = JourneyPush("welcome", "tip", 1)


def of_journey(name: str, *others: str) -> Outgoing:
    """A push of a journey, with further messages of nobody's."""
    one = call(name, "push")
    told = [{"type": "text", "text": text} for text in (name, *others)]
    body = orjson.dumps({**orjson.loads(one.body), "messages": told})
    return replace(one, body=body, journeys=(TIP, *(None for _ in others)))


async def test_s23_a_push_that_waits_for_line_is_left_out_once_marketing_is_stopped(post: Post) -> None:
    """I6: LINE is in trouble for hours, and the person says 停止推播 meanwhile."""
    post.answers(NotSent("x"))
    await post.put(ANNA, of_journey("p1"), of_journey("p2", "rule"), call("p3", "push"))
    post.sender.stopped(ANNA, marketing=False)
    for _ in range(4):
        await post.wait(60)
    assert post.line.texts() == ["p1", "rule", "p3"], "the first attempt was before"
    assert sorted(post.ends.done) == ["p1", "p2", "p3"]
    assert [(row.id, row.details[-1]) for row in post.ends.rows if row.what == "journey skipped"] == [
        ("p1-left-out", "marketing stopped"),
        ("p2-left-out", "marketing stopped"),
    ]
    assert post.reasons == []


async def test_who_wants_marketing_again_gets_what_was_not_tried_meanwhile(post: Post) -> None:
    post.answers(NotSent("x"))
    await post.put(ANNA, of_journey("p1"))
    post.sender.stopped(ANNA, marketing=False)
    post.sender.stopped(ANNA, marketing=True)
    await post.wait(60)
    assert post.line.texts() == ["p1", "p1"]
    assert post.ends.done == ["p1"]


ALL = Brake((PushStop(None, None, "command:amy", NOW),))


async def test_s35_a_journeys_push_waits_while_pushes_are_stopped_and_nobody_waits_for_it(post: Post) -> None:
    """K5: decided before the brake was pulled."""
    post.brake = ALL
    await post.put(ANNA, of_journey("j"), call("r"), call("own", "push"))
    assert post.line.texts() == ["r", "own"]
    assert post.sender.unsettled_calls == len(
        {"r", "own"}
    )  # until they are settled; it keeps no timer waiting
    await post.looks_at_braked(OFF)
    assert post.line.texts() == ["r", "own", "j"]


async def test_who_was_frozen_reads_before_the_first_push(post: Post) -> None:
    """What lies in memory was decided seconds ago, and much may have been stopped since; nobody else asks."""
    post.is_fresh, post.stored = False, ALL
    await post.put(ANNA, call("r"), call("own", "push"))
    assert (post.line.texts(), post.looks) == (["r", "own"], 0)
    await post.put(ANNA, of_journey("j"), call("r2"))
    await post.put("main:U2", of_journey("k"))
    assert (post.line.texts(), post.looks) == (["r", "own", "r2"], 1)


async def test_a_process_that_alone_has_lost_the_database_goes_by_what_it_knew(post: Post) -> None:
    """As long as its lease lasts: whoever could stop it now cannot tell it, and nothing is lost."""
    post.is_fresh, post.away = False, True
    await post.put(ANNA, of_journey("j"))
    assert post.line.texts() == ["j"]


async def test_whose_patience_passed_while_they_were_frozen_ask_once_more(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seconds of a process that stands still are none in which the database was away."""
    monkeypatch.setattr(braked_calls, "PATIENCE", 0.01)
    post.is_fresh, post.stored, post.frozen = False, ALL, 1
    await post.put(ANNA, of_journey("j"), call("r"))
    async with asyncio.timeout(60):
        await post.line.called.wait()
    assert (post.line.texts(), post.looks) == (["r"], 2)


async def test_what_is_braked_keeps_no_turn_waiting(post: Post) -> None:
    post.brake = ALL
    await post.put(ANNA, *(of_journey(f"j{number}") for number in range(20)))
    assert (post.sender.lines.unsettled(ANNA), post.sender.in_the_way(ANNA)) == (20, 0)
    await post.looks_at_braked(OFF)
    assert len(post.line.texts()) == 20


async def test_what_is_retried_when_the_brake_is_pulled_waits_too(post: Post) -> None:
    post.answers(Throttled())
    await post.put(ANNA, of_journey("j"))
    post.brake = ALL
    await post.wait(600)
    assert post.line.texts() == ["j"]
    await post.looks_at_braked(OFF)
    assert post.line.texts() == ["j", "j"]
    assert post.reasons == []


async def test_s35_after_an_hour_it_is_given_up_and_may_be_sent_once_more(post: Post) -> None:
    post.brake = ALL
    await post.put(ANNA, of_journey("j"))
    await post.wait(3_599)
    await post.looks_at_braked()
    assert post.reasons == []
    await post.wait(2)
    await post.looks_at_braked()
    assert (post.reasons, post.line.texts()) == ([("j", "brake")], [])
    (letter,) = post.ends.letters
    assert once_more(letter, post.clock.now()).doubt == "same-key"
    assert once_more(letter, post.clock.now() + timedelta(days=2)).doubt == ""


async def test_what_may_have_arrived_is_no_push_that_was_surely_not_sent(post: Post) -> None:
    post.answers(Unknown("timeout"))
    await post.put(ANNA, of_journey("j"))
    post.brake = ALL
    await post.wait(3_601)
    await post.looks_at_braked()
    assert post.reasons == [("j", "unsure")]


@pytest.mark.parametrize("stop", [PushStop("outlet", None, "", NOW), PushStop(None, "other", "", NOW)])
async def test_another_channels_and_another_flows_pushes_go(post: Post, stop: PushStop) -> None:
    post.brake = Brake((stop,))
    await post.put(ANNA, of_journey("j"))
    assert post.line.texts() == ["j"]


async def test_a_part_that_goes_takes_what_waits_along(post: Post) -> None:
    post.brake = ALL
    await post.put(ANNA, of_journey("j"))
    post.loses_its_parts()
    post.owned = True
    await post.looks_at_braked(OFF)
    assert post.line.texts() == []


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("steps", range(8))
async def test_stopped_at_any_step_it_leaves_no_work_unbegun(post: Post, steps: int) -> None:
    """Of a task that is cancelled before it begins, no coroutine is left that was never awaited."""
    post.answers(Unknown("status 500"))
    post.sender.put(ANNA, [call("a1")], recovered=False)
    for _ in range(steps):
        await asyncio.sleep(0)
    for task in list(post.sender._tasks):
        task.cancel()
    with warnings.catch_warnings(record=True) as left:
        warnings.simplefilter("always")
        await everything_possible()
        gc.collect()
    assert [str(one.message) for one in left] == []
