"""Parses the placeholders in a text, `{{ group.name as FORMAT or TEXT }}`, and proposes what was meant by
those of other tools. Names are looked up elsewhere (`placeholder_names`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.engine.texts.format import types_for
from bot.model.problem import Level
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import Code
from bot.playbook.hints import of_kind
from bot.playbook.similar import quoted

_PERCENT = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%H": "HH", "%M": "mm"}
"""Codes of `strftime`, each with our word for it."""
_OF_THE_CLOCK = re.compile(r"h{1,2}:m{1,2}", re.IGNORECASE)
"""A time of day in a format, such as `HH:mm`."""
_CHINESE = {"年": "YYYY年", "月": "M月", "日": "D日"}
"""Formats of a date written as the Chinese words alone, such as 「月日」."""


def suggested_pattern(format_: str) -> str | None:
    """The format that was probably meant by one of another tool, such as `%Y/%m/%d`; `None` where none is
    likely."""
    text = re.sub("%[YmdHM]", lambda match: _PERCENT[match[0]], format_)
    clock = _OF_THE_CLOCK.search(text)
    day = text if clock is None else text[: clock.start()]
    rest = "" if clock is None else clock[0].upper().replace("M", "m") + text[clock.end() :]
    if set(day) <= set(_CHINESE):
        day = "".join(_CHINESE[sign] for sign in day)
    day = (
        re.sub("y+", "YYYY", re.sub("Y+", "YYYY", day.replace("y", "Y"))).replace("m", "M").replace("d", "D")
    )
    meant = day + rest
    return meant if meant != format_ and types_for(meant) is not None else None


@dataclass(frozen=True, slots=True)
class ParsedPlaceholder:
    """The parts of `{{ group.name as FORMAT or TEXT }}`."""

    group: str
    name: str
    """Empty where there is no dot."""
    format: str | None
    """Behind `as`."""
    default: str | None
    """Behind `or`."""
    written: str
    """All of it, as in the file."""


ELSEWHERE = {
    **dict.fromkeys(
        ("nickname", "name", "displayname", "display_name", "username", "user_name", "line_name"),
        "contact.name",
    ),
    **dict.fromkeys(
        (
            "姓名",
            "名字",
            "暱稱",
            "客人",
            "客人姓名",
            "顧客",
            "會員名稱",
            "顧客姓名",
            "會員姓名",
            "好友名稱",
            "用戶名稱",
        ),
        "contact.name",
    ),
    **dict.fromkeys(("phone", "mobile", "手機", "電話"), "contact.phone as masked or 未綁定"),
    **dict.fromkeys(("member_no", "會員編號", "會員號碼"), "contact.member_no or 未綁定"),
}
"""By the name of a placeholder in other tools, lower case: what is written here."""


_PIECE = re.compile(r"\\\{\{|\{\{((?:(?!\{\{).)*?)\}\}|\{\{", re.DOTALL)
"""Matches an escaped `{{`, a placeholder, or a `{{` that is not closed before the next one; in linear
time."""

_NEARLY = re.compile(
    r"[{｛]{1,2}\s*(?P<inside>(?:answer|attribute|bot|contact|event|hours)\.[^{}｛｝\n]*)[}｝]{1,2}"
)
"""Matches a placeholder with single or full-width braces, which would be sent as it is written."""

_FILTER = re.compile(r"(?P<name>[^\s|]+)\s*\|\s*(?P<filter>\w+)\s*(?:\((?P<given>.*)\))?.*", re.DOTALL)
"""Matches `x | filter` or `x | filter(…)` inside the braces, as other template languages have it."""

_OTHERWISE = re.compile(
    r"(?P<name>[a-z_]+\.[^\s:：,，?？/]+)\s*(?P<sign>[:：,，/]|\?\?|\|\|)\s*[\"']?(?P<text>[^\"'|]+?)[\"']?"
)
"""Matches `x : text` inside the braces, with another sign than `or` before the default."""

_INSIDE = re.compile(r"(?P<name>\S+)(?:\s+as\s+(?P<format>\S+))?(?:\s+or\s+(?P<default>.*))?", re.DOTALL)
"""Matches `name as FORMAT or TEXT` inside the braces."""


@dataclass(frozen=True, slots=True)
class BadPlaceholder(Exception):
    """A placeholder that cannot be filled: what is wrong, and how it is mended."""

    code: Code
    message: Translatable
    hint: Translatable | None
    written: str
    """The placeholder as it is written."""
    level: Level = "error"


def pieces_of(text: str) -> tuple[list[str | ParsedPlaceholder], list[BadPlaceholder]]:
    r"""The text as fixed pieces and placeholders, and the faults of what looks like a placeholder and is
    none. An escaped `\{{` is a fixed `{{`."""
    if "{" not in text and "｛" not in text:
        return [text], list(_of_others(text)) if _OTHER_SIGNS & set(text) else []
    parts: list[str | ParsedPlaceholder] = []
    wrong: list[BadPlaceholder] = []
    end = 0
    literal = ""
    for match in _PIECE.finditer(text):
        literal += text[end : match.start()]
        wrong += _nearly(text[end : match.start()])
        end = match.end()
        if match[0] == "\\{{":
            literal += "{{"
            continue
        placeholder = _parse(match)
        if isinstance(placeholder, BadPlaceholder):
            wrong.append(placeholder)
            continue
        if literal:
            parts.append(literal)
        parts.append(placeholder)
        literal = ""
    literal += text[end:]
    wrong += _nearly(text[end:])
    if literal or not parts:
        parts.append(literal)
    return parts, wrong


def _of_others(text: str) -> Iterator[BadPlaceholder]:
    """Warnings of placeholders of other tools, such as LINE's own manager: `{Nickname}`, `%name%`."""
    all_found = [
        (match, next(one for one in match.groups() if one).strip()) for match in _SINGLE.finditer(text)
    ]
    known = [(match, inside) for match, inside in all_found if inside.casefold() in ELSEWHERE]
    for match, inside in known:
        meant = ELSEWHERE[inside.casefold()]
        if match[0][0] == "{" or inside.isascii() or (len(known) == 1 and _greets(text, match)):
            message = tr(
                "{found} is no placeholder: people would read it as it stands here", found=quoted(match[0])
            )
            hint = of_kind("written", tr("write  {{ {inside} }}", inside=meant))
            yield BadPlaceholder("placeholder-unknown", message, hint, match[0], "warning")


def _greets(text: str, match: re.Match[str]) -> bool:
    """Whether a name in brackets is addressed, as in 「親愛的[姓名]」; else it may be a field of a form."""
    return bool(_BEFORE_NAME.search(text[: match.start()]) or _BEHIND_NAME.match(text[match.end() :]))


_BEFORE_NAME = re.compile(
    r"(?:親愛的|敬愛的|嗨|哈囉|您好|你好|早安|午安|晚安|hi|hello|dear)[\s,，!！~～]*$", re.IGNORECASE
)
"""A greeting at the end of the text before a name."""
_BEHIND_NAME = re.compile(r"\s*(?:您|你|先生|小姐|貴賓|早安|午安|晚安)")
"""A form of address or greeting behind a name."""
_OTHER_SIGNS = frozenset("%[<")
"""Signs with which placeholders of other tools begin, beside braces."""
_SINGLE = re.compile(r"(?<![{$])\{([^{}]{1,20})\}(?!\})|%([^%\s]{1,20})%|\[([^\[\]]{1,20})\]|<([^<>]{1,20})>")
"""Matches up to 20 characters in `{…}`, `%…%`, `[…]` or `<…>`, each in a group of its own."""


def _nearly(text: str) -> Iterator[BadPlaceholder]:
    """What is wrong with a piece of text that holds no valid placeholder."""
    yield from _of_others(text)
    for match in _NEARLY.finditer(text):
        message = tr(
            "{found} is no placeholder: people would read it as it stands here", found=quoted(match[0])
        )
        hint = tr(
            "write  {{ {inside} }}  with two half-width braces at each side", inside=match["inside"].strip()
        )
        yield BadPlaceholder("placeholder-unknown", message, hint, match[0])


def _parse(match: re.Match[str]) -> ParsedPlaceholder | BadPlaceholder:
    """The placeholder of a match of `_PIECE`, or what is wrong with it."""
    written, inside = match[0], match[1]
    if inside is None:
        hint = tr("close it with }}; a literal {{ is written \\{{")
        return BadPlaceholder("placeholder-unknown", tr("this {{ is never closed"), hint, "{{")
    inside = inside.strip()
    if inside.endswith((" or", "\nor")):
        hint = tr('write a text behind "or", or leave it out')
        return BadPlaceholder("placeholder-unknown", tr('there is no text behind "or"'), hint, written)
    if spoilt := _OTHERWISE.fullmatch(inside):
        message = tr('behind "{sign}" stands a text: it is given behind "or"', sign=spoilt["sign"])
        hint = tr("write  {{ {name} or {text} }}", name=spoilt["name"], text=spoilt["text"])
        return BadPlaceholder("placeholder-unknown", message, hint, written)
    if filtered := _FILTER.fullmatch(inside):
        return _with_as(written, filtered)
    parts = _INSIDE.fullmatch(inside)
    if parts is None:
        message = tr("{inside} is no placeholder", inside=quoted(inside))
        hint = tr("write {{ group.name }} or {{ group.name or TEXT }}; a literal {{ is written \\{{")
        return BadPlaceholder("placeholder-unknown", message, hint, written)
    default = parts["default"]
    if default is not None and len(default) > 1 and default[0] == default[-1] and default[0] in "\"'":
        message = tr("the quotation marks around {default} would be sent with it", default=default[1:-1])
        hint = tr("write it without them:  or {default}", default=default[1:-1])
        return BadPlaceholder("quotes-in-text", message, hint, written)
    group, _, name = parts["name"].partition(".")
    return ParsedPlaceholder(group, name, parts["format"], parts["default"], written)


def _with_as(written: str, filtered: re.Match[str]) -> BadPlaceholder:
    """The fault of a placeholder with a filter, and how it is written with `as` and `or`."""
    name, given = filtered["name"], (filtered["given"] or "").strip("\"' ")
    format_ = next((one for one in (filtered["filter"], given) if types_for(one) is not None), None)
    if filtered["filter"] == "default":
        hint = tr("write  {{ {name} or {text} }}", name=name, text=given or "…")
    elif format_ is not None:
        hint = tr("write  {{ {name} as {format} }}", name=name, format=format_)
    else:
        hint = of_kind("written", tr("write  {{ {name} }}", name=name))
    message = tr('"|" is no sign of a placeholder: formats stand behind "as", texts for nothing behind "or"')
    return BadPlaceholder("placeholder-unknown", message, hint, written)
