"""What a shop tells of one member: who has LINE hears it as news, once; who has none is silently what the
record says."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.identity import of_shop, without_member
from bot.engine.members.listed import as_listed
from bot.model.clock import Clock
from bot.model.contact import Contact, contact_id
from bot.model.event import Event, Facts, Listed, News, Outcome, Source, What, deleted_member_facts
from bot.model.inbox import Received
from bot.model.news import SHOP_NEWS
from bot.model.outgoing import DerivedIds
from bot.model.settings import ShopSettings
from bot.model.shop import OrderNews, ShopWebhook, WebhookNews
from bot.model.stored import Stored
from bot.model.value import Value
from bot.runtime.own_events import STORE_SECONDS, StoreEvents, own_event
from bot.runtime.shops.account_match import account_of
from bot.runtime.shops.member_batches import OVERTAKEN, MemberTaker
from bot.runtime.shops.member_page import PageTaker, facts_of, tiers_of
from bot.shops.members import ShopMember
from bot.shops.news import TOLD_FOR
from bot.store.stores import Stores

_IDS = DerivedIds(uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730019"))
_OF_MEMBERS = tuple(one for one in SHOP_NEWS if not one.startswith("order_"))


class Overtaken(Exception):
    """Somebody else changes the person just now: it is to be told once more."""


@dataclass(frozen=True, slots=True)
class MemberNews:
    """All that a shop has told of one member, and the record as it is now (`None`: there is none).

    `had`: the contact that was this member before the record was read.
    """

    number: str = field(repr=False)
    news: Sequence[tuple[ShopWebhook, WebhookNews]]
    member: ShopMember | None
    had: str | None = None

    @property
    def last_order(self) -> datetime | None:
        """When the last order was placed of which they tell."""
        told = ((one.order, webhook.at) for webhook, one in self.news)
        moments = [
            min(order.placed or at, at)
            for order, at in told
            if order is not None and order.topic in ("order_placed", "order_paid")
        ]
        return max(moments, default=None)

    @property
    def given_again(self) -> datetime | None:
        """When the member of this number was deleted, if somebody has registered since and got it."""
        topics = [(webhook.at, one.topic) for webhook, one in self.news]
        removed = max((at for at, topic in topics if topic == "member_removed"), default=None)
        if self.member is None or removed is None:
            return None
        is_anew = any(topic == "member_registered" and at >= removed for at, topic in topics)
        return removed if is_anew else None

    def was(self, contact: Contact) -> bool:
        """Whether a contact of this number is of the member that was deleted, and not of who has it since."""
        removed, read = self.given_again, contact.shop_read
        return removed is None or read is None or read < removed


class ShopTeller:
    """Tells people. Done again, with the same webhooks, it tells nobody anything twice."""

    def __init__(
        self, stores: Stores, playbook: Callable[[], Playbook], hear: StoreEvents, clock: Clock
    ) -> None:
        """`hear` makes events durable, as a webhook's are."""
        self._stores = stores
        self._playbook = playbook
        self._hear = hear
        self._clock = clock

    async def known(self, shop: ShopSettings, number: str) -> str | None:
        """The contact that is this member now, if there is one."""
        found = await self._stores.people.with_member_no(number)
        return min((one.id for one in await self._of_shop(shop, found)), default=None)

    async def notify(self, shop: ShopSettings, told: MemberNews) -> int:
        """How many people with LINE hear of it. Raises `Overtaken` and `DatabaseUnavailable`."""
        account = account_of(self._playbook(), shop)
        if told.member is None or told.given_again is not None:
            await self._without_number(shop, told)
        await self._given_again(shop, told)
        people, said = await self._taken(shop, account, told)
        events = [
            one
            for place, person in enumerate(people)
            for one in self._events(shop, account, told, said, person, place)
        ]
        if events:
            await self._hear(events, STORE_SECONDS)
        return len(people)

    # -- who it is about

    async def _taken(
        self, shop: ShopSettings, account: str | None, told: MemberNews
    ) -> tuple[Sequence[Contact], Listed | None]:
        """Those with LINE whom it is about, and what the record says; all others are written."""
        met: dict[str, Contact] = {}
        said = None
        if told.member is not None:
            line = await self._known_login(account, told.member)
            said = await self._take(shop, account if line else None, told, met)
        met |= {one.id: one for one in await self._members(shop, told.number)}
        return [met[one] for one in sorted(met)], said

    async def _members(self, shop: ShopSettings, number: str) -> Sequence[Contact]:
        """Those with LINE who are this member."""
        found = await self._stores.people.with_member_nos({number})
        return await self._of_shop(shop, found.get(number, ()))

    async def _of_shop(self, shop: ShopSettings, contacts: Sequence[str]) -> Sequence[Contact]:
        people = (await self._stores.contacts.people_of(contacts)).values() if contacts else ()
        return [one for one in people if one.member_shop in (shop.name, None)]

    async def _without_number(self, shop: ShopSettings, told: MemberNews) -> None:
        """Take number, phone and all that the shop gave from contacts without LINE that were the deleted
        member: the next contact with that phone is another person. Raises `Overtaken`."""
        if those := await self._were_without_line(shop, told):
            given = of_shop(self._playbook())
            left = [(one, without_member(replace(one.contact, phone=None), given)) for one in those]
            await self._stores.people_without_line.write(left)
            if await self._were_without_line(shop, told):
                raise Overtaken

    async def _were_without_line(self, shop: ShopSettings, told: MemberNews) -> Sequence[Stored]:
        found = await self._stores.people_without_line.around((), (told.number,), ())
        return [
            one
            for one in found
            if one.to is None
            and not one.contact.has_line
            and one.contact.member_shop in (shop.name, None)
            and told.was(one.contact)
        ]

    async def _given_again(self, shop: ShopSettings, told: MemberNews) -> None:
        """A number whose member was deleted, and that is another's by now, is nobody's here first.

        Raises `Overtaken` until those who had it have heard so: then it is told to whose it is.
        """
        if told.given_again is None:
            return
        those = [one for one in await self._members(shop, told.number) if told.was(one)]
        gone = MemberNews(told.number, [one for one in told.news if one[1].order is None], None)
        events = [
            event
            for place, who in enumerate(sorted(those, key=lambda one: one.id))
            for event in self._events(shop, account_of(self._playbook(), shop), gone, None, who, place)
        ]
        if events:
            await self._hear(events, STORE_SECONDS)
            raise Overtaken

    async def _known_login(self, account: str | None, member: ShopMember) -> bool:
        """Whether the LINE account of the record is somebody's here: of another provider it is nobody's."""
        if account is None or member.line is None:
            return False
        stored = await self._stores.contacts.person(contact_id(account, member.line))
        return stored is not None and stored.contact.has_line

    async def _take(
        self, shop: ShopSettings, account: str | None, told: MemberNews, met: dict[str, Contact]
    ) -> Listed:
        assert told.member is not None, "whoever calls has looked"
        playbook, by = self._playbook(), f"shop:{shop.name}"
        line = PageTaker(self._stores, playbook, shop, account, by, self._clock).line_of(told.member)
        line = replace(line, listed=replace(line.listed, last_order=told.last_order))

        def as_listed(contact: Contact, said: Listed) -> Sequence[What]:
            if said.login or (contact.member_no == said.member_no and contact.bindings):
                met[contact.id] = contact
                return ()
            return (said,)  # who is only now known to be this member: nothing has changed for them

        had = {} if told.had is None else {0: told.had}
        taken = await self._taker(shop, account, by, as_listed).take({0: line}, had)
        if taken[0].why is OVERTAKEN:
            raise Overtaken
        return line.listed

    def _taker(
        self,
        shop: ShopSettings,
        account: str | None,
        by: str,
        told_as: Callable[[Contact, Listed], Sequence[What]],
    ) -> MemberTaker:
        return MemberTaker(
            self._stores, self._playbook(), shop, account, by, self._clock, by_record=True, told_as=told_as
        )

    # -- what they hear

    def _events(
        self,
        shop: ShopSettings,
        account: str | None,
        told: MemberNews,
        said: Listed | None,
        who: Contact,
        place: int,
    ) -> Iterator[Received]:
        """Their ids are of the news and of the place among all who are this member, nearly always one: who is
        merged, moved or seen elsewhere before it is told once more is not told twice."""
        channel = _channel(who, account, shop)
        facts = None if said is None else self._facts(said, account, who, told.member)
        for name, what in self._events_for(shop, told, facts, said, who):
            user = who.identity(channel).user
            source = Source("none", "") if user is None else Source("user", user)
            named = _IDS.hex_of(f"{shop.name} {told.number} {place} {name}")
            id_ = f"{account or shop.name}:{named}"
            yield own_event(who.id, Event(id_, channel, source, self._clock.now(), what))

    def _facts(self, said: Listed, account: str | None, who: Contact, member: ShopMember | None) -> Facts:
        line = None if member is None else member.line
        is_login = account is not None and line is not None and who.identity(account).user == line
        return facts_of(replace(said, login=is_login))

    def _events_for(
        self, shop: ShopSettings, told: MemberNews, facts: Facts | None, said: Listed | None, who: Contact
    ) -> Iterator[tuple[str, What]]:
        """What it is called, so that it is the same when it is told again, and what it is."""
        if facts is None:
            yield from _removed(shop, told, who)
        polls_tell = ("member_updated", *(("tier_changed",) if tiers_of(shop, self._playbook()) else ()))
        for topic, names, at in _topics(told):
            since = at if topic in polls_tell else None
            yield f"{topic} {' '.join(names)}", News("shop", topic, facts=facts, since=since)
            facts = None
        for webhook, order in _orders(told):
            at = order.updated or order.placed or webhook.at
            if _is_old(webhook, at):
                continue
            carried = replace(facts or Facts(), last_order=_placed(order, webhook))
            yield f"{order.topic} {order.id}", News("shop", order.topic, _fields(order), carried)
            facts = None
        if facts is not None and said is not None and self._is_new(who, said):
            ids = " ".join(sorted(webhook.id for webhook, _ in told.news))
            yield f"record {ids}", News("shop", "member_updated", facts=facts, if_new=True)

    def _is_new(self, who: Contact, said: Listed) -> bool:
        plain = replace(said, name=None, email=None, last_order=None, read=None, updated=None)
        return as_listed(who, plain, self._playbook(), self._clock.now()) != who


def _topics(told: MemberNews) -> Iterator[tuple[str, Sequence[str], datetime]]:
    """What several webhooks tell alike is heard once: the member was read once. With which they are, and
    since when the last of it is so: a poll that asked after that has told it, if polls tell such."""
    for topic in _OF_MEMBERS:
        these = [
            (webhook, one)
            for webhook, one in told.news
            if one.topic == topic and not _is_old(webhook, one.since)
        ]
        if these and told.member is not None:
            changed = told.member.updated
            since = max(
                min(webhook.at, changed) if changed and one.in_record else webhook.at
                for webhook, one in these
            )
            yield topic, _names(topic, these), since


def _names(topic: str, these: Sequence[tuple[ShopWebhook, WebhookNews]]) -> Sequence[str]:
    """By which it is the same news when it comes again: somebody registers once at a time, in whichever
    webhook that stands."""
    if topic == "member_registered" and all(one.since is not None for _, one in these):
        return sorted({str(one.since) for _, one in these})
    return sorted(webhook.id for webhook, _ in these)


def _is_old(webhook: ShopWebhook, at: datetime | None) -> bool:
    """Whether it is of so long ago that it may have been told, and its id forgotten."""
    return at is not None and webhook.at - at > TOLD_FOR


def _orders(told: MemberNews) -> Iterable[tuple[ShopWebhook, OrderNews]]:
    return [(webhook, one.order) for webhook, one in told.news if one.order is not None]


def _removed(shop: ShopSettings, told: MemberNews, who: Contact) -> Iterator[tuple[str, What]]:
    """The shop has no such member any more: the person is bound to nobody."""
    if who.member_no == told.number:
        facts = deleted_member_facts(told.number, shop.name)
        ids = " ".join(sorted(webhook.id for webhook, _ in told.news))
        yield f"removed {ids}", Outcome("member", "missing", None, facts=facts)


def _channel(who: Contact, account: str | None, shop: ShopSettings) -> str:
    """Where it is heard: on the shop's account, else where the person was last seen."""
    here = {identity.channel: identity for identity in who.identities}
    for wanted in (shop.channel, account):
        if wanted in here:
            return wanted
    last = max(who.identities, key=lambda one: (one.seen is not None, one.seen, one.channel))
    return last.channel


def _placed(order: OrderNews, webhook: ShopWebhook) -> datetime | None:
    if order.topic not in ("order_placed", "order_paid"):
        return None
    return min(order.placed or webhook.at, webhook.at)


def _fields(order: OrderNews) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    if order.amount is not None:
        fields["amount"] = order.amount
    if order.number is not None:
        fields["order_no"] = order.number
    return fields
