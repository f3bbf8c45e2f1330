"""Whether this process may call anybody: on a copy of a shop that is for trying it may not (`--staging`).

It is one answer for the whole process, which has one database: whoever opens a connection asks here first,
however it was come by, so nothing has to be handed down to each place that makes one.
"""

from __future__ import annotations

from bot.model.translatable import tr

IS_COPY = tr("this is a copy for trying: nothing leaves it, to nobody")
"""What staff read of that, in their language."""
WHY_CLOSED = "this is a copy for trying (staging): nothing leaves it"

_closed = False


class OutsideClosed(OSError):
    """Nobody may be called: this process works on a copy for trying."""

    def __init__(self) -> None:
        super().__init__(WHY_CLOSED)


def close_outside(closed: bool) -> None:
    """From now on nobody is called; or, with `False`, whoever is to be."""
    global _closed
    _closed = closed


def is_outside_closed() -> bool:
    """Whether nobody may be called."""
    return _closed


def refuse_if_closed() -> None:
    """Raise `OutsideClosed` where nobody may be called."""
    if _closed:
        raise OutsideClosed
