"""The side of the form of a broadcast: the messages on a phone, how many people get them, at which cost, what
is wrong (I1, I2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

import orjson

from bot.engine.broadcasts.content import (
    people_fingerprint,
)
from bot.engine.broadcasts.schedule import begins, next_time
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.goal import Priority
from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import All
from bot.model.message import Message
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.audiences import AudienceCount, TargetAudience, counts_of
from bot.operations.broadcasts.broadcast_form import (
    BubbleKind,
    ComposedBroadcast,
)
from bot.operations.broadcasts.composer import (
    EditedBroadcast,
    OpenForm,
    is_saved,
    text_with,
    tried,
)
from bot.operations.broadcasts.ordering import repeated
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.publishing import DraftContext
from bot.operations.recent_figures import Recent, RecentFigures
from bot.playbook.in_money import most_price
from bot.playbook.similar import quoted
from bot.store.stores import Stores
from bot.web.admin.broadcast_context import BroadcastContext
from bot.web.admin.broadcast_list_pages import ONE, people_words, rhythm_words
from bot.web.admin.broadcast_view import INVENTED, group_gets
from bot.web.admin.problem_hints import hint_of
from bot.web.admin.visit import (
    Visit,
    page_address,
)

PLAYBOOK = "/admin/playbook"
AT_ONCE = 2.0
"""Seconds that the page waits for the number of people."""
REVIEW = f"{PLAYBOOK}/review"
LACKS: Mapping[BubbleKind, Translatable] = {
    "text": tr("write a text"),
    "card": tr("choose a card"),
    "picture": tr("choose a picture, or upload one"),
    "buttons": tr("it needs a text, and a button with what it opens or says"),
}
"""What an unfinished message lacks, by its kind."""


NO_CONDITION = tr("choose at least one condition")
NO_TAG = tr("no tag is chosen yet")
NO_VALUE = tr("a condition is not filled in yet")


def why_none(composed: ComposedBroadcast) -> Translatable | None:
    """What the conditions of a broadcast lack; `None`: nothing."""
    if composed.lacks_conditions:
        return NO_CONDITION
    if (empty := composed.empty_condition) is None:
        return None
    return NO_TAG if empty.kind in ("tag", "!tag") else NO_VALUE


@dataclass(frozen=True, slots=True)
class CountedPeople:
    """The key of a count: whom a broadcast of a draft goes to. It stays the same while messages or shares are
    edited."""

    people: str
    """The fingerprint of its audience."""
    channel: str
    priority: Priority
    version: str
    """Of the playbook that is live."""
    meant: list[tuple[Playbook, TargetAudience]] = field(compare=False, repr=False)
    """The audience with the playbook that has it, of the first request; taken out once it is counted, so that
    nothing else holds a playbook in memory."""


ComposedCounts: TypeAlias = RecentFigures[[CountedPeople], Mapping[str, AudienceCount]]


def composed_counts(stores: Stores, now: Callable[[], datetime]) -> ComposedCounts:
    """Counts how many people would get what is composed, by channel, and not anew with each key."""

    async def count(people: CountedPeople) -> Mapping[str, AudienceCount]:
        playbook, meant = people.meant.pop()
        return await counts_of(stores, playbook, meant)

    return RecentFigures(count, now, at_once=AT_ONCE)


@dataclass(frozen=True, slots=True)
class ComposeSide:
    """Reads the draft as it would be with the form, and counts by it."""

    context: BroadcastContext
    drafts: DraftContext
    counts: ComposedCounts

    async def shown(self, visit: Visit, form: OpenForm, *, pressed: bool = False) -> Mapping[str, Any]:
        """The values for the side's template, and the playbook with the form's broadcast as `playbook`.

        `pressed`: the form was to be saved. Before that what a new broadcast lacks is shown as no mistake.
        """
        draft, at, composed, where = form.draft, form.at, form.composed, form.place
        try:
            text = await asyncio.to_thread(text_with, form)
            shown_text = await asyncio.to_thread(text_with, replace(form, composed=composed.finished))
            trial = await tried(self.drafts, draft, where, shown_text)
        except Refusal as error:
            return {
                "unread": error.message,
                "is_saved": False,
                "phones": (),
                "problems": (),
                "hint_of": hint_of,
                "can_publish": False,
                "playbook": None,
                "yaml": "",
                "unfinished": (),
            }
        playbook, broadcast = trial.playbook, trial.broadcast
        unfinished = list(_unfinished(composed))
        nothing = why_none(composed) is not None or any(
            not any(one.is_finished for one in group) for group in composed.messages
        )
        shown: dict[str, Any] = {
            "unread": None,
            "problems": () if nothing or (unfinished and at is None and not pressed) else trial.problems,
            "hint_of": hint_of,
            "unfinished": unfinished,
            "is_lacking": pressed or at is not None,
            "is_saved": is_saved(form, text),
            "sends": page_address(ONE, name=where.name) if _is_live(self.context, draft, where) else "",
            "invented": INVENTED,
            "say": visit.words.words,
            "phones": (),
            "can_publish": playbook is not None and not unfinished and at is not None and draft.files,
            "review": REVIEW,
            "yaml": text,
            "playbook": playbook,
        }
        if playbook is None or broadcast is None:
            return shown
        when = _when(playbook, broadcast, self.context.now())
        public = self.context.playbook().public
        pictured = partial(_with_pictures, playbook.public, public, trial.pictures)
        return {
            **shown,
            "phones": [
                group_gets(visit, playbook, broadcast, one, self.context.now(), pictured)
                for one in broadcast.messages
            ],
            **await self._size(playbook, broadcast, composed),
            **when,
            "last": await sent_before(self.context, playbook, broadcast, when["goes_at"]),
        }

    async def _size(
        self, playbook: Playbook, broadcast: Broadcast, composed: ComposedBroadcast
    ) -> Mapping[str, Any]:
        """About how many people would get it now, by group, and its highest cost."""
        settings = self.context.settings().channels.get(broadcast.channel)
        plan = None if settings is None else settings.plan
        counts = await counted_people(self.context, self.counts, playbook, broadcast)
        if counts is None:
            return {"people": tr("Counting the people …"), "is_counting": True, "price": None, "shares": ()}
        count = counts.value[broadcast.channel]
        shares = [(name, share, round(count.people * share / 100)) for name, share in composed.groups.items()]
        get = count.people - sum(number for name, _, number in shares if name == composed.names[2])
        return {
            "people": people_words(AudienceCount(get, count.about or bool(shares))),
            "is_counting": False,
            "price": most_price(plan, get, await self.context.used(broadcast.channel)),
            "shares": [
                (name, share, people_words(AudienceCount(number, about=True)))
                for name, share, number in shares
            ],
        }


async def counted_people(
    context: BroadcastContext, counts: ComposedCounts, playbook: Playbook, broadcast: Broadcast
) -> Recent[Mapping[str, AudienceCount]] | None:
    """How many people a broadcast of a draft goes to, by channel, all groups together; `None`: they are being
    counted."""
    meant = TargetAudience(broadcast.to or All(()), (broadcast.channel,), broadcast.priority)
    people = people_fingerprint(replace(broadcast, groups={}))
    version = context.playbook().version
    return await counts.of(
        CountedPeople(people, broadcast.channel, broadcast.priority, version, [(playbook, meant)])
    )


async def sent_before(
    context: BroadcastContext, playbook: Playbook, broadcast: Broadcast, at: datetime | None
) -> Mapping[str, Any]:
    """Former sendings that the visitor should know of: `same` is when the same messages went to the same
    people within 24 hours of `at` (now), `called` the broadcast that did, `sent` when
    this one went out last."""
    now = context.now()
    same = await repeated(context.stores, playbook, broadcast, now, at or now)
    sent = await context.stores.sendings.last_sent(broadcast.name)
    return {
        "same": None if same is None else same.began or same.moment,
        "called": "" if same is None else quoted(same.broadcast),
        "sent": None if sent is None else sent.began or sent.moment,
    }


def _is_live(context: BroadcastContext, draft: PlaybookDraft, at: EditedBroadcast) -> bool:
    """Whether the draft's file of the broadcast is published as it is."""
    return at.name in context.playbook().broadcasts and draft.state(at.path) == "live"


def _unfinished(composed: ComposedBroadcast) -> Iterator[Translatable]:
    """What the people and each message lack, in sentences."""
    if (lacks_people := why_none(composed)) is not None:
        yield lacks_people
    for group, messages in enumerate(composed.messages):
        for number, one in enumerate(messages, 1):
            if not one.is_finished:
                lacks = LACKS[one.kind]
                is_second = tr("second text, message {number}: {lacks}", number=number, lacks=lacks)
                yield is_second if group else tr("message {number}: {lacks}", number=number, lacks=lacks)


def _when(playbook: Playbook, broadcast: Broadcast, now: datetime) -> Mapping[str, Any]:
    """When it goes out, and, where quiet hours put that off, when it begins (`begins`)."""
    rhythm = "" if broadcast.every is None else rhythm_words(broadcast.every)
    at = broadcast.at or next_time(broadcast, now, playbook.zone)
    if at is None:
        return {"goes_at": None, "rhythm": rhythm, "begins": None, "is_past": broadcast.timed}
    starts = begins(broadcast, at, playbook.zone)
    later = starts if starts is not None and starts > at else None
    return {"goes_at": at, "rhythm": rhythm, "begins": later, "is_past": at <= now}


def _with_pictures(
    unserved: str, public: str, pictures: Mapping[str, str], messages: Sequence[Message]
) -> Sequence[Message]:
    """The messages with the draft's pictures: the public addresses of a draft's files do not exist yet.

    What the app puts behind the address of a picture in several widths is not part of the file's name there.
    """
    written = orjson.dumps(list(messages)).decode()
    for address, path in pictures.items():
        drafted = page_address(f"{PLAYBOOK}/picture", file=path)
        written = written.replace(f"{unserved}/{address}", f"{public}{drafted}&of=")
    found: Sequence[Message] = orjson.loads(written.replace(unserved, public))
    return found
