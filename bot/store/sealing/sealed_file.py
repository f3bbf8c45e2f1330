"""A file of blocks, compressed and sealed: none can be changed, moved, left out or cut off unnoticed.

The construction is STREAM (https://eprint.iacr.org/2015/189): each file has a key of its own, derived from a
sealing key and a random salt; the nonce of a block is its number and whether it is the last one.
"""

from __future__ import annotations

import json
import secrets
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import BufferedReader
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.model.translatable import Quoted, Refusal, tr
from bot.store.sealing.keyring import KEY_BYTES, KeyRing

FORMAT = 1
"""The version of the file format; a file of a later one is refused."""

_MAGIC = b"oaflow backup "
"""The first bytes of a file."""
_SALT_BYTES = 32
_HEADER_MOST = 2_000
_LENGTH_BYTES = 4
_BLOCK_MOST = 64 * 1024 * 1024
"""Bytes of a sealed block; a document has 16 MiB at most."""
_PURPOSE = b"oaflow backup"
_QUICK = 1
"""The level of zlib: the fastest, as half of the data is sealed, and cannot be compressed."""


class SealedFileWrong(Refusal):
    """The file is no backup, is of a later format, is incomplete, or was changed; the sentence says which."""


class SealedFileKey(Refusal):
    """The key that the file is sealed with is not in the ring; the sentence names it."""


@dataclass(frozen=True, slots=True)
class SealedHeader:
    """What stands before the blocks, readable: `key` names the sealing key, `fingerprint` tells it apart.

    `program` is the version of oaflow that has written it; `salt` is hexadecimal.
    """

    format: int
    program: str
    key: str
    fingerprint: str
    salt: str


class SealedFileWriter:
    """Writes a sealed file, which is complete once `end` was called."""

    def __init__(self, file: BinaryIO, ring: KeyRing, key: str, program: str) -> None:
        """`key` is the id of the sealing key."""
        salt = secrets.token_bytes(_SALT_BYTES)
        header = SealedHeader(FORMAT, program, key, ring.fingerprints()[key], salt.hex())
        self._file = file
        self._line = _MAGIC + json.dumps(asdict(header)).encode() + b"\n"
        self._cipher = _cipher(ring, key, salt)
        self._number = 0
        file.write(self._line)

    def write(self, block: bytes) -> None:
        """Add a block. Raises `ValueError` where it is so large that nobody would read it."""
        self._add(block, last=False)

    def end(self, block: bytes) -> None:
        """Add the last block."""
        self._add(block, last=True)

    def _add(self, block: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        sealed = self._cipher.encrypt(nonce, zlib.compress(block, _QUICK), self._line)
        if len(sealed) > _BLOCK_MOST:
            raise ValueError(f"a block of {len(sealed):,} bytes")
        self._file.write(len(sealed).to_bytes(_LENGTH_BYTES, "big"))
        self._file.write(sealed)
        self._number += 1


def blocks(file: BufferedReader, ring: KeyRing) -> Iterator[bytes]:
    """All blocks of a file that stands at its beginning. Raises `SealedFileKey` and `SealedFileWrong`.

    Only who has read the last one knows that the file is whole.
    """
    header, line = _header(file)
    if header.key not in ring.seal or ring.fingerprints()[header.key] != header.fingerprint:
        raise SealedFileKey(
            tr(
                "this backup is sealed with the key {key} (fingerprint {fingerprint}), which is not among"
                " these keys",
                key=Quoted(header.key),
                fingerprint=header.fingerprint,
            )
        )
    cipher, number, last = _cipher(ring, header.key, bytes.fromhex(header.salt)), 0, False
    while not last:
        sealed = _sealed(file)
        last = not file.peek(1)
        try:
            block = cipher.decrypt(_nonce(number, last=last), sealed, line)
        except InvalidTag:
            raise _broken(number, last=last) from None
        yield zlib.decompress(block)
        number += 1


def _broken(number: int, *, last: bool) -> SealedFileWrong:
    if last:
        return SealedFileWrong(tr("this backup is cut off, or was changed at its end: it is not whole"))
    return SealedFileWrong(tr("this backup was changed, or is damaged, in block {number}", number=number))


def _header(file: BufferedReader) -> tuple[SealedHeader, bytes]:
    line = file.readline(_HEADER_MOST)
    no_backup = SealedFileWrong(tr("this is no backup of oaflow"))
    if not line.startswith(_MAGIC) or not line.endswith(b"\n"):
        raise no_backup
    try:
        fields = json.loads(line.removeprefix(_MAGIC))
        written = int(fields["format"])
        if written > FORMAT:
            raise SealedFileWrong(
                tr(
                    "this backup is of format {format}, written by oaflow {program}: this oaflow reads up to"
                    " {known}, take a newer one",
                    format=written,
                    program=str(fields.get("program")),
                    known=FORMAT,
                )
            )
        header = SealedHeader(written, *(str(fields[name]) for name in SealedHeader.__slots__[1:]))
        if len(bytes.fromhex(header.salt)) != _SALT_BYTES:
            raise no_backup
    except (ValueError, KeyError, TypeError):
        raise no_backup from None
    return header, line


def _sealed(file: BufferedReader) -> bytes:
    cut = SealedFileWrong(tr("this backup is cut off: it is not whole"))
    prefix = file.read(_LENGTH_BYTES)
    length = int.from_bytes(prefix, "big")
    if len(prefix) < _LENGTH_BYTES:
        raise cut
    if length > _BLOCK_MOST:
        raise SealedFileWrong(tr("this backup was changed, or is damaged"))
    sealed = file.read(length)
    if len(sealed) < length:
        raise cut
    return sealed


def _cipher(ring: KeyRing, key: str, salt: bytes) -> AESGCM:
    own = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=_PURPOSE).derive(ring.seal[key])
    return AESGCM(own)


def _nonce(number: int, *, last: bool) -> bytes:
    """12 bytes; never twice under a key, for the key is one file's."""
    return number.to_bytes(11, "big") + bytes((last,))
