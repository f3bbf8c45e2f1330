"""A broadcast is sent to testers first: a push each, as they would get it, under a line that says so (I2)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.broadcasts.content import for_person
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.line.client import LineClient
from bot.line.outcome import Accepted, CallResult, Refused, Throttled
from bot.model.audit import AuditEntry
from bot.model.contact import Contact, contact_id
from bot.model.conversation import Cause, TranscriptRow
from bot.model.journal import CallEnd, CallSuccess, TimelineRow
from bot.model.message import Message
from bot.model.outgoing import Outgoing
from bot.model.processes import part_of
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.audit_trail import audited
from bot.operations.broadcasts.line_now import LineNow, line_of
from bot.operations.find_contacts import not_called
from bot.operations.simulated_time import now_among
from bot.operations.testers import Tester, all_testers
from bot.playbook.similar import hint_for
from bot.runtime.broadcasts.batch_people import body_of
from bot.store.broadcasts.recipients import TRIED
from bot.store.codec.transcript_codec import encode_transcript
from bot.store.stores import Stores

MESSAGES_MOST = 5
"""https://developers.line.biz/en/reference/messaging-api/#send-push-message"""
NOTICE = "〔測試〕{name}"
"""The message above it, where there is room for one more."""


@dataclass(frozen=True, slots=True)
class TriedOut:
    """What came of one push: to which tester, of which group; `why_not` it did not arrive, else `None`.

    `unreachable`: the tester has no LINE on this channel, or nobody has the name yet; nothing was sent.
    """

    tester: str
    group: str
    why_not: Translatable | None = None
    unreachable: bool = False


class NotTriedOut(Refusal):
    """Nobody was sent anything; the sentence says why."""


async def try_out(
    stores: Stores,
    playbook: Playbook,
    broadcast: Broadcast,
    names: Sequence[str],
    line: LineNow,
    actor: str,
    personal: Callable[[Outgoing], Outgoing],
    form: str = "",
) -> list[TriedOut]:
    """Send it to these testers, to all where none is named; each push costs a message.

    Of several orders of the same `form` (an id) LINE delivers what is the same once, and they are one line of
    the audit log.
    Those who cannot be reached are in the answer, and stop no other push. Raises `NotTriedOut`, `CannotAsk`
    and `DatabaseUnavailable`.
    """
    now = await now_among(stores)
    people = await _people(stores, playbook, broadcast.channel, names)
    done = [one for one in people if isinstance(one, TriedOut)]
    if len(done) == len(people):
        whys = row(one.why_not for one in done if one.why_not is not None)
        raise NotTriedOut(tr("{lines}", lines=whys))
    order = "\0".join((actor, broadcast.name, form or uuid.uuid4().hex))
    id = f"broadcast_tested:{_uuid(order, *names)}"
    entry = AuditEntry("broadcast_tested", actor, now, broadcast.name, id=id, channel=broadcast.channel)
    async with audited(stores, entry) as doing, line_of(line, broadcast.channel) as client:
        for tester, contact in (one for one in people if not isinstance(one, TriedOut)):
            for group, messages in _messages(playbook, broadcast, contact, now):
                key = _uuid(order, tester, group, str(messages))
                why = await _push(
                    *(stores, playbook, client, broadcast, contact, messages, now, personal, key)
                )
                done.append(TriedOut(tester, group, why))
                reached = sum(one.why_not is None for one in done)
                doing.update(about=f"{broadcast.name}, {reached} messages")
    return done


def _uuid(*about: str) -> str:
    """Of the same always the same."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "\0".join(about)))


async def _people(
    stores: Stores, playbook: Playbook, channel: str, names: Sequence[str]
) -> list[tuple[str, Contact] | TriedOut]:
    known = {one.name: one for one in await all_testers(stores, playbook)}
    for name in names:
        if name not in known:
            hint = hint_for(name, known) or tr("testers are {names}", names=row(known))
            raise NotTriedOut(not_called(tr("tester"), name, hint))
    wanted = [known[name] for name in dict.fromkeys(names or known)]
    if not wanted:
        raise NotTriedOut(tr("nobody is a tester yet:  oaflow contact name WHO NAME"))
    return [await _person(stores, one, channel) for one in wanted]


async def _person(stores: Stores, tester: Tester, channel: str) -> tuple[str, Contact] | TriedOut:
    stored = None if tester.contact is None else await stores.contacts.person(tester.contact)
    if stored is None:
        why = tr("nobody is called so yet:  oaflow contact name WHO {name}", name=tester.name)
        return TriedOut(tester.name, "", why, unreachable=True)
    if not stored.contact.identity(channel).user:
        return TriedOut(tester.name, "", tr("no friend of this official account"), unreachable=True)
    return tester.name, stored.contact


def _messages(
    playbook: Playbook, broadcast: Broadcast, contact: Contact, now: datetime
) -> Iterator[tuple[str, tuple[Message, ...]]]:
    """What each group gets, filled with this person's data, under the notice."""
    for group, cards in broadcast.messages.items():
        if not cards:
            continue
        messages = for_person(playbook, broadcast, group, contact, now)
        about = f"{broadcast.name}・{group}" if group else broadcast.name
        if messages and len(messages) < MESSAGES_MOST:
            messages = ({"type": "text", "text": NOTICE.format(name=about)}, *messages)
        yield group, messages


async def _push(
    stores: Stores,
    playbook: Playbook,
    client: LineClient,
    broadcast: Broadcast,
    contact: Contact,
    messages: tuple[Message, ...],
    now: datetime,
    personal: Callable[[Outgoing], Outgoing],
    key: str,
) -> Translatable | None:
    """Why it did not arrive; what arrived stands in the tester's conversation."""
    if not messages:
        return tr("nothing is left of its messages with this person's data")
    user = contact.identity(broadcast.channel).user or ""
    id = f"test:{key}"
    body = body_of(messages, None)
    call = personal(Outgoing(f"{id}#0", id, broadcast.channel, "push", user, body, now, now))
    why = _why(await client.push(user, call.body, key))
    if why is None:
        await _leave_row(stores, playbook, broadcast, contact, call)
    return why


async def _leave_row(
    stores: Stores, playbook: Playbook, broadcast: Broadcast, contact: Contact, call: Outgoing
) -> None:
    """On the timeline, and where conversations are stored what it said. Again, it changes nothing."""
    what, at = f"{TRIED}: {broadcast.name}", call.created
    ends = {0: CallEnd(CallSuccess.ACCEPTED, at)}
    part = part_of(contact.id)
    await stores.journal.timeline(
        [TimelineRow(call.event, contact.id, part, at, what, calls=("push",), ends=ends)]
    )
    if playbook.keep_conversations is not None:
        body = encode_transcript(None, Cause(event=what), [call])
        chat = contact_id(call.channel, call.to)
        await stores.conversations.add([TranscriptRow(call.event, chat, at, 0, body)])


def _why(outcome: CallResult) -> Translatable | None:
    match outcome:
        case Accepted():
            return None
        case Refused(message=message):
            return tr("LINE refuses it: {message}", message=message)
        case Throttled():
            return tr("LINE limits how fast it goes")
        case _:
            return tr("LINE does not answer")
