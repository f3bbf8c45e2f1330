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

from bot.model.said import Refusal, Said, say

KEY_BYTES = 32

INDEX = "index"
"""The name of the blind index's key among the fingerprints; no sealing key can have it."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_FORM = "seal=ID:BASE64[,ID:BASE64...] index=BASE64"


class BadKeys(Refusal):
    """The text is no key ring; the sentence says why and shows nothing of it."""


class BadKeyFile(BadKeys):
    """A key file that cannot be used; the sentence names it."""


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
            raise BadKeys(say("there is no sealing key"))
        if any(len(key) != KEY_BYTES for key in keys):
            raise BadKeys(say("a key is not {wanted} bytes long", wanted=KEY_BYTES))
        if len(set(keys)) != len(keys):
            raise BadKeys(say("the same key is there twice; each key has one purpose"))
        if not all(_ID.fullmatch(key_id) and key_id != INDEX for key_id in self.seal):
            raise BadKeys(
                say('a key\'s id is not 1 to 32 of A-Z, a-z, 0-9, "_" and "-", or is "{name}"', name=INDEX)
            )

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
            raise BadKeys(say("keys are written as {form}; there is something else", form=_FORM))
        if name in fields:
            raise BadKeys(say('"{name}=" is there twice', name=name))
        fields[name] = value
    for name in ("seal", "index"):
        if name not in fields:
            raise BadKeys(say('"{name}=" is missing; keys are written as {form}', name=name, form=_FORM))
    seal: dict[str, bytes] = {}
    for number, item in enumerate(fields["seal"].split(","), 1):
        key_id, colon, value = item.partition(":")
        if not colon:
            raise BadKeys(say("sealing key {number} is not ID:BASE64", number=number))
        if key_id in seal:
            raise BadKeys(say("sealing key {number} has the id of an earlier one", number=number))
        seal[key_id] = _key(value, say("sealing key {number}", number=number))
    return KeyRing(seal, _key(fields["index"], say("the index key")))


def generate() -> str:
    """The text of a new ring with one sealing key, from the system's random numbers."""
    keys = {secrets.token_hex(4): secrets.token_bytes(KEY_BYTES)}
    return KeyRing(keys, secrets.token_bytes(KEY_BYTES)).text()


def load_or_generate(path: Path) -> KeyRing:
    """The ring in the file `path`; a missing file is made, with mode 0600.

    Processes that do this at once end up with the same keys. Raises BadKeyFile.
    """
    try:
        text = _text_of(path)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise BadKeyFile(_unreadable(path, str(error.strerror))) from error
    except UnicodeDecodeError:
        raise BadKeyFile(_unreadable(path, say("it is not text"))) from None  # the error shows the bytes
    try:
        return parse(text)
    except BadKeys as error:
        raise BadKeyFile(_unreadable(path, error.said)) from error


def _text_of(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        _write_if_missing(path, generate() + "\n")
        return path.read_text()


def _unreadable(path: Path, why: str | Said) -> Said:
    return say("the key file {path} cannot be used: {why}", path=str(path), why=why)


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


def _key(value: str, name: Said) -> bytes:
    try:
        key = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise BadKeys(say("{name} is not base64", name=name)) from None
    if len(key) != KEY_BYTES:
        raise BadKeys(
            say("{name} has {found} bytes instead of {wanted}", name=name, found=len(key), wanted=KEY_BYTES)
        )
    return key


def _base64(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _fingerprint(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:16]
