"""A tag put into a draft: one that staff put on, in the file where tags are."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.translatable import Refusal, tr
from bot.playbook.syntax.folder_names import BOT_YAML
from bot.playbook.syntax.nodes import Map
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.written_entry import EntriesUnread, with_entry

SECTION = "tags"
NAME_MOST = 50
"""Characters of a tag's name that the form takes."""
_NEW = "rules/tags.yaml"


def with_tag_declared(sources: Mapping[str, str], name: str) -> tuple[str, str]:
    """The file of the playbook's `sources` that declares tags, and its text with one more.

    Raises `Refusal` where the name is none, is taken, or the file cannot be read.
    """
    name = name.strip()
    if not name or len(name) > NAME_MOST or not name.isprintable():
        raise Refusal(tr("A tag has a name, of {most} characters at most", most=NAME_MOST))
    declaring = [path for path in _of_rules(sources) if _declared(path, sources[path]) is not None]
    if any(name in (_declared(path, sources[path]) or ()) for path in declaring):
        raise Refusal(tr("There is a tag {tag} already", tag=name))
    path = declaring[0] if declaring else _NEW
    try:
        return path, with_entry(sources.get(path, ""), SECTION, name, {"added_by": "staff"})
    except EntriesUnread:
        raise Refusal(
            tr("{file} cannot be changed by a form: add the tag in the editor", file=path)
        ) from None


def _of_rules(sources: Mapping[str, str]) -> list[str]:
    return sorted(path for path in sources if path == BOT_YAML or path.startswith("rules/"))


def _declared(path: str, text: str) -> frozenset[str] | None:
    """The tags that a file declares; `None`: it has no such section."""
    root = parsed(SourceFile(path, text)).root
    found = root.get(SECTION) if isinstance(root, Map) else None
    return frozenset(found.pairs) if isinstance(found, Map) else None
