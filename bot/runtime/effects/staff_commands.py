"""What staff do to a person from the simulator's page (tags, attributes, bindings, splits): checked and
stored as by the commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

from bot.engine.compiled.playbook import AttributeInfo, Playbook
from bot.engine.compiled.splits import redrawn
from bot.engine.texts.format import formatted
from bot.engine.texts.typed import typed
from bot.model.clock import Clock
from bot.model.contact import BindingKind, contact_id
from bot.model.effects import FindMember
from bot.model.event import Origin, What
from bot.model.staff_order import StaffBinds, StaffDraws
from bot.model.translatable import row, tr
from bot.playbook.similar import quoted
from bot.runtime.effects.merging import Merging
from bot.runtime.effects.staff_changes import StaffChanges, refuse_what_is_the_shops, value_by_hand
from bot.runtime.ports import ContactStore
from bot.services.caller import Caller
from bot.services.members import MemberService
from bot.services.rewrites import RewriteRefused

ACTOR = "staff"
"""The actor in the audit log and in a tag: on this page nobody signs in."""


@dataclass(eq=False, repr=False)
class StaffService:
    """Each gives the id of the event that does it; a turn follows, which rules hear like any other.

    Raises `RewriteRefused` for what cannot be, and `DatabaseUnavailable`: then perhaps it was stored.
    """

    _playbook: Callable[[], Playbook]
    _contacts: ContactStore
    _changes: StaffChanges
    _merging: Merging
    _members: MemberService
    _tell: Callable[[str, str, What], Awaitable[str]]
    """Puts an event of ours into the inbox, by channel and LINE user id; gives its id."""
    _clock: Clock
    _wake: Callable[[str], None]
    """Has a contact's inbox entries read at once: else they are noticed a moment later."""

    async def tag(self, contact: str, tag: str) -> str:
        """Put on a tag that the playbook knows."""
        if tag not in self._playbook().tag_names:
            raise RewriteRefused(tr("the playbook knows no tag {tag}", tag=quoted(tag)))
        return await self._soon(contact, self._changes.add_tag(contact, tag, ACTOR))

    async def untag(self, contact: str, tag: str) -> str:
        """Take off any tag: also one that the playbook has forgotten."""
        return await self._soon(contact, self._changes.remove_tag(contact, tag, ACTOR))

    async def set(self, contact: str, key: str, text: str) -> str:
        """Set an attribute to what a text means."""
        info, zone = self._attribute(key), self._playbook().zone
        value = value_by_hand(info, text, zone, info.title or key)
        shown = None if info.private else formatted(value, None, zone)
        return await self._soon(contact, self._changes.set_attribute(contact, key, value, ACTOR, shown=shown))

    async def clear(self, contact: str, key: str) -> str:
        """Forget what an attribute says."""
        info = self._attribute(key)
        refuse_what_is_the_shops(info, info.title or key)
        return await self._soon(contact, self._changes.set_attribute(contact, key, None, ACTOR))

    async def _soon(self, contact: str, stored: Awaitable[str]) -> str:
        """The event, once it is stored and its owner is woken."""
        event = await stored
        person = await self._contacts.person(contact)
        self._wake(contact if person is None else person.contact.id)
        return event

    def _attribute(self, key: str) -> AttributeInfo:
        info = self._playbook().attributes.get(key)
        if info is None:
            raise RewriteRefused(tr("the playbook knows no attribute {attribute}", attribute=quoted(key)))
        return info

    async def unbind(self, contact: str, kind: BindingKind | Literal["clerk"]) -> str:
        """Undo a binding, with the tags that it put on."""
        return await self._soon(contact, self._merging.unbind(contact, kind, ACTOR))

    async def bind(self, channel: str, user: str, phone: str) -> str:
        """Bind the member of the channel's shop with this phone, on the authority of staff."""
        number = typed(phone, "phone")
        if not isinstance(number, str):
            raise RewriteRefused(tr("{phone} is no mobile number", phone=quoted(phone)))
        now, name = self._clock.now(), uuid4().hex
        how: Literal["none", "shop"] = "none" if self._playbook().channels[channel].shop is None else "shop"
        request = FindMember(how, number, Origin("", channel, 0))
        found = await self._members.find(request, Caller(contact_id(channel, user), channel, user, name, now))
        if found.result == "found" and found.found is not None:
            return await self._tell(channel, user, StaffBinds(found.found))
        match found.result:
            case "taken":
                why = tr("somebody else on this account has bound this phone: unbind them first")
            case "missing":
                why = tr("the shop has no member with this phone")
            case _:
                why = tr("the shop does not answer")
        raise RewriteRefused(why)

    async def draw(self, contact: str, split: str, group: str) -> str:
        """Put a person into another group of a split; in all others they stay where they are, if they can."""
        playbook = self._playbook()
        groups = playbook.splits.get(split, {})
        if group not in groups:
            raise RewriteRefused(
                tr(
                    "the groups of {split} are {groups}, and not {group}",
                    split=quoted(split),
                    groups=row(groups),
                    group=quoted(group),
                )
            )
        stored = await self._contacts.person(contact)
        seed = stored.contact.seed if stored is not None else 0
        drawn = redrawn(playbook, seed, split, group)
        if drawn is None:
            raise RewriteRefused(
                tr("nobody is ever in the group {group}: its share is nothing", group=quoted(group))
            )
        return await self._soon(contact, self._changes.draw(contact, StaffDraws(split, group, drawn), ACTOR))
