"""Ready answers written, changed and removed in the chat, and their pictures put into an answer (E3)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.conversation import StaffPicture, picture_path
from bot.model.translatable import Refusal, tr
from bot.operations.chat.answering import ChatRefused
from bot.operations.chat.ready_answers import ready_answer
from bot.operations.conversation import chats_of
from bot.operations.declared.ready import remove_ready, write_ready
from bot.web.admin.open_chat import OpenChat, wanted_chat
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Download, Json, Visit

NO_PICTURE = "none"
"""In place of a picture's token: it is to have none."""


@dataclass(frozen=True, slots=True)
class ChatReadyForm(AdminPages):
    """What is below `/admin/chat/ready`."""

    context: StoreContext

    async def chat_ready_write(self, visit: Visit) -> AdminAnswer:
        """Write one, or change that of `answer`; `picture`: the token of one staged in this chat."""
        form = visit.form
        try:
            opened = await wanted_chat(self.context, visit, form.get("chat", ""))
            picture = await self._picture(opened, form.get("picture", ""))
            written = await write_ready(
                visit.call(self.context),
                form.get("name", ""),
                form.get("text", "").replace("\r\n", "\n"),
                form.get("shortcut", ""),
                opened.channel if form.get("for") == "channel" else None,
                mine=form.get("for") == "mine",
                answer=form.get("answer") or None,
            )
        except Refusal as error:
            return Json({"error": visit.words.text(error.message)}, 409)
        if picture is not None or form.get("picture") == NO_PICTURE:
            await self.context.stores.ready_answers.set_picture(written.id, picture)
        return Json({"named": f"own:{written.id}"})

    async def chat_ready_remove(self, visit: Visit) -> AdminAnswer:
        """Remove one."""
        try:
            await remove_ready(visit.call(self.context), visit.form.get("answer", ""))
        except Refusal as error:
            return Json({"error": visit.words.text(error.message)}, 409)
        return Json({})

    async def chat_ready_picture(self, visit: Visit) -> AdminAnswer:
        """The picture of one."""
        picture = await self._own_picture(visit, visit.query("answer"))
        return Json({}, 404) if picture is None else Download(picture.content, picture.type.media)

    async def chat_ready_put(self, visit: Visit) -> AdminAnswer:
        """Stage the picture of one in a chat: its token and address, as of one that was chosen there."""
        try:
            opened = await wanted_chat(self.context, visit, visit.form.get("chat", ""))
            picture = await self._own_picture(visit, visit.form.get("answer", ""))
            if picture is None:
                raise ChatRefused(tr("the picture of this ready answer is not there any more"))
        except Refusal as error:
            return Json({"error": visit.words.text(error.message)}, 409)
        token = await self.context.stores.staff_pictures.add(opened.id, self.context.now(), picture)
        return Json({"token": token, "address": picture_path(token, picture.type.extension)})

    async def _own_picture(self, visit: Visit, id: str) -> StaffPicture | None:
        await ready_answer(self.context.stores, visit.signed.by, id)
        return await self.context.stores.ready_answers.picture(id)

    async def _picture(self, opened: OpenChat, token: str) -> StaffPicture | None:
        """The picture of this token, which was staged in the chat; `None` for none. Raises `ChatRefused`."""
        if token in ("", NO_PICTURE):
            return None
        pictures = self.context.stores.staff_pictures
        chats = chats_of(opened.found.contact)
        picture = await pictures.find(token) if await pictures.types([token], chats) else None
        if picture is None:
            raise ChatRefused(tr("a picture is not there any more: choose it again"))
        return picture
