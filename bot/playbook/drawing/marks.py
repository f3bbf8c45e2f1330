"""The small signs of a picture: a clock, a coin, a round arrow; and how an element is written."""

from __future__ import annotations

from typing import Literal, TypeAlias
from xml.etree.ElementTree import Element, SubElement

from bot.playbook.drawing.words import Cost

MarkKind: TypeAlias = Literal["clock", "round", "fork", "end", "problem", "page"]

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
