"""A report as a picture for a slide: SVG, 16:9, light, with nothing in it that is fetched or run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, tostring
from zoneinfo import ZoneInfo

from bot.model.broadcast_report import BroadcastReport, GroupDifference, Reaction, ReportGroup
from bot.model.proportions import interval
from bot.model.said import Language, Said
from bot.operations.broadcasts.report_chart import Bar, chart
from bot.operations.broadcasts.report_style import CSS, HIGH, WIDE
from bot.operations.broadcasts.report_words import (
    HELD_OUT,
    NO_DIFFERENCE,
    REACTIONS,
    between,
    called,
    difference_words,
    moment_words,
    notes,
    percent,
    rate_words,
    reaction_words,
    report_lines,
    sent_words,
)
from bot.playbook.drawing.marks import drawn
from bot.playbook.drawing.measure import clean, shortened, wrapped

EDGE, TOP = 56.0, 148.0
FOOT = HIGH - 62
LEFT_WIDE, BETWEEN = 712.0, 24.0
PAD = 28.0
MOST_BARS, MOST_COLUMNS, MOST_SAID = 8, 4, 4


def report_svg(report: BroadcastReport, language: Language, zone: ZoneInfo) -> str:
    """The text of an SVG file."""
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "report", "role": "img"})
    root.set("viewBox", f"0 0 {WIDE} {HIGH}")
    root.set("width", str(WIDE))
    root.set("height", str(HIGH))
    root.set("lang", language.name)
    drawn(root, "title").text = clean(called(report))
    drawn(root, "desc").text = "; ".join(clean(language.text(one)) for one in report_lines(report, zone))
    drawn(root, "style").text = CSS
    drawn(root, "rect", {"class": "ground"}, width=WIDE, height=HIGH)
    _Sheet(root, report, language, zone).draw()
    return tostring(root, "unicode") + "\n"


class _Sheet:
    def __init__(self, root: Element, report: BroadcastReport, language: Language, zone: ZoneInfo) -> None:
        self._root = root
        self._report = report
        self._words = language
        self._zone = zone

    def draw(self) -> None:
        """Title, the main thing at the left, all else at the right, how to read it at the foot."""
        self._head()
        right = EDGE + LEFT_WIDE + BETWEEN
        self._card(EDGE, LEFT_WIDE)
        self._card(right, WIDE - EDGE - right)
        if len(self._report.groups) > 1 and self._report.main is not None:
            self._compared(self._report.main, EDGE + PAD, LEFT_WIDE - 2 * PAD)
            self._table(right + PAD, WIDE - EDGE - right - 2 * PAD)
        else:
            self._alone(EDGE + PAD, LEFT_WIDE - 2 * PAD)
            self._who(right + PAD, WIDE - EDGE - right - 2 * PAD)
        text = " · ".join(self._words.text(one) for one in notes(self._report, self._zone))
        self._text("note", EDGE, HIGH - 26, shortened(text, 14, WIDE - 2 * EDGE))

    def _head(self) -> None:
        report = self._report
        title = shortened(clean(called(report)), 36, WIDE - 2 * EDGE, bold=True)
        self._text("name", EDGE, 78, title)
        began = moment_words(report.began or report.moment, self._zone)
        parts = [began, report.channel, self._words.text(sent_words(report))]
        self._text("about", EDGE, 114, shortened(clean(" · ".join(parts)), 18, WIDE - 2 * EDGE))

    def _card(self, x: float, width: float) -> None:
        drawn(self._root, "rect", {"class": "card"}, x=x, y=TOP, width=width, height=FOOT - TOP, rx=14)

    def _compared(self, reaction: Reaction, x: float, width: float) -> None:
        """Each group's rate, and what can be said of their differences."""
        y = self._heading(reaction_words(self._report, reaction), x, width)
        groups = self._report.groups[:MOST_BARS]
        said = [(one, self._verdict(one, width - 24)) for one in _most_telling(self._report, reaction)]
        lines = sum(len(told) for _, told in said)
        room = FOOT - PAD - y - 24 * lines - 10 * len(said) - 12
        y = chart(self._root, [self._bar(one, reaction) for one in groups], x, y, width, room) + 34
        for one, told in said:
            kind = "dot seen" if one.is_seen else "dot"
            drawn(self._root, "circle", {"class": kind}, cx=x + 7, cy=y - 6, r=6)
            for line in told:
                self._text("verdict" if one.is_seen else "verdict none", x + 24, y, line)
                y += 24
            y += 10

    def _verdict(self, one: GroupDifference, width: float) -> list[str]:
        return wrapped(clean(self._words.text(difference_words(one))), 17, width, 2, bold=one.is_seen)

    def _bar(self, group: ReportGroup, reaction: Reaction) -> Bar:
        below = self._words.text(HELD_OUT) if group.holdout else ""
        return Bar(group.name, group.rate(reaction), self._instead(group, reaction), below, group.holdout)

    def _instead(self, group: ReportGroup, reaction: Reaction) -> str:
        said = rate_words(group, reaction) if group.hidden(reaction) else None
        return "–" if said is None else self._words.text(said)

    def _table(self, x: float, width: float) -> None:
        """All other reactions: a row each, a column for each group."""
        groups = self._report.groups[:MOST_COLUMNS]
        others = [one for one in self._report.reactions if one != self._report.main]
        each = min(92.0, (width - 120) / len(groups))
        for number, group in enumerate(groups):
            end = x + width - each * (len(groups) - 1 - number)
            name = shortened(clean(group.name), 15, each - 8, bold=True)
            self._text("column", end, TOP + PAD + 14, name, "end")
        row = min(78.0, (FOOT - TOP - 2 * PAD - 24) / max(1, len(others)))
        for place, reaction in enumerate(others):
            y = TOP + PAD + 24 + row * place
            drawn(self._root, "line", {"class": "grid"}, x1=x, y1=y, x2=x + width, y2=y)
            room = width - each * len(groups) - 8
            lines = wrapped(self._words.text(REACTIONS[reaction]), 15, room, 2)
            for number, line in enumerate(lines):
                self._text("row", x, y + 26 + 18 * number, line)
            for number, group in enumerate(groups):
                end = x + width - each * (len(groups) - 1 - number)
                self._text("cell", end, y + 28, self._short(group, reaction), "end")
            self._text("small", x + width, y + 52, self._found(reaction, width - room * 0.3), "end")

    def _short(self, group: ReportGroup, reaction: Reaction) -> str:
        rate = group.rate(reaction)
        if rate is None:
            return "<20" if group.hidden(reaction) else "–"
        return percent(rate.share)

    def _found(self, reaction: Reaction, room: float) -> str:
        """What can be told of an reaction beside the main one, in short."""
        differences = self._report.differences(reaction)
        ways = ((one.one, one.other) if one.by > 0 else (one.other, one.one) for one in _seen(differences))
        seen = [f"{more} > {less}" for more, less in ways]
        if not differences:
            return ""
        return shortened("、".join(seen) if seen else self._words.text(NO_DIFFERENCE), 13, room)

    def _alone(self, x: float, width: float) -> None:
        """All reactions of who got the same."""
        group = self._report.groups[0]
        bars = [
            Bar(
                self._words.text(REACTIONS[one]),
                group.rate(one),
                self._instead(group, one),
                quiet=one == "blocked",
            )
            for one in self._report.reactions
        ]
        chart(self._root, bars, x, TOP + PAD, width, FOOT - TOP - 2 * PAD)

    def _who(self, x: float, width: float) -> None:
        """What each figure says, with its interval and time."""
        group = self._report.groups[0]
        reactions = self._report.reactions
        row = min(74.0, (FOOT - TOP - 2 * PAD) / max(1, len(reactions)))
        for place, reaction in enumerate(reactions):
            y = TOP + PAD + row * place
            said = self._words.text(reaction_words(self._report, reaction))
            self._text("row", x, y + 14, shortened(said, 15, width))
            rate = group.rate(reaction)
            told = self._instead(group, reaction) if rate is None else between(interval(rate))
            self._text("small", x, y + 36, told)

    def _heading(self, said: Said, x: float, width: float) -> float:
        lines = wrapped(clean(self._words.text(said)), 20, width, 2)
        for number, line in enumerate(lines):
            self._text("heading", x, TOP + PAD + 16 + 28 * number, line)
        return TOP + PAD + 12 + 28 * len(lines)

    def _text(self, kind: str, x: float, y: float, text: str, anchor: str = "start") -> None:
        drawn(self._root, "text", {"class": kind, "text-anchor": anchor}, x=x, y=y).text = text


def _seen(differences: Sequence[GroupDifference]) -> Iterator[GroupDifference]:
    return (one for one in differences if one.is_seen)


def _most_telling(report: BroadcastReport, reaction: Reaction) -> Sequence[GroupDifference]:
    """The differences that are seen first, the largest before the others; as many as there is room for."""

    def order(one: GroupDifference) -> tuple[bool, float]:
        return not one.is_seen, -abs(one.by)

    return sorted(report.differences(reaction), key=order)[:MOST_SAID]
