"""Spaces missing beside dashes, colons and commas, and letters and digits of full width.

Only what belongs to the language is written anew: the colon behind a name, not one within a text. What is
read as it is (`syntax/full_width`) is no mistake.
"""

from __future__ import annotations

import re
import unicodedata

from bot.playbook.autofix.draft import SPACES
from bot.playbook.shape.vocabulary import Vocabulary

_WIDE = str.maketrans({chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " "})
"""From full-width letters, digits, signs and spaces to those of ASCII."""
_FRONT = re.compile(rf"^([{SPACES}]*)(.*)$", re.DOTALL)
_DASH = re.compile(rf"^(?:([－–—•・]|-(?=[^\s-])|- *[\u3000\u00a0\t])[{SPACES}]*|- +)")
"""What begins an item; group 1 matches where it is not `- ` as it should be."""
_NAME = re.compile(rf"^([^\s:：#＃'\"“”{{}}\[\]｛｝［］，。]{{1,30}}?)[{SPACES}]*([:：])([{SPACES}]*)(.*)$")
"""A key (group 1), its colon (2), the spaces behind (3), and the value (4)."""
_INNER_NAME = re.compile(r"([{,]\s*)([a-z_ａ-ｚ＿]+)\s*[:：]\s*")
"""A key between braces (group 2), with its colon."""
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def half_front(line: str, room: int) -> str:
    """The line with ordinary spaces in front of it, `room` of them for each full-width space or tab."""
    rest = line.lstrip(SPACES)
    front = line[: len(line) - len(rest)]
    return "".join(" " if sign in " \u00a0" else " " * room for sign in front) + rest


def half_width(line: str, vocabulary: Vocabulary, room: int = 2, *, names: bool = False) -> str:
    """The line with half-width signs and the spaces beside them.

    `room` is what a full-width space or a tab in front of it takes. `names`: also what is less sure, dashes
    such as `—` and `•`, and behind names of the shop without a value.
    """
    match = _FRONT.match(half_front(line, room))
    assert match is not None, "every text has a beginning"
    front, rest = match[1], match[2]
    dashes = ""
    while begins := _DASH.match(rest):
        if not (begins[0].startswith("-") or names):
            break
        dashes += "- " if begins[1] else begins[0]
        rest = rest[begins.end() :]
    if rest[:1] == "＃":
        return f"{front}{dashes}#{rest[1:]}"
    named = _NAME.match(rest)
    if named is None:
        return front + dashes + _value(rest)
    key, colon, between, value = named.groups()
    whole = key.translate(_WIDE)
    known = whole in vocabulary.keys
    if not (known or (names and not value) or (not value and colon == "：")):
        return front + dashes + rest
    if value[:2] == "//":  # the rest of an address: no key is before it
        return front + dashes + rest
    space = between if colon == ":" and between.strip(" ") == "" and between else " "
    return f"{front}{dashes}{whole if known else key}:{space if value else ''}{_value(value)}"


def _value(value: str) -> str:
    """A list or block between brackets, a number, date or time in half width; any other value as it is."""
    text = value.strip(SPACES)
    if text[:1] in ("{", "["):
        return _between_brackets(text)
    plain = unicodedata.normalize("NFKC", text)
    return plain if re.fullmatch(r"[0-9][0-9:./ -]*", plain) else value.rstrip(SPACES)


def _between_brackets(text: str) -> str:
    """A text between brackets with the spaces behind its colons and commas; texts in quotes stay."""
    quoted: list[str] = []

    def keep(match: re.Match[str]) -> str:
        quoted.append(match[0])
        return f'"{len(quoted) - 1}"'

    text = _without_surplus(_QUOTED.sub(keep, text))
    text = _INNER_NAME.sub(lambda one: f"{one[1]}{one[2].translate(_WIDE)}: ", text)
    text = re.sub(r",(?=[^\s\d])", ", ", text)
    return re.sub(r'"(\d+)"', lambda one: quoted[int(one[1])], text)


def _without_surplus(text: str) -> str:
    """Without the full-width brackets that would close what is closed already."""
    for opening, closing in (("{", "}｝"), ("[", "]］")):
        opened, closed = (sum(text.count(sign) for sign in signs) for signs in (opening, closing))
        for _ in range(min(closed - opened, text.count(closing[1]))):
            at = text.rindex(closing[1])
            text = text[:at] + text[at + 1 :]
    return text
