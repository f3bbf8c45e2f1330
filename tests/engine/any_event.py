"""Arbitrary events, for arbitrary people: every kind comes up within a few dozen draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import get_args

from bot.model.brought import brought
from bot.model.contact import Contact
from bot.model.event import (
    BroadcastTags,
    Event,
    Facts,
    Follow,
    FormAct,
    Join,
    Listed,
    News,
    Origin,
    Other,
    OtherMessage,
    Outcome,
    PageAnswer,
    PageOpened,
    Postback,
    Profile,
    ReplyToken,
    RewriteKind,
    Rewritten,
    Source,
    Tapped,
    TextMessage,
    TimerDue,
    Unfollow,
    What,
)
from bot.model.instance import Timer
from bot.model.staff_chat import StaffNotes, StaffWrites
from bot.model.staff_order import (
    StaffActs,
    StaffBinds,
    StaffDraws,
    StaffEnds,
    StaffFollowsUp,
    StaffHandsOver,
    StaffSets,
    StaffStops,
    StaffTags,
    StaffUnbinds,
)
from bot.model.value import Value
from bot.promotions.appointments.model import AppointmentAct
from bot.promotions.coupons.model import CouponAct, CouponGift
from bot.promotions.referrals.model import ReferralAct, ReferralRefusal
from bot.promotions.stamps.model import StampAct
from tests.engine.anything import FLOWS, NAMES, PAGES, SLOTS, TIMERS, Anything

KINDS = (
    "shop",
    "signal",
    "link",
    "enters",
    "flow_ended",
    "tag_added",
    "ended",
    "message",
    "branch",
    "after",
    "",
)
SUBJECTS = ("order_paid", "ping", "code", "貴客", "quiz", "VIP", "any", "crm", "")
RESULTS = ("ok", "failed", "sent", "right", "found", "taken", "bound", "")


class AnyEvent(Anything):
    """Draws what may happen, and to whom."""

    def origin(self) -> Origin:
        return Origin(self.one(FLOWS), self.channel(), self.dice.randrange(3))

    def facts(self) -> Facts:
        return Facts(
            self.named(SLOTS, self.value),
            self.named(NAMES, self.yes),
            self.maybe(self.text),
            self.maybe(self.yes),
            self.maybe(self.yes),
            self.maybe(self.moment),
            self.yes(),
        )

    def fields(self) -> Mapping[str, Value]:
        return self.named(("tag", "old", "new", "amount", "status", "at", "n"), self.value)

    def outcome(self) -> Outcome:
        return Outcome(
            self.one(("code", "member", "clerk", "hook", "message")),
            self.one(RESULTS),
            self.maybe(self.origin),
            self.one(SUBJECTS),
            self.fields(),
            self.maybe(self.facts),
            self.maybe(self.text),
            self.maybe(self.found),
            self.maybe(self.clerk),
        )

    def listed(self) -> Listed:
        return Listed(
            self.maybe(lambda: self.one(("+886912345678", "x"))),
            self.maybe(self.text),
            self.maybe(self.text),
            self.maybe(self.text),
            self.maybe(self.text),
            self.named(SLOTS, self.value),
            self.named(NAMES, lambda: self.maybe(self.moment)),
            self.named(NAMES, self.yes),
            self.maybe(self.yes),
            self.yes(),
        )

    def said(self) -> str:
        return self.one(("go", "優惠", "走", "3", "好", "停止推播", "恢復推播", "我好了", "離開", "查 5"))

    def what(self) -> What:
        dice = self.dice
        content: dict[str, object] = {
            self.text(): dice.choice((None, 1, "x")),
            "id": dice.choice((None, 1, "m1")),
        }
        content["imageSet"] = dice.choice((None, "x", {}, {"id": 1}, {"id": "S1"}, {"id": "S2"}))
        picked = {
            dice.choice(("date", "time", "datetime", "status")): dice.choice(("2026-11-20", "10:00", 5))
        }
        draws: tuple[Callable[[], What], ...] = (
            lambda: TextMessage(self.said()),
            lambda: TextMessage(self.said()),
            lambda: TextMessage(self.said()),
            lambda: OtherMessage(self.one(("image", "location", "sticker", "text", "postback")), content),
            lambda: Postback(self.one(("p1", "~tap_me/做", "~gone", "~")), picked),
            lambda: Tapped(self.one(("tap_me/做", "gone", ""))),
            lambda: Follow(again=self.yes()),
            Unfollow,
            Join,
            lambda: TimerDue(self.timer()),
            lambda: Other(self.one(("beacon", "membership", "videoPlayComplete")), {"beacon": content}),
            lambda: News(self.one(KINDS), self.one(SUBJECTS), self.fields(), self.maybe(self.facts)),
            self.outcome,
            lambda: StaffActs(self.yes(), self.maybe(self.text), even_if=self.maybe(self.text)),
            lambda: StaffWrites(
                self.one(("amy", "ben")),
                ({"type": "text", "text": "好"},),
                self.yes(),
                self.maybe(self.text),
            ),
            lambda: StaffNotes("amy", self.text()),
            lambda: StaffUnbinds(self.one(("phone", "shop", "clerk")), self.yes()),
            lambda: StaffTags("command:x", self.some(self.text), self.some(self.text)),
            lambda: StaffStops(undo=dice.random() < 0.5),
            lambda: StaffSets(self.one(("points", "gone", "")), self.maybe(self.value)),
            lambda: StaffBinds(self.found()),
            lambda: StaffDraws(self.one(("實驗", "gone")), self.one(("左", "gone")), dice.randrange(1_000)),
            lambda: StaffEnds(self.one(FLOWS), self.moment(), self.yes()),
            lambda: StaffFollowsUp(self.one(("amy", "ben")), self.maybe(self.moment)),
            lambda: StaffHandsOver(self.one(("A01", "gone")), self.clerk()),
            self.listed,
            lambda: BroadcastTags(self.text(), self.some(self.text), "broadcasts.x"),
            lambda: CouponGift(self.one(("折50", "gone"))),
            lambda: CouponAct(
                self.grant(), dice.choice(("redeem", "press", "undo", "order", "order_cancelled")), act_id="p"
            ),
            lambda: StampAct(
                self.one(("集點", "gone")),
                dice.choice(("clerk", "code", "take")),
                dice.randrange(1, 30),
                self.one(("a1", "a2", "a9")),
            ),
            lambda: ReferralAct(
                self.one(("好友", "gone")),
                dice.choice(("opened", "judged", "friend_came", "friend_done")),
                self.one(("c1", "c9")),
                self.one(("好友 r1", "r9")),
                self.maybe(lambda: dice.choice(get_args(ReferralRefusal))),
            ),
            lambda: AppointmentAct(
                dice.choice(("book", "move", "cancel", "came", "missed", "free")),
                self.one(("剪髮", "gone")),
                "p1",
                held=self.maybe(self.appointment),
                start=self.maybe(self.moment),
            ),
            lambda: Outcome(
                "appointment",
                dice.choice(("booked", "moved", "cancelled", "full", "waiting", "left")),
                Origin(self.one(("", "my_appointments")), "main", 0),
                self.one(("剪髮", "gone")),
                brought=brought(held=self.maybe(self.appointment), wish=self.maybe(self.place_wish)),
            ),
            lambda: Outcome(
                "coupon", "given", Origin("", "main", 0), "gone", brought=brought(grant=self.grant())
            ),
            lambda: Rewritten(dice.choice(get_args(RewriteKind)), self.text()),
            lambda: PageOpened(
                self.one(PAGES), self.named(("code", "x", "fresh"), self.text), self.maybe(self.facts)
            ),
            lambda: PageAnswer(
                self.one(("data", "gone")),
                self.one(("n", "您的城市", "gone", "")),
                self.maybe(lambda: dice.randrange(3)),
                dice.choice(get_args(FormAct)),
            ),
            lambda: PageAnswer(
                self.one((*PAGES, *FLOWS)), self.said(), self.maybe(lambda: dice.randrange(3))
            ),
        )
        return dice.choice(draws)()

    def meant_for(self, contact: Contact) -> What:
        """What a contact waits for: a timer of its own, an outcome, an answer; anything where it does not."""
        timers, flows = contact.timers, contact.flows
        draws: list[Callable[[], What]] = []
        if timers:
            draws += [lambda: TimerDue(self.dice.choice(timers))]
        if flows:
            instance = self.dice.choice(flows)
            origin = Origin(instance.flow, instance.channel, instance.visit)
            draws += [
                lambda: replace(self.outcome(), origin=origin),
                lambda: StaffEnds(instance.flow, instance.began, self.yes()),
                lambda: PageAnswer(instance.flow, self.dice.choice(("0912345678", "好", ""))),
                lambda: TimerDue(
                    Timer(instance.flow, instance.channel, instance.visit, self.one(TIMERS), self.moment())
                ),
            ]
        return self.dice.choice(draws)() if draws else self.what()

    def event(self, contact: Contact | None = None) -> Event:
        """Any event; for a contact, half of the time one that it waits for."""
        dice = self.dice
        kind = dice.choice(("user", "user", "user", "user", "group", "room", "none", "since-added"))
        return Event(
            self.text(),
            self.channel(),
            Source(kind, self.text(), self.maybe(self.text)),
            self.moment(),
            self.meant_for(contact) if contact is not None and self.yes() else self.what(),
            dice.randrange(2**53),
            self.maybe(lambda: ReplyToken(self.text(), self.moment())),
            dice.random() < 0.1,
            dice.random() < 0.1,
            self.maybe(lambda: Profile(self.text(), self.maybe(self.text), self.maybe(self.text))),
        )
