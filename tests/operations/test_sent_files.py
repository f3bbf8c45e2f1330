"""Pictures and files that people sent: fetched from LINE once, kept sealed, told who has opened them. E3"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import pytest
from pymongo.errors import OperationFailure

from bot.model.channel import Channel
from bot.model.contact import Contact, Identity
from bot.model.conversation import Cause, Incoming, Secrecy, TranscriptRow
from bot.model.translatable import Unavailable
from bot.operations.find_contacts import LocatedContact, one
from bot.operations.sent_files import (
    MEGABYTES,
    FileNotNow,
    FileRefused,
    LineFiles,
    OpenedFile,
    opened_file,
    sent_in,
    sent_message,
)
from bot.store.codec.transcript_codec import encode_transcript
from bot.store.sealing.sealed_pieces import PIECE
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW
from tests.fakes.fake_line import Answers, Behaviour, FakeLine, Garbage, Hangs, nobody_listening
from tests.people import come
from tests.playbooks import compiled

PLAYBOOK = compiled('channels: {main: {id: forest, channel_id: "1", channel_secret: s, access_token: t}}')
MAIN = Channel("main", "@forest", "1001", "secret", "the-token")
JPEG = b"\xff\xd8\xff\xe0 a cat"
CAT = "5566"
CONTENT = f"/v2/bot/message/{CAT}/content"
AMY = Contact("main:U1", identities=(Identity("main", "U1"),))


@pytest.fixture
async def amy(stores: Stores) -> LocatedContact:
    await come(stores.contacts, AMY)
    await sent(stores)
    return await one([stores], PLAYBOOK, AMY.id, None)


async def sent(
    stores: Stores,
    kind: str = "image",
    secrecy: Secrecy = "",
    chat: str = AMY.id,
    event: str = "main:e1",
    **content: Any,
) -> None:
    incoming = Incoming(kind, {"id": CAT, **content}, 0, secrecy)
    row = TranscriptRow(event, chat, NOW, 1, encode_transcript(incoming, Cause(), ()))
    await stores.conversations.add([row])


async def opened(found: LocatedContact, line: FakeLine, message: str = CAT, api: str = "") -> OpenedFile:
    at = LineFiles({"main": MAIN}, api or line.url, api or line.url)
    return await opened_file(found, await sent_message(found, message), lambda: at, "command:amy", NOW)


def _same(at: LineFiles) -> LineFiles:
    return at


async def content(file: OpenedFile) -> bytes:
    return b"".join([piece async for piece in file.pieces()])


async def revealed(stores: Stores) -> list[tuple[str, ...]]:
    return [(row.what, row.actor, *row.details) for row in await stores.audit.of(AMY.id)]


async def rows(stores: Stores) -> list[Mapping[str, Any]]:
    found = stores.database.collection("conversation_files").find({})
    return list(await found.to_list(None))


async def test_line_is_asked_once_and_who_opened_it_stands_in_the_audit_log(
    amy: LocatedContact, line: FakeLine
) -> None:
    """E3: the second time LINE may have nothing any more."""
    line.script(CONTENT, Answers(200, JPEG, {"Content-Type": "text/html"}))
    first = await opened(amy, line)
    assert (first.name, first.type.media, first.size, first.fetched) == ("5566.jpg", "image/jpeg", 10, True)
    assert await content(first) == JPEG
    line.always(CONTENT, Answers(404, {"message": "not found"}))
    second = await opened(amy, line)
    assert (await content(second), second.fetched) == (JPEG, False)
    assert [asked.path for asked in line.requests] == [CONTENT]
    assert line.requests[0].headers["Authorization"] == "Bearer the-token"
    assert await revealed(amy.stores) == [("revealed", "command:amy", CAT)]  # one line an hour


@pytest.mark.ring("all", "a crowd")
async def test_it_lies_in_sealed_pieces_as_long_as_the_conversation(
    amy: LocatedContact, line: FakeLine
) -> None:
    large = b"%PDF-" + bytes(range(256)) * (5 * PIECE // 256)
    line.script(CONTENT, Answers(200, large))
    file = await opened(amy, line)
    assert (file.name, sha256(await content(file)).digest()) == ("5566.pdf", sha256(large).digest())
    kept = await rows(amy.stores)
    assert len(kept) == 1 + 6
    assert {(row["chat"], row["at"]) for row in kept} == {(AMY.id, NOW)}
    named = [{key: value for key, value in row.items() if key != "s"} for row in kept]  # sealed is any byte
    assert not any(CAT in str(row) for row in named)
    assert not any(large[:64] in row["s"] for row in kept)
    await amy.stores.conversations.keep(30)
    indexes = await amy.stores.database.collection("conversation_files").index_information()
    assert indexes["life"]["expireAfterSeconds"] == timedelta(days=30).total_seconds()


async def test_two_who_open_it_at_once_keep_one(amy: LocatedContact, line: FakeLine) -> None:
    line.always(CONTENT, Answers(200, JPEG))
    files = await asyncio.gather(*(opened(amy, line) for _ in range(4)))
    assert [await content(file) for file in files] == [JPEG] * 4
    assert len(await rows(amy.stores)) == 2


@pytest.mark.parametrize(
    ("answers", "refusal", "says"),
    [
        ([Answers(404, {"message": "not found"})], FileRefused, "LINE does not have message 5566 any more"),
        ([Answers(410, {"message": "The content is gone"})], FileRefused, "it was unsent"),
        ([Answers(401, {"message": "Authentication failed"})], FileRefused, 'LINE refuses channel "main"'),
        ([Answers(429, {"message": "later"})], FileNotNow, "too often"),
        ([Answers(500, {"message": "oh"})], FileNotNow, "LINE did not give it: 500: oh"),
        ([Garbage(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf")], FileNotNow, "did not give it"),
    ],
)
async def test_what_line_does_not_give(
    amy: LocatedContact, line: FakeLine, answers: list[Behaviour], refusal: type[Exception], says: str
) -> None:
    """Nothing is kept, nobody has seen anything, and another time it may be there."""
    line.script(CONTENT, *answers)
    with pytest.raises(refusal, match=says) as refused:
        await opened(amy, line)
    assert "the-token" not in str(refused.value)
    assert (await rows(amy.stores), await revealed(amy.stores)) == ([], [])
    line.script(CONTENT, Answers(200, JPEG))
    assert await content(await opened(amy, line)) == JPEG


@pytest.mark.parametrize(
    ("state", "refusal", "says"),
    [
        (Answers(200, {"status": "processing"}), FileNotNow, "still preparing"),
        (Answers(200, {"status": "failed"}), FileRefused, "could not prepare"),
        (Answers(200, b"<html>"), FileNotNow, "still preparing"),
        (Answers(500), FileNotNow, "still preparing"),
    ],
)
async def test_what_line_still_prepares(
    amy: LocatedContact, line: FakeLine, state: Behaviour, refusal: type[Exception], says: str
) -> None:
    line.script(CONTENT, Answers(202))
    line.script(f"{CONTENT}/transcoding", state)
    with pytest.raises(refusal, match=says):
        await opened(amy, line)
    assert await rows(amy.stores) == []


async def test_a_line_that_never_ends(
    amy: LocatedContact, line: FakeLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.operations.sent_files.FETCH_SECONDS", 0.05)
    line.always(CONTENT, Hangs())
    with pytest.raises(FileNotNow, match="no answer in time"):
        await opened(amy, line)
    assert (await rows(amy.stores), await revealed(amy.stores)) == ([], [])


class FullDisk:
    """The collection of a MongoDB that has no room: it can be read, and takes nothing more."""

    def __init__(self, rows: Any) -> None:
        self._rows = rows

    async def insert_one(self, row: Any, session: Any) -> None:
        raise OperationFailure("no room", 14031, {"codeName": "OutOfDiskSpace"})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rows, name)


async def test_a_database_without_room(
    amy: LocatedContact, line: FakeLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said so; nothing was shown, and once there is room it is kept."""
    line.always(CONTENT, Answers(200, JPEG))
    files = amy.stores.conversation_files
    with monkeypatch.context() as full:
        full.setattr(files, "_rows", FullDisk(files._rows))
        with pytest.raises(DatabaseUnavailable, match="OutOfDiskSpace"):
            await opened(amy, line)
    assert (await rows(amy.stores), await revealed(amy.stores)) == ([], [])
    assert await content(await opened(amy, line)) == JPEG


async def test_what_was_sent_to_another_account_of_this_person(amy: LocatedContact, line: FakeLine) -> None:
    """LINE is asked in the name of the account that it was sent to, whoever's contact that is now."""
    line.script("/v2/bot/message/99/content", Answers(200, b"GIF89a"))
    both = replace(AMY, identities=(*AMY.identities, Identity("outlet", "U9")))
    merged = replace(amy, stored=replace(amy.stored, contact=both))
    await sent(amy.stores, chat="outlet:U9", event="outlet:e9", id="99")
    at = LineFiles({"outlet": replace(MAIN, name="outlet", access_token="of-outlet")}, line.url, line.url)
    sent_there = await sent_in(merged, "outlet:e9", "99")
    file = await opened_file(merged, sent_there, lambda: at, "command:amy", NOW)
    assert (file.name, await content(file)) == ("99.gif", b"GIF89a")
    assert line.requests[0].headers["Authorization"] == "Bearer of-outlet"


async def test_what_was_sent_at_the_edge_of_a_page(
    amy: LocatedContact, line: FakeLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two accounts of one person at the same moment: neither message is passed over."""
    monkeypatch.setattr("bot.operations.sent_files.TURNS_MOST", 1)
    await sent(amy.stores, chat="outlet:U9", event="outlet:e9", id="99")
    both = replace(AMY, identities=(*AMY.identities, Identity("outlet", "U9")))
    merged = replace(amy, stored=replace(amy.stored, contact=both))
    at = LineFiles({"main": MAIN, "outlet": MAIN}, line.url, line.url)
    for message in (CAT, "99"):
        line.script(f"/v2/bot/message/{message}/content", Answers(200, JPEG))
        file = await opened_file(merged, await sent_message(merged, message), lambda: at, "command:amy", NOW)
        assert file.message.id == message


async def test_a_conversation_that_ends_while_line_answers(amy: LocatedContact, line: FakeLine) -> None:
    """Its life is over, or she is erased: nothing of the file outlives it, and nobody has seen it."""
    line.script(CONTENT, Hangs())
    asking = asyncio.create_task(opened(amy, line))
    await line.asked_for(CONTENT)
    await amy.stores.database.collection("conversations").delete_many({})
    line.release()
    with pytest.raises(FileRefused, match="taken back just now, or its time is over"):
        await asking
    assert (await rows(amy.stores), await revealed(amy.stores)) == ([], [])


async def test_line_is_away(amy: LocatedContact, line: FakeLine) -> None:
    with nobody_listening() as nowhere, pytest.raises(Unavailable, match="could not connect"):
        await opened(amy, line, api=nowhere)


async def test_what_is_too_large_is_not_kept(
    amy: LocatedContact, line: FakeLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by what its message tells, for which LINE is not even asked, nor by what comes."""
    await sent(amy.stores, "file", event="main:e2", id="77", fileSize=MEGABYTES * 1024 * 1024 + 1)
    with pytest.raises(FileRefused, match="larger than 100 MB"):
        await opened(amy, line, "77")
    assert line.requests == []
    monkeypatch.setattr("bot.operations.sent_files._MOST", 5 * PIECE)
    line.script(CONTENT, Answers(200, bytes(5 * PIECE + 1)))
    with pytest.raises(FileRefused, match="larger than 100 MB"):
        await opened(amy, line)
    assert (await rows(amy.stores), await revealed(amy.stores)) == ([], [])


async def test_a_part_of_it(amy: LocatedContact, line: FakeLine) -> None:
    """As players ask: over the border of two pieces, to the end, a byte."""
    large = b"ID3" + bytes(range(256)) * (2 * PIECE // 256)
    line.script(CONTENT, Answers(200, large))
    file = await opened(amy, line)
    for start, stop in ((PIECE - 3, PIECE + 5), (0, 2), (2 * PIECE, len(large)), (PIECE, PIECE + 1)):
        part = b"".join([piece async for piece in file.pieces(start, stop)])
        assert part == large[start:stop]


@pytest.mark.parametrize(
    ("event", "message"), [("main:e2", CAT), ("main:e1", "5567"), ("main:e3", "77"), ("", CAT)]
)
async def test_a_row_of_another_message_or_person(amy: LocatedContact, event: str, message: str) -> None:
    """What an address names counts for nothing unless it is this person's row and has this message."""
    await sent(amy.stores, chat="main:U2", event="main:e2")
    await sent(amy.stores, "image", "once", event="main:e3", id="77")
    assert (await sent_in(amy, "main:e1", CAT)).event == "main:e1"
    with pytest.raises(FileRefused, match="there is no message"):
        await sent_in(amy, event, message)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize(
    ("message", "says"),
    [
        ({"kind": "sticker"}, "came without a file"),
        ({"provider": "external"}, "LINE does not have it"),
        ({"secrecy": "once"}, "there is no message"),
        ({"chat": "main:U2"}, "there is no message"),
        ({"id": "../../etc/passwd"}, "there is no message"),
        ({"id": ""}, "there is no message"),
    ],
)
async def test_what_has_no_file_for_this_person(
    amy: LocatedContact, line: FakeLine, message: dict[str, Any], says: str
) -> None:
    """Somebody else's least of all: an id is found in the conversation of who is named, or nowhere."""
    told = {"id": "88", **message}
    await sent(amy.stores, event="main:e2", **told)
    with pytest.raises(FileRefused, match=says):
        await opened(amy, line, told["id"])
    assert line.requests == []


async def test_a_channel_that_is_gone_or_has_no_token(amy: LocatedContact, line: FakeLine) -> None:
    for channels, says in (
        ({}, "no channel"),
        ({"main": Channel("main", "@forest", "", "", None)}, "access_token not set"),
    ):
        at = LineFiles(channels, line.url, line.url)
        sent_there = await sent_message(amy, CAT)
        with pytest.raises(FileRefused, match=says):
            await opened_file(amy, sent_there, partial(_same, at), "command:amy", NOW)


async def test_what_is_damaged_is_refused(amy: LocatedContact, line: FakeLine) -> None:
    """A piece that is gone, or was put in another's place, is never taken for the file."""
    line.script(CONTENT, Answers(200, bytes(PIECE) + b"second"))
    await opened(amy, line)
    first, second = sorted(row["_id"] for row in await rows(amy.stores) if "/" in row["_id"])
    files = amy.stores.database.collection("conversation_files")
    swapped = await files.find_one({"_id": first})
    assert swapped is not None
    await files.update_one({"_id": second}, {"$set": {"s": swapped["s"]}})
    with pytest.raises(FileRefused, match="damaged"):
        await content(await opened(amy, line))
    await files.delete_one({"_id": second})
    with pytest.raises(FileRefused, match="damaged"):
        await content(await opened(amy, line))
