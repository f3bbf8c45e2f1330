"""Arbitrary people, events and texts, for properties of the engine: cheap enough for thousands a second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import strategies as st

from bot.model.contact import Contact, Identity, Tag, Timer
from bot.model.event import (
    Event,
    Follow,
    Join,
    Other,
    OtherMessage,
    Postback,
    Profile,
    ReplyToken,
    Source,
    TextMessage,
    TimerDue,
    Unfollow,
    What,
)

EMOJI = "😀❤️👍🏽🇹🇼1️⃣👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🧑🏿‍🚀☺︎☺️🅰️㊗️©️🫠"
"""Plain, with selectors, skin tones, flags, key caps, families, tag sequences."""

NASTY = (
    "\x00",
    "\ud83d",
    "\ude00",
    "\u200d",
    "\u200b",
    "\u200f",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u3000",
    "\xa0",
    "\u0345",
    "ſ",
    "ß",
    "İ",
    "ı",
    "Σς",
    "ﷺ",
    "ﬀ",
    "ＡＢ",
    "ｶﾞ",
    "가",
    "{{ contact.name }}",
    "優惠",
    "營業時間",
    "a",
    "e",
    *EMOJI,
)

texts = st.text(st.characters(exclude_categories=()), max_size=12) | st.lists(
    st.sampled_from(NASTY), max_size=8
).map("".join)

DAY = datetime(2026, 11, 20, tzinfo=UTC)


class Anything:
    """Draws whatever the types allow; every kind of everything comes up within a few dozen draws."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)

    def text(self) -> str:
        if self.dice.random() < 0.3:
            return "".join(chr(self.dice.randrange(0x110000)) for _ in range(self.dice.randrange(6)))
        return "".join(self.dice.choices(NASTY, k=self.dice.randrange(5)))

    def name(self) -> str:
        return self.dice.choice(("", "VIP", "看過優惠", "a", "b"))

    def channel(self) -> str:
        return self.dice.choice(("main", "second", "gone"))

    def moment(self) -> datetime:
        return DAY + timedelta(seconds=self.dice.randrange(1000))

    def maybe_text(self) -> str | None:
        return self.dice.choice((None, self.text()))

    def maybe_moment(self) -> datetime | None:
        return self.dice.choice((None, self.moment()))

    def timer(self) -> Timer:
        return Timer(self.name(), self.channel(), self.dice.randrange(3), self.name(), self.moment())

    def identity(self, channel: str) -> Identity:
        friend = self.dice.choice((None, True, False))
        return Identity(channel, self.maybe_text(), friend, self.maybe_moment(), self.maybe_moment())

    def contact(self) -> Contact:
        dice = self.dice
        channels = dice.sample(("main", "second", "gone"), dice.randrange(4))
        return Contact(
            self.text(),
            dice.choice(("person", "group", "room")),
            self.maybe_text(),
            identities=tuple(self.identity(channel) for channel in channels),
            tags=tuple(
                Tag(self.name(), self.moment(), self.text(), self.maybe_moment())
                for _ in range(dice.randrange(4))
            ),
            timers=tuple(self.timer() for _ in range(dice.randrange(5))),
            turned=self.maybe_moment(),
        )

    def what(self) -> What:
        content = {self.text(): self.dice.choice((None, 1, "x"))}
        return self.dice.choice(
            (
                TextMessage(self.text()),
                TextMessage(self.text()),
                OtherMessage(self.text(), content),
                Postback(self.text(), content),
                Follow(again=self.dice.random() < 0.5),
                Unfollow(),
                Join(),
                TimerDue(self.timer()),
                Other(self.text(), content),
            )
        )

    def event(self) -> Event:
        dice = self.dice
        kind = dice.choice(("user", "user", "user", "group", "room", "none", "since-added"))
        return Event(
            self.text(),
            self.channel(),
            Source(kind, self.text(), self.maybe_text()),
            self.moment(),
            self.what(),
            dice.randrange(2**53),
            dice.choice((None, ReplyToken(self.text(), self.moment()))),
            dice.random() < 0.1,
            dice.random() < 0.1,
            dice.choice((None, Profile(self.text(), self.maybe_text(), self.maybe_text()))),
        )
