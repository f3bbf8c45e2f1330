"""What stands beside a broadcast while it is composed: the phone, how many, how much, mistakes (I1, I2)."""

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
"""Seconds for which one who writes waits for how many it is."""
REVIEW = f"{PLAYBOOK}/review"
LACKS: Mapping[BubbleKind, Translatable] = {
    "text": tr("write a text"),
    "card": tr("choose a card"),
    "picture": tr("choose a picture, or upload one"),
    "buttons": tr("it needs a text, and a button with what it opens or says"),
}


NO_CONDITION = tr("choose at least one condition")
NO_TAG = tr("no tag is chosen yet")
NO_VALUE = tr("a condition is not filled in yet")


def why_none(composed: ComposedBroadcast) -> Translatable | None:
    """What its conditions lack; `None`: nothing."""
    if composed.lacks_conditions:
        return NO_CONDITION
    if (empty := composed.empty_condition) is None:
        return None
    return NO_TAG if empty.kind in ("tag", "!tag") else NO_VALUE


@dataclass(frozen=True, slots=True)
class CountedPeople:
    """Whom a broadcast of a draft goes to: the same while what it says, or its shares, are written.

    `meant` is of the first who asks, and taken out once it is counted: nothing else holds their playbook.
    """

    people: str
    channel: str
    priority: Priority
    version: str
    """Of the playbook that is live."""
    meant: list[tuple[Playbook, TargetAudience]] = field(compare=False, repr=False)


ComposedCounts: TypeAlias = RecentFigures[[CountedPeople], Mapping[str, AudienceCount]]


def composed_counts(stores: Stores, now: Callable[[], datetime]) -> ComposedCounts:
    """How many people would get what is composed, by channel; not counted anew with each key."""

    async def count(people: CountedPeople) -> Mapping[str, AudienceCount]:
        playbook, meant = people.meant.pop()
        return await counts_of(stores, playbook, meant)

    return RecentFigures(count, now, at_once=AT_ONCE)


@dataclass(frozen=True, slots=True)
class ComposeSide:
    """Reads the draft as it would be, and counts by it."""

    context: BroadcastContext
    drafts: DraftContext
    counts: ComposedCounts

    async def shown(self, visit: Visit, form: OpenForm, *, pressed: bool = False) -> Mapping[str, Any]:
        """What goes out, to how many, for how much, and what is wrong with it; the draft as `playbook`.

        What a new one lacks is no mistake before its form was `pressed`.
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
        """About how many would get it now, by group, and what that costs at most beside the plan."""
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
    """How many people a broadcast of a draft goes to, by channel, all groups together; `None`: not yet."""
    meant = TargetAudience(broadcast.to or All(()), (broadcast.channel,), broadcast.priority)
    people = people_fingerprint(replace(broadcast, groups={}))
    version = context.playbook().version
    return await counts.of(
        CountedPeople(people, broadcast.channel, broadcast.priority, version, [(playbook, meant)])
    )


async def sent_before(
    context: BroadcastContext, playbook: Playbook, broadcast: Broadcast, at: datetime | None
) -> Mapping[str, Any]:
    """When the `same` went to the same people within 24 hours of `at` (now), what that is `called`, and when
    the broadcast itself was `sent`."""
    now = context.now()
    same = await repeated(context.stores, playbook, broadcast, now, at or now)
    sent = await context.stores.sendings.last_sent(broadcast.name)
    return {
        "same": None if same is None else same.began or same.moment,
        "called": "" if same is None else quoted(same.broadcast),
        "sent": None if sent is None else sent.began or sent.moment,
    }


def _is_live(context: BroadcastContext, draft: PlaybookDraft, at: EditedBroadcast) -> bool:
    """Whether what stands in the draft is published already."""
    return at.name in context.playbook().broadcasts and draft.state(at.path) == "live"


def _unfinished(composed: ComposedBroadcast) -> Iterator[Translatable]:
    """What the people and each message lack, in words."""
    if (lacks_people := why_none(composed)) is not None:
        yield lacks_people
    for group, messages in enumerate(composed.messages):
        for number, one in enumerate(messages, 1):
            if not one.is_finished:
                lacks = LACKS[one.kind]
                is_second = tr("second text, message {number}: {lacks}", number=number, lacks=lacks)
                yield is_second if group else tr("message {number}: {lacks}", number=number, lacks=lacks)


def _when(playbook: Playbook, broadcast: Broadcast, now: datetime) -> Mapping[str, Any]:
    """When it goes out, and when that is put off to by quiet hours."""
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
