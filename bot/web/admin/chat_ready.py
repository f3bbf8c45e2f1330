"""Ready answers in a chat: in groups, as a person would get them, and the messages that are sent (E3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.model.message import Message
from bot.model.translatable import Language, Refusal, Translatable, tr
from bot.operations.chat.canned import CannedAnswer, canned_answers, canned_messages
from bot.web.admin.chat_view import shown_parts
from bot.web.admin.open_chat import OpenChat
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import Fragment

_KINDS: Mapping[str, Translatable] = {"card": tr("Cards"), "page": tr("Links")}
"""The groups of ready answers that bind no phone."""


@dataclass(frozen=True, slots=True)
class ReadyAnswers:
    """The ready answers for a chat."""

    context: StoreContext

    def groups(self, opened: OpenChat) -> list[tuple[Translatable, Sequence[CannedAnswer]]]:
        """All of them in groups: what binds a phone, cards, links; no group is empty."""
        context = self.context
        found = canned_answers(context.playbook(), context.settings().channels[opened.channel], context.now())
        bind = [one for one in found if one.binds]
        others = [
            (title, [one for one in found if one.kind == kind and not one.binds])
            for kind, title in _KINDS.items()
        ]
        return [(title, some) for title, some in [(tr("Binding"), bind), *others] if some]

    def messages(self, opened: OpenChat, named: str) -> tuple[Message, ...]:
        """The messages of a ready answer named `card:NAME` or `page:NAME`; none for no name. Raises
        `ChatRefused`."""
        kind, _, name = named.partition(":")
        if not name:
            return ()
        context, account = self.context, self.context.settings().channels[opened.channel]
        answer = CannedAnswer("page" if kind == "page" else "card", name)
        return canned_messages(context.playbook(), opened.found.contact, account, answer, context.now())

    def preview(self, opened: OpenChat, named: str, words: Language) -> Fragment:
        """A ready answer as the person of the chat would get it, or why it cannot be sent."""
        try:
            parts, refused = shown_parts(self.messages(opened, named)), None
        except Refusal as error:
            parts, refused = [], error.message
        data = {"parts": parts, "refused": refused, "chat": opened, "say": words.words}
        return Fragment("chat_ready.html", data)
