"""What the columns of another system's file are meant as, and whether its bindings are trusted: a small file.

columns: {會員手機: phone, UID: line_id, 備註: "-"}
binding: trusted
binding_tags: [會員]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.engine.compiled.playbook import Playbook
from bot.model.translatable import row, tr
from bot.operations.table_lines import TableWrong, reading, unreadable
from bot.playbook.csv_table import column_name
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import plain
from bot.playbook.syntax.parse import parse
from bot.playbook.syntax.source import SourceFile

LEFT_OUT = "-"
"""The meaning of a column that is not to be read."""
MEANINGS = (
    *("phone", "member_no", "line_id", "name", "email", "birthday", "marketing", "unsubscribed", "tags"),
    *("binding", "clerk", "clerk_date"),
)
"""Beside the keys of attributes and `tag:NAME`."""
_KEYS = ("columns", "binding", "binding_tags")
LARGEST = 64 * 1024
"""Bytes of such a file."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """`columns`: their names, as `column_name` has them, to ours. `is_binding_trusted`: the other system has
    proven each phone with a binding; `binding_tags` are put on with it, and go with it."""

    columns: Mapping[str, str] = field(default_factory=dict)
    is_binding_trusted: bool = False
    binding_tags: tuple[str, ...] = ()

    def applied(self, names: Sequence[str], playbook: Playbook) -> list[str]:
        """The names of a file's columns with their meanings, empty where a column is left out.

        Raises `TableWrong` for a meaning, a tag or a column that is not there, and for tags of bindings that
        are not trusted.
        """
        for name in self.columns:
            if name not in names:
                there = [one for one in names if one]
                hint = hint_for(name, there) or tr("it has {names}", names=row(there))
                raise TableWrong(tr("the file has no column {name}; {hint}", name=quoted(name), hint=hint))
        for meaning in self.columns.values():
            _check(meaning, playbook)
        if self.binding_tags and not self.is_binding_trusted:
            raise TableWrong(
                tr(
                    "binding_tags go with bindings that are trusted: write  binding: trusted  beside them, or"
                    " leave them out"
                )
            )
        for tag in self.binding_tags:
            if tag not in playbook.tag_names:
                hint = hint_for(tag, playbook.tag_names) or tr(
                    "it has {names}", names=row(playbook.tag_names)
                )
                raise TableWrong(tr("no tag is called {name}; {hint}", name=quoted(tag), hint=hint))
        meant = [self.columns.get(name, name) for name in names]
        return ["" if one == LEFT_OUT else one if one in MEANINGS else column_name(one) for one in meant]


NO_MAP = ColumnMap()


def _check(meaning: str, playbook: Playbook) -> None:
    if meaning == LEFT_OUT or meaning in MEANINGS or meaning in playbook.attributes:
        return
    kind, _, tag = meaning.partition(":")
    if kind == "tag" and tag in playbook.tag_names:
        return
    known = [*MEANINGS, *playbook.attributes, *(f"tag:{one}" for one in playbook.tag_names), LEFT_OUT]
    hint = hint_for(meaning, known) or tr("write one of {names}", names=row(known[:40]))
    raise TableWrong(tr("no column of ours is called {name}; {hint}", name=quoted(meaning), hint=hint))


def read_column_map(path: Path) -> ColumnMap:
    """The file's map. Raises `TableWrong`."""
    with reading(path):
        raw = path.read_bytes() if path.stat().st_size <= LARGEST else b"\xff"
    try:
        source = SourceFile(path.name, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise TableWrong(unreadable(str(path), tr("it is no small file in UTF-8"))) from error
    root, problems = parse(source)
    if problems or root is None:
        why = problems[0].message if problems else tr("it is empty")
        line = problems[0].place.line if problems else 1
        raise TableWrong(unreadable(str(path), tr("line {line}: {why}", line=line, why=why)))
    return _map_of(plain(root), path)


def _map_of(data: object, path: Path) -> ColumnMap:
    if not isinstance(data, dict):
        raise TableWrong(unreadable(str(path), tr("write  columns: {{their name: ours}}")))
    for key in data:
        if key not in _KEYS:
            hint = hint_for(key, _KEYS) or tr("write one of {names}", names=row(_KEYS))
            raise TableWrong(
                unreadable(str(path), tr("{key} means nothing here; {hint}", key=quoted(key), hint=hint))
            )
    columns, binding, tags = data.get("columns") or {}, data.get("binding"), data.get("binding_tags") or []
    if not isinstance(columns, dict) or not all(isinstance(ours, str) for ours in columns.values()):
        raise TableWrong(unreadable(str(path), tr("write  columns: {{their name: ours}}")))
    if binding not in (None, "trusted", "unproven"):
        raise TableWrong(unreadable(str(path), tr("write  binding: trusted  or  binding: unproven")))
    tags = [tags] if isinstance(tags, str) else tags
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise TableWrong(unreadable(str(path), tr("write  binding_tags: [name]")))
    return ColumnMap(
        {column_name(theirs): ours for theirs, ours in columns.items()}, binding == "trusted", tuple(tags)
    )
