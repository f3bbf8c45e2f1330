"""Key rings: reading, making, and never showing them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.sealing.keyring import (
    BadKeys,
    KeyRing,
    append_copy,
    generate,
    load_or_generate,
    parse,
    replace_file,
)

A, B, C = (b64encode(bytes([n]) * 32).decode() for n in (1, 2, 251))


def test_reads_rings_with_the_current_key_first() -> None:
    ring = parse(f" seal=new:{A},old-1:{B}\n index={C} ")
    assert ring.current == "new"
    assert dict(ring.seal) == {"new": b"\1" * 32, "old-1": b"\2" * 32}
    assert dict(ring.index) == {"index": b"\xfb" * 32}
    assert parse(ring.text()) == ring


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", '"seal=" is missing'),
        (f"seal=a:{A}", '"index=" is missing'),
        (f"index={C}", '"seal=" is missing'),
        (f"seal=a:{A} index={C} more", "something else"),
        (f"seal=a:{A} index={C} pepper={B}", "something else"),
        (f"seal=a:{A} seal=b:{B} index={C}", '"seal=" is there twice'),
        (f"seal={A} index={C}", "sealing key 1 is not ID:BASE64"),
        (f"seal=a:{A}, index={C}", "sealing key 2 is not ID:BASE64"),
        (f"seal=a:{A},a:{B} index={C}", "sealing key 2 has the id of an earlier one"),
        (f"seal=a:{A}!! index={C}", "sealing key 1 is not base64"),
        (f"seal=a:{A},b:{A[:20]} index={C}", "sealing key 2 has 15 bytes instead of 32"),
        (f"seal=a:{A} index=ü{C}", "the index key is not base64"),
        (f"seal=a:{A} index={A}", "the same key is there twice"),
        (f"seal=a:{A},b:{A} index={C}", "the same key is there twice"),
        (f"seal=:{A} index={C}", "a key's id"),
        (f"seal=index:{A} index={C}", "a key's id"),
        (f"seal={'x' * 33}:{A} index={C}", "a key's id"),
    ],
)
def test_refuses_and_shows_nothing(text: str, message: str) -> None:
    with pytest.raises(BadKeys, match=message) as raised:
        parse(text)
    for key in (A, B, C):
        assert key[:8] not in str(raised.value)


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_a_ring_or_refused(text: str) -> None:
    with pytest.raises(BadKeys):
        parse(text)


def test_repr_and_fingerprints_show_no_key() -> None:
    ring = parse(f"seal=new:{A} index={C}")
    assert "AQEB" not in repr(ring)
    assert "\\x01" not in repr(ring)
    assert set(ring.fingerprints()) == {"new", "index"}
    assert ring.fingerprints()["new"] == "72cd6e8422c407fb"  # sha256 of 32 bytes of 1, as stored in databases
    assert "AQEB" not in str(ring.fingerprints())


def test_a_ring_needs_keys() -> None:
    with pytest.raises(BadKeys, match="no sealing key"):
        KeyRing({}, {"index": b"\1" * 32})
    with pytest.raises(BadKeys, match="32 bytes"):
        KeyRing({"a": b"short"}, {"index": b"\1" * 32})


def test_generated_rings_are_readable_and_differ() -> None:
    first, second = parse(generate()), parse(generate())
    assert set(first.fingerprints().values()).isdisjoint(second.fingerprints().values())


def test_the_key_file_is_private_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    ring = load_or_generate(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert load_or_generate(path) == ring
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["keys"]


def test_all_who_generate_at_once_get_the_same_keys(tmp_path: Path) -> None:
    for round_ in range(20):
        barrier = Barrier(8)

        def one(_: int, path: Path = tmp_path / str(round_), barrier: Barrier = barrier) -> KeyRing:
            barrier.wait(10)
            return load_or_generate(path)

        with ThreadPoolExecutor(8) as pool:
            rings = list(pool.map(one, range(8)))
        assert all(ring == rings[0] for ring in rings)


@pytest.mark.parametrize("content", [b"", f"seal=a:{A}".encode(), b"\xff\xfe secret"])
def test_a_damaged_key_file_is_named_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys"
    path.write_bytes(content)
    with pytest.raises(BadKeys, match=f"the key file {path}") as raised:
        load_or_generate(path)
    assert A[:8] not in str(raised.value)
    assert path.read_bytes() == content


def test_who_is_killed_while_the_file_is_replaced_leaves_it_whole_and_nothing_beside_it(
    tmp_path: Path,
) -> None:
    """What lies beside it for good has all keys, also those that are taken out later."""
    path = tmp_path / "keys"
    before = load_or_generate(path)
    killed = (
        "import os, pathlib, bot.store.sealing.keyring as keyring\n"
        "os.replace = lambda *_: os.kill(os.getpid(), 9)\n"
        f"path = pathlib.Path({str(path)!r})\n"
        "keyring.replace_file(path, keyring.parse(path.read_text()).with_new()[0])\n"
    )
    assert subprocess.run([sys.executable, "-c", killed]).returncode == -9
    assert parse(path.read_text()) == before
    assert {stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()} == {0o600}
    assert len([*tmp_path.iterdir()]) == 2
    after, _ = before.with_new()
    replace_file(path, after)
    assert parse(path.read_text()) == after
    assert [one.name for one in tmp_path.iterdir()] == ["keys"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to somebody else")
def test_the_file_stays_its_owners(tmp_path: Path) -> None:
    """Root rotates for a bot that has a user of its own: the bot could not read its keys any more."""
    path = tmp_path / "keys"
    ring, _ = load_or_generate(path).with_new()
    os.chown(path, 1234, 1235)
    replace_file(path, ring)
    there = path.stat()
    assert (there.st_uid, there.st_gid, stat.S_IMODE(there.st_mode)) == (1234, 1235, 0o600)


def test_copies_are_for_their_owner_alone_also_where_the_file_was_there_before(tmp_path: Path) -> None:
    path, copy = tmp_path / "keys", tmp_path / "keys.retired"
    ring = load_or_generate(path)
    copy.write_text("")
    copy.chmod(0o644)
    append_copy(path, copy)
    append_copy(path, copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [parse(line) for line in copy.read_text().splitlines()] == [ring, ring]
