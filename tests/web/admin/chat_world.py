"""The page of chats over people who have sent something, and a LINE that has their files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from bot.line.client import LineClient
from bot.model.admin import AdminRole
from bot.model.audit import AuditRow
from bot.model.channel import Channel
from bot.model.contact import Contact, Identity
from bot.model.conversation import Cause, Incoming, Secrecy, TranscriptRow
from bot.model.settings import Settings
from bot.operations.chat.read_at_line import ReadAtLine
from bot.runtime.chat_feed import ChatFeed
from bot.store.codec.transcript_codec import encode_transcript
from bot.web.admin.chat_pages import ChatPages, recent_unanswered
from bot.web.admin.store_context import StoreContext
from tests.conftest import NOW
from tests.fakes.fake_line import Answers, FakeLine
from tests.people import come
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import PLAYBOOK, Staff, StaffWorld

AMY = Contact("main:U1", name="小美", identities=(Identity("main", "U1"),))
MAIN = Channel("main", "@forest", "1", "secret", "the-token")


@dataclass
class ChatWorld:
    """One customer's conversation, and consoles."""

    staff: StaffWorld
    worlds: StaffWorlds
    line: FakeLine
    reads: ReadAtLine
    said: int = field(default=0, init=False)

    async def add(self, *people: Contact) -> None:
        await come(self.staff.stores.contacts, *people)

    async def signed_in(self, role: AdminRole) -> Staff:
        return await self.staff.signed_in(await self.staff.account(role))

    def part(self, account: str, contact: str) -> str:
        return self.worlds.parts.sealed(account, "chat", contact, "main")

    async def sent(
        self, kind: str, content: bytes | None = None, secrecy: Secrecy = "", **properties: Any
    ) -> str:
        """She sends it; the address of its file for `agent`. LINE has the content, if there is one."""
        self.said += 1
        message, event = f"m{self.said}", f"main:e{self.said}"
        incoming = Incoming(kind, {"id": message, **properties}, 0, secrecy)
        at = NOW + timedelta(seconds=self.said)
        row = TranscriptRow(event, AMY.id, at, self.said, encode_transcript(incoming, Cause(), ()))
        await self.staff.stores.conversations.add([row])
        if content is not None:
            self.line.always(f"/v2/bot/message/{message}/content", Answers(200, content))
        query = {"chat": self.part("agent", AMY.id), "message": message, "event": event}
        return f"/admin/chat/file?{urlencode(query)}"

    def chat(self, account: str = "agent") -> str:
        """The address of her chat."""
        return f"/admin/chat?list=all&chat={self.part(account, AMY.id)}"

    async def log(self) -> list[AuditRow]:
        return await self.staff.stores.audit.of(AMY.id)


async def chat_world(
    worlds: StaffWorlds, line: FakeLine, channel: Channel = MAIN, account: LineClient | None = None
) -> ChatWorld:
    """One that has begun, and ends with the test; `account`: LINE as the bot beside it asks it."""
    channels = {"main": channel}
    at = {"line_api": line.url, "line_data_api": line.url, "account": lambda name: account}
    console = worlds.console(lambda: PLAYBOOK, Settings(channels), **at)
    context = StoreContext(**console.fields_by_name(), staff=worlds.accounts)
    feed = ChatFeed(worlds.stores.chat_changes, worlds.clock)
    reads = ReadAtLine(worlds.stores, lambda: channels, lambda name: account)
    pages = ChatPages(context, feed=feed, unanswered=recent_unanswered(context), read_at_line=reads)
    staff = await worlds(pages.handlers(), topics={"chat": pages.topic()})
    world = ChatWorld(staff, worlds, line, reads)
    await world.add(AMY)
    return world
