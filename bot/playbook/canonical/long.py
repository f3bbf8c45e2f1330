"""A canonical document as YAML that people read: `oaflow check --long`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from bot.playbook.canonical.document import source_text
from bot.playbook.shape.suggest_words import split_values
from bot.playbook.syntax.nodes import List, Map, Node, Scalar

_WIDTH = 100
"""Characters up to which a list of texts is written on one line."""

_ODD = r"\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u2028\u2029\ud800-\udfff"
"""Characters that YAML, or people, cannot read as they are."""

_SAFE = re.compile(rf"[^\s{_ODD}#&*!|>'\"%@`{{}}\[\],?:~=<-][^{_ODD}]*")
"""A text that may stand without quotes by its first character."""
_UNSAFE_INSIDE = re.compile(r": |:$|\s#|[\[\]{},\"']|\s$|^\.\.\.")
"""What a text without quotes may not contain."""
_LINE = rf"[^\s{_ODD}](?:[^{_ODD}]*[^\s{_ODD}])?"
"""A line without spaces at its ends."""
_LINES = re.compile(rf"{_LINE}(?:\n+{_LINE})+")
"""Texts of several lines that can stand below a `|`: no spaces at the ends of their lines, and no
line break after the last, for it would not be read."""

_ESCAPED = re.compile("[\x7f-\x9f\ufeff\ufffe\uffff\u2028\u2029\ud800-\udfff]")
"""Characters that JSON leaves as they are, and YAML does not allow."""


def long_yaml(root: Map) -> str:
    """The document as one file; to read it again gives the same canonical form."""
    return "\n".join(_block(root, "")) + "\n" if root.pairs else ""


def _block(node: Map, indent: str) -> Iterator[str]:
    for name, (_, value) in node.pairs.items():
        yield from _entry(f"{indent}{_text(name)}:", value, indent)


def _entry(head: str, value: Node, indent: str) -> Iterator[str]:
    match value:
        case Scalar():
            yield from _value(head, source_text(value), indent)
        case List(items=items):
            line = _on_one_line(items)
            if line is not None and len(head) + len(line) < _WIDTH:
                yield f"{head} {line}"
                return
            yield head
            for item in items:
                yield from _item(item, indent + "  ")
        case Map(pairs=pairs):
            yield head if pairs else f"{head} {{}}"
            yield from _block(value, indent + "  ")


def _item(node: Node, indent: str) -> Iterator[str]:
    if isinstance(node, Map) and node.pairs:
        first, *rest = _block(node, indent + "  ")
        yield f"{indent}- {first.lstrip()}"
        yield from rest
    elif isinstance(node, Scalar) and split_values(source_text(node) or ""):
        yield f"{indent}- {_one_of(source_text(node) or '')}"
    else:
        yield from _entry(f"{indent}-", node, indent)


def _value(head: str, written: str | None, indent: str) -> Iterator[str]:
    if written is None:
        yield head
    elif _LINES.fullmatch(written):
        yield f"{head} |"
        for line in written.split("\n"):
            yield f"{indent}  {line}" if line else ""
    else:
        yield f"{head} {_text(written)}"


def _on_one_line(items: list[Node]) -> str | None:
    """A list of texts in brackets; `None` where it holds anything else."""
    if not all(isinstance(item, Scalar) and source_text(item) is not None for item in items):
        return None
    texts = [_one_of(source_text(item) or "") for item in items if isinstance(item, Scalar)]
    return f"[{', '.join(texts)}]"


def _one_of(text: str) -> str:
    """A text of a list: one that looks like several is meant as one, or it would not stand here."""
    looks_like_several = split_values(text) or any(sign in text for sign in "，、")
    return _quoted(text) if looks_like_several else _text(text)


def _text(text: str) -> str:
    """A text as YAML: as it is where YAML would read it so, else in double quotes."""
    if _SAFE.fullmatch(text) and not _UNSAFE_INSIDE.search(text) and text != "null":
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))
