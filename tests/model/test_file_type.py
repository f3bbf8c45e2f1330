"""What a file is, is said by its bytes."""

from __future__ import annotations

import pytest

from bot.model.conversation import FILE_TYPES, HEAD, file_type


@pytest.mark.parametrize(
    ("head", "extension"),
    [
        (b"\xff\xd8\xff\xe1Exif", "jpg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "png"),
        (b"GIF89a", "gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "wav"),
        (b"RIFF\0\0\0\0AVI LIST", "bin"),
        (b"\0\0\0\x18ftypheic", "heic"),
        (b"\0\0\0\x18ftypqt  ", "mov"),
        (b"\0\0\0\x18ftypM4A ", "m4a"),
        (b"\0\0\0\x18ftypisom", "mp4"),
        (b"\0\0\0\x18ftyp", "mp4"),
        (b"ID3\x04", "mp3"),
        (b"%PDF-1.7", "pdf"),
        (b"PK\x03\x04", "zip"),
        (b"MZ\x90\0", "bin"),
        (b"\x7fELF", "bin"),
        (b"#!/bin/sh\n", "bin"),
        (b"<svg onload=alert(1)>", "bin"),
        (b"<!doctype html>", "bin"),
        (b"\xff", "bin"),
        (b"", "bin"),
    ],
)
def test_what_begins_like_this(head: bytes, extension: str) -> None:
    """Nothing that a browser or a shell would run has a name by which it does."""
    assert file_type(head[:HEAD]).extension == extension


def test_each_is_found_by_how_its_name_ends() -> None:
    assert all(extension == one.extension for extension, one in FILE_TYPES.items())
    assert {"jpg", "bin", "mov", "wav"} <= FILE_TYPES.keys()
