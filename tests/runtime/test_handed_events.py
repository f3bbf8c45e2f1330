"""Events on their way to another process: whole again however the bytes are split."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.model.inbox import InboxEntry
from bot.model.processes import part_of
from bot.runtime.intake.sibling_socket import LONGEST, AnswerReader, FrameReader, NotAFrame, answer, frame

words = some.text(max_size=20)
moments = some.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=some.just(UTC))
entries = some.builds(
    lambda name, channel, contact, at, raw: InboxEntry(name, channel, contact, part_of(contact), at, raw),
    *(words, words, words, moments, some.binary(max_size=50)),
)
frames = some.lists(some.tuples(some.integers(0, 2**32 - 1), some.lists(entries, max_size=4)), max_size=5)


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    at = sorted(cut % (len(data) + 1) for cut in cuts)
    return [data[start:end] for start, end in zip([0, *at], [*at, len(data)], strict=True)]


@given(frames, some.lists(some.integers(0, 10_000), max_size=12))
def test_frames_split_anywhere(told: list[tuple[int, list[InboxEntry]]], cuts: list[int]) -> None:
    data = b"".join(frame(number, inside) for number, inside in told)
    reader = FrameReader()
    assert [one for piece in split(data, cuts) for one in reader.read(piece)] == told


@given(
    some.lists(some.tuples(some.integers(0, 2**32 - 1), some.booleans()), max_size=8),
    some.lists(some.integers(0, 100), max_size=8),
)
def test_answers_split_anywhere(told: list[tuple[int, bool]], cuts: list[int]) -> None:
    data = b"".join(answer(number, stored=stored) for number, stored in told)
    reader = AnswerReader()
    assert [one for piece in split(data, cuts) for one in reader.read(piece)] == told


@given(some.binary(min_size=1, max_size=100))
def test_what_is_no_entry_is_refused_and_not_guessed_at(body: bytes) -> None:
    """The entries of random bytes are those of exactly these bytes, if any."""
    data = len(body).to_bytes(4, "big") + bytes(4) + body
    try:
        found = list(FrameReader().read(data))
    except NotAFrame:
        return
    [(number, inside)] = found
    assert len(frame(number, inside)) == len(data)


def test_a_frame_that_is_too_long_is_not_waited_for() -> None:
    with pytest.raises(NotAFrame):
        list(FrameReader().read((LONGEST + 1).to_bytes(4, "big") + bytes(4)))
