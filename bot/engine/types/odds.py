"""How likely something is, as people write it: 5%, 0.1%, 1/200 (N3)."""

from __future__ import annotations

import re
from fractions import Fraction

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*[%％]")
"""`5%`, `0.1 %`."""
_ONE_IN = re.compile(r"(\d{1,9})\s*/\s*(\d{1,9})")
"""`1/200`."""


def odds_of(written: str) -> Fraction | None:
    """The odds exactly as they are written, more than 0 and 1 at most; `None`: these are none."""
    text = written.strip()
    percent, one_in = _PERCENT.fullmatch(text), _ONE_IN.fullmatch(text)
    odds = Fraction(0)
    if percent is not None:
        odds = Fraction(percent[1]) / 100
    elif one_in is not None and int(one_in[2]):
        odds = Fraction(int(one_in[1]), int(one_in[2]))
    return odds if 0 < odds <= 1 else None


def percent_of(odds: Fraction) -> str:
    """Odds as people read them, with four digits behind the point at most."""
    return f"{float(odds * 100):.4f}".rstrip("0").rstrip(".") + "%"
