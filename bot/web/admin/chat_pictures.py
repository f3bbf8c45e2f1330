"""Pictures that staff send in a chat: each is uploaded as soon as it is chosen, and sent with the answer
(requirement E3)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.model.conversation import picture_path
from bot.model.message import Message
from bot.model.translatable import Refusal
from bot.operations.chat.pictures import draft_picture, picture_messages
from bot.operations.conversation import chats_of
from bot.web.admin.open_chat import OpenChat, wanted_chat
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Json, Visit


@dataclass(frozen=True, slots=True)
class ChatPictures(AdminPages):
    """Pictures on their way into an answer."""

    context: StoreContext
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a picture is opened, one at a time: that may take hundreds of megabytes."""

    async def chat_picture(self, visit: Visit) -> AdminAnswer:
        """Store a picture that was chosen: gives its token and address, or why LINE would not show it."""
        try:
            opened = await wanted_chat(self.context, visit, visit.form.get("chat", ""))
            token = await self._draft(visit, opened)
            (message,) = await picture_messages(opened.found, [token], self.context.playbook())
        except Refusal as error:
            return Json({"error": visit.words.text(error.message)}, 409)
        extension = str(message["originalContentUrl"]).rpartition(".")[2]
        return Json({"token": token, "address": picture_path(token, extension)})

    async def chat_picture_dropped(self, visit: Visit) -> AdminAnswer:
        """Delete a picture that was taken out of the answer again."""
        opened = await wanted_chat(self.context, visit, visit.form.get("chat", ""))
        pictures = self.context.stores.staff_pictures
        await pictures.remove(visit.form.get("token", ""), chats_of(opened.found.contact))
        return Json({})

    async def tokens(self, visit: Visit, opened: OpenChat) -> list[str]:
        """The tokens of an answer's pictures; without a script one picture comes with the form itself."""
        tokens = visit.form.get("pictures", "").split()
        if visit.file is not None and visit.file.content:
            tokens.append(await self._draft(visit, opened))
        return tokens

    async def messages(self, opened: OpenChat, tokens: list[str]) -> tuple[Message, ...]:
        """The messages of these pictures. Raises `Refusal`."""
        return await picture_messages(opened.found, tokens, self.context.playbook()) if tokens else ()

    async def settle(self, opened: OpenChat, tokens: list[str], form: str) -> list[str]:
        """Before the answer of this form is stored: bind its pictures to the conversation. Gives the tokens
        of those that no answer had before."""
        chats = chats_of(opened.found.contact)
        return await self.context.stores.staff_pictures.settle(tokens, chats, self.context.now(), form)

    async def unsent(self, opened: OpenChat, tokens: list[str], form: str) -> None:
        """The answer of this form was refused: its pictures are drafts again."""
        chats = chats_of(opened.found.contact)
        await self.context.stores.staff_pictures.redraft(tokens, chats, self.context.now(), form)

    async def _draft(self, visit: Visit, opened: OpenChat) -> str:
        content = b"" if visit.file is None else visit.file.content
        async with self._opening:
            return await draft_picture(opened.found, opened.channel, content, self.context.playbook())
