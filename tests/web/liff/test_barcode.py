"""What a till reads from a member card is the member's number (B10): drawn here, read by another's reader."""

from __future__ import annotations

import string
import xml.etree.ElementTree as ET

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from bot.web.liff.barcode import MOST_MODULES, holds, svg, why_not
from tests.depth import examples

PIXELS = 4
"""Of a module."""


def drawn(picture: str) -> Image.Image:
    """The SVG in pixels; it consists of rectangles only."""
    root = ET.fromstring(picture)
    _, _, width, height = (int(part) for part in root.attrib["viewBox"].split())
    image = Image.new("L", (width * PIXELS, height * PIXELS), 255)
    draw = ImageDraw.Draw(image)
    for bar in root[1].attrib["d"].removesuffix("z").split("z"):
        corner, _, size = bar.removeprefix("M").partition("h")
        x, y = (int(part) for part in corner.split())
        wide, high = (int(part) for part in size.partition("h")[0].split("v"))
        box = (x * PIXELS, y * PIXELS, (x + wide) * PIXELS - 1, (y + high) * PIXELS - 1)
        draw.rectangle(box, fill=0)
    return image


def read(picture: str) -> tuple[str, str]:
    """What a reader sees: the kind of code, and what it says."""
    (found,) = zxingcpp.read_barcodes(drawn(picture), try_downscale=False)  # smaller, its bars blur
    return str(found.format), found.text


@pytest.mark.parametrize(
    ("kind", "number", "seen"),
    [
        ("code128", "A1234567", "Code 128"),
        ("code128", "0912345678", "Code 128"),
        ("code39", "VIP-00123", "Code 39"),
        ("ean13", "4901234567894", "EAN-13"),
        ("qr", "會員 0001", "QR Code"),
    ],
)
def test_a_reader_reads_the_number(kind: str, number: str, seen: str) -> None:
    assert read(svg(kind, number)) == (seen, number)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("ean13", "A123"),
        ("ean13", "4901234567890"),  # a wrong check digit
        ("ean13", "490123456789"),  # a reader would say one digit more
        ("code39", "a-12"),
        ("code128", "會員"),
        ("code128", "x" * 60),  # too narrow for a telephone
        ("code39", "1" * 30),
    ],
)
def test_what_a_code_cannot_hold_is_a_qr_code(kind: str, number: str) -> None:
    assert read(svg(kind, number)) == ("QR Code", number)


@pytest.mark.parametrize(
    ("kind", "number", "why"),
    [
        ("ean13", "4901234567894", None),
        ("qr", "會員", None),
        ("ean13", "A123", "it does not have just 13 digits"),
        ("ean13", "4901234567890", "its last digit is no check digit"),
        ("code39", "5f8d0b", "it has other signs than digits, capital letters and - . $ / + % and spaces"),
        ("code128", "會員", "it has other signs than ASCII's"),
        ("code128", "x" * 60, "it is too long for the width of a telephone"),
    ],
)
def test_why_a_number_becomes_a_qr_code(kind: str, number: str, why: str | None) -> None:
    """B10: told once, without the number."""
    assert why_not(kind, number) == why
    assert (read(svg(kind, number))[0] == "QR Code") == (why is not None or kind == "qr")


@settings(max_examples=examples(60))
@given(st.text(string.digits + string.ascii_letters + string.punctuation + " ", min_size=1, max_size=18))
def test_every_number_of_a_shop_is_read_back(number: str) -> None:
    assert holds("code128", number)
    kind, text = read(svg("code128", number))
    assert text == number
    assert kind == "Code 128" or len(number) > 8


def test_a_linear_code_stays_wide_enough_for_a_telephone() -> None:
    for length in range(1, 40):
        width = int(svg("code128", "Ab" * length).split('viewBox="0 0 ')[1].split()[0])
        assert width <= MOST_MODULES
