"""A person's draft of the playbook: what they have changed of the live files, saved as they write (L8).

Whatever is saved stays, also with mistakes in it: only publishing asks for a playbook without any. All of it
may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Literal, TypeAlias

from bot.model.draft import FILE_MOST, FILES_MOST, TEXTS_MOST, WHOLE_MOST, DraftFile, DraftKind, digest
from bot.model.published_version import AcceptedPlaybook
from bot.model.translatable import Refusal, tr
from bot.operations.drafts.live_files import LiveFiles, PlaybookBase, is_yaml
from bot.operations.drafts.merging import MergedText, merged
from bot.operations.drafts.paths import checked_path
from bot.playbook.syntax.source import FILE_LIMIT
from bot.store.stores import Stores

DraftFileState: TypeAlias = Literal["live", "new", "changed", "removed"]
"""Of a file of the draft, compared with what is live."""


class DraftRefused(Refusal):
    """It is not saved; the text says why."""


class OnlyInEditor(DraftRefused):
    """A form cannot change this file: it is written otherwise than forms write."""

    def __init__(self, file: str) -> None:
        says = tr("{file} is written so that only the editor can change it: open it there", file=file)
        super().__init__(says)


class SavedElsewhere(DraftRefused):
    """Another window of the same person has saved the file meanwhile: `now` is what is stored."""

    def __init__(self, now: DraftFile | None) -> None:
        super().__init__(tr("another window has saved this file meanwhile: nothing was overwritten"))
        self.now = now


@dataclass(frozen=True, slots=True)
class EditedFile:
    """What somebody has before them as they write: the draft's `revision` of the file (0: it had none), the
    sha256 of the live file then (`None`: there was none), and that of the revision itself (`None`: unknown):
    if just that is live by now, it was published, and they write on from there."""

    revision: int = 0
    base: str | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True)
class PlaybookDraft:
    """A draft over the live files: `files` are those that differ, by path; `owner` whose it is."""

    base: PlaybookBase
    files: Mapping[str, DraftFile]
    owner: str = ""

    def state(self, path: str) -> DraftFileState:
        """How this file differs."""
        found = self.files.get(path)
        if found is None:
            return "live"
        if found.kind == "removed":
            return "removed"
        return "changed" if path in self.base.files else "new"

    def opened(self, path: str) -> EditedFile:
        """What somebody has before them who opens this file now."""
        found = self.files.get(path)
        return (
            EditedFile(0, self.base.digest_of(path))
            if found is None
            else EditedFile(found.revision, found.base, found.sha256)
        )

    def is_behind(self, path: str) -> bool:
        """Whether something else was published in this file since the draft has it."""
        found = self.files.get(path)
        return found is not None and found.base != self.base.digest_of(path)

    def with_files(self, contents: Mapping[str, bytes], now: datetime) -> PlaybookDraft:
        """The draft as it would be with these, which are not saved."""
        new = {path: _unsaved(path, content, now) for path, content in contents.items()}
        return replace(self, files={**self.files, **new})

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


def _unsaved(path: str, content: bytes, now: datetime) -> DraftFile:
    return DraftFile(path, "text" if is_yaml(path) else "file", content, None, None, 0, now)


async def draft_of(stores: Stores, base: PlaybookBase, account: str) -> PlaybookDraft:
    """What this account has changed."""
    return PlaybookDraft(base, {one.path: one for one in await stores.drafts.of(account)}, account)


async def save(
    stores: Stores,
    live: LiveFiles,
    account: str,
    path: str,
    content: bytes,
    opened: EditedFile,
    now: datetime,
) -> DraftFile | None:
    """Store what stands in a file by now, as it was edited from what was `opened`.

    `None`: it is what is live again, and no part of the draft. What was published since it was opened is not
    lost: the draft's file is then behind that. Raises `PathRefused`, `DraftRefused` and `SavedElsewhere`.
    """
    base = await live.now()
    path = checked_path(path, base.files)
    kind: DraftKind = "text" if is_yaml(path) else "file"
    if len(content) > FILE_MOST:
        raise DraftRefused(tr("a file has at most {number} MB", number=FILE_MOST // 2**20))
    if kind == "text":
        if len(content) > FILE_LIMIT:
            raise DraftRefused(tr("a file of YAML has at most {number} MB", number=FILE_LIMIT // 2**20))
        _check_text(content)
    opened = await _published(stores, account, base, path, opened)
    there = await _same(stores, account, path, opened.revision)
    if there is None and path not in base.files:
        checked_path(path, await stores.drafts.revisions(account))
    if base.digest_of(path) == digest(content) and (there is None or there.base == base.digest_of(path)):
        await _drop(stores, account, there)
        return None
    return await _put(stores, live, account, there, path, kind, content, opened.base, now)


def _check_text(content: bytes) -> None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DraftRefused(
            tr("the file is not UTF-8: save it so in the program that it comes from")
        ) from error


async def _published(
    stores: Stores, account: str, base: PlaybookBase, path: str, opened: EditedFile
) -> EditedFile:
    """What was opened, or the live file where exactly that was published meanwhile."""
    is_live = opened.content is not None and base.digest_of(path) == opened.content
    if not (opened.revision and is_live) or await stores.drafts.one(account, path) is not None:
        return opened
    return EditedFile(0, opened.content, opened.content)


async def _same(stores: Stores, account: str, path: str, revision: int) -> DraftFile | None:
    """The draft's file, if it is still the one that was opened. Raises `SavedElsewhere`."""
    there = await stores.drafts.one(account, path)
    if (0 if there is None else there.revision) != revision:
        raise SavedElsewhere(there)
    return there


async def _drop(stores: Stores, account: str, there: DraftFile | None) -> None:
    if there is not None and not await stores.drafts.remove(account, [there]):
        raise SavedElsewhere(await stores.drafts.one(account, there.path))


async def add(stores: Stores, live: LiveFiles, account: str, path: str, content: bytes, now: datetime) -> str:
    """A new file; its path as it is stored. Raises as `save`, and where there is one of this name."""
    base = await live.now()
    path = checked_path(path, base.files)
    if path in base.files or await stores.drafts.one(account, path) is not None:
        raise DraftRefused(tr("there is a file of this name already"))
    await save(stores, live, account, path, content, EditedFile(), now)
    return path


async def remove(
    stores: Stores, live: LiveFiles, account: str, path: str, opened: EditedFile, now: datetime
) -> DraftFile | None:
    """Take a file out of the playbook; `None`: it was of the draft alone, and is gone. Raises as `save`."""
    base = await live.now()
    path = checked_path(path, base.files)
    if path == base.first:
        raise DraftRefused(tr("{file} is what the playbook begins with: it stays", file=path))
    there = await _same(stores, account, path, opened.revision)
    if path not in base.files:
        await _drop(stores, account, there)
        return None
    return await _put(stores, live, account, there, path, "removed", b"", opened.base, now)


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
    if await stores.drafts.sizes(account):
        raise DraftRefused(tr("you have a draft: publish it, or drop it first"))
    base, former = await live.now(), await live.of(accepted)
    others = [one for path, one in former.files.items() if base.digest_of(path) != one.sha256]
    for path, content in (await live.contents(others)).items():
        kind: DraftKind = "text" if is_yaml(path) else "file"
        await _put(stores, live, account, None, path, kind, content, base.digest_of(path), now)
    gone = [path for path in base.files if path not in former.files]
    for path in gone:
        await _put(stores, live, account, None, path, "removed", b"", base.digest_of(path), now)
    return len(others) + len(gone)


async def _put(
    stores: Stores,
    live: LiveFiles,
    account: str,
    there: DraftFile | None,
    path: str,
    kind: DraftKind,
    content: bytes,
    opened: str | None,
    now: datetime,
) -> DraftFile:
    if there is not None and (there.kind, there.content) == (kind, content):
        return there  # sent twice
    sizes = await stores.drafts.sizes(account)
    if len({*sizes, path}) > FILES_MOST:
        raise DraftRefused(tr("a draft changes at most {number} files", number=FILES_MOST))
    sizes = {**sizes, path: len(content)}
    if sum(sizes.values()) > WHOLE_MOST:
        raise DraftRefused(tr("a draft has at most {number} MB", number=WHOLE_MOST // 2**20))
    if sum(size for one, size in sizes.items() if is_yaml(one)) > TEXTS_MOST:
        raise DraftRefused(tr("a draft has at most {number} MB of YAML", number=TEXTS_MOST // 2**20))
    if there is None:
        text = await live.text_of(path, opened) if is_yaml(path) else None
        new = DraftFile(path, kind, content, opened, text, 0, now)
    else:
        new = replace(there, kind=kind, content=content, at=now)
    stored = await stores.drafts.put(account, new)
    if stored is None:
        raise SavedElsewhere(await stores.drafts.one(account, path))
    return stored


@dataclass(frozen=True, slots=True)
class RenewedDraft:
    """What became of a draft on an older version: files that were merged, and places where both had changed
    the same lines (theirs stand there as comments); files of which one of the two stands alone."""

    merged: tuple[str, ...]
    conflicts: int
    both: tuple[str, ...]


async def renew(
    stores: Stores,
    draft: PlaybookDraft,
    says: str,
    now: datetime,
    apart: Callable[[Callable[[], MergedText]], Awaitable[MergedText]],
) -> RenewedDraft:
    """Base the draft on what is live: what was published meanwhile comes into its files.

    `says` heads what is put into comments; merging may take minutes, so it is done `apart`. A file that both
    have removed, or made the same, leaves the draft; of a picture that both have changed the draft's stays,
    and what the draft takes out is out: `both` names them. Raises `SavedElsewhere`, and what `apart` does.
    """
    base, account, done, conflicts, both = draft.base, draft.owner, list[str](), 0, list[str]()
    for path in draft.behind:
        file, live = draft.files[path], base.texts.get(path)
        new = replace(file, base=base.digest_of(path), base_text=live, at=now)
        if file.kind == "text" and live is not None:
            found = await apart(partial(merged, file.base_text or "", file.text, live, says))
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
