"""Signs of a Chinese keyboard where the language has half-width ones, and spaces missing beside them.

Only what belongs to the language is written anew: the colon behind a name, not one within a text.
"""

from __future__ import annotations

import re
import unicodedata

from bot.playbook.autofix.draft import SPACES
from bot.playbook.shape.vocabulary import Vocabulary

_WIDE = str.maketrans({chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " "})
_FRONT = re.compile(rf"^([{SPACES}]*)(.*)$", re.DOTALL)
_DASH = re.compile(rf"^(?:([－–—•・]|-(?=[^\s-])|- *[\u3000\u00a0\t])[{SPACES}]*|- +)")
_NAME = re.compile(rf"^([^\s:：#＃'\"“”{{}}\[\]｛｝［］，。]{{1,30}}?)[{SPACES}]*([:：])([{SPACES}]*)(.*)$")
_QUOTES = '"“”„＂'
_OPENING = {"｛": "{", "［": "[", "{": "{", "[": "["}
_BELOW = {"｜": "|", "＞": ">"}
_INNER_NAME = re.compile(r"([{,]\s*)([a-z_ａ-ｚ＿]+)\s*[:：]\s*")
_COMMA_BEFORE_NAME = re.compile(r"，\s*(?=[a-z_ａ-ｚ＿]+\s*[:：])")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_LISTED = re.compile(r"\[[^\[\]\"']*\]")


def half_front(line: str, room: int) -> str:
    """The line with ordinary spaces in front of it, `room` of them for each that is none."""
    rest = line.lstrip(SPACES)
    front = line[: len(line) - len(rest)]
    return "".join(" " if sign in " \u00a0" else " " * room for sign in front) + rest


def half_width(line: str, vocabulary: Vocabulary, room: int = 2, *, names: bool = False) -> str:
    """The line with half-width signs and the spaces beside them; with `names` also behind names of the shop.

    `room` is what a full-width space or a tab in front of it takes.
    """
    match = _FRONT.match(half_front(line, room))
    assert match is not None, "every text has a beginning"
    front, rest = match[1], match[2]
    dashes = ""
    while begins := _DASH.match(rest):
        if not (_is_name(rest[begins.end() :], vocabulary) or begins[0].startswith("-") or names):
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
    if value[:2] == "//":
        return front + dashes + rest
    space = between if colon == ":" and between.strip(" ") == "" and between else " "
    return f"{front}{dashes}{whole if known else key}:{space if value else ''}{_value(value)}"


def _is_name(text: str, vocabulary: Vocabulary) -> bool:
    named = _NAME.match(text)
    return named is not None and named[1].translate(_WIDE) in vocabulary.keys


def _value(value: str) -> str:
    text = value.strip(SPACES)
    if text in _BELOW:
        return _BELOW[text]
    if len(text) > 2 and text[0] in _QUOTES and text[-1] in _QUOTES and '"' not in text[1:-1]:
        return f'"{text[1:-1]}"'
    if text[:1] in _OPENING:
        return _between_brackets(text)
    plain = unicodedata.normalize("NFKC", text)
    return plain if re.fullmatch(r"[0-9][0-9:./ -]*", plain) else value.rstrip(SPACES)


def _between_brackets(text: str) -> str:
    """A text between brackets with half-width signs; texts in quotes stay, and so do commas of a sentence."""
    quoted: list[str] = []
    typed_wide = re.search(r"[［］｛｝]|[A-Za-z_] *：", text) is not None

    def keep(match: re.Match[str]) -> str:
        quoted.append(match[0])
        return f'"{len(quoted) - 1}"'

    for wide in "“”„＂":
        text = re.sub(rf"(?<=[:：,，\[［、\s])\s*[{wide}]|[{wide}](?=\s*[,，、\]］}}｝])", '"', text)
    text = _without_surplus(_QUOTED.sub(keep, text))
    text = text.translate({ord(wide): half for wide, half in _OPENING.items()} | {0xFF5D: "}", 0xFF3D: "]"})
    text = _COMMA_BEFORE_NAME.sub(", ", text.replace("\u3000", " "))
    text = _INNER_NAME.sub(lambda one: f"{one[1]}{one[2].translate(_WIDE)}: ", text)
    if typed_wide:
        text = _LISTED.sub(lambda one: one[0] if "," in one[0] else _listed(one[0]), text)
    text = re.sub(r",(?=[^\s\d])", ", ", text)
    return re.sub(r'"(\d+)"', lambda one: quoted[int(one[1])], text)


def _listed(text: str) -> str:
    return re.sub(r"\s*[，、]\s*", ", ", _digits(text))


def _without_surplus(text: str) -> str:
    """Without the full-width brackets that would close what is closed already."""
    for opening, closing in (("{｛", "}｝"), ("[［", "]］")):
        opened, closed = (sum(text.count(sign) for sign in signs) for signs in (opening, closing))
        for _ in range(min(closed - opened, text.count(closing[1]))):
            at = text.rindex(closing[1])
            text = text[:at] + text[at + 1 :]
    return text


def _digits(text: str) -> str:
    return "".join(sign.translate(_WIDE) if sign.isdigit() else sign for sign in text)
