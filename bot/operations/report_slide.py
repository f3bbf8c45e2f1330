"""A picture for a slide, with rates as bars: SVG, 16:9, light, with nothing in it that is fetched or run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10
from xml.etree.ElementTree import Element, tostring

from bot.model.proportions import GroupDifference, Proportion, interval
from bot.model.translatable import Language, Translatable
from bot.operations.report_figures import difference_words, percent
from bot.playbook.drawing.measure import clean, shortened, wrapped
from bot.playbook.drawing.style import FONTS, drawn

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


WIDE, HIGH = 1280, 720

CSS = f"""
.report{{font-family:{FONTS};font-variant-numeric:tabular-nums}}
.report .ground{{fill:#f6f7f8}}
.report .card{{fill:#fff;stroke:#e3e7ec}}
.report .name{{font-size:36px;font-weight:700;fill:#1c232b}}
.report .about{{font-size:18px;fill:#56616e}}
.report .heading{{font-size:20px;font-weight:700;fill:#1c232b}}
.report .group{{font-size:17px;font-weight:600;fill:#1c232b}}
.report .figure{{font-size:23px;font-weight:700;fill:#1c232b}}
.report .small{{font-size:13px;fill:#56616e}}
.report .tick{{font-size:12.5px;fill:#56616e}}
.report .note{{font-size:14px;fill:#56616e}}
.report .column{{font-size:15px;font-weight:700;fill:#1c232b}}
.report .row{{font-size:15px;fill:#1c232b}}
.report .cell{{font-size:17px;font-weight:600;fill:#1c232b}}
.report .verdict{{font-size:17px;font-weight:600;fill:#1c232b}}
.report .verdict.none{{font-weight:400;fill:#56616e}}
.report .grid{{stroke:#e3e7ec}}
.report .base{{stroke:#8793a1}}
.report .bar{{fill:#3fa89c}}
.report .bar.quiet{{fill:#b4bdc8}}
.report .whisker{{fill:none;stroke:#1c232b;stroke-width:1.8}}
.report .under{{fill:none;stroke:#fff;stroke-width:4.5;stroke-opacity:.75}}
.report .dot{{fill:#fff;stroke:#8793a1;stroke-width:2}}
.report .dot.seen{{fill:#0b6b63;stroke:#0b6b63}}
"""


EDGE, TOP = 56.0, 148.0
FOOT = HIGH - 62
LEFT_WIDE, BETWEEN = 712.0, 24.0
PAD = 28.0
RIGHT = EDGE + LEFT_WIDE + BETWEEN
MOST_BARS, MOST_SAID = 8, 4
MOST_OF_NAME = 0.4
"""Of a line's width: two names and the verdict on them fit into two lines."""


class Slide:
    """Title and line below it, a card at the left and one at the right, how to read them at the foot."""

    def __init__(self, language: Language, title: str, about: str, notes: Iterable[Translatable]) -> None:
        self.words = language
        self.left = (EDGE + PAD, LEFT_WIDE - 2 * PAD)
        """Where the left card's contents begin, and how wide they are."""
        self.right = (RIGHT + PAD, WIDE - EDGE - RIGHT - 2 * PAD)
        self.root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "report", "role": "img"})
        self.root.set("viewBox", f"0 0 {WIDE} {HIGH}")
        self.root.set("width", str(WIDE))
        self.root.set("height", str(HIGH))
        self.root.set("lang", language.name)
        drawn(self.root, "title").text = clean(title)
        drawn(self.root, "desc").text = "; ".join(clean(language.text(one)) for one in notes)
        drawn(self.root, "style").text = CSS
        drawn(self.root, "rect", {"class": "ground"}, width=WIDE, height=HIGH)
        self.text("name", EDGE, 78, shortened(clean(title), 36, WIDE - 2 * EDGE, bold=True))
        self.text("about", EDGE, 114, shortened(clean(about), 18, WIDE - 2 * EDGE))
        self._card(EDGE, LEFT_WIDE)
        self._card(RIGHT, WIDE - EDGE - RIGHT)

    def svg(self, notes: Iterable[Translatable]) -> str:
        """The text of the file; `notes` say how it is to be read."""
        text = " · ".join(self.words.text(one) for one in notes)
        self.text("note", EDGE, HIGH - 26, shortened(clean(text), 14, WIDE - 2 * EDGE))
        return tostring(self.root, "unicode") + "\n"

    def compared(
        self, what: Translatable, bars: Sequence[Bar], differences: Sequence[GroupDifference]
    ) -> None:
        """At the left: each group's rate, and the verdicts on their differences."""
        x, width = self.left
        y = self._heading(what, x, width)
        verdicts = [(one, self._verdict(one, width - 24)) for one in _most_telling(differences)]
        lines = sum(len(verdict) for _, verdict in verdicts)
        room = FOOT - PAD - y - 24 * lines - 10 * len(verdicts) - 12
        y = chart(self.root, bars[:MOST_BARS], x, y, width, room) + 34
        for one, verdict in verdicts:
            kind = "dot seen" if one.is_seen else "dot"
            drawn(self.root, "circle", {"class": kind}, cx=x + 7, cy=y - 6, r=6)
            for line in verdict:
                self.text("verdict" if one.is_seen else "verdict none", x + 24, y, line)
                y += 24
            y += 10

    def text(self, kind: str, x: float, y: float, text: str, anchor: str = "start") -> None:
        """One line of it."""
        drawn(self.root, "text", {"class": kind, "text-anchor": anchor}, x=x, y=y).text = text

    def _card(self, x: float, width: float) -> None:
        drawn(self.root, "rect", {"class": "card"}, x=x, y=TOP, width=width, height=FOOT - TOP, rx=14)

    def _heading(self, message: Translatable, x: float, width: float) -> float:
        lines = wrapped(clean(self.words.text(message)), 20, width, 2, bold=True)
        for number, line in enumerate(lines):
            self.text("heading", x, TOP + PAD + 16 + 28 * number, line)
        return TOP + PAD + 12 + 28 * len(lines)

    def _verdict(self, one: GroupDifference, width: float) -> list[str]:
        """Long names are shortened: the verdict is behind them."""
        one = replace(one, one=_short(one.one, width), other=_short(one.other, width))
        return wrapped(clean(self.words.text(difference_words(one))), 17, width, 2, bold=one.is_seen)


def _short(name: str, width: float) -> str:
    return shortened(clean(name), 17, width * MOST_OF_NAME, bold=True)


def _most_telling(differences: Sequence[GroupDifference]) -> Sequence[GroupDifference]:
    """Those that are seen first, the largest before the others; as many as there is room for."""

    def order(one: GroupDifference) -> tuple[bool, float]:
        return not one.is_seen, -abs(one.by)

    return sorted(differences, key=order)[:MOST_SAID]
