"""D3: clerks' QR codes on A4: what is printed can be scanned, and leads where it should."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import segno

from bot.model.channel import Channel, Liff
from bot.operations.cjk_font import cjk_font
from bot.operations.clerk_codes import NoReferral, referral_way
from bot.operations.clerk_sheet import (
    HEIGHT,
    MARGIN,
    WIDTH,
    BoxMark,
    CodeCard,
    CutMark,
    SheetMark,
    SheetNotWritten,
    TextMark,
    pages_of,
    write_cards,
    write_sheet,
)
from bot.playbook.drawing.menu_picture import FontFile
from tests.cli.test_richmenu import needs_font
from tests.playbooks import compiled

LINK = "https://line.me/R/oaMessage/%40forest/?%E8%81%AF%E7%B5%A1%207K3M9QX2TB"
CARD = CodeCard("森活選品　信義店", "小安 <店長>", "7K3M9QX2TB", LINK)
FONT = cjk_font()


def inside(mark: SheetMark) -> bool:
    match mark:
        case TextMark(x, y, _, _, _, most):
            return x - most / 2 > MARGIN and x + most / 2 < WIDTH - MARGIN and MARGIN < y < HEIGHT - MARGIN
        case BoxMark(x, y, width, height):
            right, below = WIDTH - MARGIN, HEIGHT - MARGIN
            return x > MARGIN and y > MARGIN and x + width < right and y + height < below
        case CutMark():
            return True


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize(("cards", "pages"), [(0, 0), (1, 1), (12, 1), (13, 2), (30, 3)])
def test_twelve_cards_to_a_page_inside_its_margins(cards: int, pages: int) -> None:
    found = list(pages_of([CARD] * cards))
    assert len(found) == pages
    assert all(inside(mark) for marks in found for mark in marks)
    texts = [mark.text for marks in found for mark in marks if isinstance(mark, TextMark)]
    assert texts == ["森活選品　信義店", "小安 <店長>", "7K3M9-QX2TB"] * cards


def test_the_modules_are_those_of_the_code() -> None:
    """Drawn again from the boxes, it is the code of the link, with four modules of white around it."""
    [marks] = pages_of([CARD])
    boxes = [mark for mark in marks if isinstance(mark, BoxMark)]
    matrix = [
        [int(bool(module)) for module in row] for row in segno.make(LINK, error="m", micro=False).matrix
    ]
    size = 40.0 / (len(matrix) + 8)
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    drawn = [[0] * len(matrix) for _ in matrix]
    for box in boxes:
        row, column = round((box.y - top) / size), round((box.x - left) / size)
        for place in range(column, column + round(box.width / size)):
            drawn[row][place] = 1
    assert drawn == matrix


def test_an_svg_for_each_page(tmp_path: Path) -> None:
    written = write_sheet([CARD] * 13, tmp_path / "a4.svg", "代碼", None)
    assert [path.name for path in written] == ["a4.svg", "a4-2.svg"]
    root = ElementTree.parse(written[0]).getroot()
    assert (root.get("width"), root.get("height")) == ("210mm", "297mm")
    assert [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")][:2] == [
        "森活選品　信義店",
        "小安 <店長>",
    ]


@pytest.mark.ring("all", "a bot of its own, and many turns")
@needs_font
def test_a_pdf(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    file = tmp_path / "a4.pdf"
    write_sheet([CARD] * 13, file, "代碼", FONT, lambda page, pages: heard.append((page, pages)))
    content = file.read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b(?!s)", content)) == 2
    assert heard == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a4.png", "neither .pdf nor .svg"),
        ("nowhere/a4.svg", "cannot be written: there is no such file or folder"),
    ],
)
def test_what_cannot_be_written(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(SheetNotWritten, match=why):
        write_sheet([CARD], tmp_path / name, "代碼", None)


def test_a_font_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SheetNotWritten, match=r"the font .* cannot be read"):
        write_sheet([CARD], tmp_path / "a4.pdf", "代碼", FontFile(tmp_path / "nowhere.ttf"))


def test_a_card_each(tmp_path: Path) -> None:
    [card] = write_cards([("xinyi-A01", CARD)], tmp_path / "new" / "cards")
    assert card.name == "xinyi-A01.svg"
    assert "小安 &lt;店長&gt;" in card.read_text("utf-8")
    (tmp_path / "file").write_text("")
    with pytest.raises(SheetNotWritten, match="cannot be written"):
        write_cards([("x", CARD)], tmp_path / "file")


# -- where a code leads

FLOW = """
flows:
  referral:
    page: true
    inputs: {code: text}
    states:
      joining:
        do: [{bind_clerk: {code: "{{ answer.code }}"}}]
        rules: [{when: {clerk: [bound, already, unknown, suspended]}, to: 完}]
        give_up_after: {1m: 完}
      完: {end: true}
"""
CHANNELS = """
channels:
  main: {id: forest, channel_id: "1234", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}
"""
RULE = """
rules:
  - {when: {text_pattern: "PATTERN"}, start: {flow: referral, with: {code: "{{ event.code }}"}}}
"""


def account(*, certified: bool = False) -> Channel:
    return Channel("main", "@forest", "1234", "x", liff=Liff("5", "5-a", certified_provider=certified))


@pytest.mark.parametrize(
    ("pattern", "certified", "link"),
    [
        (
            "聯絡專員 {code:word}",
            False,
            "https://line.me/R/oaMessage/%40forest/?%E8%81%AF%E7%B5%A1%E5%B0%88%E5%93%A1%207K3M9QX2TB",
        ),
        ("聯絡專員 {code:word}", True, "https://liff.line.me/5-a/referral?code=7K3M9QX2TB"),
        ("{code} 專員*", False, "https://line.me/R/oaMessage/%40forest/?7K3M9QX2TB%20%E5%B0%88%E5%93%A1"),
        (None, False, "https://liff.line.me/5-a/referral?code=7K3M9QX2TB"),
    ],
)
def test_a_code_is_brought_by_page_or_by_text(pattern: str | None, certified: bool, link: str) -> None:
    """D3, D4: by the page's link where the provider is certified; else by what the playbook hears."""
    rule = "" if pattern is None else RULE.replace("PATTERN", pattern)
    playbook = compiled(CHANNELS + rule + FLOW)
    assert referral_way(playbook, account(certified=certified)).link("7K3M9QX2TB") == link


def test_where_no_flow_takes_one() -> None:
    with pytest.raises(NoReferral, match="no flow takes a clerk's code"):
        referral_way(compiled(CHANNELS + "rules: [{when: {text: 嗨}, reply: 哈囉}]\n"), account())


def test_where_the_flow_is_paused() -> None:
    paused = CHANNELS.replace("liff:", "paused: [referral], liff:")
    with pytest.raises(NoReferral):
        referral_way(compiled(paused + FLOW), account())
