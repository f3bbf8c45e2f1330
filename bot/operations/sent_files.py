"""A picture, video, sound or file that a person sent: fetched from LINE and stored when staff open it.

LINE deletes it after a while that it does not tell, and at once where the person takes the message back.
https://developers.line.biz/en/reference/messaging-api/#get-content

So nothing of a file is on the way of an event; the price is that LINE may have deleted it. Each write of
pieces is one transaction with a mark on the conversation's row, which fails where the message was taken back
meanwhile. Weighed: fetching each as it comes (gigabytes never looked at); one transaction of the whole (100
MB is half of the embedded cache); GridFS (its chunks are not sealed).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.line.outcome import ContentTooLarge, LineError
from bot.model.channel import Channel
from bot.model.clock import SystemClock
from bot.model.conversation import (
    ELSEWHERE,
    FILE_TYPES,
    UNKNOWN,
    FileKind,
    FileType,
    SentMessage,
    StoredAttachment,
    TranscriptTurn,
)
from bot.model.translatable import Quoted, Refusal, Translatable, Unavailable, tr
from bot.operations.conversation import TURNS_MOST, chats_of, last_turns
from bot.operations.find_contacts import LocatedContact
from bot.operations.looks import record_look
from bot.store.events.conversation_files import AttachmentCorrupt, ConversationFiles, MessageGone
from bot.store.stores import Stores

MEGABYTES = 100
"""A larger file is not stored."""
FETCH_SECONDS = 300.0
"""For which LINE may take to send one."""
_MOST = MEGABYTES * 1024 * 1024
"""Bytes."""


class FileRefused(Refusal):
    """There is no such file, or it is not to be had any more; the sentence says why."""


class FileNotNow(Unavailable):
    """It is not to be had at this moment; the sentence says why."""


@dataclass(frozen=True, slots=True)
class LineFiles:
    """Where LINE is asked for files: the playbook's channels, LINE's two addresses.

    `account`: a client of a channel that is there already, with its token and connections; `None`: one is
    made for this file alone.
    """

    channels: Mapping[str, Channel]
    api: str
    data_api: str
    account: Callable[[str], LineClient | None] = lambda channel: None

    @asynccontextmanager
    async def client(self, channel: Channel) -> AsyncIterator[LineClient]:
        """LINE as this channel asks it."""
        if (served := self.account(channel.name)) is not None:
            yield served
            return
        async with new_session() as session:
            client = LineClient(channel, self.api, self.data_api, session, SystemClock())
            try:
                yield client
            finally:
                client.close()


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file that may be shown now; `fetched`: LINE was asked for it just now.

    `name` is made of LINE's id and of what the bytes are, and of nothing that anybody has sent.
    """

    message: SentMessage
    type: FileType
    fetched: bool
    _kept: StoredAttachment
    _files: ConversationFiles

    @property
    def name(self) -> str:
        return f"{self.message.id}.{self.type.extension}"

    @property
    def size(self) -> int:
        """Bytes."""
        return self._kept.size

    @property
    def digest(self) -> str:
        """Of its content."""
        return self._kept.sha256

    async def pieces(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The file, or its bytes from `start` to before `stop`. Raises `FileRefused`."""
        try:
            async for piece in self._files.pieces(self._kept, start, stop):
                yield piece
        except AttachmentCorrupt as error:
            raise _damaged(self.message) from error


async def opened_file(
    found: LocatedContact,
    sent: SentMessage,
    line: Callable[[], LineFiles],
    actor: str,
    now: datetime,
    *,
    within: bool = False,
) -> OpenedFile:
    """The file of a message that this person sent, recorded as shown to `actor` first: once an hour, as a
    player reads it in parts. `within`: it is seen with the conversation, and recorded as a look at that.

    Where it is not stored yet, `line()` gives LINE's client, or raises why LINE cannot be asked. Raises
    `FileRefused`, `FileNotNow` and `DatabaseUnavailable`; reading its pieces raises the same.
    """
    files = found.stores.conversation_files
    try:
        attachment = await files.find(sent.event)
    except AttachmentCorrupt as error:
        raise _damaged(sent) from error
    fetched = attachment is None
    if attachment is None:
        attachment = await _fetched(found.stores, sent, line())
    if within:
        await record_look(found.stores, found.contact.id, actor, now, "conversation_read")
    else:
        await found.stores.audit.record_file(found.contact.id, actor, now, sent.id)
    kind = FILE_TYPES.get(attachment.type, UNKNOWN)
    return OpenedFile(sent, kind, fetched, attachment, files)


async def sent_in(found: LocatedContact, event: str, message: str) -> SentMessage:
    """The message that came in with this event, in a chat of this person's: as a page that shows the
    conversation knows it. Raises `FileRefused`."""
    chats = chats_of(found.contact)
    turns = [one for one in await found.stores.conversations.of_events([event]) if one.chat in chats]
    if (sent := _among(turns, message)) is None:
        raise _nowhere(message)
    return sent


async def sent_message(found: LocatedContact, message: str) -> SentMessage:
    """Which message of this person's conversation LINE's id names, in whatever row: ids are sealed with what
    was said, so rows are read from the last one on. Raises `FileRefused`."""
    rows, chats, before = found.stores.conversations, chats_of(found.contact), None
    while True:
        turns, before = await last_turns(rows, chats, before, TURNS_MOST)
        if (sent := _among(turns, message)) is not None:
            return sent
        if before is None:
            raise _nowhere(message)


def _among(turns: Sequence[TranscriptTurn], message: str) -> SentMessage | None:
    return next((sent for turn in turns if (sent := _with_file(turn, message)) is not None), None)


def _nowhere(message: str) -> FileRefused:
    return FileRefused(
        tr(
            "there is no message {message} in this conversation: its time is over, it was unsent, or "
            "somebody else sent it",
            message=Quoted(message),
        )
    )


def _with_file(turn: TranscriptTurn, message: str) -> SentMessage | None:
    """This turn's message, if it is that one and has a file. Raises `FileRefused` where it has none."""
    incoming = turn.incoming
    if incoming is None or not isinstance(incoming.content, Mapping) or incoming.secrecy == "once":
        return None
    if incoming.content.get("id") != message or not (message.isascii() and message.isalnum()):
        return None
    kinds: tuple[FileKind, ...] = get_args(FileKind)
    kind = next((one for one in kinds if one == incoming.kind), None)
    if kind is None:
        raise FileRefused(
            tr("message {message} came without a file: it is {kind}", message=message, kind=incoming.kind)
        )
    if incoming.content.get("provider") == ELSEWHERE:
        raise FileRefused(
            tr("message {message}: LINE does not have it, a page sent its address only", message=message)
        )
    size = incoming.content.get("fileSize")
    if isinstance(size, int) and size > _MOST:
        raise _too_large(message)
    return SentMessage(message, kind, turn.event, turn.chat, turn.at)


async def _fetched(stores: Stores, sent: SentMessage, line: LineFiles) -> StoredAttachment:
    """Ask LINE for it, and keep it as it comes. Raises `FileRefused` and `FileNotNow`."""
    channel = line.channels.get(sent.channel)
    if channel is None:
        raise FileRefused(
            tr("the playbook has no channel {name} any more: LINE is not asked", name=Quoted(sent.channel))
        )
    if not (channel.access_token or (channel.channel_id and channel.channel_secret)):
        raise FileRefused(
            tr(
                "{name}: {lacking} not set; set the variables that bot.yaml names there, as for  oaflow run",
                name=channel.name,
                lacking="access_token",
            )
        )
    async with line.client(channel) as client:
        try:
            async with asyncio.timeout(FETCH_SECONDS), client.content(sent.id, _MOST) as content:
                return await stores.conversation_files.keep(sent, content.chunks)
        except ContentTooLarge as error:
            raise _too_large(sent.id) from error
        except LineError as error:
            raise await _refused(client, sent, error) from error
        except TimeoutError as error:
            raise FileNotNow(_not_reached("no answer in time")) from error
        except MessageGone as error:
            raise _taken_back(sent) from error


async def _refused(client: LineClient, sent: SentMessage, error: LineError) -> Refusal:
    """The refusal that follows from LINE's answer."""
    match error.status:
        case 202:
            return await _not_ready(client, sent)
        case 404:
            return FileRefused(tr("LINE does not have message {message} any more", message=sent.id))
        case 410:
            return FileRefused(
                tr("LINE does not have message {message} any more: it was unsent", message=sent.id)
            )
        case 400 | 401 | 403:  # 400: of who wants a token
            return FileRefused(
                tr(
                    "LINE refuses channel {name} ({why}): look at its access token, or id and secret",
                    name=Quoted(sent.channel),
                    why=str(error),
                )
            )
        case 429:
            return FileNotNow(tr("LINE is asked too often just now: do it once more in a minute"))
        case _:
            return FileNotNow(_not_reached(str(error)))


async def _not_ready(client: LineClient, sent: SentMessage) -> Refusal:
    """LINE prepares what is large, and may fail to."""
    try:
        state = await client.preparation(sent.id)
    except LineError:
        state = "processing"
    if state == "failed":
        return FileRefused(tr("LINE could not prepare message {message}: nobody gets it", message=sent.id))
    return FileNotNow(
        tr("LINE is still preparing message {message}: do it once more in a minute", message=sent.id)
    )


def _not_reached(why: str) -> Translatable:
    return tr("LINE did not give it: {why}", why=why)


def _too_large(message: str) -> FileRefused:
    return FileRefused(
        tr(
            "message {message} is larger than {most} MB: it is not kept; look at it in LINE's own chat",
            message=message,
            most=MEGABYTES,
        )
    )


def _taken_back(sent: SentMessage) -> FileRefused:
    return FileRefused(tr("message {message} was taken back just now, or its time is over", message=sent.id))


def _damaged(sent: SentMessage) -> FileRefused:
    return FileRefused(
        tr(
            "what is kept of message {message} is damaged, was taken back, or its key is missing",
            message=sent.id,
        )
    )
