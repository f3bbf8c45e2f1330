"""A sealed file of blocks opens whole, or not at all: nobody cuts it, turns blocks around, or adds any."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from io import BufferedReader, BytesIO

import pytest

from bot.store.sealing import sealed_file
from bot.store.sealing.keyring import KeyRing, generate, parse
from bot.store.sealing.sealed_file import (
    SealedFileKey,
    SealedFileWriter,
    SealedFileWrong,
    blocks,
)

RING = parse(generate())
BLOCKS = [b"first " * 40, b"", b"third", b"the last"]


def written(content: Sequence[bytes] = BLOCKS, ring: KeyRing = RING) -> bytes:
    file = BytesIO()
    writer = SealedFileWriter(file, ring, ring.current, "0.1.0")
    for block in content[:-1]:
        writer.write(block)
    writer.end(content[-1])
    return file.getvalue()


def opened(content: bytes, ring: KeyRing = RING) -> list[bytes]:
    return list(blocks(BufferedReader(BytesIO(content)), ring))


def parts(content: bytes) -> tuple[bytes, list[bytes]]:
    """The header, and each block as it stands there."""
    header, _, rest = content.partition(b"\n")
    found = []
    while rest:
        length = 4 + int.from_bytes(rest[:4], "big")
        found.append(rest[:length])
        rest = rest[length:]
    return header + b"\n", found


def test_it_gives_back_what_was_written_and_no_two_are_alike() -> None:
    first, second = written(), written()
    assert opened(first) == opened(second) == BLOCKS
    assert b"first" not in first
    assert not set(parts(first)[1]) & set(parts(second)[1])


def test_a_block_that_would_not_be_read_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_file, "_BLOCK_MOST", 60)
    assert opened(written([b"", b"x"])) == [b"", b"x"]
    with pytest.raises(ValueError, match=r"a block of 1\d\d bytes"):
        written([os.urandom(100), b""])


def test_each_cut_is_noticed() -> None:
    whole = written()
    for length in range(len(whole)):
        with pytest.raises(SealedFileWrong):
            opened(whole[:length])


def test_each_changed_byte_is_noticed() -> None:
    whole = written()
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1
        with pytest.raises((SealedFileWrong, SealedFileKey)):
            opened(bytes(changed))


def test_blocks_that_are_turned_around_left_out_repeated_or_of_another_file_are_noticed() -> None:
    header, found = parts(written())
    _, others = parts(written())
    for wrong in (
        [found[1], found[0], *found[2:]],
        [found[0], *found[2:]],
        [found[0], *found],
        [*found, found[-1]],
        [*found, found[0]],
        [others[0], *found[1:]],
        [*found[:-1], others[-1]],
        found[:-1],
        [],
    ):
        with pytest.raises(SealedFileWrong):
            opened(header + b"".join(wrong))


def test_another_key_is_named_also_one_of_the_same_name() -> None:
    whole = written()
    impostor = KeyRing({RING.current: bytes(32)}, RING.index)
    for ring in (parse(generate()), impostor):
        with pytest.raises(SealedFileKey) as refused:
            opened(whole, ring)
        assert RING.current in str(refused.value)
        assert RING.fingerprints()[RING.current] in str(refused.value)


def test_a_later_format_is_refused_by_its_program() -> None:
    header, found = parts(written())
    fields = json.loads(header.removeprefix(b"oaflow backup "))
    later = b"oaflow backup " + json.dumps({**fields, "format": 2, "program": "9.9.0"}).encode() + b"\n"
    with pytest.raises(SealedFileWrong, match=r"format 2, written by oaflow 9\.9\.0"):
        opened(later + b"".join(found))


@pytest.mark.parametrize(
    "content", [b"", b"hello\n", b"oaflow backup {}\n", b"oaflow backup [1]\n", b"\x1f\x8b" * 9]
)
def test_what_is_no_backup_is_called_so(content: bytes) -> None:
    with pytest.raises(SealedFileWrong, match="no backup of oaflow"):
        opened(content)
