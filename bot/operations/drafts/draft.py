"""A person's draft of the playbook: what they have changed of the live files, saved as they write (L8).

Whatever is saved stays, also with mistakes in it: only publishing asks for a playbook without any. All of it
may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.draft import FILE_MOST, FILES_MOST, DraftFile, DraftKind, digest
from bot.model.published_version import AcceptedPlaybook
from bot.model.translatable import Refusal, tr
from bot.operations.drafts.live_files import LiveFiles, PlaybookBase, is_yaml
from bot.operations.drafts.merging import merged
from bot.operations.drafts.paths import checked_path
from bot.store.stores import Stores

DraftFileState: TypeAlias = Literal["live", "new", "changed", "removed"]
"""Of a file of the draft, compared with what is live."""


class DraftRefused(Refusal):
    """It is not saved; the text says why."""


class SavedElsewhere(DraftRefused):
    """Another window of the same person has saved the file meanwhile: `now` is what is stored."""

    def __init__(self, now: DraftFile | None) -> None:
        super().__init__(tr("another window has saved this file meanwhile: nothing was overwritten"))
        self.now = now


@dataclass(frozen=True, slots=True)
class PlaybookDraft:
    """A draft over the live files: `files` are those that differ, by path."""

    base: PlaybookBase
    files: Mapping[str, DraftFile]

    def state(self, path: str) -> DraftFileState:
        """How this file differs."""
        found = self.files.get(path)
        if found is None:
            return "live"
        if found.kind == "removed":
            return "removed"
        return "changed" if path in self.base.files else "new"

    def is_behind(self, path: str) -> bool:
        """Whether something else was published in this file since the draft has it."""
        found = self.files.get(path)
        return found is not None and found.base != self.base.digest_of(path)

    @property
    def stamp(self) -> str:
        """Names exactly what the draft and what is live hold just now."""
        files = [f"{one.path}\n{one.kind}\n{digest(one.content)}" for one in self.files.values()]
        return digest("\n".join([str(self.base.accepted.number), *sorted(files)]).encode())

    @property
    def behind(self) -> list[str]:
        """All such files."""
        return [path for path in self.files if self.is_behind(path)]

    @property
    def paths(self) -> list[str]:
        """All files, also removed ones: `bot.yaml` first."""
        return sorted({*self.base.files, *self.files}, key=lambda path: (path != self.base.first, path))

    def text(self, path: str) -> str | None:
        """What stands in a YAML file; `None` where there is no such file (any more)."""
        found = self.files.get(path)
        if found is not None:
            return found.text if found.kind == "text" else None
        return self.base.texts.get(path)

    def texts(self) -> Mapping[str, str]:
        """All YAML files as the draft has them."""
        found = ((path, self.text(path)) for path in self.paths)
        return {path: text for path, text in found if text is not None}


async def draft_of(stores: Stores, base: PlaybookBase, account: str) -> PlaybookDraft:
    """What this account has changed."""
    return PlaybookDraft(base, {one.path: one for one in await stores.drafts.of(account)})


async def save(
    stores: Stores,
    base: PlaybookBase,
    account: str,
    path: str,
    content: bytes,
    revision: int,
    now: datetime,
) -> DraftFile | None:
    """Store what stands in a file by now. `revision` is that of the draft's file it was edited from, 0 where
    the draft had none; `None`: it is what is live again, and no part of the draft.

    Raises `PathRefused`, `DraftRefused` and `SavedElsewhere`.
    """
    path = checked_path(path)
    kind: DraftKind = "text" if is_yaml(path) else "file"
    if len(content) > FILE_MOST:
        raise DraftRefused(tr("a file has at most {number} MB", number=FILE_MOST // 2**20))
    if base.digest_of(path) == digest(content):
        await revert(stores, account, path)
        return None
    return await _put(stores, base, account, path, kind, content, revision, now)


async def remove(
    stores: Stores, base: PlaybookBase, account: str, path: str, revision: int, now: datetime
) -> DraftFile | None:
    """Take a file out of the playbook; `None`: it was of the draft alone, and is gone. Raises as `save`."""
    path = checked_path(path)
    if path == base.first:
        raise DraftRefused(tr("{file} is what the playbook begins with: it stays", file=path))
    if path not in base.files:
        await revert(stores, account, path)
        return None
    return await _put(stores, base, account, path, "removed", b"", revision, now)


async def revert(stores: Stores, account: str, path: str) -> bool:
    """This file is as it is live again; whether it was in the draft."""
    there = await stores.drafts.one(account, path)
    return there is not None and bool(await stores.drafts.remove(account, [there]))


async def drop(stores: Stores, account: str) -> int:
    """The whole draft is gone; how many files were in it."""
    return len(await stores.drafts.remove(account, await stores.drafts.of(account)))


async def take_version(
    stores: Stores, live: LiveFiles, account: str, accepted: AcceptedPlaybook, now: datetime
) -> int:
    """A draft that holds a former version's files: looked at and published like any, one goes back by it.

    How many files differ. Raises `DraftRefused` where the account has a draft already, and `BaseMissing`
    where the files of that version are not stored any more.
    """
    if await stores.drafts.number(account):
        raise DraftRefused(tr("you have a draft: publish it, or drop it first"))
    base, former = await live.now(), await live.of(accepted)
    others = [one for path, one in former.files.items() if base.digest_of(path) != one.sha256]
    for path, content in (await live.contents(others)).items():
        kind: DraftKind = "text" if is_yaml(path) else "file"
        await _put(stores, base, account, path, kind, content, 0, now)
    gone = [path for path in base.files if path not in former.files]
    for path in gone:
        await _put(stores, base, account, path, "removed", b"", 0, now)
    return len(others) + len(gone)


async def _put(
    stores: Stores,
    base: PlaybookBase,
    account: str,
    path: str,
    kind: DraftKind,
    content: bytes,
    revision: int,
    now: datetime,
) -> DraftFile:
    there = await stores.drafts.one(account, path)
    if (0 if there is None else there.revision) != revision:
        raise SavedElsewhere(there)
    if there is None:
        if await stores.drafts.number(account) >= FILES_MOST:
            raise DraftRefused(tr("a draft changes at most {number} files", number=FILES_MOST))
        new = DraftFile(path, kind, content, base.digest_of(path), base.texts.get(path), 0, now)
    else:
        new = replace(there, kind=kind, content=content, at=now)
    stored = await stores.drafts.put(account, new)
    if stored is None:
        raise SavedElsewhere(await stores.drafts.one(account, path))
    return stored


@dataclass(frozen=True, slots=True)
class RenewedDraft:
    """What became of a draft on an older version: files that were merged, and places where both had changed
    the same lines (theirs stand there as comments); pictures and the like that both have changed."""

    merged: tuple[str, ...]
    conflicts: int
    both: tuple[str, ...]


async def renew(stores: Stores, account: str, draft: PlaybookDraft, says: str, now: datetime) -> RenewedDraft:
    """Base the draft on what is live: what was published meanwhile comes into its files.

    `says` heads what is put into comments. A file that both have removed, or made the same, leaves the draft;
    of a picture that both have changed the draft's stays. Raises `SavedElsewhere`.
    """
    base, done, conflicts, both = draft.base, list[str](), 0, list[str]()
    for path in draft.behind:
        file, live = draft.files[path], base.texts.get(path)
        new = replace(file, base=base.digest_of(path), base_text=live, at=now)
        if file.kind == "text" and live is not None and file.base_text is not None:
            found = merged(file.base_text, file.text, live, says)
            conflicts += found.conflicts
            new = replace(new, content=found.text.encode("utf-8", "surrogatepass"))
            done.append(path)
        elif path in base.files:
            both.append(path)
        is_live = digest(new.content) == new.base or (new.kind == "removed" and new.base is None)
        if is_live:
            await stores.drafts.remove(account, [file])
        elif await stores.drafts.put(account, new) is None:
            raise SavedElsewhere(await stores.drafts.one(account, path))
    return RenewedDraft(tuple(done), conflicts, tuple(both))
