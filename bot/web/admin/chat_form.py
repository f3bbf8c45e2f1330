"""What the page of chats sends: take a chat, answer, hand it on, have it open (requirement E3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.model.admin import CONSOLE
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.catalog.parameters import Chat
from bot.operations.chat import answering
from bot.operations.chat.answering import WORDS, ChatRefused
from bot.operations.chat.lists import close_chat, give_sign
from bot.operations.declared.chats import (
    ChatChange,
    finish_chat,
    follow_up_chat,
    hand_over_chat,
    note_in_chat,
    send_in_chat,
    take_chat,
)
from bot.web.admin.chat_pictures import ChatPictures
from bot.web.admin.chat_ready import ReadyInChat
from bot.web.admin.open_chat import CHAT, OpenChat, wanted_chat
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import (
    AdminAnswer,
    AdminHandler,
    AdminPages,
    Flash,
    Json,
    Redirect,
    Visit,
    page_address,
)

_FORM = re.compile(r"[0-9a-f-]{32,36}")
"""The id of a form: a UUID, with or without hyphens."""
_STORED = tr("Stored: it goes out when its turn comes")
"""What is said where a change is stored and not carried out yet."""
_DONE: Mapping[str, Translatable] = {
    "answer": tr("Sent"),
    "note": tr("The note is in the conversation"),
    "take": tr("The conversation is yours"),
    "give": tr("Your colleague has the conversation"),
    "later": tr("Follow-up noted"),
    "back": tr("Done: the bot has the conversation again"),
}
"""What is said where a change was carried out, by the form's `do`."""


@dataclass(frozen=True, slots=True)
class ChatForm(AdminPages):
    """What is below `/admin/chat` and changes a chat."""

    context: StoreContext
    pictures: ChatPictures

    def handlers(self) -> Mapping[str, AdminHandler]:
        """Its handlers, and those of pictures in chats."""
        return {**AdminPages.handlers(self), **self.pictures.handlers()}

    async def chat_sign(self, visit: Visit) -> AdminAnswer:
        """This browser has the chat open, types in it, or has closed it: colleagues see so."""
        opened = await wanted_chat(self.context, visit, visit.form.get("chat", ""))
        stores, chat, how = self.context.stores, opened.id, visit.form.get("how", "")
        if how == "closed":
            await close_chat(stores, chat, visit.signed.by)
        else:
            await give_sign(stores, chat, visit.signed.by, types=how == "types")
        return Json({})

    async def chat_do(self, visit: Visit) -> AdminAnswer:
        """Carry out what the form's `do` says, once for each id of a form. Raises `ChatGone`, `Refusal`."""
        form, is_script = visit.form, visit.form.get("script") == "1"
        try:
            opened = await wanted_chat(self.context, visit, form.get("chat", ""))
            outcome = await self._ordered(visit, opened)
        except Refusal as error:
            if not is_script:
                raise
            return Json({"error": visit.words.text(error.message)}, 409)
        if is_script:
            return Json(_in_json(visit, outcome))
        text = WORDS[outcome.unsent] if outcome.unsent else _DONE.get(form.get("do", ""), tr("Done"))
        if outcome.carried != "done":
            text = _STORED
        to = page_address(CHAT, list=form.get("list", ""), chat=opened.part, channel=form.get("channel", ""))
        return Redirect(to, flash=Flash(text))

    async def _ordered(self, visit: Visit, opened: OpenChat) -> ChatChange:
        """Carry out what the form says, and give what has changed. Raises `Refusal`."""
        form, chat, call = visit.form, Chat(opened.found, opened.channel), visit.call(self.context)
        action, even_if = form.get("do", ""), form.get("even_if") or None
        tokens = await self.pictures.tokens(visit, opened) if action == "answer" else []
        if not _FORM.fullmatch(form.get("form", "")):
            raise ChatRefused(tr("That went wrong"))
        match action:
            case "answer":
                return await self._answered(visit, opened, tokens, even_if)
            case "note":
                return await note_in_chat(call, chat, form.get("text", ""))
            case "take":
                return await take_chat(call, chat, even_if)
            case "give":
                to, note = form.get("to", "").removeprefix(CONSOLE), form.get("text", "")
                return await hand_over_chat(call, chat, to, even_if, note.replace("\r\n", "\n"))
            case "later":
                return await follow_up_chat(call, chat, self._moment(form), even_if)
            case "back":
                return await finish_chat(call, chat, even_if, form.get("reason", ""))
            case _:
                raise ChatRefused(tr("That went wrong"))

    def _moment(self, form: Mapping[str, str]) -> datetime | None:
        """When a follow-up is due; `None`: none is wanted. Raises `ChatRefused`."""
        chosen = form.get("at", "")
        try:
            if chosen == "on":
                return datetime.fromisoformat(form.get("on", "")).replace(tzinfo=self.context.playbook().zone)
            return datetime.fromisoformat(chosen) if chosen else None
        except ValueError as error:
            raise ChatRefused(tr("choose a day and a time")) from error

    async def _answered(
        self, visit: Visit, opened: OpenChat, tokens: list[str], even_if: str | None
    ) -> ChatChange:
        """Send an answer with these pictures; where it is not sent, they are drafts again."""
        form, chat = visit.form, Chat(opened.found, opened.channel)
        key, may_cost, drafts = form.get("form", ""), form.get("may_cost") == "1", list[str]()
        try:
            messages = await self._messages(opened, form, tokens, visit.signed.by)
            drafts = await self.pictures.settle(opened, tokens, key)
            outcome = await send_in_chat(
                visit.call(self.context), chat, messages, may_cost=may_cost, even_if=even_if
            )
        except Refusal:
            await self.pictures.unsent(opened, drafts, key)
            raise
        if outcome.unsent is not None:
            await self.pictures.unsent(opened, tokens, key)
        return outcome

    async def _messages(
        self, opened: OpenChat, form: Mapping[str, str], tokens: list[str], by: str
    ) -> tuple[Mapping[str, Any], ...]:
        """The messages of an answer: its text, its pictures, the ready answers that were chosen."""
        written = form.get("text", "").replace("\r\n", "\n")
        chosen, ready = ReadyInChat(self.context, by), list[Mapping[str, Any]]()
        for named in form.get("canned", "").splitlines():
            ready += await chosen.messages(opened, named)
        has_text = written.strip() or not (ready or tokens)
        said = [answering.text_message(written)] if has_text else []
        said += await self.pictures.messages(opened, tokens)
        return (*said, *ready)


def _in_json(visit: Visit, outcome: ChatChange) -> Mapping[str, Any]:
    why = outcome.why
    if why and outcome.unsent is None:
        why = tr("Not sent: {why}", why=why)
    return {"carried": outcome.carried, "unsent": outcome.unsent, "why": visit.words.words(why)}
