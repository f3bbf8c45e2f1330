"""A composed broadcast in somebody's draft of the playbook: found, tried out, saved, copied (E4, I1, L8).

All of it may raise `DatabaseUnavailable` and `BaseMissing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.draft import DraftFile
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.operations.broadcasts.broadcast_form import ComposedBroadcast, entry_of
from bot.operations.broadcasts.broadcast_read_back import MoreThanForm, composed_of
from bot.operations.drafts.draft import DraftRefused, EditedFile, PlaybookDraft, save
from bot.operations.drafts.draft_work import compiled
from bot.operations.drafts.free_names import free_name, safe_name
from bot.operations.drafts.live_files import is_yaml
from bot.operations.drafts.paths import checked_path
from bot.operations.drafts.publishing import DraftContext
from bot.playbook.section_names import SectionNames
from bot.playbook.syntax.nodes import Map, plain
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.written_entry import EntriesUnread, WrittenEntry, entry_in, with_entry

FOLDER, SECTION, SPLITS, AUDIENCES = "rules/broadcasts", "broadcasts", "splits", "audiences"
LISTS = "rules/lists"

_OF_ONE_SENDING = frozenset({"at", "every", "until", "status"})
"""Keys of an entry that are not copied with it: when it goes out, and whether."""


@dataclass(frozen=True, slots=True)
class EditedBroadcast:
    """Where a broadcast stands in the draft; `opened`: what of the file somebody has before them."""

    name: str
    path: str
    line: int
    split: str
    opened: EditedFile


@dataclass(frozen=True, slots=True)
class OpenForm:
    """The form as it is filled in, above a draft; `at`: the broadcast that is edited, `None`: a new one."""

    draft: PlaybookDraft
    names: SectionNames
    at: EditedBroadcast | None
    composed: ComposedBroadcast

    @property
    def place(self) -> EditedBroadcast:
        """Where it stands, or is to: a new one in a file of its own."""
        return self.at or _new_place(self.draft, self.names, self.composed.title)


@dataclass(frozen=True, slots=True)
class FoundBroadcast:
    """A broadcast of the draft; `composed` is `None` where it says more than the form knows."""

    at: EditedBroadcast
    composed: ComposedBroadcast | None


def find(
    draft: PlaybookDraft, names: SectionNames, name: str, *, copies: bool = False
) -> FoundBroadcast | None:
    """The broadcast of this name, as the draft has it; what `copies` it needs no time, state or comment."""
    for path, text in draft.texts().items():
        entry = entry_in(text, SECTION, name) if SECTION in text else None
        if entry is None:
            continue
        split = entry.value.get("split") if isinstance(entry.value, Mapping) else None
        if copies and isinstance(entry.value, Mapping):
            said = {key: value for key, value in entry.value.items() if key not in _OF_ONE_SENDING}
            entry = replace(entry, value=said, is_bare=True)
        at = EditedBroadcast(name, path, entry.first, split or name, draft.opened(path))
        if not copies and split is not None and _is_shared(draft, split):
            return FoundBroadcast(at, None)  # the shares of others would change with these
        return FoundBroadcast(at, _composed(text, name, entry, split, names))
    return None


def _is_shared(draft: PlaybookDraft, split: str) -> bool:
    """Whether more than one place of the playbook names this split."""
    named = re.compile(rf"""\bsplit:\s*["']?{re.escape(split)}["']?\s*(?:[,}}#]|$)""", re.MULTILINE)
    return sum(len(named.findall(text)) for text in draft.texts().values()) > 1


def _composed(
    text: str, name: str, entry: WrittenEntry, split: str | None, names: SectionNames
) -> ComposedBroadcast | None:
    shares = None if split is None else entry_in(text, SPLITS, split)
    is_plain = entry.is_bare and isinstance(entry.value, Mapping)
    if not is_plain or (split is not None and (shares is None or not shares.is_bare)):
        return None
    try:
        return composed_of(entry.value, name, split or "", {} if shares is None else shares.value, names)
    except MoreThanForm:
        return None


# -- names


def _new_place(draft: PlaybookDraft, names: SectionNames, title: str) -> EditedBroadcast:
    files = [PurePosixPath(path).stem for path in draft.paths if path.startswith(f"{FOLDER}/")]
    name = free_name(safe_name(title, "群發"), [*names.of(SECTION), *files])
    split = free_name(name, names.of(SPLITS))
    return EditedBroadcast(name, f"{FOLDER}/{name}.yaml", 1, split, EditedFile())


# -- writing


def text_with(form: OpenForm) -> str:
    """The file with the broadcast in it.

    Raises `DraftRefused` where the form cannot change that file, and `PathRefused`.
    """
    at = form.place
    if not is_yaml(checked_path(at.path, form.draft.base.files)):
        raise DraftRefused(tr("{file} is no YAML of the playbook", file=at.path))
    text = form.draft.text(at.path) or ""
    entry = dict(entry_of(form.composed, at.name, at.split, form.names))
    there = entry_in(text, SECTION, at.name)
    if there is not None and isinstance(there.value, Mapping):
        entry = {key: entry[key] for key in (*there.value, *entry) if key in entry}
    shares = dict(form.composed.groups) or None
    if shares is None and there is not None and "split" not in (there.value or {}):
        changes: list[tuple[str, str, Any]] = [(SECTION, at.name, entry)]
    else:
        changes = [(SPLITS, at.split, shares), (SECTION, at.name, entry)]
    try:
        for section, name, value in changes:
            text = with_entry(text, section, name, value)
    except EntriesUnread as error:
        raise DraftRefused(
            tr("{file} is written so that only the editor can change it: open it there", file=at.path)
        ) from error
    return text


def is_saved(form: OpenForm, text: str) -> bool:
    """Whether the draft says all of it already; `text` is its file as the form would write it."""
    if form.at is None:
        return False
    name, there = form.at.name, form.draft.text(form.at.path)
    entry = None if there is None else entry_in(there, SECTION, name)
    if there is None or entry is None:
        return False
    split = entry.value.get("split") if isinstance(entry.value, Mapping) else None
    return text == there or _composed(there, name, entry, split, form.names) == form.composed


async def save_composed(context: DraftContext, account: str, form: OpenForm) -> None:
    """Into the account's draft. Raises `DraftRefused`, also `SavedElsewhere`: another window was first."""
    text, at = text_with(form), form.place
    await save(context.stores, context.live, account, at.path, text.encode(), at.opened, context.now())


async def save_beside(
    context: DraftContext, account: str, draft: PlaybookDraft, path: str, content: bytes
) -> str:
    """A picture or a table into the draft, under a name that nothing else has; its path.

    Raises `DraftRefused` and `PathRefused`.
    """
    wanted = PurePosixPath(path)
    stem = safe_name(wanted.stem, wanted.parent.name)
    taken = [one for one in draft.paths if one.startswith(f"{wanted.parent}/")]
    stems = [PurePosixPath(one).stem for one in taken]
    free = f"{wanted.parent}/{free_name(stem, stems)}{wanted.suffix.lower()}"
    await save(context.stores, context.live, account, free, content, EditedFile(), context.now())
    return free


async def save_list(
    context: DraftContext, account: str, form: OpenForm, title: str, table: bytes, column: str
) -> str:
    """A list of people as an audience of the draft: the CSV, and the file that names it; the audience."""
    files = [PurePosixPath(path).stem for path in form.draft.paths if path.startswith(f"{LISTS}/")]
    name = free_name(safe_name(title, "名單"), [*form.names.of(AUDIENCES), *files])
    path = f"{LISTS}/{name}.csv"
    await save(context.stores, context.live, account, path, table, EditedFile(), context.now())
    text = with_entry("", AUDIENCES, name, {"csv": path, "column": column})
    await save(
        *(context.stores, context.live, account, f"{LISTS}/{name}.yaml", text.encode(), EditedFile()),
        context.now(),
    )
    return name


# -- trying


@dataclass(frozen=True, slots=True)
class ComposedTrial:
    """What the draft would be with a broadcast as it is composed just now.

    `playbook` is `None` where it holds mistakes. `problems` are those of the broadcast's own file, or all
    where none of them is. `pictures` by their public address the file's path.
    """

    playbook: Playbook | None
    broadcast: Broadcast | None
    problems: Sequence[Problem]
    pictures: Mapping[str, str]


async def tried(context: DraftContext, draft: PlaybookDraft, at: EditedBroadcast, text: str) -> ComposedTrial:
    """Read the draft with this text in place of its file."""
    there = draft.files.get(at.path)
    new = DraftFile(at.path, "text", text.encode(), None, None, 0, context.now())
    file = new if there is None else replace(there, kind="text", content=new.content)
    found = await _read(context, replace(draft, files={**draft.files, at.path: file}), at)
    if found.playbook is None and not any(one.place.file == at.path for one in found.problems):
        beside = {path: one for path, one in draft.files.items() if not _is_elsewhere(one)}
        alone = await _read(context, replace(draft, files={**beside, at.path: file}), at)
        return alone if alone.playbook is not None else found
    return found


def _is_elsewhere(file: DraftFile) -> bool:
    """Whether it is YAML that a mistake in it keeps nobody from looking at a broadcast."""
    return is_yaml(file.path) and not file.path.startswith((f"{LISTS}/", f"{FOLDER}/"))


async def _read(context: DraftContext, draft: PlaybookDraft, at: EditedBroadcast) -> ComposedTrial:
    playbook, problems, pictures = await context.newest(draft, compiled)
    own = [one for one in problems if one.place.file == at.path]
    others = [one for one in problems if one.level == "error"]
    broadcast = None if playbook is None else playbook.broadcasts.get(at.name)
    return ComposedTrial(playbook, broadcast, own or others, pictures)


# -- what differs


def composed_in(draft: PlaybookDraft) -> Sequence[tuple[str, str]]:
    """The broadcasts of the files that a draft changes, with their titles. It blocks."""
    found = []
    for path, file in draft.files.items():
        entries = _entries(path, file.text) if file.kind == "text" else {}
        before = _entries(path, draft.base.texts.get(path, "")) if entries else {}
        for name, entry in entries.items():
            if name not in before or before[name] != entry:
                title = entry.get("title") if isinstance(entry, Mapping) else None
                found.append((name, title or name))
    return found


def _entries(path: str, text: str) -> Mapping[str, Any]:
    """What the broadcasts of a file say, by their names: read once, for a file may have hundreds."""
    root = parsed(SourceFile(path, text)).root
    node = root.get(SECTION) if isinstance(root, Map) else None
    return plain(node) if isinstance(node, Map) else {}
