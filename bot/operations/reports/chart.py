"""Rates as bars with their intervals, on one scale that begins at nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from xml.etree.ElementTree import Element

from bot.model.proportions import Proportion, interval
from bot.operations.reports.figures import percent
from bot.playbook.drawing.measure import clean, shortened
from bot.playbook.drawing.style import drawn

BAR, ROW_MOST = 28.0, 112.0
FIGURES = 126.0
"""Room behind the bars for what they say in figures."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One rate by its name; without a `rate` it says `instead`. `quiet`: it is not what was sent."""

    name: str
    rate: Proportion | None
    instead: str = ""
    below: str = ""
    quiet: bool = False


def chart(into: Element, bars: Sequence[Bar], x: float, y: float, width: float, height: float) -> float:
    """The bars below each other, within this box; where they end."""
    names = min(0.34 * width, 190.0)
    left, right = x + names + 14, x + width - FIGURES
    top = max((interval(one.rate).high for one in bars if one.rate is not None), default=0.1) * 1.04
    step = _step(top)
    most = min(1.0, ceil(top / step + 1e-9) * step)
    row = min(ROW_MOST, (height - 26) / max(1, len(bars)))
    foot = y + row * len(bars)
    for number in range(round(most / step) + 1):
        at = left + (right - left) * number * step / most
        drawn(into, "line", {"class": "grid" if number else "base"}, x1=at, y1=y, x2=at, y2=foot)
        label = drawn(into, "text", {"class": "tick", "text-anchor": "middle"}, x=at, y=foot + 20)
        label.text = f"{number * step:.{_digits(step)}%}"
    for place, one in enumerate(bars):
        middle = y + row * (place + 0.5)
        name = drawn(
            into,
            "text",
            {"class": "group", "text-anchor": "end"},
            x=left - 14,
            y=middle + (0 if one.below else 6),
        )
        name.text = shortened(clean(one.name), 17, names, bold=True)
        if one.below:
            below = drawn(into, "text", {"class": "small", "text-anchor": "end"}, x=left - 14, y=middle + 19)
            below.text = shortened(one.below, 13, names)
        if one.rate is None:
            drawn(into, "text", {"class": "small"}, x=left + 10, y=middle + 5).text = one.instead
        else:
            _bar(into, one.rate, one.quiet, (left, right), most, middle, min(BAR, row * 0.5))
            figure = drawn(into, "text", {"class": "figure"}, x=right + 18, y=middle + 1)
            figure.text = percent(one.rate.share)
            of = drawn(into, "text", {"class": "small"}, x=right + 18, y=middle + 19)
            of.text = f"{one.rate.number:,} / {one.rate.people:,}"
    return foot + 26


def _bar(
    into: Element,
    rate: Proportion,
    quiet: bool,
    room: tuple[float, float],
    most: float,
    middle: float,
    high: float,
) -> None:
    left, right = room
    found = interval(rate)

    def at(share: float) -> float:
        return left + (right - left) * min(share, most) / most

    kind = "bar quiet" if quiet else "bar"
    wide = max(1.5, at(rate.share) - left)
    drawn(into, "rect", {"class": kind}, x=left, y=middle - high / 2, width=wide, height=high, rx=3)
    low, top = at(found.low), at(found.high)
    for name in ("under", "whisker"):
        cap = high * 0.26
        path = (
            f"M{low:.1f} {middle:.1f}H{top:.1f}M{low:.1f} {middle - cap:.1f}V{middle + cap:.1f}"
            f"M{top:.1f} {middle - cap:.1f}V{middle + cap:.1f}"
        )
        drawn(into, "path", {"class": name, "d": path})


def _step(top: float) -> float:
    """Between two lines of the scale: 1, 2 or 5 of a power of ten, so that there are three to six."""
    rough = max(top, 0.001) / 4
    power = 10.0 ** floor(log10(rough))
    return next(power * one for one in (1, 2, 5, 10) if power * one >= rough)


def _digits(step: float) -> int:
    return max(0, -floor(log10(step * 100) + 1e-9))
