"""What LINE's action objects must be in each place that allows them, and the moments of its date picker.

https://developers.line.biz/en/reference/messaging-api/#action-objects
https://developers.line.biz/en/reference/messaging-api/#datetime-picker-action
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from bot.line.objects.flex_places import ACTIONS, ACTIONS_ON_VIDEO
from bot.line.objects.limits import ADDRESS, COPIED, DATA, FLEX_LABEL, LABEL, PICTURE_ADDRESS, SAID
from bot.line.objects.spec import Kinds, ObjectSpec, OneOfWords, Spec, SpecFault, TextFormat, TextSpec, Uri

PickerBound: TypeAlias = Literal["initial", "min", "max"]
"""The properties of a date picker that are moments: the first one shown, the earliest, the latest."""
BOUNDS: tuple[PickerBound, ...] = ("initial", "min", "max")

# A date from 1900 to 2100, and a time of the day to the minute
_DATE = r"(19\d\d|20\d\d|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
_FORMS = {
    "date": re.compile(_DATE, re.ASCII),
    "time": re.compile(_TIME, re.ASCII),
    "datetime": re.compile(f"{_DATE}[Tt]{_TIME}", re.ASCII),
}
EXAMPLES = {"date": "2026-11-01", "time": '"09:30"', "datetime": "2026-11-01T09:30"}


def is_moment(mode: str, value: str) -> bool:
    """Whether a value has the form that the date picker gives in that mode."""
    form = _FORMS.get(mode)
    return form is not None and form.fullmatch(value) is not None


def misfit(mode: str, given: Mapping[PickerBound, str]) -> PickerBound | None:
    """The first of the bounds that LINE would not take: no moment of the mode, or not in their order."""
    for name in BOUNDS:
        if name in given and not is_moment(mode, given[name]):
            return name
    low, high, first = given.get("min", ""), given.get("max", "~"), given.get("initial")
    if low.upper() >= high.upper():
        return "max"
    return "initial" if first is not None and not low.upper() <= first.upper() <= high.upper() else None


IMAGE_CAROUSEL_LABEL = 12
"""Grapheme clusters of a label in an image carousel."""
ALIAS = 32
"""UTF-16 units of the alias of a rich menu."""
PICK = OneOfWords(("date", "time", "datetime"))

OPENED = Uri(ADDRESS, ("http", "https", "line", "tel"))
"""What a tap opens."""
FETCHED = Uri(PICTURE_ADDRESS, ("https",))
"""What LINE fetches: a picture, a video, a sound."""


def _one_text(action: Mapping[str, Any]) -> Iterator[SpecFault]:
    if action.get("displayText") and action.get("text"):
        yield SpecFault(("text",), "look", by="one text")
    if action.get("fillInText") is not None and action.get("inputOption") != "openKeyboard":
        yield SpecFault(("fillInText",), "look", by="keyboard")


def _moments(action: Mapping[str, Any]) -> Iterator[SpecFault]:
    given = {name: value for name in BOUNDS if isinstance(value := action.get(name), str)}
    mode = action.get("mode")
    wrong = misfit(mode, given) if mode in PICK.words else None
    if wrong is not None:
        yield SpecFault((wrong,), "look", by="moment")


def _anything(_: str) -> bool:
    return True


_MOMENT = TextFormat(_anything)
_OWN: Mapping[str, tuple[Mapping[str, Spec], tuple[str, ...]]] = {
    "postback": (
        {
            "data": DATA,
            "displayText": SAID,
            "text": SAID,
            "inputOption": OneOfWords(("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice")),
            "fillInText": SAID,
        },
        ("data",),
    ),
    "message": ({"text": SAID}, ("text",)),
    "uri": (
        {"uri": OPENED, "altUri": ObjectSpec({"desktop": OPENED}, closed=True, what="alturi")},
        ("uri",),
    ),
    "datetimepicker": (
        {"data": DATA, "mode": PICK, "initial": _MOMENT, "max": _MOMENT, "min": _MOMENT},
        ("data", "mode"),
    ),
    "clipboard": ({"clipboardText": COPIED}, ("clipboardText",)),
    "camera": ({}, ()),
    "cameraRoll": ({}, ()),
    "location": ({}, ()),
    "richmenuswitch": ({"richMenuAliasId": TextSpec(ALIAS), "data": DATA}, ("richMenuAliasId", "data")),
}
"""By type: the properties beside the label, and those that must be there."""
_RULES = {"postback": (_one_text,), "datetimepicker": (_moments,)}


def _actions(
    label: TextSpec, *, labelled: bool, types: tuple[str, ...] = ACTIONS, closed: bool = False
) -> Kinds:
    required = ("label",) if labelled else ()
    return Kinds(
        {
            kind: ObjectSpec(
                {"label": label, **_OWN[kind][0]},
                (*required, *_OWN[kind][1]),
                closed,
                _RULES.get(kind, ()),
                f"{kind} action",
            )
            for kind in types
        },
        what="action",
    )


_OPTIONAL_LABEL = replace(LABEL, least=0)
_OPTIONAL_FLEX_LABEL = replace(FLEX_LABEL, least=0)

IN_TEMPLATE = _actions(LABEL, labelled=True)
IN_IMAGE_CAROUSEL = _actions(replace(LABEL, most=IMAGE_CAROUSEL_LABEL, least=0), labelled=False)
IN_QUICK_REPLY = _actions(LABEL, labelled=True, types=(*ACTIONS, "camera", "cameraRoll", "location"))
IN_FLEX = _actions(_OPTIONAL_FLEX_LABEL, labelled=False, closed=True)
ON_FLEX_BUTTON = _actions(FLEX_LABEL, labelled=True, closed=True)
ON_FLEX_VIDEO = _actions(_OPTIONAL_FLEX_LABEL, labelled=False, types=ACTIONS_ON_VIDEO, closed=True)
IN_MENU = _actions(_OPTIONAL_LABEL, labelled=False, types=(*ACTIONS, "richmenuswitch"))
