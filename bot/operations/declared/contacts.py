"""What staff change of a contact: tags, attributes, marketing, bindings, two that are one (J1, J2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from annotated_types import MaxLen

from bot.model.admin import TEAM
from bot.model.answer_fields import Help, Sentence
from bot.model.contact import Contact
from bot.model.translatable import Translatable, TranslatableValue, row, tr
from bot.operations import contact_changes
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactRef, Spoken
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Customer, Name, OfContact, PlaybookName
from bot.operations.contact_changes import (
    AttributeChange,
    Carried,
    UnbindKind,
    attribute_change,
    attribute_named,
    change_tag,
    check_mergeable,
    set_attribute,
    tag_named,
)
from bot.operations.contact_document import in_a_line
from bot.operations.contact_view import masked_view
from bot.operations.contact_words import BOUND
from bot.operations.declared.contact_looks import export_contact, find_contacts, show_contact
from bot.operations.declared.contact_notes import change_note, list_notes, remove_note, write_note
from bot.operations.declared.conversation_looks import show_conversation
from bot.operations.declared.erasures import erase_contact, show_certificate
from bot.operations.find_contacts import LocatedContact
from bot.operations.flow_orders import FlowRun, FlowUnchanged, end_flow, run_of
from bot.operations.marketing_stop import AtShop, MarketingChange, stop_marketing
from bot.playbook.similar import quoted

__all__ = [
    "change_note",
    "erase_contact",
    "export_contact",
    "find_contacts",
    "list_notes",
    "remove_note",
    "show_certificate",
    "show_contact",
    "show_conversation",
    "write_note",
]
VALUE_MOST = 5_000
"""Characters of a value."""
CarriedOut: TypeAlias = Annotated[
    Carried, Help("A process has done it; it is done as soon as one runs; or when its turn comes.")
]
MergeUndone: TypeAlias = Literal["merged", "phone_moved"]
TagName: TypeAlias = Annotated[Name, PlaybookName(tag_named)]
AttributeName: TypeAlias = Annotated[Name, PlaybookName(attribute_named)]
FlowOfContact: TypeAlias = Annotated[Name, Help("a flow that they are in")]
FlowChannel: TypeAlias = Annotated[
    Name | None, Help("the account where they are in it, or whose LINE user id it is (the only one)")
]
_IN_FLOW = "main:U1 welcome_series"
_END = tr("end it? it cannot be undone")
_RESTART = tr("begin anew from the first state, with its messages?")
GoneCustomer: TypeAlias = Annotated[
    LocatedContact, OfContact(), Help("who becomes part of them (a phone with spaces in quotes)")
]


@dataclass(frozen=True, slots=True)
class ContactChange:
    """A change of a contact, and what has become of it."""

    contact: ContactRef
    carried: CarriedOut
    said: Spoken


@dataclass(frozen=True, slots=True)
class MarketingAnswer:
    """What has become of it here, and what at the shop."""

    contact: ContactRef
    carried: CarriedOut
    at_shop: Annotated[AtShop, Help("The shop's record: not concerned, asked to say so, too, or it says no.")]
    said: Spoken


@dataclass(frozen=True, slots=True)
class MergeOffer:
    """Two contacts that can become one."""

    contact: ContactRef
    other: ContactRef
    said: Spoken

    @property
    def question(self) -> Translatable:
        return tr("make them one contact?")


@dataclass(frozen=True, slots=True)
class MergedContact:
    """The contact that two have become."""

    contact: ContactRef
    said: Spoken


@dataclass(frozen=True, slots=True)
class UnmergedContact:
    """What was undone."""

    contact: ContactRef
    undone: MergeUndone
    said: Spoken


@dataclass(frozen=True, slots=True)
class HandedBackContact:
    """Whose conversation is the bot's again, on which channels."""

    contact: ContactRef
    channels: Sequence[str]
    carried: CarriedOut
    said: Spoken


@dataclass(frozen=True, slots=True)
class FlowEndOffer:
    """Where somebody is in a flow, and what ends with it."""

    contact: ContactRef
    state: str
    answers: Annotated[int, Help("So many are lost.")]
    also_left: Annotated[Sequence[str], Help("Flows that end with it.")]
    question: Sentence
    said: Spoken


@dataclass(frozen=True, slots=True)
class FlowEnded:
    """What has become of it."""

    contact: ContactRef
    flow: str
    channel: str
    also_left: Sequence[str]
    carried: CarriedOut
    said: Spoken


@operation("contacts.tag", roles=TEAM, changes=True, audit="tagged", example="0912345678 VIP")
async def tag_contact(call: OperationCall, contact: Customer, tag: TagName) -> ContactChange:
    """Put a tag of the playbook on a contact."""
    carried = await change_tag(contact, call.playbook, "add", tag, call.by)
    return _changed(contact, carried, tr("is tagged {tag}", tag=tag))


@operation("contacts.untag", roles=TEAM, changes=True, audit="untagged", example="0912345678 VIP")
async def untag_contact(
    call: OperationCall,
    contact: Customer,
    tag: Annotated[Name, Help("a tag of theirs, also one that the playbook has no more")],
) -> ContactChange:
    """Take a tag off a contact."""
    carried = await change_tag(contact, call.playbook, "remove", tag, call.by)
    return _changed(contact, carried, tr("is no longer tagged {tag}", tag=tag))


@operation("contacts.set", roles=TEAM, changes=True, audit="set", example="M1001 skin 油性")
async def set_contact(
    call: OperationCall,
    contact: Customer,
    attribute: AttributeName,
    value: Annotated[str, MaxLen(VALUE_MOST), Help("the value, as staff write it")],
) -> ContactChange:
    """Set an attribute of a contact."""
    return await _set(call, contact, attribute_change(call.playbook, attribute, value))


@operation("contacts.clear", roles=TEAM, changes=True, audit="set", example="M1001 skin")
async def clear_contact(call: OperationCall, contact: Customer, attribute: AttributeName) -> ContactChange:
    """Forget the value of an attribute of a contact."""
    return await _set(call, contact, attribute_change(call.playbook, attribute, None))


async def _set(call: OperationCall, contact: LocatedContact, change: AttributeChange) -> ContactChange:
    return _changed(contact, await set_attribute(contact, change, call.by), _now_has(change))


def _now_has(change: AttributeChange) -> Translatable:
    """What was set, without a value that is private."""
    if change.value is None:
        return tr("has no {attribute} any more", attribute=change.key)
    if change.shown is None:
        return tr("has {attribute}", attribute=change.key)
    return tr("has {attribute}: {value}", attribute=change.key, value=change.shown)


@operation("contacts.stop", roles=TEAM, changes=True, audit="marketing_stopped", example="0912345678")
async def stop_marketing_to_contact(call: OperationCall, contact: Customer) -> MarketingAnswer:
    """Stop all marketing to a contact."""
    done = await stop_marketing(contact, call.playbook, call.by)
    more: list[TranslatableValue] = []
    if done.at_shop == "asked":
        more.append(tr("the shop's record is told so, too"))
    more += [
        tr("not sent: pushes of journeys, broadcasts, also those that are planned or wait"),
        tr("still sent: answers to what they write or tap, codes they ask for, staff in LINE's chat"),
    ]
    return _marketing(contact, done, tr("gets no more marketing"), more)


@operation(
    "contacts.allow_marketing", roles=TEAM, changes=True, audit="marketing_allowed", example="0912345678"
)
async def allow_marketing_to_contact(call: OperationCall, contact: Customer) -> MarketingAnswer:
    """Take back that staff have stopped marketing to a contact."""
    done = await stop_marketing(contact, call.playbook, call.by, undo=True)
    more: list[TranslatableValue] = []
    if done.carried != "done":
        more.append(tr("where the person has said so themselves by then, it stays so"))
    if done.at_shop in _SHOP_SAYS:
        more.append(_SHOP_SAYS[done.at_shop])
    return _marketing(contact, done, tr("gets marketing again, as far as staff go"), more)


_SHOP_SAYS: Mapping[AtShop, Translatable] = {
    "asked": tr("the shop's record is asked to say yes again; if it does not: oaflow deadletters list"),
    "says_no": tr("the shop's record says no: no marketing goes to them until it says otherwise there"),
}


def _marketing(
    contact: LocatedContact, done: MarketingChange, now: Translatable, more: Sequence[TranslatableValue]
) -> MarketingAnswer:
    said = Spoken((_outcome(contact, done.carried, now), *more))
    return MarketingAnswer(ContactRef(contact.contact.id), done.carried, done.at_shop, said)


@operation("contacts.unbind", changes=True, audit="unbound", example="0912345678")
async def unbind_contact(
    call: OperationCall,
    contact: Customer,
    binding: Annotated[UnbindKind, Help("which binding (phone)")] = "phone",
    keep_tags: Annotated[bool, Help("its tags stay")] = False,
) -> ContactChange:
    """Undo a binding of a contact; the tags that it put on go with it, unless they are kept."""
    carried = await contact_changes.unbind(contact, call.playbook, binding, call.by, keep_tags=keep_tags)
    tags = tr("its tags stay") if keep_tags else tr("the tags that it put on go with it")
    return _changed(contact, carried, tr("is unbound ({kind})", kind=BOUND[binding]), tags)


@operation("contacts.merge.offer")
async def offer_merge(call: OperationCall, contact: Customer, other: GoneCustomer) -> MergeOffer:
    """Whether two contacts can become one, before they do."""
    return merge_offer(contact, other)


def merge_offer(contact: LocatedContact, other: LocatedContact) -> MergeOffer:
    """Which of the two stays. Raises `RewriteRefused` where they cannot be one."""
    check_mergeable(contact, other)
    stays, goes = (in_a_line(masked_view(one)).line for one in (contact, other))
    said = tr("stays: {contact}", contact=stays), tr("becomes part of it: {contact}", contact=goes)
    return MergeOffer(ContactRef(contact.contact.id), ContactRef(other.contact.id), Spoken(said))


@operation("contacts.merge", changes=True, audit="merged", offer=offer_merge, example="main:U1 outlet:U2")
async def merge_contacts(call: OperationCall, contact: Customer, other: GoneCustomer) -> MergedContact:
    """Make another contact part of this one: they are one person."""
    return merged_contact(other, await contact_changes.merge(contact, other, call.playbook, call.by))


def merged_contact(other: LocatedContact, one: Contact) -> MergedContact:
    """What the two have become."""
    merged = tr("merged: {gone} is part of {kept} now", gone=other.contact.id, kept=one.id)
    undo = tr("to undo it: {command}", command=f"oaflow contact undo-merge {one.id}")
    return MergedContact(ContactRef(one.id), Spoken((merged, undo)))


@operation("contacts.undo_merge", changes=True, audit="parted", example="main:U1")
async def unmerge_contacts(call: OperationCall, contact: Customer) -> UnmergedContact:
    """Undo the last merge, or the last move of a phone."""
    undone = await contact_changes.undo_merge(contact, call.playbook, call.by)
    both: dict[str, TranslatableValue] = {"one": undone.contact, "other": undone.other or ""}
    if undone.what == "merged":
        said = tr("undone: {one} and {other} are two contacts again", **both)
    else:
        said = tr("undone: {one} and {other} have the phone as before", **both)
    what: MergeUndone = "merged" if undone.what == "merged" else "phone_moved"
    return UnmergedContact(ContactRef(undone.contact), what, Spoken((said,)))


@operation("contacts.hand_back", roles=TEAM, changes=True, audit="handed_back", example="main:U1")
async def hand_back_contact(
    call: OperationCall,
    contact: Customer,
    channel: Annotated[Name | None, Help("on this channel alone (wherever staff have it)")] = None,
) -> HandedBackContact:
    """Have the bot answer a contact again, in place of staff."""
    done = await contact_changes.hand_back(contact, channel, call.by)
    now = tr("is answered by the bot again on {channels}", channels=row(done.channels))
    said = Spoken((_outcome(contact, done.carried, now),))
    return HandedBackContact(ContactRef(done.contact), done.channels, done.carried, said)


@operation("contacts.leave.offer")
async def offer_leaving(
    call: OperationCall, contact: Customer, flow: FlowOfContact, channel: FlowChannel = None
) -> FlowEndOffer:
    """What ends when a contact is taken out of a flow, and what is lost."""
    return _end_offer(contact, run_of(contact, call.playbook, flow, channel, call.now), _END)


@operation("contacts.leave", changes=True, audit="flow_left", offer=offer_leaving, example=_IN_FLOW)
async def leave_flow(
    call: OperationCall, contact: Customer, flow: FlowOfContact, channel: FlowChannel = None
) -> FlowEnded:
    """Take a contact out of a flow."""
    run = run_of(contact, call.playbook, flow, channel, call.now)
    carried = await end_flow(contact, call.playbook, run, call.by)
    return _ended(contact, run, carried, tr("is out of the flow {flow}", flow=quoted(flow)), run.also)


@operation("contacts.restart.offer")
async def offer_restart(
    call: OperationCall, contact: Customer, flow: FlowOfContact, channel: FlowChannel = None
) -> FlowEndOffer:
    """What is lost when a flow begins anew with a contact."""
    run = run_of(contact, call.playbook, flow, channel, call.now)
    if run.closed is not None:
        raise FlowUnchanged(run.closed)
    return _end_offer(contact, run, _RESTART)


@operation("contacts.restart", changes=True, audit="flow_restarted", offer=offer_restart, example=_IN_FLOW)
async def restart_flow(
    call: OperationCall, contact: Customer, flow: FlowOfContact, channel: FlowChannel = None
) -> FlowEnded:
    """Have a flow begin anew with a contact who is in it."""
    run = run_of(contact, call.playbook, flow, channel, call.now)
    if run.closed is not None:
        raise FlowUnchanged(run.closed)
    carried = await end_flow(contact, call.playbook, run, call.by, restarts=True)
    return _ended(contact, run, carried, tr("begins the flow {flow} anew", flow=quoted(flow)), ())


def _end_offer(contact: LocatedContact, run: FlowRun, question: Translatable) -> FlowEndOffer:
    about: dict[str, TranslatableValue] = {"state": quoted(run.state), "number": run.answers}
    said = [tr("it is at {state}; its timers go, and its answers: {number}", **about)]
    if run.also:
        said.append(tr("with it ends: {flows}", flows=row(map(quoted, run.also))))
    return FlowEndOffer(
        ContactRef(contact.contact.id), run.state, run.answers, run.also, question, Spoken(tuple(said))
    )


def _ended(
    contact: LocatedContact, run: FlowRun, carried: Carried, now: Translatable, also: Sequence[str]
) -> FlowEnded:
    said = Spoken((_outcome(contact, carried, now),))
    return FlowEnded(ContactRef(contact.contact.id), run.flow, run.channel, also, carried, said)


def _changed(
    contact: LocatedContact, carried: Carried, now: Translatable, *more: Translatable
) -> ContactChange:
    said = Spoken((_outcome(contact, carried, now), *more))
    return ContactChange(ContactRef(contact.contact.id), carried, said)


def _outcome(contact: LocatedContact, carried: Carried, now: Translatable) -> Translatable:
    """That it is so `now`; or that it is stored, where no process has done it yet."""
    about: dict[str, TranslatableValue] = {"who": contact.contact.id, "done": now}
    match carried:
        case "stored":
            return tr("stored: {who} {done} as soon as oaflow runs", **about)
        case "done":
            return tr("done: {who} {done}", **about)
        case "waiting":
            return tr("stored: {who} {done} when its turn comes", **about)
