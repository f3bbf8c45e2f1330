"""Random schedules of stamps and coupons: by words, the store's code, orders, clerks who press again and take
back, contacts merged and parted; two processes on a client of their own each, that die anywhere (N1, N2)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from bot.model.audit import AuditRow
from bot.model.contact import contact_id
from bot.model.event import Event, News, Source, What
from bot.model.inbox import InboxEntry, Received
from bot.model.translatable import ENGLISH
from bot.model.value import Value
from bot.promotions.coupons.model import HELD_COUPONS, CouponAct
from bot.promotions.coupons.runtime.flights import CouponFlights
from bot.promotions.coupons.services import CouponService
from bot.promotions.coupons.store.grants import Coupons
from bot.promotions.stamps.model import StampAct
from bot.runtime.effects.effect_runner import EffectRouter
from bot.services.own_events import own_event
from bot.services.rewrites import RewriteJob, event_for
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.playbooks import compiled
from tests.runtime.cast import Delivery
from tests.runtime.gated_world import GatedCalls, GatedLine, ProcessClock
from tests.runtime.harness import Bot
from tests.runtime.listed_schedules import CHANNELS, PEOPLE, ListedSchedule
from tests.runtime.schedules import Schedule
from tests.runtime.shop import at_rest

CARD, CELLS, EACH = "集點", 5, 100
MIDDLE, LAST, WELCOME = "小禮", "大禮", "迎新"
STAMPS_BY_TEXT: Mapping[str, int] = {"蓋章": 1, "蓋兩個": 2}
STAMPS = compiled(f"""
channels:
  main: {{id: "@a", channel_id: "1", channel_secret: x}}
  outlet: {{id: "@b", channel_id: "2", channel_secret: y}}
stores: {{信義店: {{title: 信義店}}}}
coupons:
  {MIDDLE}: {{for: 30d, per_person: 50}}
  {LAST}: {{for: 30d, per_person: 50}}
  {WELCOME}: {{for: 30d, redeem: [clerk]}}
stamp_cards:
  {CARD}:
    cells: {CELLS}
    rewards: {{2: {MIDDLE}, {CELLS}: {LAST}}}
    stamp: [clerk, code]
    orders: {{each: {EACH}}}
rules:
  - {{when: {{text: 蓋章}}, add_stamp: {CARD}}}
  - {{when: {{text: 蓋兩個}}, add_stamp: {{card: {CARD}, count: 2}}}}
  - {{when: {{text: 迎新}}, give_coupon: {WELCOME}}}
  - {{when: {{stamp_card: {CARD}, result: full}}, push: 集滿了}}
  - {{when: {{coupon: any, result: [given, had]}}, add_tags: [有券]}}
""")


class Nobody:
    """Staff whom nobody tells that few coupons are left."""

    async def once(self, reason: object, what: str, text: str) -> None:
        """Say nothing."""


class StampSchedule(ListedSchedule):
    """One run. `orders`: what each is worth in stamps, and whether it is off; `presses` of clerks."""

    steps = 340

    def __init__(self, databases: tuple[Database, Database], seal: Seal, seed: int) -> None:
        super().__init__(databases[0], seal, seed, STAMPS)
        self.orders: dict[str, int] = {}
        self.presses: dict[str, tuple[str, int]] = {}
        """By the id of a press: on whose account, how many stamps."""
        self.undoes: dict[str, str] = {}
        """By the id of a press that takes one back: which."""
        self.stored: set[str] = set()
        """Presses of which a command has heard that they are stored."""
        self.used: set[str] = set()
        """Grants that were redeemed."""
        self.merged = 0
        """How often two were made one, at most."""
        self._databases = databases
        self.known = [one for one in self.accounts if self.dice.random() < 0.7] or self.accounts
        """Those of whom the bot knows when it begins; of others it hears by what they say or scan."""

    async def _begin(self) -> None:
        await super()._begin()
        first = [self._heard(*self._account(one), "嗨") for one in self.known]
        await self.processes[0].bot.hear(*first)
        await self._until(lambda: all(at_rest(one.bot) for one in self.processes))
        assert len(await self.stores.contacts.people_of(self.known)) == len(self.known)

    def _account(self, account: str) -> tuple[str, str]:
        channel, _, user = account.partition(":")
        return channel, user

    # -- what comes by webhooks, pages and shops

    def _conversations(self) -> None:
        events = [one for who in range(PEOPLE) for channel in CHANNELS for one in self._of(channel, who)]
        self.dice.shuffle(events)
        self.deliveries = [Delivery((one,)) for one in events]
        self.left = self.deliveries[::-1]
        self.gates.shut = True

    def _of(self, channel: str, who: int) -> list[Received]:
        dice, user = self.dice, self.user(who)
        said = [dice.choice(("蓋章", "蓋章", "蓋兩個", "迎新")) for _ in range(dice.randrange(1, 4))]
        found = [self._heard(channel, user, text) for text in said]
        if dice.random() < 0.5:
            window = dice.randrange(2)
            act = StampAct(CARD, "code", 1, f"code {CARD} {window}", store="信義店")
            found.append(_own(channel, user, f"code {window}", act))
        if dice.random() < 0.5 and contact_id(channel, user) in self.known:
            found += self._order(channel, who)
        return found

    def _order(self, channel: str, who: int) -> list[Received]:
        """An order that is paid, sometimes twice told, and sometimes cancelled or refunded, also in part."""
        dice, user = self.dice, self.user(who)
        number, amount = f"A{self.seed}-{channel}-{who}", dice.choice((50, 100, 250, 730))
        news = ["order_paid", *(["order_paid"] if dice.random() < 0.3 else [])]
        off = dice.choice(([], ["order_cancelled"], ["order_refunded", "order_cancelled"]))
        back = dice.choice(([], [], [amount // 3], [amount // 2, amount // 3], [1, amount - 1]))
        self.orders[number] = 0 if off else (amount - max(back, default=0)) // EACH
        fields: Mapping[str, Value] = {"order_no": number, "amount": amount}
        told = [News("shop", one, fields) for one in (*news, *off)]
        for one in back:
            part = {**fields, "refunded": one, "paid": amount - one}
            told.append(News("shop", "order_partially_refunded", part))
        dice.shuffle(told)
        return [_own(channel, user, f"{number} {place}", one) for place, one in enumerate(told)]

    # -- the processes

    def _bot(self, who: str, clock: ProcessClock) -> Bot:
        database = self._databases[(len(self.processes) + len(self.gone)) % 2]
        coupons: Any = GatedCalls(self.gates, who, "coupons", Coupons(database))
        flights = CouponFlights(coupons, Nobody(), lambda: ENGLISH, clock)
        giving = CouponService(flights, lambda: STAMPS)
        line = GatedLine(self.gates, who, self.line)
        return Bot(database, self.seal, clock, line, STAMPS, EffectRouter(giving))

    # -- staff

    def _staff_acts(self) -> Mapping[Callable[[], None], float]:
        few = len(self._working) < 3
        return {
            self._press: 3.0 if few else 0.0,
            self._press_again: 2.0 if few and self.presses else 0.0,
            self._take_back: 1.0 if few and self.presses else 0.0,
            self._redeem: 2.0 if few else 0.0,
            self._make_one: 2.0 if few else 0.0,
            self._undo: 2.0 if few and self.merged else 0.0,
            self._kill_command: 0.6 if self._working else 0.0,
        }

    def _press(self) -> None:
        press, count = f"p{self.seed}-{len(self.presses)}", self.dice.choice((1, 1, 3))
        account = self.dice.choice(self.known)
        self.presses[press] = (account, count)
        self._act(account, StampAct(CARD, "clerk", count, press, "console:mei", "信義店"))

    def _press_again(self) -> None:
        press = self.dice.choice(list(self.presses))
        account, count = self.presses[press]
        self._act(account, StampAct(CARD, "clerk", count, press, "console:mei", "信義店"))

    def _take_back(self) -> None:
        press = self.dice.choice(list(self.presses))
        id_ = f"u{self.seed}-{len(self.undoes)}"
        self.undoes[id_] = press
        account, count = self.presses[press]
        self._act(account, StampAct(CARD, "take", count, id_, "console:mei", "信義店", undoes=press))

    def _act(self, account: str, act: StampAct) -> None:
        """As `operations/stamps` does it: of one press one event, whoever the person is by then."""

        async def stored(stores: Stores) -> None:
            found = await stores.contacts.person(account)
            if found is None:
                return
            job = RewriteJob(act.by, NOW, f"stamp {act.card} {act.what} {act.id}")
            entry = event_for(found.contact, act, job, once=True).entry
            if await stores.rewriter.append_once(entry, _line(entry, "stamped")):
                self.stored.add(act.id)

        self._work(f"{act.what} {act.count} at {account} by {act.id} {act.undoes}", stored)

    def _redeem(self) -> None:
        account = self.dice.choice(self.accounts)
        press = f"r{self.seed}-{self._works}"

        async def redeemed(stores: Stores) -> None:
            found = await stores.contacts.person(account)
            usable = (
                [] if found is None else [one for one in HELD_COUPONS.of(found.contact) if one.used is None]
            )
            told = await stores.of(Coupons).by_code(usable[0].grant.code) if usable else None
            if found is not None and told is not None:
                grant, _ = told
                act = CouponAct(grant, "redeem", "console:mei", "信義店", act_id=press)
                entry = event_for(found.contact, act, RewriteJob(act.by, NOW, press), once=True).entry
                await stores.rewriter.append_once(entry, _line(entry, "coupon_redeemed"))
                self.used.add(grant.id)

        self._work(f"redeems a coupon of {account}", redeemed)

    def _make_one(self) -> None:
        """Of two, each of whom holds a card of their own."""
        who = self.dice.randrange(PEOPLE)
        two = [contact_id(channel, self.user(who)) for channel in self.dice.sample(CHANNELS, 2)]

        async def merge(stores: Stores) -> None:
            self.merged += 1
            await self._merging(stores, self._staffs).merge(two[0], two[1], "command:amy")

        self._work(f"merges {two}", merge)

    # -- the end

    async def _come_to_rest(self) -> None:
        await Schedule._come_to_rest(self)


def _own(channel: str, user: str, name: str, what: What) -> Received:
    """An event of ours for an account; of one name it is one event."""
    id_ = f"{channel}:{uuid.uuid5(uuid.NAMESPACE_OID, f'{channel} {user} {name}').hex}"
    return own_event(contact_id(channel, user), Event(id_, channel, Source("user", user), NOW, what))


def _line(entry: InboxEntry, what: Any) -> AuditRow:
    return AuditRow(f"{what}:{entry.id}", NOW, "console:mei", what, entry.contact)
