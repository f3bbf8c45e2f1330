"""What becomes of webhooks that a shop sends about one member: contacts with LINE get events, each once;
contacts without LINE are updated without one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from bot.connectors.shops.members import ShopMember
from bot.connectors.shops.webhook import MAX_NEWS_AGE, plain
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
from bot.model.shop import MemberRefusal, OrderNews, ShopWebhook, WebhookNews
from bot.model.stored import Stored
from bot.model.value import Value
from bot.runtime.shops.account_match import account_of
from bot.runtime.shops.member_batches import MemberTaker
from bot.runtime.shops.member_page import PageTaker, facts_of, tiers_of
from bot.services.own_events import STORE_SECONDS, StoreEvents, own_event
from bot.store.stores import Stores

_IDS = DerivedIds(uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730019"))
_OF_MEMBERS = tuple(one for one in SHOP_NEWS if not one.startswith("order_"))


class Overtaken(Exception):
    """Another process is changing the person: report it again later."""


@dataclass(frozen=True, slots=True)
class MemberNews:
    """The webhooks that a shop has sent about one member, and the member's record."""

    number: str = field(repr=False)
    """The member number."""
    webhooks: Sequence[tuple[ShopWebhook, WebhookNews]]
    member: ShopMember | None
    """The record as it is now; `None`: the shop has no such member (any more)."""
    had: str | None = None
    """The id of the contact that was this member before the record was read."""

    @property
    def last_order(self) -> datetime | None:
        """When the last order in the webhooks was placed; `None`: none was."""
        orders = ((item.order, webhook.at) for webhook, item in self.webhooks)
        moments = [
            min(order.placed or at, at)
            for order, at in orders
            if order is not None and order.topic in ("order_placed", "order_paid")
        ]
        return max(moments, default=None)

    @property
    def given_again(self) -> datetime | None:
        """When the number's member was deleted, if a member who has registered since has the number now."""
        topics = [(webhook.at, item.topic) for webhook, item in self.webhooks]
        removed = max((at for at, topic in topics if topic == "member_removed"), default=None)
        if self.member is None or removed is None:
            return None
        is_anew = any(topic == "member_registered" and at >= removed for at, topic in topics)
        return removed if is_anew else None

    def was(self, contact: Contact) -> bool:
        """Whether a contact with this number belongs to the deleted member, and not to the present one."""
        removed, read = self.given_again, contact.shop_read
        return removed is None or read is None or read < removed


@dataclass(eq=False, repr=False)
class ShopTeller:
    """Turns a shop's news into events. Repeated with the same webhooks it makes events of the same ids, which
    are not stored again."""

    _stores: Stores
    _playbook: Callable[[], Playbook]
    _store_events: StoreEvents
    """Makes events durable, as those of LINE's webhooks."""
    _clock: Clock

    async def known(self, shop: ShopSettings, number: str) -> str | None:
        """The contact that is this member now, if there is one."""
        found = await self._stores.people.with_member_no(number)
        return min((one.id for one in await self._of_shop(shop, found)), default=None)

    async def notify(self, shop: ShopSettings, news: MemberNews) -> int:
        """Store the events; gives the number of contacts with LINE that are concerned.

        Raises `Overtaken` and `DatabaseUnavailable`.
        """
        account = account_of(self._playbook(), shop)
        if news.member is None or news.given_again is not None:
            await self._without_number(shop, news)
        await self._given_again(shop, news)
        people, record = await self._taken(shop, account, news)
        events = [
            event
            for place, person in enumerate(people)
            for event in self._events(shop, account, news, record, person, place)
        ]
        if events:
            await self._store_events(events, STORE_SECONDS)
        return len(people)

    # -- the people concerned

    async def _taken(
        self, shop: ShopSettings, account: str | None, news: MemberNews
    ) -> tuple[Sequence[Contact], Listed | None]:
        """The contacts concerned that have LINE, and the record in the form of a list's line (`None`: none).

        Contacts without LINE are updated here.
        """
        with_line: dict[str, Contact] = {}
        record = None
        if news.member is not None:
            line = await self._known_login(account, news.member)
            record = await self._take(shop, account if line else None, news, with_line)
        with_line |= {one.id: one for one in await self._members(shop, news.number)}
        return [with_line[one] for one in sorted(with_line)], record

    async def _members(self, shop: ShopSettings, number: str) -> Sequence[Contact]:
        """People with LINE who are this member."""
        found = await self._stores.people.with_member_nos({number})
        return await self._of_shop(shop, found.get(number, ()))

    async def _of_shop(self, shop: ShopSettings, contacts: Sequence[str]) -> Sequence[Contact]:
        people = (await self._stores.contacts.people_of(contacts)).values() if contacts else ()
        return [one for one in people if one.member_shop in (shop.name, None)]

    async def _without_number(self, shop: ShopSettings, news: MemberNews) -> None:
        """Take number, phone and all that the shop gave from contacts without LINE that were the deleted
        member: the next contact with that phone is another person. Raises `Overtaken`."""
        if those := await self._were_without_line(shop, news):
            given = of_shop(self._playbook())
            left = [(one, without_member(replace(one.contact, phone=None), given)) for one in those]
            await self._stores.people_without_line.write(left)
            if await self._were_without_line(shop, news):
                raise Overtaken

    async def _were_without_line(self, shop: ShopSettings, news: MemberNews) -> Sequence[Stored]:
        found = await self._stores.people_without_line.around((), (news.number,), ())
        return [
            one
            for one in found
            if one.to is None
            and not one.contact.has_line
            and one.contact.member_shop in (shop.name, None)
            and news.was(one.contact)
        ]

    async def _given_again(self, shop: ShopSettings, news: MemberNews) -> None:
        """Unbind a number whose member was deleted, and that another member has by now.

        Raises `Overtaken` until the deleted member's contacts have got that event; then the new one's follow.
        """
        if news.given_again is None:
            return
        former = [one for one in await self._members(shop, news.number) if news.was(one)]
        gone = MemberNews(news.number, [item for item in news.webhooks if item[1].order is None], None)
        events = [
            event
            for place, person in enumerate(sorted(former, key=lambda one: one.id))
            for event in self._events(shop, account_of(self._playbook(), shop), gone, None, person, place)
        ]
        if events:
            await self._store_events(events, STORE_SECONDS)
            raise Overtaken

    async def _known_login(self, account: str | None, member: ShopMember) -> bool:
        """Whether a contact has the LINE account of the record: none has one of another provider."""
        if account is None or member.line is None:
            return False
        stored = await self._stores.contacts.person(contact_id(account, member.line))
        return stored is not None and stored.contact.has_line

    async def _take(
        self, shop: ShopSettings, account: str | None, news: MemberNews, with_line: dict[str, Contact]
    ) -> Listed:
        assert news.member is not None, "the caller has checked"
        playbook, by = self._playbook(), f"shop:{shop.name}"
        line = PageTaker(self._stores, playbook, shop, account, by, self._clock).line_of(news.member)
        line = replace(line, listed=replace(line.listed, last_order=news.last_order))

        def news_for(contact: Contact, record: Listed) -> Sequence[What]:
            if record.login or (contact.member_no == record.member_no and contact.bindings):
                with_line[contact.id] = contact
                return ()
            return (record,)  # only now identified as this member: nothing has changed for the person

        had = {} if news.had is None else {0: news.had}
        taken = await self._taker(shop, account, by, news_for).take({0: line}, had)
        if taken[0].refusal is MemberRefusal.OVERTAKEN:
            raise Overtaken
        return line.listed

    def _taker(
        self,
        shop: ShopSettings,
        account: str | None,
        by: str,
        as_news: Callable[[Contact, Listed], Sequence[What]],
    ) -> MemberTaker:
        return MemberTaker(
            self._stores, self._playbook(), shop, account, by, self._clock, by_record=True, as_news=as_news
        )

    # -- their events

    def _events(
        self,
        shop: ShopSettings,
        account: str | None,
        news: MemberNews,
        record: Listed | None,
        person: Contact,
        place: int,
    ) -> Iterator[Received]:
        """The events of one contact. Their ids are made of the news and of the contact's `place` among all
        that are this member (nearly always one), and not of the contact: one that is merged, moved or seen on
        another channel before the next attempt gets no second event."""
        channel = event_channel(person, account, shop)
        facts = None if record is None else self._facts(record, account, person, news.member)
        for name, what in self._events_for(shop, news, facts, record, person):
            user = person.identity(channel).user
            source = Source("none", "") if user is None else Source("user", user)
            named = _IDS.hex_of(f"{shop.name} {news.number} {place} {name}")
            id_ = f"{account or shop.name}:{named}"
            yield own_event(person.id, Event(id_, channel, source, self._clock.now(), what))

    def _facts(
        self, record: Listed, account: str | None, person: Contact, member: ShopMember | None
    ) -> Facts:
        line = None if member is None else member.line
        is_login = account is not None and line is not None and person.identity(account).user == line
        return facts_of(replace(record, login=is_login))

    def _events_for(
        self,
        shop: ShopSettings,
        news: MemberNews,
        facts: Facts | None,
        record: Listed | None,
        person: Contact,
    ) -> Iterator[tuple[str, What]]:
        """Each event's name, which is the same on every attempt, and its content."""
        if facts is None:
            yield from _removed(shop, news, person)
        polls_tell = ("member_updated", *(("tier_changed",) if tiers_of(shop, self._playbook()) else ()))
        for topic, names, at in _topics(news):
            since = at if topic in polls_tell else None
            yield f"{topic} {' '.join(names)}", News("shop", topic, facts=facts, since=since)
            facts = None
        for webhook, order in _orders(news):
            if is_notified_late(webhook, order):
                continue
            carried = replace(facts or Facts(shop=shop.name), last_order=_placed(order, webhook))
            part = "" if order.refunded is None else f" {order.refunded}"
            yield f"{order.topic} {order.id}{part}", News("shop", order.topic, _fields(order), carried)
            facts = None
        if facts is not None and record is not None and self._is_new(person, record):
            ids = " ".join(sorted(webhook.id for webhook, _ in news.webhooks))
            yield f"record {ids}", News("shop", "member_updated", facts=facts, if_new=True)

    def _is_new(self, person: Contact, record: Listed) -> bool:
        """Whether the record changes the contact, names and times aside."""
        plain = replace(record, name=None, email=None, last_order=None, read=None, updated=None)
        return as_listed(person, plain, self._playbook(), self._clock.now()) != person


def _topics(news: MemberNews) -> Iterator[tuple[str, Sequence[str], datetime]]:
    """Each topic once, with the names of its webhooks, and since when the last of them is true: a poll that
    asked later has reported it, if polls report that topic."""
    for topic in _OF_MEMBERS:
        webhooks = [
            (webhook, item)
            for webhook, item in news.webhooks
            if item.topic == topic and not _is_old(webhook, item.since)
        ]
        if webhooks and news.member is not None:
            changed = news.member.updated
            since = max(
                min(webhook.at, changed) if changed and item.in_record else webhook.at
                for webhook, item in webhooks
            )
            yield topic, _names(topic, webhooks), since


def _names(topic: str, webhooks: Sequence[tuple[ShopWebhook, WebhookNews]]) -> Sequence[str]:
    """Texts that identify news when it is sent again: a registration's time, else the webhooks' ids."""
    if topic == "member_registered" and all(one.since is not None for _, one in webhooks):
        return sorted({str(one.since) for _, one in webhooks})
    return sorted(webhook.id for webhook, _ in webhooks)


def _is_old(webhook: ShopWebhook, at: datetime | None) -> bool:
    """Whether news from `at` is so old that it may have been reported before, and its id forgotten."""
    return at is not None and webhook.at - at > MAX_NEWS_AGE


def is_notified_late(webhook: ShopWebhook, order: OrderNews) -> bool:
    """Whether an order's change is too old to be notified: it may have been notified before."""
    return _is_old(webhook, order.updated or order.placed)


def _orders(news: MemberNews) -> Iterable[tuple[ShopWebhook, OrderNews]]:
    return [(webhook, item.order) for webhook, item in news.webhooks if item.order is not None]


def _removed(shop: ShopSettings, news: MemberNews, person: Contact) -> Iterator[tuple[str, What]]:
    """The event for a contact whose member the shop does not have any more: it loses the binding."""
    if person.member_no == news.number:
        facts = deleted_member_facts(news.number, shop.name)
        ids = " ".join(sorted(webhook.id for webhook, _ in news.webhooks))
        yield f"removed {ids}", Outcome("member", "missing", None, facts=facts)


def event_channel(person: Contact, account: str | None, shop: ShopSettings) -> str:
    """The event's channel: the one in the shop's settings, else `account`, else where the person was last
    seen."""
    here = {identity.channel: identity for identity in person.identities}
    for wanted in (shop.channel, account):
        if wanted in here:
            return wanted
    last = max(person.identities, key=lambda one: (one.seen is not None, one.seen, one.channel))
    return last.channel


def _placed(order: OrderNews, webhook: ShopWebhook) -> datetime | None:
    if order.topic not in ("order_placed", "order_paid"):
        return None
    return min(order.placed or webhook.at, webhook.at)


def _fields(order: OrderNews) -> dict[str, Value]:
    """An order's values for rules; `refunded` and `paid` of a refund of a part, in the order's currency."""
    fields: dict[str, Value] = {}
    if order.amount is not None:
        fields["amount"] = order.amount
    if order.number is not None:
        fields["order_no"] = order.number
    if order.refunded is not None and order.amount is not None:
        paid = Decimal(str(order.amount)) - Decimal(str(order.refunded))
        fields |= {"refunded": order.refunded, "paid": plain(float(paid))}
    return fields
