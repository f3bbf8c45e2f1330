"""A phone proven in a scenario merges its person with the former holder, or moves from them."""

from __future__ import annotations

from bot.engine.members.identity import of_shop
from bot.engine.members.same_phone import heard_by_former, one_phone, removed_tags
from bot.model.contact import Contact
from bot.model.effects import ConfirmPhone
from bot.model.event import RewriteKind, Rewritten
from bot.model.translatable import tr
from bot.scenario.stage import Stage
from bot.wording.conversation import OURS


def confirm(player: Stage, contact: str, channel: str, action: ConfirmPhone) -> None:
    """The binding is made: the other contact is this person, or loses the phone."""
    if action.phone is not None:
        player.world.phones.confirm(action.phone, contact)
    for other in (action.former, action.other, action.second):
        if other in player.contacts:
            _share(player, contact, player.contacts[other], channel, action)
    player.world.phones.follow(player.contacts)


def _share(player: Stage, contact: str, there: Contact, channel: str, action: ConfirmPhone) -> None:
    is_former = there.id == action.former
    here, given = player.contacts[contact], of_shop(player.playbook)
    two = one_phone(here, there, action.phone, player.now, given, is_former=is_former)
    if two is None:
        return
    player.contacts[contact] = two.here
    if two.there is not None:
        player.contacts[there.id] = two.there
        if two.became != "phone_changed_hands":
            _rewritten(player, contact, channel, "phone_came", there.id)
        heard, tags = heard_by_former(two.there), removed_tags(there, two.there)
        _rewritten(player, there.id, channel, heard, contact, tags)
        return
    del player.contacts[there.id]
    player.world.sms.rename(there.id, contact)
    for person in player.people.values():
        if person.contact == there.id:
            person.contact = contact
    _rewritten(player, contact, channel, "merged", there.id)
    player.add_line(OURS["note"], tr("two contacts are one person, and have been merged"))


def _rewritten(
    player: Stage, contact: str, channel: str, what: RewriteKind, other: str, tags: tuple[str, ...] = ()
) -> None:
    """A contact was changed beside its turns: the next one does what follows."""
    player.comes_back(contact, channel, Rewritten(what, other, tags))
