"""An entry of a section, put into the files of a draft with the rules about it (N1–N3, L8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from bot.model.problem import Problem
from bot.model.translatable import Translatable
from bot.operations.drafts.draft import OnlyInEditor, PlaybookDraft
from bot.operations.drafts.free_names import free_name, safe_name
from bot.operations.drafts.publishing import DraftContext
from bot.playbook.syntax.folder_names import BOT_YAML, SCENARIOS
from bot.playbook.syntax.nodes import List, Map, Node, scalars, text_at
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.written_entry import EntriesUnread, with_entry
from bot.wording.rule_to_paste import pasted, placed


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What saving would write: its name, and the files (path and text) that change; `tests` are the scenarios
    that play it, each with what it shows; `files` are pictures that the texts name."""

    name: str
    texts: Mapping[str, str]
    tests: Mapping[str, Translatable] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def contents(self) -> Mapping[str, bytes]:
        """The files as they are stored, pictures first."""
        return {**self.files, **{path: text.encode() for path, text in self.texts.items()}}


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """Where entries of a kind go: the section, the file of the first of them, the name of one without any, or
    of all where names are Latin; `exact`: it is called as it is written."""

    section: str
    file: str
    nameless: str
    names: Literal["safe", "latin", "exact"] = "safe"


def put_rules(texts: dict[str, str], lines: Sequence[str], channel: str) -> None:
    """Put the lines of rules into the text of the file where rules of the channel are."""
    of_rules = {one: texts[one] for one in _of_rules(texts)}
    at = placed(lines, of_rules, channel)
    texts[at.file] = pasted(at, of_rules)


def put_entry(texts: dict[str, str], place: EntryPlace, title: str, entry: Mapping[str, object]) -> str:
    """Put the entry into the text of its file, and return the name that it got. Raises `OnlyInEditor`."""
    wanted = title if place.names == "exact" else safe_name(title, place.nameless)
    name = free_name(place.nameless if place.names == "latin" else wanted, titles_in(texts, place.section))
    rules = place.file.startswith("rules/")
    files = _of_rules(texts) if rules else [one for one in texts if one.startswith(place.file)]
    there = having({one: texts[one] for one in files}, place.section)
    known = (one for one, nodes in there if nodes.pairs)
    path = next(known, free_file(texts, place.file))
    set_entry(texts, path, place.section, name, entry)
    return name


def in_editor(file: str) -> str:
    """The address where a file of the draft is edited."""
    return f"/admin/playbook?{urlencode({'file': file})}"


@contextmanager
def in_lines(path: str) -> Iterator[None]:
    """Raises `OnlyInEditor` where what is written within finds no entries on lines of their own."""
    try:
        yield
    except EntriesUnread:
        raise OnlyInEditor(path) from None


def set_entry(texts: dict[str, str], path: str, section: str, name: str, entry: object) -> None:
    """Put the entry into the text of this file, in place of one of its name. Raises `OnlyInEditor`."""
    with in_lines(path):
        texts[path] = with_entry(texts.get(path, ""), section, name, entry)


def changed(sources: Mapping[str, str], texts: Mapping[str, str]) -> Mapping[str, str]:
    """The texts that are others than before."""
    return {path: text for path, text in texts.items() if text != sources.get(path)}


def free_file(sources: Mapping[str, str], stem: str) -> str:
    """A file of this name that is not there yet, or with a number behind it."""
    return f"{free_name(stem, [path.removesuffix('.yaml') for path in sources])}.yaml"


async def mistakes_of(context: DraftContext, draft: PlaybookDraft, made: NewEntry) -> Sequence[Problem]:
    """What would keep the files from being published and did not before, all of it where it is played; of
    mistakes in the same words as many as a file has more."""
    before = Counter[tuple[str, Translatable]]()
    if not made.tests:
        before.update((one.place.file, one.message) for one in _errors(await context.check(draft)))
    found = _errors(await context.check(draft.with_files(made.contents, context.now())))
    for one in found:
        before[one.place.file, one.message] -= 1
    return [one for one in found if before[one.place.file, one.message] < 0]


def _errors(found: Sequence[Problem]) -> Sequence[Problem]:
    return [one for one in found if one.level == "error"]


def titles_in(sources: Mapping[str, str], section: str) -> Mapping[str, str]:
    """The names of a section as these files have them, each with its title."""
    found: dict[str, str] = {}
    for _, nodes in having(sources, section):
        for name, (_, node) in nodes.pairs.items():
            found[name] = (text_at(node, "title") if isinstance(node, Map) else "") or name
    return found


def channel_has(sources: Mapping[str, str], channel: str, key: str) -> bool:
    """Whether an official account has this, such as `liff`; without its name, whether any has."""
    accounts = (pair for _, nodes in having(sources, "channels") for pair in nodes.pairs.items())
    found = (one for name, (_, one) in accounts if channel in ("", name))
    return any(isinstance(one, Map) and one.get(key) is not None for one in found)


def having(sources: Mapping[str, str], section: str) -> Iterator[tuple[str, Map]]:
    """The files of the playbook with this section, `bot.yaml` first."""
    for path, text in _playbook(sources):
        found = section_in(text, section)
        if isinstance(found, Map):
            yield path, found


def section_in(text: str, section: str) -> Node | None:
    """What a file has below this key."""
    root = parsed(SourceFile("", text)).root if section in text else None
    return root.get(section) if isinstance(root, Map) else None


def is_heard(sources: Mapping[str, str], word: str, name: str) -> bool:
    """Whether a rule hears what came of this coupon (draw …) being given: of it, or of any."""
    roots = (parsed(SourceFile("", text)).root for _, text in _playbook(sources))
    return any(_hears(root, word, name) for root in roots if root is not None)


def _hears(node: Node, word: str, name: str) -> bool:
    if isinstance(node, Map):
        about = node.get(word) if "result" in node.pairs else None
        named = set() if about is None else {one.value for one in scalars(about)}
        return not named.isdisjoint((name, "any")) or any(
            _hears(value, word, name) for _, value in node.pairs.values()
        )
    return isinstance(node, List) and any(_hears(item, word, name) for item in node.items)


def _playbook(sources: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yaml = (path for path in sources if path.endswith(".yaml"))
    found = sorted(yaml, key=lambda one: (one != BOT_YAML, one))
    return ((path, sources[path]) for path in found if not path.startswith(f"{SCENARIOS}/"))


def _of_rules(sources: Mapping[str, str]) -> list[str]:
    return sorted(path for path in sources if path == BOT_YAML or path.startswith("rules/"))
