"""Which keys seal fields and make blind indexes, and where they come from."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

KEY_BYTES = 32

INDEX = "index"
"""The name of the blind index's key among the fingerprints; no sealing key can have it."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_FORM = "seal=ID:BASE64[,ID:BASE64...] index=BASE64"


class BadKeys(ValueError):
    """The text is no key ring; the message says why and shows nothing of the text."""


@dataclass(frozen=True)
class KeyRing:
    """The sealing keys by id, the current one first, and the key of the blind index; 32 bytes each.

    Nothing of a key appears in `repr`. Raises BadKeys if the keys cannot be used together.
    """

    seal: Mapping[str, bytes] = field(repr=False)
    index: bytes = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seal", MappingProxyType(dict(self.seal)))
        keys = [*self.seal.values(), self.index]
        if not self.seal:
            raise BadKeys("there is no sealing key")
        if any(len(key) != KEY_BYTES for key in keys):
            raise BadKeys(f"a key is not {KEY_BYTES} bytes long")
        if len(set(keys)) != len(keys):
            raise BadKeys("the same key is there twice; each key has one purpose")
        if not all(_ID.fullmatch(key_id) and key_id != INDEX for key_id in self.seal):
            raise BadKeys(f'a key\'s id is not 1 to 32 of A-Z, a-z, 0-9, "_" and "-", or is "{INDEX}"')

    @property
    def current(self) -> str:
        """The id of the key that seals from now on; the others only open."""
        return next(iter(self.seal))

    def fingerprints(self) -> dict[str, str]:
        """16 hexadecimal digits of SHA-256 for each key: by its id, and the blind index's as `index`."""
        return {key_id: _fingerprint(key) for key_id, key in (*self.seal.items(), (INDEX, self.index))}

    def text(self) -> str:
        """The ring in the form that `parse` reads: this is the secret itself."""
        seal = ",".join(f"{key_id}:{_base64(key)}" for key_id, key in self.seal.items())
        return f"seal={seal} index={_base64(self.index)}"


def parse(text: str) -> KeyRing:
    """Read a key ring in the form `seal=ID:BASE64[,ID:BASE64...] index=BASE64` (OAFLOW_KEYS, a key file).

    Raises BadKeys, saying which part is wrong by its position.
    """
    fields: dict[str, str] = {}
    for word in text.split():
        name, equals, value = word.partition("=")
        if not equals or name not in ("seal", "index"):
            raise BadKeys(f"keys are written as {_FORM}; there is something else")
        if name in fields:
            raise BadKeys(f'"{name}=" is there twice')
        fields[name] = value
    for name in ("seal", "index"):
        if name not in fields:
            raise BadKeys(f'"{name}=" is missing; keys are written as {_FORM}')
    seal: dict[str, bytes] = {}
    for number, item in enumerate(fields["seal"].split(","), 1):
        key_id, colon, value = item.partition(":")
        if not colon:
            raise BadKeys(f"sealing key {number} is not ID:BASE64")
        if key_id in seal:
            raise BadKeys(f"sealing key {number} has the id of an earlier one")
        seal[key_id] = _key(value, f"sealing key {number}")
    return KeyRing(seal, _key(fields["index"], "the index key"))


def generate() -> str:
    """The text of a new ring with one sealing key, from the system's random numbers."""
    keys = {secrets.token_hex(4): secrets.token_bytes(KEY_BYTES)}
    return KeyRing(keys, secrets.token_bytes(KEY_BYTES)).text()


def load_or_generate(path: Path) -> KeyRing:
    """The ring in the file `path`; a missing file is made, with mode 0600.

    Processes that do this at once end up with the same keys. Raises BadKeys naming the file, or OSError.
    """
    try:
        text = path.read_text()
    except FileNotFoundError:
        _write_if_missing(path, generate() + "\n")
        text = path.read_text()
    except UnicodeDecodeError:
        raise BadKeys(f"the key file {path} is not text") from None  # the error shows the bytes
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    try:
        return parse(text)
    except BadKeys as error:
        raise BadKeys(f"the key file {path} cannot be read: {error}") from error


def _write_if_missing(path: Path, text: str) -> None:
    """Write a whole file, durably, or leave the one that another process wrote meanwhile."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(fd, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        _sync_folder(path.parent)
    finally:
        draft.unlink()


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _key(value: str, name: str) -> bytes:
    try:
        key = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise BadKeys(f"{name} is not base64") from None
    if len(key) != KEY_BYTES:
        raise BadKeys(f"{name} has {len(key)} bytes instead of {KEY_BYTES}")
    return key


def _base64(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _fingerprint(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:16]
