"""What a template message's `template` must be, and the quick replies below any message.

https://developers.line.biz/en/reference/messaging-api/#template-messages
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.engine.rendering.rendering import CONFIRM_TAPS, QUICK_REPLIES_MOST
from bot.engine.texts.text import fits
from bot.line.objects.actions import (
    FETCHED,
    IN_IMAGE_CAROUSEL,
    IN_QUICK_REPLY,
    IN_TEMPLATE,
)
from bot.line.objects.limits import (
    BUTTONS_TAPS,
    BUTTONS_TEXT,
    BUTTONS_TEXT_BESIDE,
    COLUMN_TAPS,
    COLUMN_TEXT,
    COLUMN_TEXT_BESIDE,
    COLUMNS,
    CONFIRM_TEXT,
    TITLE,
)
from bot.line.objects.spec import (
    Kinds,
    Many,
    ObjectRule,
    ObjectSpec,
    OneOfWords,
    SpecFault,
    TextFormat,
    TextSpec,
    inside,
    items,
)

_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
COLOR = TextFormat(lambda value: _COLOR.fullmatch(value) is not None)

_PICTURE = {
    "imageAspectRatio": OneOfWords(("rectangle", "square")),
    "imageSize": OneOfWords(("cover", "contain")),
}


def _shorter_beside(limit: TextSpec) -> ObjectRule:
    """The rule that a text beside a picture or title has this shorter limit."""

    def rule(card: Mapping[str, Any]) -> Iterator[SpecFault]:
        beside = card.get("title") is not None or card.get("thumbnailImageUrl") is not None
        text = card.get("text")
        if beside and isinstance(text, str) and not fits(text, limit.most, limit.unit):
            yield SpecFault(("text",), "long", 0, limit.most, by=limit)

    return rule


def _columns_alike(template: Mapping[str, Any]) -> Iterator[SpecFault]:
    """All columns have as many actions, and pictures and titles all or none."""
    columns = items(template, "columns")
    number_of_first = len(items(columns[0], "actions")) if columns else 0
    for number, column in enumerate(columns):
        for name in ("title", "thumbnailImageUrl"):
            if (inside(column, name) is None) != (inside(columns[0], name) is None):
                takes = f"inconsistent use of {name} in columns"
                yield SpecFault(("columns",), "own", takes=takes, by=name, part=("columns", number))
        if len(items(column, "actions")) != number_of_first:
            yield SpecFault(
                ("columns",),
                "own",
                most=number_of_first,
                takes="inconsistent number of actions in columns",
                by="as many actions",
                part=("columns", number, "actions"),
            )


_COLUMN = ObjectSpec(
    {
        "thumbnailImageUrl": FETCHED,
        "imageBackgroundColor": COLOR,
        "title": TITLE,
        "text": COLUMN_TEXT,
        "defaultAction": IN_TEMPLATE,
        "actions": Many(IN_TEMPLATE, 1, COLUMN_TAPS, "taps"),
    },
    ("text", "actions"),
    rules=(_shorter_beside(COLUMN_TEXT_BESIDE),),
)
TEMPLATE = Kinds(
    {
        "buttons": ObjectSpec(
            {
                "thumbnailImageUrl": FETCHED,
                "imageBackgroundColor": COLOR,
                **_PICTURE,
                "title": TITLE,
                "text": BUTTONS_TEXT,
                "defaultAction": IN_TEMPLATE,
                "actions": Many(IN_TEMPLATE, 1, BUTTONS_TAPS, "taps"),
            },
            ("text", "actions"),
            rules=(_shorter_beside(BUTTONS_TEXT_BESIDE),),
        ),
        "confirm": ObjectSpec(
            {"text": CONFIRM_TEXT, "actions": Many(IN_TEMPLATE, CONFIRM_TAPS, CONFIRM_TAPS, "taps")},
            ("text", "actions"),
        ),
        "carousel": ObjectSpec(
            {**_PICTURE, "columns": Many(_COLUMN, 1, COLUMNS, "columns")},
            ("columns",),
            rules=(_columns_alike,),
        ),
        "image_carousel": ObjectSpec(
            {
                "columns": Many(
                    ObjectSpec({"imageUrl": FETCHED, "action": IN_IMAGE_CAROUSEL}, ("imageUrl", "action")),
                    1,
                    COLUMNS,
                )
            },
            ("columns",),
        ),
    }
)
QUICK_REPLY = ObjectSpec(
    {
        "items": Many(
            ObjectSpec(
                {"type": OneOfWords(("action",)), "imageUrl": FETCHED, "action": IN_QUICK_REPLY},
                ("type", "action"),
            ),
            1,
            QUICK_REPLIES_MOST,
            "quick replies",
        )
    },
    ("items",),
)
