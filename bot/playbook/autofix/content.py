"""What a file says and what are its comments, also where YAML cannot read it: no repair may lose any of it.

A ` #` within open brackets or quotes is read as text, and so is a hashtag behind a text: no comment was
meant there. YAML's own signs (brackets, quotes, colons, dashes) are no content; what stands between them is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from bot.playbook.syntax.full_width import half_width
from bot.playbook.syntax.sign_patterns import BLOCK_HEADER, SPACES, UP_TO_QUOTE
from bot.playbook.syntax.source import lines_of

_CLOSER = {"{": "}", "[": "]"}
_BEFORE_A_VALUE = frozenset(":-,[{")
"""Behind one of these a bracket or a quote opens; within a word it is a letter like others."""
_FRONT = re.compile(rf"[{SPACES}]*")
_DASHES = re.compile(rf"(?:-[{SPACES}]+)*")
_KEY = re.compile(rf"(?:-[{SPACES}]+)*(\w+):(?=[{SPACES}]|$)")
"""A key (group 1) behind the dashes of its items."""
_HALF = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys("，、", ",")
    | dict.fromkeys("“”", '"')
    | dict.fromkeys("–—•・", "-")
)
"""Signs, letters and digits as they are written in half width."""
_BETWEEN = re.compile(r"[\s{}\[\]\"':,|>-]+")
"""What a repair may put in between words; of these it takes away only brackets and spaces."""
_SIGN = re.compile(r"[\"':,|>-]")
"""Signs between words of which a repair may not take any away."""
_ENTRY = re.compile(r",\s|:\s")
"""What ends a name or a value within a line."""


@dataclass(frozen=True, slots=True)
class WrittenWords:
    """The words of each line of a file, without the spaces and signs between them."""

    said: tuple[str, ...]
    """For each line, its words before a comment."""
    notes: tuple[str, ...]
    """For each line, the words of its comment, where its writer meant one."""
    comments: Counter[str]
    """The comments that YAML reads, also within brackets."""
    signs: Counter[str]
    """The signs of `_SIGN` outside of comments."""


@lru_cache(maxsize=8)
def words_of(text: str, keys: frozenset[str]) -> WrittenWords:
    """What a file says; `keys` are those of its language."""
    lines = lines_of(half_width(text, keys).text)
    meant, read = _Reader(keys, hash_is_text=True), _Reader(keys, hash_is_text=False)
    ends = [(line, meant.end(line), read.end(line)) for line in lines]
    return WrittenWords(
        tuple(_words(line[:end]) for line, end, _ in ends),
        tuple(_words(line[end:]) for line, end, _ in ends),
        Counter(word for line, _, end in ends if (word := _words(line[end:]))),
        Counter(sign for line, end, _ in ends for sign in _SIGN.findall(line[:end].translate(_HALF))),
    )


def loses(before: str, after: str, keys: frozenset[str], line: int = 0) -> bool:
    """Whether a text written otherwise has lost or changed a word, or made a comment of one.

    In the `line` of a finding one part may be another: the name that was replaced. 0 is no line.
    """
    old, new = words_of(before, keys), words_of(after, keys)
    if new.comments - old.comments or "".join(old.notes) != "".join(new.notes):
        return True
    if "".join(old.said) == "".join(new.said) and not old.signs - new.signs:
        return False
    others = (slice(line - 1), slice(line, None))
    same = len(old.said) == len(new.said) and all(old.said[part] == new.said[part] for part in others)
    return not (line and same) or _lacks_an_entry(lines_of(before)[line - 1], lines_of(after)[line - 1])


def _lacks_an_entry(before: str, after: str) -> bool:
    """Whether more than one name or value is gone: what was replaced held commas or colons of others."""
    first = _alike(before, after)
    last = _alike(before[first:][::-1], after[first:][::-1])
    old, new = before[first : len(before) - last], after[first : len(after) - last]
    return len(_ENTRY.findall(old)) > len(_ENTRY.findall(new))


def _alike(one: str, other: str) -> int:
    """How many characters they begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _words(text: str) -> str:
    return _BETWEEN.sub("", text.translate(_HALF))


class _Reader:
    """Reads line by line; with `hash_is_text` a ` #` within brackets begins no comment: in YAML it does.

    A line that begins with a key of the language ends a text below `|`, even where it is indented as far.
    """

    def __init__(self, keys: frozenset[str], *, hash_is_text: bool) -> None:
        self._keys = keys
        self._hash_is_text = hash_is_text
        self._open: list[str] = []
        self._quote = ""
        self._in_text = False
        self._text_column = 0
        self._owner = -1
        """The column of the key or dash whose value is open."""

    def end(self, line: str) -> int:
        """The offset of the comment of the next line; its length where there is none."""
        front = _FRONT.match(line)
        assert front is not None, "it may be empty"
        column = front.end()
        if column == len(line):
            return column
        if column <= self._owner and line[column] not in "}]":
            self._open, self._quote, self._in_text = [], "", False
        if self._in_text:
            self._text_column = self._text_column or column
            key = _KEY.match(line, column)
            self._in_text = column >= self._text_column and not (key and key[1] in self._keys)
        if self._in_text:
            return len(line)
        if line[column] in "#＃" and not self._quote and not (self._open and self._hash_is_text):
            return column
        if not self._open and not self._quote:
            self._owner = _owner(line, column)
        end = self._behind(line, column)
        self._in_text = not self._open and not self._quote and bool(BLOCK_HEADER.search(line[:end].rstrip()))
        self._text_column = 0
        return end

    def _behind(self, line: str, at: int) -> int:
        before = ":"
        while at < len(line):
            sign = line[at]
            if self._quote:
                at = self._behind_quote(line, at)
                before = '"'
                continue
            apart = line[at - 1 : at] in SPACES
            if sign == "#" and apart and self._is_comment(line, at, before):
                return at
            begins = before in _BEFORE_A_VALUE and (apart or line[at - 1] in "[{,")
            if sign in _CLOSER and (begins or self._open or line[at - 1 : at] in ("$", "{")):
                self._open.append(_CLOSER[sign])
            elif sign in self._open:
                while self._open.pop() != sign:
                    pass
            elif sign in "\"'" and begins:
                self._quote = sign
            before = before if sign in SPACES else sign
            at += 1
        return at

    def _is_comment(self, line: str, at: int, before: str) -> bool:
        glued = line[at + 1 : at + 2].strip(SPACES) != ""
        is_text = self._open or (glued and before not in "\"'}]")
        return not (self._hash_is_text and is_text)

    def _behind_quote(self, line: str, at: int) -> int:
        closed = UP_TO_QUOTE[self._quote].match(line, at)
        if closed is None:
            return len(line)
        self._quote = ""
        return closed.end()


def _owner(line: str, column: int) -> int:
    """The column of the key of a line, or of its last dash where no key stands behind it."""
    dashes = _DASHES.match(line, column)
    assert dashes is not None, "it may be empty"
    if line[dashes.end() : dashes.end() + 1] in tuple("{[\"'|>"):
        return max(line.rfind("-", column, dashes.end()), column - 1)
    return dashes.end()
