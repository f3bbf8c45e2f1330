"""The style of a picture, light and dark. It has its own background, as a viewer may not support dark."""

from __future__ import annotations

from typing import Literal, TypeAlias
from xml.etree.ElementTree import Element, SubElement

from bot.playbook.drawing.words import Cost

FONTS = '"Noto Sans TC", "PingFang TC", "Microsoft JhengHei", system-ui, sans-serif'

_LIGHT = {
    "ground": "#f6f7f8",
    "card": "#ffffff",
    "edge": "#d3d9e0",
    "ink": "#1c232b",
    "soft": "#56616e",
    "line": "#8793a1",
    "verb": "#0b6b63",
    "chip": "#e9edf1",
    "gold": "#a35200",
    "gold-fill": "#fff1d9",
    "fork": "#fdf6e3",
    "end": "#eef3f1",
    "bad": "#b3261e",
    "start": "#0b6b63",
}
_DARK = {
    "ground": "#14181d",
    "card": "#20262d",
    "edge": "#3b4550",
    "ink": "#e7ebef",
    "soft": "#a6b1bd",
    "line": "#74818f",
    "verb": "#6fd0c4",
    "chip": "#293038",
    "gold": "#f2b04c",
    "gold-fill": "#3a2b12",
    "fork": "#2c2a20",
    "end": "#1d2a2a",
    "bad": "#ff9087",
    "start": "#3fa89c",
}


def _tokens(colours: dict[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())


LIGHT, DARK = (f".oaflow{{{_tokens(one)}}}\n" for one in (_LIGHT, _DARK))
"""The colours, for a page that chooses between them by itself."""
RULES = """
.oaflow .ground{fill:var(--ground)}
.oaflow .name{font-size:22px;font-weight:700;fill:var(--ink)}
.oaflow .about{font-size:12px;fill:var(--soft)}
.oaflow .card{fill:var(--card);stroke:var(--edge);stroke-width:1.25}
.oaflow .fork .card{fill:var(--fork)}
.oaflow .end .card{fill:var(--end)}
.oaflow .everywhere .card,.oaflow .out .card{fill:var(--chip)}
.oaflow .gone .card{fill:none;stroke-dasharray:3 3}
.oaflow .problem .card{stroke:var(--bad);stroke-dasharray:5 3}
.oaflow .costs .card{stroke:var(--gold);stroke-width:2}
.oaflow .bar,.oaflow .rule{fill:none;stroke:var(--edge)}
.oaflow .start{fill:var(--start)}
.oaflow .play{fill:var(--ground)}
.oaflow .chip{fill:var(--chip)}
.oaflow .title{font-size:14px;font-weight:600;fill:var(--ink)}
.oaflow .gone .title,.oaflow .everywhere .title,.oaflow .out .title{fill:var(--soft);font-weight:400}
.oaflow .step,.oaflow .heard{font-size:12px;fill:var(--ink)}
.oaflow .done{font-size:11px;fill:var(--soft)}
.oaflow .verb{fill:var(--verb)}
.oaflow .figure{font-size:12px;font-weight:700;fill:var(--ink)}
.oaflow .line{fill:none;stroke:var(--line);stroke-width:1.5;stroke-linejoin:round}
.oaflow .loose{stroke-dasharray:4 4}
.oaflow .head{fill:var(--line)}
.oaflow .mark{fill:none;stroke:var(--soft);stroke-width:1.3;stroke-linecap:round;stroke-linejoin:round}
.oaflow .mark.problem{stroke:var(--bad)}
.oaflow .coin circle{fill:var(--gold-fill);stroke:var(--gold);stroke-width:1.25;stroke-dasharray:2 1.6}
.oaflow .coin.sure circle{fill:var(--gold);stroke-dasharray:none}
.oaflow .coin text{font-size:9.5px;font-weight:700;fill:var(--gold)}
.oaflow .coin.sure text{fill:var(--gold-fill)}
"""
"""What all parts look like, by these colours."""
CSS = (
    f"\n.oaflow{{{_tokens(_LIGHT)}font-family:{FONTS}}}\n"
    f"@media (prefers-color-scheme:dark){{.oaflow{{{_tokens(_DARK)}}}}}{RULES}"
)
"""All of it, as the person's machine is set."""


MarkKind: TypeAlias = Literal[
    "clock",  # an arrow that time alone takes
    "round",  # an arrow back to its own box; a rule of all states
    "fork",
    "end",
    "problem",  # an end at which a page shows a problem
    "page",
]
"""The signs before a text."""

_PATHS: dict[MarkKind, str] = {
    "clock": "M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0M0 -3.2V0L2.4 1.8",
    "round": "M4.6 -1.6A5 5 0 1 0 4.9 1.2M5.3 -5V-1.4H1.7",
    "fork": "M-5.5 0H-1.5M-1.5 0L3 -4H5.5M-1.5 0L3 4H5.5",
    "end": "M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0M-2 -2H2V2H-2Z",
    "problem": "M0 -5.5L5.8 4.8H-5.8ZM0 -1.6V1.4M0 3V3.2",
    "page": "M-4 -5.5H4V5.5H-4ZM-1.6 -2.5H1.6M-1.6 0H1.6",
}
"""Lines around (0, 0), 11 pixels across."""


def number(value: float) -> str:
    """A length as it is written: whole pixels, or tenths."""
    return f"{value:.1f}".removesuffix(".0")


def drawn(into: Element, tag: str, names: dict[str, str] | None = None, /, **lengths: float) -> Element:
    """A new element in another, with attributes that are texts, and others that are pixels."""
    attributes = {**(names or {}), **{key: number(value) for key, value in lengths.items()}}
    return SubElement(into, tag, attributes)


def mark(into: Element, which: MarkKind, x: float, y: float) -> None:
    """A sign with its middle at a point."""
    at = f"translate({number(x)} {number(y)})"
    drawn(into, "path", {"class": f"mark {which}", "transform": at, "d": _PATHS[which]})


def coin(into: Element, cost: Cost, x: float, y: float) -> None:
    """What costs a message; hollow: perhaps."""
    group = drawn(into, "g", {"class": "coin sure" if cost == "$" else "coin"})
    drawn(group, "circle", cx=x, cy=y, r=6.5)
    drawn(group, "text", {"text-anchor": "middle"}, x=x, y=y + 3.6).text = "$"
