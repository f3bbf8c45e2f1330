"""Right pieces of playbooks with slips made in them, and what of each was to be content.

Which characters are content is what a YAML parser says of the right piece, not what the repairs believe.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.playbook.shape.schema import KEYS, SECTIONS

REPOSITORY = Path(__file__).parents[2]
RIGHT = (
    *("bot.yaml", "flows/*.yaml", "rules/*.yaml", "cards/*.yaml", "tests/playbook/ok/*.yaml"),
    *("tests/playbook/every_word/*.yaml", "tests/scenarios/smallest/*.yaml"),
    *("bot/operations/new_playbook/templates/**/*.yaml", "bot/operations/drafts/templates/**/*.yaml"),
)
LONGEST = 16
"""Lines of a piece: what is longer is read for long, and holds no other slips."""
SIGNS = "{}[]\"':,-|>"
WIDE = {":": "：", ",": "，", "[": "［", "]": "］", "{": "｛", "}": "｝", '"': "“", "|": "｜", " ": "\u3000"}
_HALF = str.maketrans("：，、［］｛｝“”｜＞－–—\u3000", ':,,[]{}""|>--- ')
_OF_YAML = re.compile(r"[\s{}\[\]\"':,|>?\\-]+")
_COMMENT = re.compile(r"(?:^|\s)#", re.MULTILINE)
_SECTION = re.compile(r"^(?=\S)", re.MULTILINE)


def words(text: str) -> str:
    """Without spaces and signs of YAML, whatever their width."""
    return _OF_YAML.sub("", text.translate(_HALF))


def spans(text: str) -> list[tuple[int, int, bool]]:
    """Where the keys and values of a text of YAML stand, and whether without quotes. Raises `YAMLError`."""
    scalars: list[Any] = [
        one for one in yaml.parse(text, Loader=yaml.CSafeLoader) if isinstance(one, yaml.ScalarEvent)
    ]
    return [(one.start_mark.index, one.end_mark.index, not one.style) for one in scalars]


def content(text: str) -> str:
    """The words of a text of YAML without its comments. Raises `YAMLError`."""
    inside = [sign for start, end, _ in spans(text) for sign in range(start, end) if text[sign] == "#"]
    within = frozenset(inside)
    comments = [one for one in _COMMENT.finditer(text) if one.end() - 1 not in within]
    for one in reversed(comments):
        end = (text + "\n").find("\n", one.end())
        text = text[: one.end() - 1] + text[end:]
    return words(text)


@cache
def pieces() -> tuple[str, ...]:
    """Each section of the right playbooks, its entries in pieces of a few lines."""
    paths = sorted({path for pattern in RIGHT for path in REPOSITORY.glob(pattern)})
    found = (one for path in paths for section in _sections(path) for one in _pieces(section))
    return tuple(dict.fromkeys(found))


def _sections(path: Path) -> Iterator[str]:
    for section in _SECTION.split(path.read_text("utf-8")):
        if section.partition(":")[0] in SECTIONS:
            yield section


def _pieces(section: str) -> Iterator[str]:
    head, *lines = section.splitlines(keepends=True)
    column = next((len(one) - len(one.lstrip()) for one in lines if one.strip()[:1] not in ("", "#")), 0)
    entries: list[list[str]] = []
    for line in lines:
        begins = len(line) - len(line.lstrip()) == column and line.strip()[:1] not in ("", "#")
        if begins or not entries:
            entries.append([])
        entries[-1].append(line)
    for number, entry in enumerate(entries or [[]]):
        more = entries[number + 1] if number + 1 < len(entries) else []
        chosen = [*entry, *more] if len(entry) + len(more) < LONGEST else entry
        if len(chosen) < LONGEST:
            yield head + "".join(chosen)


@dataclass(slots=True)
class Slipped:
    """A text while slips are made in it; `is_content` says of each character whether it was meant as such."""

    text: str
    is_content: list[bool]
    done: list[str]

    def put(self, at: int, end: int, new: str, *, content: bool) -> None:
        self.text = self.text[:at] + new + self.text[end:]
        self.is_content[at:end] = [content] * len(new)

    @property
    def meant(self) -> str:
        """The words of what was to be content."""
        pairs = zip(self.text, self.is_content, strict=True)
        return words("".join(sign if kept else " " for sign, kept in pairs))


def _texts(of: Slipped) -> list[tuple[int, int, bool]]:
    """The values without quotes in which a space stands between two words."""
    return [one for one in spans(of.text) if one[2] and " " in of.text[one[0] : one[1]].strip()]


def _hash(of: Slipped, pick: random.Random) -> None:
    """A ` # ` within a text: between brackets it was meant, else the rest of the line is a comment."""
    plain = [one for one in spans(of.text) if one[2] and one[1] - one[0] > 2]
    start, end, _ = pick.choice(plain)
    at = pick.randrange(start + 1, end)
    of.put(at, at, pick.choice((" # ", " # ", " #", "  # ")), content=True)
    before = of.text[of.text.rfind("\n", 0, at) + 1 : at]
    if before.count("{") + before.count("[") <= before.count("}") + before.count("]"):
        stop = (of.text + "\n").find("\n", at)
        of.is_content[at:stop] = [False] * (stop - at)


def _at_signs(signs: str) -> Callable[[Slipped, random.Random], int]:
    def place(of: Slipped, pick: random.Random) -> int:
        return pick.choice([n for n, sign in enumerate(of.text) if sign in signs])

    return place


def _dropped(of: Slipped, pick: random.Random) -> None:
    at = _at_signs(SIGNS)(of, pick)
    of.put(at, at + 1, "", content=False)


def _doubled(of: Slipped, pick: random.Random) -> None:
    at = _at_signs(SIGNS)(of, pick)
    of.put(at, at, of.text[at], content=of.is_content[at])


def _put_in(of: Slipped, pick: random.Random) -> None:
    at = pick.randrange(len(of.text))
    of.put(at, at, pick.choice(SIGNS), content=False)


def _wide(of: Slipped, pick: random.Random) -> None:
    for _ in range(pick.choice((1, 1, 2, 4))):
        at = _at_signs("".join(WIDE))(of, pick)
        of.put(at, at + 1, WIDE[of.text[at]], content=of.is_content[at])


def _space_dropped(of: Slipped, pick: random.Random) -> None:
    at = pick.choice([n for n, sign in enumerate(of.text) if sign == " " and of.text[n - 1] in SIGNS])
    of.put(at, at + 1, "", content=False)


def _moved(of: Slipped, pick: random.Random) -> None:
    starts = [match.start() for match in re.finditer(r"^(?=.)", of.text, re.MULTILINE)]
    first = pick.randrange(len(starts))
    for start in reversed(starts[first : first + pick.choice((1, 1, 2, 3))]):
        if pick.random() < 0.5:
            of.put(start, start, pick.choice((" ", "  ", "   ", "    ", "\t", "\u3000")), content=False)
        else:
            room = len(of.text[start:]) - len(of.text[start:].lstrip(" "))
            of.put(start, start + min(room, pick.choice((1, 2, 4))), "", content=False)


def _joined(of: Slipped, pick: random.Random) -> None:
    breaks = [
        n
        for n, sign in enumerate(of.text)
        if sign == "\n" and "#" not in of.text[of.text.rfind("\n", 0, n) + 1 : n]
    ]
    if breaks:
        at = pick.choice(breaks)
        end = len(of.text) - len(of.text[at:].lstrip())
        of.put(at, end, pick.choice(("", " ", ", ")), content=False)


def _broken(of: Slipped, pick: random.Random) -> None:
    at = pick.choice([n for n, sign in enumerate(of.text) if sign == " "])
    of.put(at, at + 1, "\n" + " " * pick.choice((0, 2, 4, 6)), content=False)


def _is_key(of: Slipped, name: re.Match[str]) -> bool:
    return name[0] in KEYS and of.is_content[name.start()]


def _misspelt(of: Slipped, pick: random.Random) -> None:
    names = [match for match in re.finditer(r"[a-z_]{3,}(?=:)", of.text) if _is_key(of, match)]
    if names:
        name = pick.choice(names)
        at = pick.randrange(name.start(), name.end())
        of.put(at, at + 1, pick.choice(("", of.text[at] * 2, "x")), content=True)


def _within_text(of: Slipped, pick: random.Random) -> None:
    if texts := _texts(of):
        start, end, _ = pick.choice(texts)
        at = pick.choice([n for n in range(start, end) if of.text[n] == " "])
        of.put(at, at, pick.choice((":", ",", " -", '"好"', "{{ contact.name }}", "[公告]")), content=True)


def _before_text(of: Slipped, pick: random.Random) -> None:
    plain = [start for start, _, is_plain in spans(of.text) if is_plain]
    at = pick.choice(plain)
    begin = pick.choice(
        ("@", "*", "%", "? ", "[公告] ", "!", "&", "{{ contact.name }} ", "${NAME}", "`", "- ")
    )
    of.put(at, at, begin, content=True)


SLIPS: Sequence[Callable[[Slipped, random.Random], None]] = (
    *(_dropped, _dropped, _doubled, _put_in, _wide, _space_dropped, _moved, _moved),
    *(_joined, _broken, _misspelt, _within_text, _before_text),
)


def slipped(seed: int) -> Slipped:
    """A piece with a slip, or with two of which the second is made where the first one left YAML readable."""
    pick = random.Random(seed)
    text = pick.choice(pieces())
    made = Slipped(text, [False] * len(text), [])
    for start, end, _ in spans(text):
        made.is_content[start:end] = [True] * (end - start)
    first, second = pick.choice(SLIPS), pick.choice(SLIPS)
    for slip in pick.choice(([_hash], [first], [first], [first], [first, second])):
        try:
            slip(made, pick)
        except (yaml.YAMLError, IndexError):  # there is no place for it
            break
        made.done.append(slip.__name__.strip("_"))
    return made
