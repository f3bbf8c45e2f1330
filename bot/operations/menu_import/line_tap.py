"""What a tap on LINE's rich menu does, in the words of the language; what those do not say is told.

https://developers.line.biz/en/reference/messaging-api/#action-objects
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.engine.types.table import PICKED
from bot.model.translatable import Quoted, Translatable, row, tr
from bot.playbook.compile.values.addresses import may_open

_LIFF = re.compile(r"(?:https://liff\.line\.me/|https://line\.me/R/app/|line://app/)([0-9]+-[0-9A-Za-z]+)")
"""An address of a LIFF app; group 1 is its id."""
_LIKE_OURS = re.compile(r"([{｛]\s*)(answer|attribute|bot|contact|event|hours)\.")
"""What `check` takes for a placeholder, also with one brace, or full-width ones."""
_VARIABLE, _OF_TWO = re.compile(r"\$(?=\{)"), re.compile(r"\{(?=\{)")
"""`$` before a brace, which a playbook reads as a variable; the first of two braces, which begin a
placeholder."""
_SHOWN = 100
"""Characters of another system's data that are repeated."""
_PICKED = {mode: type_ for type_, mode in PICKED.items()}


@dataclass(slots=True)
class ImportedTap:
    """A tap's keys beside its label, with their texts; `lost`: what of LINE's action they do not say."""

    keys: dict[str, str] = field(default_factory=dict)
    lost: list[Translatable] = field(default_factory=list)


def imported_tap(action: Mapping[str, Any], tabs: Mapping[str, str], liff_id: str | None) -> ImportedTap:
    """The tap of an action; `tabs`: which tab an alias leads to; `liff_id`: of our own LIFF app."""
    tap = ImportedTap()
    match action.get("type"):
        case "message" if action.get("text"):
            tap.keys["send"] = literal(_text(action, "text"), tap)
        case "uri":
            _address(action, tap, liff_id)
        case "postback":
            _postback(action, tap)
        case "richmenuswitch":
            _switch(_text(action, "richMenuAliasId"), tabs, tap)
        case "clipboard" if action.get("clipboardText"):
            tap.keys["copy"] = literal(_text(action, "clipboardText"), tap)
        case "datetimepicker" if action.get("mode") in _PICKED:
            _pick(action, tap)
        case other:
            tap.lost.append(
                tr("an action of the kind {kind}, which no area has here; it does nothing", kind=_cut(other))
            )
    return tap


def literal(text: str, tap: ImportedTap | None = None) -> str:
    """A text in which nothing is a placeholder, or a variable, of the language."""
    spaced = _LIKE_OURS.sub(r"\1\2 .", _VARIABLE.sub("$ ", text))
    if tap is not None and spaced != text:
        tap.lost.append(tr("{text} would be filled in here: a space was put in", text=_cut(text)))
    return spaced.replace("{{", "\\{{")


def bare(text: str) -> str:
    """The same where nothing is filled in at all, and two braces are a mistake."""
    return _OF_TWO.sub("{ ", _VARIABLE.sub("$ ", text))


def _text(action: Mapping[str, Any], name: str) -> str:
    return str(action.get(name) or "")


def _cut(text: object) -> Quoted:
    shown = str(text)
    return Quoted(shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…")


def _address(action: Mapping[str, Any], tap: ImportedTap, liff_id: str | None) -> None:
    address = _text(action, "uri").replace("{", "%7B").replace("}", "%7D")
    if address[:7].lower() == "http://":
        address = f"https://{address[7:]}"
        tap.lost.append(tr("{address} was http://; see whether it opens", address=_cut(address)))
    if not may_open(address):
        tap.lost.append(tr("no tap opens {address} here; it does nothing", address=_cut(address)))
        return
    tap.keys["open"] = address
    app = _LIFF.match(address)
    if app is not None and app[1] == liff_id:
        tap.lost.append(
            tr(
                "{address} was the former system's page in this account's LIFF app: name one of the playbook,"
                "  page: …",
                address=_cut(address),
            )
        )
    elif app is not None:
        tap.lost.append(
            tr("{address} is a LIFF app that ends with the system it belongs to", address=_cut(address))
        )
    desktop = action.get("altUri")
    if isinstance(desktop, Mapping) and desktop.get("desktop"):
        other = _cut(desktop["desktop"])
        tap.lost.append(tr("computers opened {address}; here all open the same", address=other))


def _postback(action: Mapping[str, Any], tap: ImportedTap) -> None:
    data, option = _cut(_text(action, "data")), action.get("inputOption")
    filled = _text(action, "fillInText") if option == "openKeyboard" else ""
    said = _text(action, "displayText") or _text(action, "text")
    if filled:
        tap.keys["type"] = literal(filled, tap)
        tap.lost.append(tr("the former system heard the data {data} as well", data=data))
    elif said:
        tap.keys["send"] = literal(said, tap)
        tap.lost.append(
            tr(
                "the former system heard the data {data}; here the person says {text}: write a rule for it",
                data=data,
                text=_cut(said),
            )
        )
    else:
        tap.lost.append(
            tr(
                "the former system heard the data {data}; here it does nothing yet: write what, such as"
                "  reply: …",
                data=data,
            )
        )
    if option and not filled:
        tap.lost.append(tr("the tap also did {option}, which none does here", option=_cut(option)))


def _switch(alias: str, tabs: Mapping[str, str], tap: ImportedTap) -> None:
    if alias in tabs:
        tap.keys["tab"] = tabs[alias]
    else:
        tap.lost.append(
            tr("the alias {alias} leads to no other menu here; it does nothing", alias=_cut(alias))
        )


def _pick(action: Mapping[str, Any], tap: ImportedTap) -> None:
    type_ = _PICKED[action["mode"]]
    tap.keys["pick"] = type_
    tap.lost.append(
        tr(
            "the former system heard the data {data} with what was picked; here it comes as  event.{type}:"
            " write what is done with it",
            data=_cut(_text(action, "data")),
            type=type_,
        )
    )
    bounds = [f"{name}: {action[name]}" for name in ("initial", "min", "max") if action.get(name)]
    if bounds:
        tap.lost.append(tr("the picker had {bounds}; here a question has such bounds", bounds=row(bounds)))
