"""What making a dead letter once more is: a pure function of the letter and the time. A2, A8, K3"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from bot.model.event import MENU_AGAIN, News
from bot.model.message import JourneyPush
from bot.model.outgoing import DeadLetter, Outgoing, OutgoingKind
from bot.model.processes import part_of
from bot.runtime.retry import GiveUp
from bot.runtime.sending.letters import RESENT, NotAgain, dead_letter, once_more
from tests.conftest import NOW

TEXTS = ("甲", "乙", "丙")
BODY = orjson.dumps({"messages": [{"type": "text", "text": text} for text in TEXTS]})
OF_JOURNEY = JourneyPush("welcome", "first", 1)


def letter(kind: OutgoingKind, reason: str = "quota", *, age: timedelta = timedelta()) -> DeadLetter:
    key = "first-key" if kind == "push" else None
    token = "token" if kind == "reply" else None
    made = NOW - age
    call = Outgoing(
        "main:e1#0", "main:e1", "main", kind, "U1", BODY, made, made, token, key, (None, None, OF_JOURNEY)
    )
    return DeadLetter(call, "main:U1", part_of("main:U1"), NOW, reason, "")


def texts(call: Outgoing | None) -> list[str]:
    assert call is not None
    return [message["text"] for message in orjson.loads(call.body)["messages"]]


def test_a_push_keeps_the_retry_key_while_line_knows_it() -> None:
    again = once_more(letter("push", "no-answer", age=timedelta(hours=22)), NOW)
    assert again.call is not None
    assert (again.call.retry_key, again.call.created) == ("first-key", NOW - timedelta(hours=22))
    assert (again.doubt, again.costs) == ("same-key", True)
    assert again.call.id == f"{again.event.id}#0" != "main:e1#0", "what is settled is never looked at again"


@pytest.mark.parametrize("age", [timedelta(hours=24), timedelta(days=-2)], ids=["old", "clock set back"])
@pytest.mark.parametrize(("reason", "doubt"), [("no-answer", "may-be-second"), ("quota", "")])
def test_after_that_it_has_a_new_one(reason: str, doubt: str, age: timedelta) -> None:
    """Of one that seems to be of a time to come nobody knows how old it is."""
    again = once_more(letter("push", reason, age=age), NOW)
    assert again.call is not None
    assert again.call.retry_key not in (None, "first-key")
    assert (again.call.created, again.doubt) == (NOW, doubt)


@pytest.mark.parametrize(("reason", "doubt"), [("unsure", "may-be-second"), ("reply-token-dead", "")])
def test_a_reply_is_pushed(reason: str, doubt: str) -> None:
    again = once_more(letter("reply", reason), NOW)
    assert again.call is not None
    assert (again.call.kind, again.call.to, again.call.token) == ("push", "U1", None)
    assert (texts(again.call), again.doubt, again.costs) == (list(TEXTS), doubt, True)


def test_what_of_a_reply_went_by_itself_is_not_sent_twice() -> None:
    part = replace(letter("reply"), elsewhere=1)
    again = once_more(part, NOW)
    assert texts(again.call) == ["甲", "乙"]
    assert again.call is not None
    assert again.call.journeys == (None, None)
    assert texts(once_more(part, NOW, all_of_it=True).call) == list(TEXTS)


def test_how_much_went_by_itself_is_kept() -> None:
    reply = letter("reply").outgoing
    push = replace(reply, kind="push", body=orjson.dumps({"messages": [{"type": "text", "text": "丙"}]}))
    why = GiveUp("bad-request", "no", "r-1", True, 3)
    kept = dead_letter(reply, "main:U1", NOW, why, push)
    assert (kept.elsewhere, kept.tries, kept.request_id) == (1, 3, "r-1")
    assert dead_letter(reply, "main:U1", NOW, why).elsewhere == 0


def test_a_menu_is_looked_at_again_and_never_an_older_one_linked() -> None:
    again = once_more(letter("menu", "menu-gone"), NOW)
    assert (again.call, again.event.what) == (None, News(MENU_AGAIN, "main"))


@pytest.mark.parametrize("kind", ["ask", "tell", "leave"])
def test_others_are_done_once_more(kind: OutgoingKind) -> None:
    again = once_more(letter(kind, "failed"), NOW)
    assert again.call is not None
    assert (again.call.kind, again.call.body, again.costs) == (kind, BODY, False)
    assert again.event.what == News(RESENT, kind)


@pytest.mark.parametrize("kind", ["ask", "tell"])
def test_what_others_are_asked_keeps_the_id_by_which_they_know_it(kind: OutgoingKind) -> None:
    """However old it is, and however often it was given up."""
    again = once_more(letter(kind, "failed", age=timedelta(days=300)), NOW)
    assert again.call is not None
    assert (again.call.retry_key, again.doubt) == ("main:e1#0", "same-key")
    and_again = once_more(replace(letter(kind, "failed"), outgoing=again.call), NOW)
    assert and_again.call is not None
    assert and_again.call.id != again.call.id
    assert (and_again.call.retry_key, and_again.doubt) == ("main:e1#0", "same-key")


@pytest.mark.parametrize(("kind", "reason"), [("loading", "too-late"), ("ask", "unreadable")])
def test_what_makes_no_sense_is_refused(kind: OutgoingKind, reason: str) -> None:
    with pytest.raises(NotAgain):
        once_more(letter(kind, reason), NOW)


def test_the_same_letter_is_the_same_doing() -> None:
    """Whoever asks twice, or two at once, means one event and one key."""
    one, two = (once_more(letter("reply"), NOW + timedelta(minutes=n)) for n in (0, 7))
    assert one.call is not None
    assert two.call is not None
    assert (one.event.id, one.call.id, one.call.retry_key) == (two.event.id, two.call.id, two.call.retry_key)


def test_a_push_that_the_brake_has_held_too_long_is_as_young_as_its_order() -> None:
    """K5: else it would be given up at once, where pushes are stopped still."""
    again = once_more(letter("push", "brake", age=timedelta(hours=2)), NOW)
    assert again.call is not None
    assert (again.call.created, again.call.retry_key, again.doubt) == (NOW, "first-key", "same-key")
