"""Which format of dates somebody meant who wrote it as others do: `m/d`, `yyyy-mm-dd`, `%Y/%m/%d`."""

from __future__ import annotations

import re

from bot.engine.texts.format import types_for

_PERCENT = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%H": "HH", "%M": "mm"}
_OF_THE_CLOCK = re.compile(r"h{1,2}:m{1,2}", re.IGNORECASE)
_CHINESE = {"年": "YYYY年", "月": "M月", "日": "D日"}


def meant_pattern(format_: str) -> str | None:
    """The pattern that was meant, `None` where none can be told."""
    text = re.sub("%[YmdHM]", lambda found: _PERCENT[found[0]], format_)
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
