"""Events on their way from one process of this machine to another, as bytes.

A frame begins with the length of what follows and a number, which its answer repeats: in it lie entries, one
behind the other. An answer is that number, and whether all of them are stored.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise

from bot.model.inbox import InboxEntry
from bot.model.part import part_of

FORMAT = 1
"""Grows with any change of these bytes: processes of two programs that do not agree never meet."""

LONGEST = 16 * 1024 * 1024
"""Bytes of a frame; more is none of ours."""

_HEAD = struct.Struct(">II")
_ENTRY = struct.Struct(">dHHHI")
_ANSWER = struct.Struct(">I?")


class NotAFrame(Exception):
    """These bytes come from somebody else."""


def frame(number: int, entries: Iterable[InboxEntry]) -> bytes:
    """These entries, to be told of as `number`, which is below 2**32."""
    parts: list[bytes] = []
    for entry in entries:
        name, channel, contact = entry.id.encode(), entry.channel.encode(), entry.contact.encode()
        lengths = len(name), len(channel), len(contact), len(entry.raw)
        parts += (_ENTRY.pack(entry.at.timestamp(), *lengths), name, channel, contact, entry.raw)
    body = b"".join(parts)
    return _HEAD.pack(len(body), number) + body


def answer(number: int, *, stored: bool) -> bytes:
    """What is answered to a frame."""
    return _ANSWER.pack(number, stored)


class FrameReader:
    """Takes bytes as they come, however they are split."""

    def __init__(self) -> None:
        self._came = bytearray()

    def read(self, data: bytes) -> Iterator[tuple[int, list[InboxEntry]]]:
        """Number and entries of each frame that is whole now. Raises `NotAFrame`."""
        self._came += data
        while len(self._came) >= _HEAD.size:
            length, number = _HEAD.unpack_from(self._came)
            if length > LONGEST:
                raise NotAFrame
            end = _HEAD.size + length
            if len(self._came) < end:
                return
            body = bytes(self._came[_HEAD.size : end])
            del self._came[:end]
            yield number, _entries(body)


class AnswerReader:
    """The same of answers."""

    def __init__(self) -> None:
        self._came = b""

    def read(self, data: bytes) -> list[tuple[int, bool]]:
        """Number of each frame that is answered now, and whether its entries are stored."""
        came = self._came + data
        whole = len(came) - len(came) % _ANSWER.size
        self._came = came[whole:]
        return list(_ANSWER.iter_unpack(came[:whole]))


def _entries(body: bytes) -> list[InboxEntry]:
    entries: list[InboxEntry] = []
    start = 0
    try:
        while start < len(body):
            at, *lengths = _ENTRY.unpack_from(body, start)
            ends = [start + _ENTRY.size]
            for length in lengths:
                ends.append(ends[-1] + length)
            name, channel, contact, raw = (body[one:end] for one, end in pairwise(ends))
            start = ends[-1]
            who = contact.decode()
            moment = datetime.fromtimestamp(at, UTC)
            entries.append(InboxEntry(name.decode(), channel.decode(), who, part_of(who), moment, raw))
    except (struct.error, ValueError, OverflowError, OSError) as error:
        raise NotAFrame from error
    if start != len(body):
        raise NotAFrame
    return entries
