"""The owners of phones, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model.contact import Contact
from bot.model.effects import RESERVED
from bot.services.phone_rows import PhoneRow, followed, has_lapsed, phones_of, settled


class PhonesInMemory:
    """A `PhoneRegister` of these contacts."""

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
