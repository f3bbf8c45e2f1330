"""A member's number as a picture that a till reads: Code 128, Code 39, EAN-13 or QR, as SVG."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

MOST_MODULES = 240
"""The most modules of a linear code with its margins: on the narrowest telephone (320 px) a module is a pixel
wide at least, which readers still recognise. A longer number becomes a QR code."""
QUIET = 10
"""Modules of white on each side of a linear code: ISO/IEC 15417, 15420 and 16388."""
QUIET_QR = 4
"""Modules of white around a QR code: ISO/IEC 18004, section 9.1."""
TALL = 0.32
"""Height of a linear code, as a share of its width: tills read it from a telephone held at an angle."""

NAMES = {"code128": "Code 128", "code39": "Code 39", "ean13": "EAN-13"}
"""What the linear codes are called."""

_HELD_BY = {
    "code128": re.compile(r"[ -~]+"),
    "code39": re.compile(r"[0-9A-Z \-.$/+%]+"),
    "ean13": re.compile(r"[0-9]{13}"),
}
"""The numbers that each linear code can hold: printable ASCII; digits, capital letters and a few signs; 13
digits."""


def svg(kind: str, number: str) -> str:
    """The picture of a number, black on white on every ground. What `kind` cannot hold becomes a QR code.

    `kind` is `code128`, `code39`, `ean13` or `qr`; `number` is not empty.
    """
    row = _modules(kind, number)
    if row is None or _is_too_wide(row):
        return _qr(number)
    width = len(row) + 2 * QUIET
    height = round(width * TALL)
    return _picture(width, height, _bars(row, QUIET, 0, height))


def why_not(kind: str, number: str) -> str | None:
    """Why a number becomes a QR code instead; `None` where it does not. Without the number itself."""
    row = _modules(kind, number)
    if row is None:
        return None if kind == "qr" else _lacks(kind, number)
    return "it is too long for the width of a telephone" if _is_too_wide(row) else None


def _is_too_wide(row: str) -> bool:
    return len(row) + 2 * QUIET > MOST_MODULES


def _lacks(kind: str, number: str) -> str:
    """Why a linear code of this kind cannot hold the number."""
    match kind:
        case "ean13":
            wrong = _HELD_BY[kind].fullmatch(number) is not None
            return "its last digit is no check digit" if wrong else "it does not have just 13 digits"
        case "code39":
            return "it has other signs than digits, capital letters and - . $ / + % and spaces"
        case _:
            return "it has other signs than ASCII's"


def holds(kind: str, number: str) -> bool:
    """Whether a code of this kind can say this number at all, however long it is."""
    if kind == "qr":
        return True
    fits = _HELD_BY[kind].fullmatch(number) is not None
    return fits and (kind != "ean13" or _check_digit(number[:12]) == number[12])


def _check_digit(twelve: str) -> str:
    """The 13th digit of an EAN-13 (GS1 General Specifications)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return str(-total % 10)


def _modules(kind: str, number: str) -> str | None:
    """The dark (1) and light (0) modules of a linear code; `None`: it is to be a QR code."""
    if kind == "qr" or not holds(kind, number):
        return None
    from barcode.codex import Code39, Code128  # not above: most processes draw none
    from barcode.ean import EAN13

    match kind:
        case "code39":
            code = Code39(number, add_checksum=False)
        case "ean13":
            code = EAN13(number)
        case _:
            code = Code128(number)
    return str(code.build()[0])


def _qr(number: str) -> str:
    """The number as a QR code, with error correction M."""
    import segno

    rows = segno.make(number, error="m", micro=False).matrix
    side = len(rows) + 2 * QUIET_QR
    bars = "".join(_bars(row, QUIET_QR, QUIET_QR + y, 1) for y, row in enumerate(rows))
    return _picture(side, side, bars)


def _bars(row: Sequence[str] | Iterable[int], x: int, y: int, height: int) -> str:
    """The dark runs of a row of modules, as a path."""
    path = ""
    for module, run in groupby(int(one) for one in row):
        width = len(list(run))
        if module:
            path += f"M{x} {y}h{width}v{height}h-{width}z"
        x += width
    return path


def _picture(width: int, height: int, path: str) -> str:
    size = f'viewBox="0 0 {width} {height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/><path d="{path}"/></svg>'
    )
