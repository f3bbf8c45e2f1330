"""The contacts of a scenario and their phones, in memory, with the log of what was done to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from bot.model.audit import AuditRow
from bot.model.contact import Contact
from bot.model.effects import RESERVED
from bot.model.stored import Stored
from bot.services.phone_rows import PhoneRow, followed, has_lapsed, phones_of, settled
from bot.services.promotions import has_link
from bot.services.rewrites import Rewrite


class PhonesInMemory:
    """A `PhoneRegister` of these contacts.

    Of a phone one contact is the owner, and one that binds it may have it reserved (`claimed`) for a while.
    `over`: the owner from whom it may be taken. `shorten` never prolongs a reservation.
    """

    def __init__(self, contacts: Mapping[str, Contact]) -> None:
        self._contacts = contacts
        self._rows: dict[str, PhoneRow] = {}

    def hold(self, phone: str, contact: str) -> None:
        """Record the contact as owner of the phone, in place of any former one."""
        self._rows[phone] = {"contact": contact, "state": "confirmed"}

    async def holder(self, phone: str) -> str | None:
        return self._row(phone).get("contact")

    async def reserve(
        self, phone: str, contact: str, now: datetime, over: str | None = None
    ) -> datetime | None:
        claimed = self._row(phone).get("claimed", contact)
        if claimed != contact:
            if not has_lapsed(self._row(phone), now):
                return None
            await self.settle(phone, claimed, now)
        row, until = self._row(phone), now + RESERVED
        if row.get("contact", contact) not in (contact, over):
            return None
        self._rows[phone] = {**row, "claimed": contact, "until": max(until, row.get("until", until))}
        return until

    async def reserve_number(self, shop: str | None, number: str, contact: str, now: datetime) -> bool:
        return await self.reserve(f"member {shop or ''}\0{number}", contact, now) is not None

    async def shorten(self, phone: str, contact: str, until: datetime, now: datetime) -> None:
        row, soon = self._row(phone), now + RESERVED
        if row.get("claimed") == contact and soon < row["until"] <= until:
            self._rows[phone] = {**row, "until": soon}

    async def settle(self, phone: str, contact: str, now: datetime) -> bool:
        there = self._contacts.get(contact)
        bound = there is not None and there.phone == phone and "phone" in there.bindings
        self._rows[phone] = settled(self._row(phone), contact, now, bound=bound)
        return bound

    def follow(self, before: Sequence[Contact], after: Sequence[Contact]) -> None:
        """Update the owners after a change of these contacts. Raises `PhoneTaken`."""
        ours, both = {contact.id for contact in before}, (*before, *after)
        phones = {phone for contact in both for phone in phones_of(contact)}
        self._rows |= {phone: followed(self._row(phone), phone, ours, after) for phone in phones}

    def _row(self, phone: str) -> PhoneRow:
        return self._rows.get(phone, {})


class AuditInMemory:
    """An `AuditTrail`."""

    def __init__(self) -> None:
        self._lines: dict[str, AuditRow] = {}

    async def add(self, row: AuditRow) -> None:
        self._lines.setdefault(row.id, row)

    async def of(self, contact: str) -> Sequence[AuditRow]:
        return [one for one in reversed(self._lines.values()) if contact in (one.contact, one.other)]


class ContactsInMemory:
    """A `ContactDirectory` of these contacts, with its `ContactIndex`, and a `PairRewriter` of them."""

    def __init__(self, contacts: dict[str, Contact]) -> None:
        self.phones = PhonesInMemory(contacts)
        self.audit = AuditInMemory()
        self.on_rewrite: Callable[[Rewrite], None] = lambda rewrite: None
        """Called with what two contacts have become."""
        self._contacts = contacts
        self._merged: dict[str, str] = {}

    def id_of(self, contact: str) -> str:
        """The id by which a contact is known now: that of the other one, where it was merged."""
        while contact in self._merged:
            contact = self._merged[contact]
        return contact

    async def person(self, contact: str) -> Stored | None:
        found = self._contacts.get(self.id_of(contact))
        return None if found is None else Stored(found, 1)

    async def people_of(self, ids: Iterable[str]) -> Mapping[str, Contact]:
        return {one: self._contacts[now] for one in ids if (now := self.id_of(one)) in self._contacts}

    # -- by what is private

    async def with_phone(self, phone: str) -> Sequence[str]:
        return self._those(lambda one: one.phone == phone)

    async def with_member_no(self, number: str) -> Sequence[str]:
        return self._those(lambda one: one.member_no == number)

    async def with_member_nos(self, numbers: Collection[str]) -> Mapping[str, Sequence[str]]:
        with_line = [one for one in self._contacts.values() if one.has_line]
        found = {number: [one.id for one in with_line if one.member_no == number] for number in numbers}
        return {number: ids for number, ids in found.items() if ids}

    async def without_line(self, phone: str | None, number: str | None) -> Sequence[str]:
        def is_known(one: Contact) -> bool:
            by_number = number is not None and one.member_no == number
            return not one.has_line and (by_number or (phone is not None and one.phone == phone))

        return self._those(is_known)

    async def link_owner(self, code: str) -> Contact | None:
        return next((one for one in self._contacts.values() if has_link(one, code)), None)

    def _those(self, fits: Callable[[Contact], bool]) -> list[str]:
        return sorted(one.id for one in self._contacts.values() if fits(one))

    # -- two at once

    async def change(
        self, kept: str, gone: str, work: Callable[[Stored, Stored], Rewrite | None]
    ) -> Rewrite | None:
        before = [self._contacts[one] for one in (kept, gone)]
        rewrite = work(Stored(before[0], 1), Stored(before[1], 1))
        if rewrite is not None:
            after = [one for one in (rewrite.kept, rewrite.gone) if one is not None]
            self.phones.follow(before, after)
            self._contacts |= {one.id: one for one in after}
            if rewrite.gone is None:
                del self._contacts[gone]
                self._merged[gone] = kept
            await self.audit.add(rewrite.audit)
            self.on_rewrite(rewrite)
        return rewrite
