"""Commands without the driver: MongoDB's answers, however they come in pieces, go to who has asked."""

from __future__ import annotations

import asyncio
import struct
from typing import Any, cast

import bson
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.database.command_wire import MOST, OP_MSG, CommandWire, encoded
from tests.depth import examples

HEADER = struct.Struct("<iiii")


class Heard:
    """What a wire says, in place of a connection."""

    def __init__(self) -> None:
        self.said: list[bytes] = []
        self.is_broken = False

    def write(self, data: bytes) -> None:
        self.said.append(data)

    def abort(self) -> None:
        self.is_broken = True


def connected() -> tuple[CommandWire, Heard]:
    wire, heard = CommandWire(), Heard()
    wire.connection_made(cast("asyncio.Transport", heard))
    return wire, heard


def command(**fields: Any) -> bytes:
    body = encoded(fields)
    assert body is not None
    return body


def answer(request: bytes, told: dict[str, Any], kind: int = OP_MSG) -> bytes:
    body = bytes(5) + bson.encode(told)
    number = HEADER.unpack_from(request)[1]
    return HEADER.pack(HEADER.size + len(body), 7, number, kind) + body


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1), st.integers(1, 5))
def test_answers_in_any_pieces_go_to_who_has_asked(pieces: list[int], asked: int) -> None:
    async def run() -> None:
        wire, heard = connected()
        waiting = [wire.send(command(ping=number)) for number in range(asked)]
        told = b"".join(answer(request, {"ok": 1, "n": n}) for n, request in enumerate(heard.said))
        at = 0
        while at < len(told):
            size = pieces[at % len(pieces)]
            wire.data_received(told[at : at + size])
            at += size
        assert [one.result() for one in waiting] == [{"ok": 1, "n": n} for n in range(asked)]
        assert wire.is_free

    asyncio.run(run())


async def test_a_command_is_one_message() -> None:
    wire, heard = connected()
    _ = wire.send(command(insert="inbox", documents=[{"_id": "a"}]))
    (said,) = heard.said
    length, number, to, kind = HEADER.unpack_from(said)
    assert (length, to, kind, said[16:21]) == (len(said), 0, OP_MSG, bytes(5))
    assert number > 0
    assert bson.decode(said[21:]) == {"insert": "inbox", "documents": [{"_id": "a"}]}
    assert not wire.is_free


async def test_whoever_waits_when_it_breaks_is_told() -> None:
    wire, _ = connected()
    waiting = [wire.send(command(ping=1)), wire.send(command(ping=2))]
    waiting[0].cancel()
    wire.connection_lost(ConnectionResetError())
    assert waiting[1].result() is None
    assert not wire.is_open


async def test_an_answer_to_something_else_breaks_it() -> None:
    """Nobody ever gets another's answer: not after one was missed, nor one that is compressed."""

    def to_another(request: bytes) -> bytes:
        return answer(HEADER.pack(0, HEADER.unpack_from(request)[1] + 1, 0, 0), {"ok": 1})

    def compressed(request: bytes) -> bytes:
        return answer(request, {"ok": 1}, kind=2012)

    for other in (to_another, compressed):
        wire, heard = connected()
        waiting = wire.send(command(ping=1))
        wire.data_received(other(heard.said[0]))
        assert heard.is_broken
        assert not wire.is_open
        wire.connection_lost(None)
        assert waiting.result() is None


async def test_who_has_gone_is_answered_all_the_same() -> None:
    """A cancelled wait leaves its answer to nobody, and the next one gets the own."""
    wire, heard = connected()
    gone, stays = wire.send(command(ping=1)), wire.send(command(ping=2))
    gone.cancel()
    wire.data_received(b"".join(answer(request, {"n": n}) for n, request in enumerate(heard.said)))
    assert stays.result() == {"n": 1}


def test_what_is_too_large_is_not_sent() -> None:
    assert encoded({"raw": b"x" * MOST}) is None
