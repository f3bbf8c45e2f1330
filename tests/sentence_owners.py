"""Which sentences only one kind of promotion says, and so stand in the catalogue of its folder.

`python -m tests.sentence_owners` moves each entry to where it belongs.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

from tests.catalogue import CATALOGUES, OF_KINDS, SHARED
from tests.page_sentences import said_in
from tests.sources import BOT, modules, nodes_of

Entry: TypeAlias = tuple[str, str]
"""Context and English, of a plural that of one."""
_ESCAPED = {"n": "\n", "t": "\t"}


def kind_of(path: Path) -> str:
    """The kind in whose folder this lies; empty: in none."""
    parts = path.relative_to(BOT).parts
    return parts[1] if parts[0] == "promotions" and len(parts) > 2 else ""


def owners(said: Iterable[tuple[str, str, Path]], pages: Iterable[Path]) -> Callable[[Entry], str]:
    """Says of an entry which kind alone says it; empty: several, or what is no kind.

    `said`: sentences with their contexts and where they are said in calls; `pages`: the folders of scripts.
    What no call says stands as a text in some module: a word's description before its Chinese.
    """
    calls: defaultdict[Entry, set[str]] = defaultdict(set)
    for context, sentence, path in said:
        calls[context, sentence].add(kind_of(path))
    for folder in pages:
        for one in said_in(folder):
            context = f"page: {one.context}" if one.context else "page"
            calls[context, one.sentence].add(kind_of(folder / "a script"))
    texts: defaultdict[str, set[str]] = defaultdict(set)
    for path, text in _texts():
        texts[text].add(kind_of(path))
        texts[re.split(r" [^\x00-\u2fff]", text, maxsplit=1)[0]].add(kind_of(path))

    def owner(entry: Entry) -> str:
        found = calls.get(entry) or texts.get(entry[1]) or {""}
        return next(iter(found)) if len(found) == 1 else ""

    return owner


def _texts() -> Iterator[tuple[Path, str]]:
    for path in modules(BOT):
        for node in nodes_of(path, ""):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path, node.value


@cache
def blocks() -> Mapping[Path, Mapping[Entry, str]]:
    """The entries of each catalogue, as they are written there."""
    return {path: dict(_blocks(path)) for path in CATALOGUES}


def _blocks(path: Path) -> Iterator[tuple[Entry, str]]:
    """An entry ends with its Chinese, whether or not a line stays free after it."""
    lines: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        if lines and lines[-1].startswith(("msgstr", '"')) and line.startswith(("#", "msgctxt", "msgid ")):
            yield _entry(lines), "\n".join(lines)
            lines = []
        if line:
            lines.append(line)
    yield _entry(lines), "\n".join(lines)


def _entry(lines: Iterable[str]) -> Entry:
    block = "\n".join(lines)
    return _value(block, "msgctxt"), _value(block, "msgid")


def _value(block: str, name: str) -> str:
    found = re.search(rf'^{name} ((?:"(?:[^"\\]|\\.)*"\n?)+)', block, re.MULTILINE)
    text = "" if found is None else "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found[1]))
    return re.sub(r"\\(.)", lambda one: _ESCAPED.get(one[1], one[1]), text)


def misplaced(owner: Callable[[Entry], str]) -> Iterator[tuple[Entry, Path, Path]]:
    """Each entry that stands in the wrong catalogue: which, where it stands, and where it belongs."""
    for path, entries in blocks().items():
        for entry in entries:
            right = OF_KINDS.get(owner(entry), SHARED)
            if entry[1] and right != path:
                yield entry, path, right


def move(owner: Callable[[Entry], str]) -> None:
    """Put each where it belongs."""
    written = {path: dict(entries) for path, entries in blocks().items()}
    for entry, path, right in misplaced(owner):
        written[right][entry] = written[path].pop(entry)
    for path, entries in written.items():
        path.write_text("\n\n".join(entries.values()) + "\n", "utf-8")


if __name__ == "__main__":
    from tests.repository.test_words import owner_of

    move(owner_of())
