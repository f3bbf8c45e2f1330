"""The key ring: the keys that seal fields and make blind indexes, and how it is read from text and files."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from bot.model.translatable import Refusal, Translatable, tr

KEY_BYTES = 32
"""Bytes of each key."""

INDEX = "index"
"""The name of the first key of blind indexes, which is written without an id; no sealing key can have it.
Later ones are named `index:ID` in `fingerprints`."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_FORM = "seal=ID:BASE64[,ID:BASE64...] index=[ID:]BASE64[,ID:BASE64...]"


class BadKeys(Refusal):
    """The text is no key ring; the sentence says why and shows nothing of it."""


class BadKeyFile(BadKeys):
    """A key file that cannot be used; the sentence names it."""


@dataclass(frozen=True)
class KeyRing:
    """The sealing keys and those of blind indexes, by id; 32 bytes each.

    The first of each is the current one, unless the database says otherwise (`KeyRegister`). Nothing of a key
    appears in `repr`. Raises BadKeys if the keys cannot be used together.
    """

    seal: Mapping[str, bytes] = field(repr=False)
    index: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seal", MappingProxyType(dict(self.seal)))
        object.__setattr__(self, "index", MappingProxyType(dict(self.index)))
        keys = [*self.seal.values(), *self.index.values()]
        if not self.seal or not self.index:
            raise BadKeys(tr("there is no sealing key"))
        if any(len(key) != KEY_BYTES for key in keys):
            raise BadKeys(tr("a key is not {wanted} bytes long", wanted=KEY_BYTES))
        if len(set(keys)) != len(keys):
            raise BadKeys(tr("the same key is there twice; each key has one purpose"))
        names = [*self.seal, *(key_id for key_id in self.index if key_id != INDEX)]
        if not all(_ID.fullmatch(key_id) and key_id != INDEX for key_id in names):
            raise BadKeys(
                tr('a key\'s id is not 1 to 32 of A-Z, a-z, 0-9, "_" and "-", or is "{name}"', name=INDEX)
            )

    @property
    def current(self) -> str:
        """The id of the key that seals from now on; the others only open."""
        return next(iter(self.seal))

    def fingerprints(self) -> dict[str, str]:
        """16 hexadecimal digits of SHA-256 for each key: by its id, or by its `index_name`."""
        names = [*self.seal.items(), *((index_name(key_id), key) for key_id, key in self.index.items())]
        return {name: _fingerprint(key) for name, key in names}

    def text(self) -> str:
        """The ring in the form that `parse` reads: this is the secret itself."""
        seal = ",".join(f"{key_id}:{_base64(key)}" for key_id, key in self.seal.items())
        index = ",".join(
            _base64(key) if key_id == INDEX else f"{key_id}:{_base64(key)}"
            for key_id, key in self.index.items()
        )
        return f"seal={seal} index={index}"

    def with_new(self) -> tuple[KeyRing, str]:
        """The ring with one key more of either kind, behind the others: it opens only; and their id."""
        key_id = secrets.token_hex(4)
        seal = {**self.seal, key_id: secrets.token_bytes(KEY_BYTES)}
        index = {**self.index, key_id: secrets.token_bytes(KEY_BYTES)}
        return KeyRing(seal, index), key_id

    def without(self, names: Collection[str]) -> KeyRing:
        """The ring without the keys of these names, as the fingerprints have them."""
        return KeyRing(
            {key_id: key for key_id, key in self.seal.items() if key_id not in names},
            {key_id: key for key_id, key in self.index.items() if index_name(key_id) not in names},
        )


def index_name(key_id: str) -> str:
    """What a key of blind indexes is called among all keys."""
    return INDEX if key_id == INDEX else f"{INDEX}:{key_id}"


def kind_and_id(name: str) -> tuple[Literal["seal", "index"], str]:
    """What kind of key is called so among all keys, and its id."""
    before, _, key_id = name.rpartition(":")
    return ("index", key_id) if INDEX in (before, name) else ("seal", name)


def parse(text: str) -> KeyRing:
    """Read a key ring in the form `seal=ID:BASE64[,ID:BASE64...] index=BASE64` (OAFLOW_KEYS, a key file).

    Raises BadKeys, saying which part is wrong by its position.
    """
    fields: dict[str, str] = {}
    for word in text.split():
        name, equals, value = word.partition("=")
        if not equals or name not in ("seal", "index"):
            raise BadKeys(tr("keys are written as {form}; there is something else", form=_FORM))
        if name in fields:
            raise BadKeys(tr('"{name}=" is there twice', name=name))
        fields[name] = value
    for name in ("seal", "index"):
        if name not in fields:
            raise BadKeys(tr('"{name}=" is missing; keys are written as {form}', name=name, form=_FORM))
    seal: dict[str, bytes] = {}
    for number, item in enumerate(fields["seal"].split(","), 1):
        key_id, colon, value = item.partition(":")
        if not colon:
            raise BadKeys(tr("sealing key {number} is not ID:BASE64", number=number))
        if key_id in seal:
            raise BadKeys(tr("sealing key {number} has the id of an earlier one", number=number))
        seal[key_id] = _key(value, tr("sealing key {number}", number=number))
    index: dict[str, bytes] = {}
    for item in fields["index"].split(","):
        key_id, colon, value = item.rpartition(":")
        if (key_id or INDEX) in index:
            raise BadKeys(tr("an index key has the id of an earlier one"))
        index[key_id or INDEX] = _key(value, tr("the index key"))
    return KeyRing(seal, index)


def generate() -> str:
    """The text of a new ring with one sealing key, from the system's random numbers."""
    keys = {secrets.token_hex(4): secrets.token_bytes(KEY_BYTES)}
    return KeyRing(keys, {INDEX: secrets.token_bytes(KEY_BYTES)}).text()


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
        raise BadKeyFile(_unreadable(path, tr("it is not text"))) from None  # the error shows the bytes
    try:
        return parse(text)
    except BadKeys as error:
        raise BadKeyFile(_unreadable(path, error.message)) from error


def load_private(path: Path) -> KeyRing:
    """The ring in a file that somebody else has made, and only its owner may read. Raises BadKeyFile."""
    try:
        if path.stat().st_mode & 0o077:
            others = tr("others may read it; let nobody but its owner:  chmod 600 {path}", path=str(path))
            raise BadKeyFile(_unreadable(path, others))
        return parse(path.read_text())
    except OSError as error:
        raise BadKeyFile(_unreadable(path, str(error.strerror))) from error
    except UnicodeDecodeError:
        raise BadKeyFile(_unreadable(path, tr("it is not text"))) from None  # the error shows the bytes
    except BadKeyFile:
        raise
    except BadKeys as error:
        raise BadKeyFile(_unreadable(path, error.message)) from error


def _text_of(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        _write_if_missing(path, generate() + "\n")
        return path.read_text()


def _unreadable(path: Path, why: str | Translatable) -> Translatable:
    return tr("the key file {path} cannot be used: {why}", path=str(path), why=why)


def replace_file(path: Path, ring: KeyRing) -> None:
    """Put this ring in place of the file, durably: a crash leaves the old one or the new one, whole.

    The owner of the file stays the same. Temporary files of a killed process are removed: only one process
    may do this at a time.
    """
    for left in path.parent.glob(f"{path.name}.{'[0-9a-f]' * 16}"):
        left.unlink()
    owner = path.stat()
    draft = _draft(path, ring.text() + "\n")
    try:
        os.chown(draft, owner.st_uid, owner.st_gid)
        os.replace(draft, path)
        sync_folder(path.parent)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def append_copy(path: Path, copy: Path) -> None:
    """Add what a file of keys holds to another, durably; nobody but its owner may read it from then on."""
    fd = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(fd, "w") as file:
        os.fchmod(fd, 0o600)
        file.write(path.read_text())
        file.flush()
        os.fsync(fd)
    sync_folder(copy.parent)


def _draft(path: Path, text: str) -> Path:
    """A file beside this one that only we can read, written through to the disk."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _write_if_missing(path: Path, text: str) -> None:
    """Write a whole file, durably, or leave the one that another process wrote meanwhile."""
    draft = _draft(path, text)
    try:
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        sync_folder(path.parent)
    finally:
        draft.unlink()


def sync_folder(folder: Path) -> None:
    """Write a name in a folder through to the disk."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _key(value: str, name: Translatable) -> bytes:
    try:
        key = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise BadKeys(tr("{name} is not base64", name=name)) from None
    if len(key) != KEY_BYTES:
        raise BadKeys(
            tr("{name} has {found} bytes instead of {wanted}", name=name, found=len(key), wanted=KEY_BYTES)
        )
    return key


def _base64(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _fingerprint(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:16]
