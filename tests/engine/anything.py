"""Arbitrary texts, values and people, for properties of the engine: cheap enough for thousands a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar, get_args

from hypothesis import strategies as st

from bot.model.contact import (
    AttributeValue,
    Binding,
    BindingKind,
    CameBy,
    Clerk,
    Consent,
    Contact,
    Identity,
    PhotoSet,
    StaffStop,
    Tag,
)
from bot.model.held import held_items
from bot.model.instance import Answer, HeldBy, Hold, Instance, Notice, PendingResult, ReservedMember, Timer
from bot.model.message import JourneyPush, Pushed
from bot.model.page_state import PageState
from bot.model.staff_chat import StaffChat, StaffChatState
from bot.model.value import Value
from bot.promotions.appointments.model import HeldAppointment, PlaceWish
from bot.promotions.coupons.model import Grant, HeldCoupon
from bot.promotions.draws.model import DrawEnd, HeldDraw
from bot.promotions.referrals.model import Invitation, Referral, ReferralRefusal, ReferralState
from bot.promotions.stamps.model import HeldStampCard, StampEntry, StampSource

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

NAMES = ("", "VIP", "看過優惠", "a", "b")
CHANNELS = ("main", "second", "gone")
FLOWS = ("quiz", "journey", "parent", "page", "gone", "")
PAGES = ("quiz", "page", "data", "member_card", "unbind", "gone", "")
STATES = ("問", "等", "跑", "叉", "完", "不在", "")
TIMERS = (
    "10m",
    "1d at 10:00",
    "door",
    "staff",
    "expiry",
    "menu",
    "result",
    "start 0",
    "start 9",
    "start x",
    "",
)
CAUSES = ("", "tag_added VIP", "tag_added a", "bound phone", "attribute_changed points", "shop", "gone")
SLOTS = ("n.points", "t.city", "d.birthday", "h.opens", "m.seen", "y.member", "x.carrier", "n.gone", "", "n")

T = TypeVar("T")


class Anything:
    """Draws whatever the types allow; every kind of everything comes up within a few dozen draws.

    Names are now and then those of a playbook, so that what is drawn meets it.
    """

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)

    def text(self) -> str:
        if self.dice.random() < 0.3:
            return "".join(chr(self.dice.randrange(0x110000)) for _ in range(self.dice.randrange(6)))
        return "".join(self.dice.choices(NASTY, k=self.dice.randrange(5)))

    def one(self, names: tuple[str, ...]) -> str:
        return self.dice.choice(names) if self.dice.random() < 0.9 else self.text()

    def name(self) -> str:
        return self.dice.choice(NAMES)

    def channel(self) -> str:
        return self.dice.choice(CHANNELS)

    def moment(self) -> datetime:
        return DAY + timedelta(seconds=self.dice.randrange(1000))

    def yes(self) -> bool:
        return self.dice.random() < 0.5

    def maybe(self, draw: Callable[[], T]) -> T | None:
        return draw() if self.yes() else None

    def some(self, draw: Callable[[], T], most: int = 3) -> tuple[T, ...]:
        return tuple(draw() for _ in range(self.dice.randrange(most + 1)))

    def named(self, names: tuple[str, ...], draw: Callable[[], T]) -> Mapping[str, T]:
        return {self.one(names): draw() for _ in range(self.dice.randrange(4))}

    def value(self) -> Value:
        """A value of any type, also such as no database keeps."""
        dice = self.dice
        numbers = (0, -1, 3.5, 2**63, float("nan"), float("inf"))
        moments = (self.moment(), datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
        dates = ("2026-11-20", "2024-02-29", "0001-01-01", "9999-12-31", "2026-13-01", "10:00")
        of_a_type = dice.choice((numbers, moments, dates, (True, False), (self.text(),)))
        return dice.choice(of_a_type)

    def answer(self) -> Answer:
        return Answer(self.one(("text", "number", "choice", "date", "phone", "gone")), self.value())

    def answers(self) -> Mapping[str, Answer]:
        return self.named((*STATES, "shop"), self.answer)

    def pushed(self) -> tuple[Pushed, ...]:
        said = ({"type": "text", "text": text or "x"} for text in self.some(self.text))
        return tuple(Pushed(message, self.maybe(self.journey_push)) for message in said)

    def journey_push(self) -> JourneyPush:
        return JourneyPush(self.one(FLOWS), self.one(STATES), self.dice.randrange(3))

    # -- contacts

    def timer(self) -> Timer:
        dice = self.dice
        where = (self.one(FLOWS), self.channel(), dice.randrange(3), self.one(TIMERS))
        return Timer(*where, self.moment(), self.maybe(self.moment), self.yes())

    def identity(self, channel: str) -> Identity:
        maybe, moment = self.maybe, self.moment
        return Identity(
            channel,
            user=maybe(self.text),
            friend=maybe(self.yes),
            since=maybe(moment),
            seen=maybe(moment),
            staff=self.yes(),
            pushed=maybe(moment),
            staffed=maybe(moment),
            talked=maybe(moment),
            conversation=maybe(moment),
            menu=maybe(lambda: self.one(("主選單", "VIP 選單", "gone"))),
            tab=maybe(self.text),
            pinned=maybe(lambda: self.one(("主選單", "VIP 選單", "gone"))),
            pinned_until=maybe(moment),
        )

    def tag(self) -> Tag:
        return Tag(self.name(), self.moment(), self.text(), self.maybe(self.moment))

    def found(self) -> ReservedMember:
        return ReservedMember(
            self.maybe(self.text),
            self.maybe(self.text),
            self.named(SLOTS, self.value),
            self.named(NAMES, self.yes),
            self.maybe(self.yes),
            self.maybe(self.text),
            self.maybe(self.moment),
            self.maybe(self.moment),
            self.maybe(self.text),
            self.maybe(self.text),
        )

    def instance(self) -> Instance:
        reasons: tuple[HeldBy, ...] = ("quiet", "late", "staff", "quota", "paused")
        return Instance(
            self.one(FLOWS),
            self.channel(),
            self.one(STATES),
            self.dice.randrange(3),
            self.moment(),
            self.moment(),
            self.answers(),
            self.yes(),
            self.maybe(lambda: self.one(FLOWS)),
            Hold(self.dice.choice(reasons), self.maybe(self.moment)) if self.dice.random() < 0.3 else None,
            self.dice.randrange(4),
            self.some(lambda: self.one(TIMERS)),
            self.dice.randrange(4),
            self.dice.randrange(3),
            self.maybe(self.text),
            self.maybe(self.found),
            self.maybe(self.moment),
            self.maybe(lambda: self.one(("1", "0"))),
            self.yes(),
            self.one(CAUSES),
            self.some(self.text),
        )

    def page(self) -> PageState:
        return PageState(
            self.one(PAGES),
            self.channel(),
            self.dice.choice((0, 1, 2**53)),
            self.moment(),
            self.maybe(lambda: self.one(FLOWS)),
            self.some(self.text),
            self.maybe(lambda: self.one((*STATES, "unbound"))),
        )

    def staff_chat(self) -> StaffChat:
        state, by = self.dice.choice(get_args(StaffChatState)), self.maybe(lambda: self.one(("amy", "ben")))
        token = self.maybe(self.text)
        moment, heard = self.moment(), self.maybe(self.moment)
        at = None if token is None else self.moment()
        giver = "ben" if by == "amy" else None
        return StaffChat(self.channel(), state, moment, moment, by, heard, self.text(), token, at, giver)

    def notice(self) -> Notice:
        return Notice(self.channel(), "phone_moved", self.moment())

    def pending(self) -> PendingResult:
        result = self.one(("page#1", "gone#1"))
        return PendingResult(
            self.channel(), self.one((*FLOWS, "data")), result, self.moment(), self.answers(), self.pushed()
        )

    def binding(self) -> Binding:
        return Binding(self.moment(), self.some(self.name), self.yes(), self.one(FLOWS))

    def clerk(self) -> Clerk:
        return Clerk(self.text(), self.text(), self.one(("xinyi", "gone")), self.moment())

    def grant(self) -> Grant:
        ids, coupons = ("g1", "g2", "g3"), ("折100", "gone")
        moment = self.moment
        return Grant(self.one(ids), self.one(coupons), "券", "C1", moment(), self.maybe(moment), moment())

    def coupon(self) -> HeldCoupon:
        return HeldCoupon(
            self.grant(), self.maybe(self.moment), act_id="p", reminded=self.yes(), ended=self.yes()
        )

    def stamp_entry(self) -> StampEntry:
        source: StampSource = self.dice.choice(get_args(StampSource))
        order = self.one(("", "s A1"))
        return StampEntry(
            self.one(("a1", "a2", "a3")), self.moment(), self.dice.randrange(-3, 9), source, order=order
        )

    def place_wish(self) -> PlaceWish:
        name = self.one(("剪髮", "gone"))
        day = self.moment().date().isoformat()
        return PlaceWish(self.one(("w1", "w2")), name, name, day, self.moment(), is_notified=self.yes())

    def photos(self) -> PhotoSet:
        return PhotoSet(
            self.channel(), self.one(("S1", "S2")), self.one(("e1", "e2")), self.moment(), self.yes()
        )

    def appointment(self) -> HeldAppointment:
        start = self.moment()
        end = start + timedelta(hours=1)
        name = self.one(("剪髮", "gone"))
        return HeldAppointment(self.one(("a1", "a2")), name, "剪髮", "剪髮 1", start, end, self.yes())

    def draw(self, name: str) -> HeldDraw:
        tries, last = self.dice.randrange(3), self.maybe(self.moment)
        result, waits = self.dice.choice(get_args(DrawEnd)), self.dice.randrange(3)
        return HeldDraw(name, tries, last, waits, result, self.dice.choice(("", "大", "gone")), "g1")

    def stamp_card(self, name: str) -> HeldStampCard:
        count, settled, full = (self.dice.randrange(*span) for span in ((-3, 25), (0, 9), (0, 3)))
        until, entries = self.maybe(self.moment), self.some(self.stamp_entry)
        return HeldStampCard(name, count, settled, full, self.yes(), until, self.yes(), entries)

    def referral(self, name: str) -> Referral:
        state: ReferralState = self.dice.choice(get_args(ReferralState))
        why: ReferralRefusal = self.dice.choice(get_args(ReferralRefusal))
        by, id_ = self.one(("c1", "c2", "c3")), self.one(("r1", "r2", "r3"))
        came, ended, moment = self.maybe(self.moment), self.maybe(self.moment), self.moment()
        return Referral(name, by, f"{name} {id_}", moment, state, came, ended, why)

    def invitation(self, name: str) -> Invitation:
        friends, successes, rewarded = (self.dice.randrange(9) for _ in range(3))
        codes, ids = self.dice.sample(("c1", "c2", "c3"), 2), ("r1", "r2", "r3")
        came, done = (tuple(self.dice.sample(ids, self.dice.randrange(3))) for _ in range(2))
        return Invitation(name, tuple(codes), friends, successes, rewarded, came, done)

    def consent(self) -> Consent:
        return Consent(self.one(("1", "0")), self.moment(), self.channel(), self.yes())

    def bindings(self) -> Mapping[BindingKind, Binding]:
        kinds: tuple[BindingKind, ...] = ("phone", "shop")
        return {kind: self.binding() for kind in kinds if self.yes()}

    def contact(self) -> Contact:
        dice, maybe, moment, text = self.dice, self.maybe, self.moment, self.text
        channels = dice.sample(CHANNELS, dice.randrange(4))
        return Contact(
            text(),
            dice.choice((*["person"] * 10, "group", "room")),  # of groups little is decided
            name=maybe(text),
            language=maybe(text),
            picture=maybe(text),
            identities=tuple(self.identity(channel) for channel in channels),
            tags=self.some(self.tag),
            attributes=self.named(SLOTS, lambda: AttributeValue(self.value(), moment())),
            timers=self.some(self.timer, 4),
            seed=dice.randrange(10_007),
            turned=maybe(moment),
            version=self.one(("", "another")),
            phone=maybe(text),
            stated_phone=maybe(text),
            email=maybe(text),
            member_no=maybe(text),
            member_shop=maybe(lambda: self.one(("s", "gone"))),
            bindings=self.bindings(),
            bound_before=maybe(moment),
            signed_out=maybe(moment),
            clerk=maybe(self.clerk),
            marketing_here=maybe(self.yes),
            staff_stop=maybe(lambda: StaffStop(maybe(self.yes), self.yes())),
            marketing_shop=maybe(self.yes),
            marketing=maybe(self.yes),
            last_order=maybe(moment),
            shop_read=maybe(moment),
            shop_updated=maybe(moment),
            shop_polled=maybe(moment),
            profiled=maybe(moment),
            first_source=maybe(lambda: CameBy(self.one(("code", "gone")), moment())),
            last_source=maybe(lambda: CameBy(self.one(("code", "gone")), moment())),
            consents=self.some(self.consent),
            flows=self.some(self.instance),
            results=self.some(self.pending),
            pages=self.some(self.page),
            notices=self.some(self.notice),
            chats=self.some(self.staff_chat)[:1],
            used=self.named(("flow:journey", "often", "often@main"), moment),
            audiences=self.some(lambda: f"{self.channel()}:{self.one(('貴客', 'gone'))}"),
            lists=self.some(text),
            held=held_items(
                {
                    "coupons": self.some(self.coupon),
                    "stamp_cards": tuple(self.stamp_card(name) for name in ("集點", "gone") if self.yes()),
                    "appointments": self.some(self.appointment),
                    "place_wishes": self.some(self.place_wish),
                    "draws": tuple(self.draw(name) for name in ("抽", "gone") if self.yes()),
                    "referrals": tuple(self.referral(name) for name in ("好友", "gone") if self.yes()),
                    "invitations": tuple(self.invitation(name) for name in ("好友", "gone") if self.yes()),
                }
            ),
            photos=self.some(self.photos),
            befriended=maybe(moment),
            pushes=self.some(moment),
        )
