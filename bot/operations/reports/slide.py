"""A picture for a slide: SVG, 16:9, light, with nothing in it that is fetched or run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element, tostring

from bot.model.proportions import GroupDifference
from bot.model.translatable import Language, Translatable
from bot.operations.reports.chart import Bar, chart
from bot.operations.reports.figures import difference_words
from bot.playbook.drawing.measure import clean, shortened, wrapped
from bot.playbook.drawing.style import FONTS, drawn

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
"""Of a line's width: two names and what is said of them fit into two lines."""


class Slide:
    """Title and line below it, a card at the left and one at the right, how to read them at the foot."""

    def __init__(self, language: Language, title: str, about: str, told: Iterable[Translatable]) -> None:
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
        drawn(self.root, "desc").text = "; ".join(clean(language.text(one)) for one in told)
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
        """At the left: each group's rate, and what can be said of their differences."""
        x, width = self.left
        y = self._heading(what, x, width)
        said = [(one, self._verdict(one, width - 24)) for one in _most_telling(differences)]
        lines = sum(len(told) for _, told in said)
        room = FOOT - PAD - y - 24 * lines - 10 * len(said) - 12
        y = chart(self.root, bars[:MOST_BARS], x, y, width, room) + 34
        for one, told in said:
            kind = "dot seen" if one.is_seen else "dot"
            drawn(self.root, "circle", {"class": kind}, cx=x + 7, cy=y - 6, r=6)
            for line in told:
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
        """Long names are shortened: what is found stands behind them."""
        one = replace(one, one=_short(one.one, width), other=_short(one.other, width))
        return wrapped(clean(self.words.text(difference_words(one))), 17, width, 2, bold=one.is_seen)


def _short(name: str, width: float) -> str:
    return shortened(clean(name), 17, width * MOST_OF_NAME, bold=True)


def _most_telling(differences: Sequence[GroupDifference]) -> Sequence[GroupDifference]:
    """Those that are seen first, the largest before the others; as many as there is room for."""

    def order(one: GroupDifference) -> tuple[bool, float]:
        return not one.is_seen, -abs(one.by)

    return sorted(differences, key=order)[:MOST_SAID]
