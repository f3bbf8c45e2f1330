"""Ready answers in a chat: staff's own and the playbook's, in groups, as a person would get them (E3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.model.message import Message
from bot.model.ready_answer import NAME_MOST, SHORTCUT_MOST, ReadyAnswer
from bot.model.translatable import Language, Refusal, Translatable, TranslatableValue, tr
from bot.operations.actors import by_name
from bot.operations.chat.answering import TEXT_MOST, text_message
from bot.operations.chat.canned import TEXT_MOST as CUT
from bot.operations.chat.canned import CannedAnswer, canned_answers, canned_messages
from bot.operations.chat.ready_answers import ready_answer, ready_answers, text_for
from bot.web.admin.chat_view import shown_parts
from bot.web.admin.open_chat import OpenChat
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import Fragment

OWN = "own"
"""The kind of those that staff have written."""
_KINDS: Mapping[str, Translatable] = {"card": tr("Cards"), "page": tr("Links")}
"""The groups of the playbook's that bind no phone."""


@dataclass(frozen=True, slots=True)
class ReadyOption:
    """One to choose. `named`: `KIND:NAME`, as forms have it."""

    named: str
    title: TranslatableValue
    text: str = field(repr=False)
    shortcut: str = ""
    has_picture: bool = False


@dataclass(frozen=True, slots=True)
class ReadyGroup:
    """Some under a heading; never empty."""

    title: Translatable
    options: Sequence[ReadyOption]


@dataclass(frozen=True, slots=True)
class ReadyInChat:
    """The ready answers for a chat, to an account of staff (`me`, as the audit log names it)."""

    context: StoreContext
    me: str

    async def data(self, opened: OpenChat) -> Mapping[str, Any]:
        """What the list's template takes."""
        accounts = self.context.settings().channels
        title = accounts[opened.channel].app_name or opened.channel
        return {
            "ready": await self.groups(opened),
            "ready_account": title if len(accounts) > 1 else "",
            "ready_most": {"name": NAME_MOST, "shortcut": SHORTCUT_MOST, "text": TEXT_MOST},
        }

    async def groups(self, opened: OpenChat) -> list[ReadyGroup]:
        """All of them: one's own, the team's, what binds a phone, cards, links."""
        context = self.context
        written = await ready_answers(context.stores, self.me, opened.channel)
        found = canned_answers(
            *(context.playbook(), context.settings().channels[opened.channel], context.now()),
            opened.found.contact,
        )
        own = [(tr("Mine"), True), (tr("The team's"), False)]
        groups = [
            *((title, [_written(one) for one in written if bool(one.owner) is mine]) for title, mine in own),
            (tr("Binding"), [_of_playbook(one) for one in found if one.binds]),
            *(
                (title, [_of_playbook(one) for one in found if one.kind == kind and not one.binds])
                for kind, title in _KINDS.items()
            ),
        ]
        return [ReadyGroup(title, some) for title, some in groups if some]

    async def messages(self, opened: OpenChat, named: str) -> tuple[Message, ...]:
        """The messages of the ready answer of this name, without its picture; none for no name. Raises
        `Refusal` where it is gone."""
        kind, _, name = named.partition(":")
        if not name:
            return ()
        if kind == OWN:
            found = await ready_answer(self.context.stores, self.me, name)
            return (text_message(text_for(found, opened.found.contact)),)
        context, account = self.context, self.context.settings().channels[opened.channel]
        answer = CannedAnswer("page" if kind == "page" else "card", name)
        return canned_messages(context.playbook(), opened.found.contact, account, answer, context.now())

    async def preview(self, opened: OpenChat, named: str, words: Language) -> Fragment:
        """A ready answer as the person of the chat would get it, or why it cannot be sent."""
        data: dict[str, Any] = {
            "chat": opened,
            "say": words.words,
            "named": named,
            "refused": None,
            "own": None,
        }
        zone = self.context.playbook().zone
        try:
            messages = await self.messages(opened, named)
            kind, _, id = named.partition(":")
            if kind == OWN:
                own = await ready_answer(self.context.stores, self.me, id)
                data |= {"own": own, "by": by_name(own.by), "at": own.at.astimezone(zone)}
        except Refusal as error:
            messages, data["refused"] = (), error.message
        # what is one plain text goes into the field, to be edited; all else goes out as it is
        is_text = len(messages) == 1 and set(messages[0]) == {"type", "text"}
        data |= {"parts": shown_parts(messages), "text": messages[0]["text"] if is_text else ""}
        return Fragment("chat_ready.html", data)


def _written(one: ReadyAnswer) -> ReadyOption:
    short = " ".join(one.text.split())
    short = short if len(short) <= CUT else f"{short[: CUT - 1]}…"
    return ReadyOption(f"{OWN}:{one.id}", one.name, short, one.shortcut, one.has_picture)


def _of_playbook(one: CannedAnswer) -> ReadyOption:
    return ReadyOption(f"{one.kind}:{one.name}", one.title, one.text)
