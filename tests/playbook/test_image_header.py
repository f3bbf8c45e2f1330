"""The size of a picture is read from its first bytes, and no file makes the reader fall."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playbook.compile.values.pictures import Header, header_of
from tests.depth import examples
from tests.pictures import jpeg, png

ANY = settings(max_examples=examples(300), database=None)


@pytest.mark.parametrize(
    ("data", "header"),
    [
        (png(1040, 700), Header("PNG", 1040, 700)),
        (jpeg(2500, 1686), Header("JPEG", 2500, 1686)),
        (jpeg(640, 480, progressive=True), Header("JPEG", 640, 480)),
        (b"GIF89a\x01\x00\x01\x00", Header("GIF")),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", Header("WebP")),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", Header("HEIC")),
        (b"", Header("other")),
        (b"\xff\xd8", Header("other")),
        (b"\xff\xd8\xff\xd9", Header("other")),
        (b"\xff\xd8\xff\xe0\x00\x00", Header("other")),
        (png(1, 1)[:20], Header("other")),
        ("不是圖片".encode(), Header("other")),
    ],
)
def test_kind_and_size(data: bytes, header: Header) -> None:
    assert header_of(BytesIO(data)) == header


@ANY
@given(st.sampled_from([b"", b"\xff\xd8", b"\xff\xd8\xff\xc0", png(3, 3)[:16]]), st.binary(max_size=200))
def test_no_bytes_make_it_fall(start: bytes, rest: bytes) -> None:
    assert isinstance(header_of(BytesIO(start + rest)), Header)


@ANY
@given(st.integers(1, 65_535), st.integers(1, 65_535))
def test_any_size_is_read_from_a_jpeg(width: int, height: int) -> None:
    assert header_of(BytesIO(jpeg(width, height))) == Header("JPEG", width, height)
