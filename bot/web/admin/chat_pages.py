"""The page of chats: who waits, a conversation, the person (requirement E3)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlencode
from uuid import uuid4

from bot.engine.compiled.playbook import Playbook
from bot.engine.turn.answer_promise import answer_due, answer_urgency
from bot.model.admin import CONSOLE, TEAM
from bot.model.chat_view import VIEW_NAME_MOST, ChatFilters
from bot.model.conversation import TranscriptCursor
from bot.model.translatable import Refusal, Translatable, TranslatableValue, Unavailable, tr
from bot.operations.actors import by_name
from bot.operations.catalog.parameters import SHORT
from bot.operations.chat import answering
from bot.operations.chat.answering import WORDS
from bot.operations.chat.lists import (
    ChatRow,
    UnansweredNumber,
    WhichChats,
    chats,
    mark_opened,
    mark_read,
    number_unanswered,
    others_there,
)
from bot.operations.chat.pictures import PICTURE_MOST
from bot.operations.chat.read_at_line import ReadAtLine
from bot.operations.chat.views import chat_views
from bot.operations.conversation import chats_of, conversation
from bot.operations.looks import record_look
from bot.operations.recent_figures import RecentFigures
from bot.operations.refused_calls import refused_accounts, waits_in_words
from bot.operations.sent_files import opened_file, sent_in
from bot.runtime.chat_feed import EVERYTHING, ChatFeed
from bot.web.admin.chat_parts import SHOWN_MOST, pictures_of
from bot.web.admin.chat_ready import ReadyInChat
from bot.web.admin.chat_view import (
    free_seconds,
    given_words,
    later_choices,
    left_words,
    price_words,
    shown_lines,
    wait_level,
    waited_words,
    whose_turn,
)
from bot.web.admin.chat_view_form import view_address
from bot.web.admin.live import LiveTopic
from bot.web.admin.open_chat import CHAT, OpenChat, opened_chat, wanted_chat
from bot.web.admin.route import COMMERCE, PANE
from bot.web.admin.served_file import no_file, served_file
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Fragment,
    RenderedPage,
    Visit,
    page_address,
)

TITLE = tr("Chat")
LISTS: Mapping[WhichChats, Translatable] = {
    "waits": tr("Waiting"),
    "unanswered": tr("Nobody answered"),
    "mine": tr("Mine"),
    "has": tr("With staff"),
    "all": tr("All chats"),
    "done": tr("Done"),
}
"""The lists of chats, with their titles."""
ALWAYS_READ: Sequence[WhichChats] = ("unanswered", "done")
"""Lists of chats that staff do not have, in which nothing counts as unread."""
WITHIN_KEPT = "max-age=3600"
"""How long a browser has the pictures of a conversation without asking again: a renewal asks for none."""
UnansweredChats: TypeAlias = RecentFigures[[str | None], UnansweredNumber]
"""How many chats nobody has answered, by channel (`None`: on all)."""


def recent_unanswered(context: StoreContext) -> UnansweredChats:
    """Counts the chats that nobody has answered, for all visitors together; the caller closes it."""

    async def count(channel: str | None) -> UnansweredNumber:
        return await number_unanswered(context.stores, channel, context.playbook().zone)

    return RecentFigures(count, context.now)


@dataclass(frozen=True, slots=True)
class ChatPages(AdminPages):
    """`/admin/chat`, its lists and conversations."""

    context: StoreContext
    feed: ChatFeed
    unanswered: UnansweredChats
    read_at_line: ReadAtLine

    def topic(self) -> LiveTopic:
        """The live topic of chats: lists have changed, or the chat that its subject names has."""
        return LiveTopic(self._follow, TEAM)

    async def chat(self, visit: Visit) -> AdminAnswer:
        """The page: the list, and the chat that the address names."""
        opened = await opened_chat(self.context, visit, visit.query("chat"))
        data = await self._list(visit) | await self._talk(visit, opened)
        if opened is not None:
            data |= await self._ready(visit).data(opened)
        pane = "person" if visit.query("about") else "talk" if opened else "list"
        data |= {"pane": pane, "me": visit.signed.name}
        data |= {"team": await self._colleagues(visit), "several": uuid4().hex}
        data |= {"save_view": uuid4().hex, "view_most": VIEW_NAME_MOST}
        return RenderedPage("chat.html", TITLE, data, frames=True)

    async def chat_part(self, visit: Visit) -> AdminAnswer:
        """The list, or what is said in a chat, as they are by now; or a ready answer, as it would go out."""
        opened = await opened_chat(self.context, visit, visit.query("chat"))
        if visit.query("of") == "ready" and opened is not None:
            return await self._ready(visit).preview(opened, visit.query("ready"), visit.words)
        if visit.query("of") == "readies" and opened is not None:
            data = {"say": visit.words.words, **await self._ready(visit).data(opened)}
            return Fragment("chat_ready_list.html", data)
        if visit.query("of") == "list":
            return Fragment("chat_list.html", await self._list(visit) | {"chat": opened})
        return Fragment("chat_talk.html", await self._talk(visit, opened))

    def _ready(self, visit: Visit) -> ReadyInChat:
        return ReadyInChat(self.context, visit.signed.by)

    async def chat_file(self, visit: Visit) -> AdminAnswer:
        """A file that somebody sent, or the part of it that a player asks for: shown where it is a picture,
        else saved. The audit log records it: as opened, or with `within` as a picture of the conversation."""
        opened = await wanted_chat(self.context, visit, visit.query("chat"))
        sent = await sent_in(opened.found, visit.query("event"), visit.query("message"))
        asked = (opened.found, sent, self.context.files, visit.signed.by, self.context.now())
        if sent.kind != "image" or not visit.query("within"):
            return await served_file(await opened_file(*asked), visit.request)
        try:
            file = await opened_file(*asked, within=True)
            if file.size > SHOWN_MOST:
                return no_file(later=False)
            return await served_file(file, visit.request, WITHIN_KEPT)
        except Refusal as error:
            return no_file(later=isinstance(error, Unavailable))

    async def _list(self, visit: Visit) -> dict[str, Any]:
        context, now = self.context, self.context.now()
        playbook = context.playbook()
        first: WhichChats = "waits"
        which = next((one for one in LISTS if one == visit.query("list")), first)
        place, sift = context.place(visit), _sift(visit)
        found = await chats(
            context.stores,
            which,
            me=visit.signed.by,
            zone=playbook.zone,
            channel=visit.channel or None,  # of the address alone: the number beside Chat is that of all
            tag=sift.get("tag"),
            unread="unread" in sift,
            reason=sift.get("reason"),
            after=None if place is None else (place.at, place.id),
        )
        filters = ChatFilters(
            *(which, visit.channel, sift.get("tag", "")), "unread" in sift, sift.get("reason", "")
        )
        rows = [
            (
                row,
                self._part_of(visit, row.contact.contact, row.channel),
                by_name(row.by) if row.by else "",
            )
            for row in found.rows
        ]
        further = ""
        if found.further is not None:
            at, contact = found.further
            after = context.parts.sealed(visit.signed.name, "place", at.isoformat(), contact)
            further = page_address(CHAT, list=which, channel=visit.channel, after=after, **sift)
        return {
            "which": which,
            **_chosen(visit),
            "lists": LISTS,
            "unanswered": await self._unanswered(visit),
            "rows": rows,
            "given": {
                row.place: given_words(row.given_by, visit.signed.by)
                for row in found.rows
                if row.given_by is not None and row.by == visit.signed.by
            },
            "looking": {row.place: _others(row, visit) for row, _, _ in rows},
            "further": further,
            "sift": sift,
            "may_be_unread": which not in ALWAYS_READ,
            "known_reasons": _reasons(playbook) if which == "done" else (),
            "views": [
                (one, view_address(one.filters), one.filters == filters)
                for one in await chat_views(context.stores, visit.signed.by)
            ],
            "known_tags": sorted(playbook.tag_names | {sift.get("tag", "")} - {""}),
            "chosen": visit.query("chat"),
            "today": now.astimezone(playbook.zone).date(),
            "now": now,
            "zone": playbook.zone,
            "waited": lambda since: waited_words(now - since),
            "level": lambda since, where: wait_level(
                now - since, answer_urgency(playbook, where, since, now)
            ),
            "left": lambda since, where: _left(answer_due(playbook, where, since), now),
            "say": visit.words.words,
        }

    async def _unanswered(self, visit: Visit) -> str:
        """The number of chats that nobody answered as the list's title has it; empty for none, and while it
        is counted for the first time."""
        found = await self.unanswered.of(visit.channel or None)
        return "" if found is None else found.value.shown

    def _part_of(self, visit: Visit, contact: str, channel: str) -> str:
        """The part of an address that names a chat, for this account."""
        return self.context.parts.sealed(visit.signed.name, "chat", contact, channel)

    async def _talk(self, visit: Visit, opened: OpenChat | None) -> dict[str, Any]:
        if opened is None:
            return {"chat": None, **_chosen(visit)}
        context, stores, me = self.context, self.context.stores, visit.signed.by
        now, playbook = context.now(), context.playbook()
        page = await conversation(
            opened.found, now, before=_cursor(visit.query("before")), zone=playbook.zone
        )
        await record_look(stores, opened.found.contact.id, me, now, "conversation_read")
        if page.turns and not visit.query("before"):
            last = page.turns[-1].turn.at
            if await mark_read(stores, opened.found.contact.id, opened.channel, last):
                self.read_at_line.begin(opened.id, [one.turn for one in page.turns])
        sizes = await stores.conversation_files.sizes(pictures_of(page))
        price = await answering.price_of(opened.found, opened.channel, self.context.prices())
        had = answering.chat_of_staff(opened.found, opened.channel)
        by = had.by if had is not None and had.state == "has" else None
        if had is not None:
            await mark_opened(stores, opened.found.contact.id, had, me)
        there = await others_there(stores, opened.id, me)
        refused = (await refused_accounts(stores, now)).get(opened.channel)
        part = context.parts.sealed(visit.signed.name, "contact", opened.found.contact.id)
        until = answering.silent_until(opened.found, opened.channel)
        return {
            "chat": opened,
            **_chosen(visit),
            "contact": opened.found.contact,
            "state": None if had is None else had.state,
            "handed": had.note if had is not None and had.state == "waits" else "",
            "by": by,
            "by_name": by_name(by) if by else "",
            "is_silent": opened.found.contact.identity(opened.channel).staff,
            "whose_turn": whose_turn(had, until, playbook.zone, me),
            "is_mine": by == me,
            "why_new": given_words(had.given_by, me)
            if had is not None and had.given_by and by == me
            else None,
            "follow_up": had.follow_up if had is not None else None,
            "later": [(words, at.isoformat()) for words, at in later_choices(now, playbook.zone)],
            "reasons": () if (rules := playbook.channels.get(opened.channel)) is None else rules.reasons,
            "now": now,
            "account": by_name,
            "lines": shown_lines(page, playbook, visit.words, had, sizes),
            "earlier": "" if page.earlier is None else f"{page.earlier.at.isoformat()}~{page.earlier.turn}",
            "today": now.astimezone(playbook.zone).date(),
            "zone": playbook.zone,
            "may_write": visit.signed.role in COMMERCE,
            "price": price_words(price, now),
            "free_for": free_seconds(price, now),
            "costs": not price.is_free and price.unsent is None,
            "waits": None if refused is None else waits_in_words(refused.kind),
            "cannot": "" if price.unsent is None else WORDS[price.unsent],
            "there": [(by_name(one.account), one.types) for one in there],
            "colleagues": await self._colleagues(visit),
            "about": f"{PANE}/{part}",
            "customer": f"/admin/contacts/{part}",
            "picture_most": PICTURE_MOST,
            "forms": {one: uuid4().hex for one in ("answer", "take", "give", "later", "back")},
            "say": visit.words.words,
            "which": visit.query("list"),
        }

    async def _colleagues(self, visit: Visit) -> list[tuple[str, str, bool]]:
        """The others of the team: the account as the audit log names it, its name,
        whether it is signed in."""
        team = [one for one in await self.context.staff.all() if one.is_of_team]
        others = [(one.name, one.is_there) for one in team if one.name != visit.signed.name]
        return [(f"{CONSOLE}{name}", name, is_there) for name, is_there in others]

    async def _follow(self, visit: Visit, subject: str) -> AsyncIterator[Mapping[str, Any]]:
        """Follows the topic: whether the chat of the subject is among what has changed."""
        opened = await opened_chat(self.context, visit, subject)
        mine = set() if opened is None else {opened.found.contact.id, *chats_of(opened.found.contact)}
        with self.feed.subscribed() as news:
            while True:
                changed = await news.next()
                yield {"chat": opened is not None and (EVERYTHING in changed or bool(changed & mine))}


def _left(due: datetime | None, now: datetime) -> Translatable | None:
    """How long there is until the promised answer is late; `None`: none is promised."""
    return None if due is None else left_words(due - now)


def _reasons(playbook: Playbook) -> Sequence[str]:
    """Why conversations may end, on any account."""
    return list(dict.fromkeys(one for rules in playbook.channels.values() for one in rules.reasons))


def _sift(visit: Visit) -> Mapping[str, str]:
    """Which chats of a list the address wants, besides those of a channel."""
    unread = visit.query("unread") and visit.query("list") not in ALWAYS_READ
    reason = visit.query("reason").strip()[:SHORT] if visit.query("list") == "done" else ""
    asked = {"tag": visit.query("tag").strip()[:SHORT], "unread": "1" if unread else "", "reason": reason}
    return {name: value for name, value in asked.items() if value}


def _chosen(visit: Visit) -> Mapping[str, str]:
    """The channel that was chosen on this page, for its forms, empty for all; it and the other filters of the
    list behind the page's addresses."""
    chosen = {"channel": visit.channel, **_sift(visit)} if visit.channel else _sift(visit)
    return {"only": visit.channel, "of_channel": f"&{urlencode(chosen)}" if chosen else ""}


def _others(row: ChatRow, visit: Visit) -> list[TranslatableValue]:
    """Who else has a chat of a list open."""
    return [by_name(account) for account in row.there if account != visit.signed.by]


def _cursor(written: str) -> TranscriptCursor | None:
    """The place in a conversation that an address names, `MOMENT~TURN`; `None` where it names none."""
    at, _, turn = written.partition("~")
    try:
        return TranscriptCursor(datetime.fromisoformat(at.replace(" ", "+")), int(turn))
    except ValueError:
        return None
