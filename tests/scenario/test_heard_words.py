"""What a turn was about, in one line: what was said, what was tapped, else what the event is called."""

from __future__ import annotations

import pytest

from bot.model.event import Event, News, Other, Source, What
from bot.wording.turn_summary import event_line
from tests.conftest import NOW
from tests.engine.test_event_words import CASES, SECRET

HEARD = {
    "text": SECRET,
    "referral 好友: friend came": "referral 好友 friend came",
    "answer on page: binding": SECRET,
    "image": "(image)",
    "postback": f"taps [{SECRET}]",
    "tap: buy": "taps [buy]",
    "follow": "follows",
    "follow: again": "unblocks",
    "unfollow": "blocks",
    "join": "joins",
    "timer welcome: 3d": "timer welcome 3d",
    "timer: expiry": "timer expiry",
    "shop: order_paid": "shop order_paid",
    "code: right": "code right",
    "hook crm: failed": "hook crm failed",
    **{
        f"coupon 折100: {one}": f"coupon 折100 {one}"
        for one in ("redeem", "press", "undo", "give", "order", "order cancelled", "none_left")
    },
    "appointment 剪髮: cancel": "appointment 剪髮 cancel",
    "stamp card 集點: take": "stamp card 集點 take",
    "staff: take over": "staff take the conversation",
    "staff: hand back": "staff hand back",
    "staff: unbind phone": "staff unbind the phone",
    "staff: tags +VIP -新客": "staff tag +VIP -新客",
    "staff: set skin": "staff set skin",
    "staff: clear skin": "staff clear skin",
    "staff: marketing stopped": "staff marketing stopped",
    "staff: marketing allowed": "staff marketing allowed",
    "staff: bind phone": "staff bind the phone",
    "staff: answer": "staff answer",
    "staff: out welcome": "staff out welcome",
    "staff: restart welcome": "staff restart welcome",
    "staff: note": "staff note",
    "staff: follow-up": "staff follow-up",
    "staff: no follow-up": "staff no follow-up",
    "staff: draw welcome_test: 優惠": "staff draw welcome_test: 優惠",
    "staff: hand over to another clerk": "staff hand over to another clerk",
    "tags of broadcast: survey": "tags of broadcast survey",
    "page: binding": "opens the page binding",
    "skip on page: survey": "leaves a question out on the page survey",
    "send on page: survey": "sends the form survey",
}
"""By what the event is called on a timeline; others are called the same."""


def line(what: What, label: str | None = None) -> str:
    return event_line(Event("e", "main", Source("user", "U1"), NOW, what), label)


@pytest.mark.parametrize(("what", "called"), [case for case in CASES if not isinstance(case[0], Other)])
def test_each_event_has_its_line(what: What, called: str) -> None:
    assert line(what) == HEARD.get(called, called)


def test_a_link_and_news_of_line() -> None:
    assert line(News("link", "poster")) == "opens the link poster"
    assert line(Other("beacon", {"beacon": {"type": "enter"}})) == "beacon enter"
    assert line(Other("brandNew", {})) == "brandNew"


def test_a_button_is_called_by_its_label() -> None:
    tapped = [what for what, called in CASES if called in ("postback", "tap: buy")]
    assert [line(what, "買") for what in tapped] == ["taps [買]"] * 2
