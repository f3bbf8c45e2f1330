"""`oaflow store clerks codes`: codes and links of clerks, printed, on a sheet, or as a card each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bot.cli.arguments import Actions, add_action, add_json
from bot.cli.operation_run import show_typed
from bot.cli.order import CommandOrder, carried_out
from bot.cli.own_address import as_they_know_it
from bot.cli.terminal_text import Progress
from bot.model.clerk import StoreClerk
from bot.model.translatable import tr
from bot.operations.cjk_font import FontMissing, font_with_chinese
from bot.operations.clerk_sheet import CodeCard, SheetNotWritten, write_cards, write_sheet
from bot.operations.declared.clerks import NoCode, clerk_codes, clerks_with_codes, code_way
from bot.operations.store_people.sheet import code_card
from bot.playbook.drawing.menu_picture import FontFile


def add_codes(actions: Actions) -> None:
    """Whose codes, for which account, and what is written."""
    made = add_action(
        actions,
        "codes",
        "codes and links, as QR codes to be printed",
        codes,
        example="oaflow store clerks codes --store 信義店 --sheet a4.pdf",
        words="[NUMBER…]",
    )
    made.add_argument(
        "words",
        nargs="*",
        metavar="[NUMBER…]",
        help="numbers of clerks; before them: folder with bot.yaml",
    )
    made.add_argument("--store", metavar="NAME", help="a store or a group of stores only (all)")
    made.add_argument(
        "--channel", metavar="NAME", help="the account that the codes lead to (the first that can)"
    )
    made.add_argument(
        "--sheet", type=Path, metavar="FILE", help="all on A4, with lines to cut: a .pdf, or .svg"
    )
    made.add_argument("--folder", type=Path, metavar="FOLDER", help="a card each, as .svg")
    made.add_argument("--font", type=Path, metavar="FILE", help="a font with Chinese characters, for a .pdf")
    made.add_argument("--csv", action="store_true", help="as CSV for spreadsheets")
    add_json(made)


@carried_out()
async def codes(order: CommandOrder) -> None:
    """Print codes and links of clerks, and write their pictures."""
    playbook, options, people = order.playbook, order.options, await order.people()
    served = order.served
    known = served if people is order.opened.stores else await as_they_know_it(order.opened, served, people)
    way = code_way(known.playbook, known.settings.channels, options.channel)
    found = await clerks_with_codes(people, playbook, order.words, options.store)
    listed = clerk_codes(found, playbook, way)
    if not found and (options.sheet is not None or options.folder is not None):
        raise NoCode(tr("nobody here has a code: nothing was written"))
    cards = [code_card(one.name, one.store, one.code, way, playbook) for one in listed.codes]
    if options.folder is not None:
        named = [(_file_name(one), card) for one, card in zip(found, cards, strict=True)]
        number = f"{len(write_cards(named, options.folder)):,}"
        order.note(tr("{number} files in {folder}", number=number, folder=str(options.folder)))
    if options.sheet is not None:
        _write(cards, order)
    show_typed(listed, order)


def _write(cards: Sequence[CodeCard], order: CommandOrder) -> None:
    progress = Progress(order.speech)

    def so_far(page: int, pages: int) -> None:
        progress.show(tr("page {page} of {pages}", page=page, pages=pages))

    font = FontFile(order.options.font) if order.options.font is not None else None
    if font is None and order.options.sheet.suffix.lower() == ".pdf":
        try:
            font = font_with_chinese()
        except FontMissing as error:
            raise SheetNotWritten(tr("{why}: name one with  --font FILE", why=error.message)) from error
    written = write_sheet(
        cards, order.options.sheet, order.speech.text(tr("QR codes of clerks")), font, so_far
    )
    progress.over()
    for path in written:
        order.note(tr("written: {file}", file=str(path)))


def _file_name(one: StoreClerk) -> str:
    """A name that every system takes: the store, and the clerk's number."""
    return re.sub(r"[^\w.-]", "_", f"{one.store}-{one.number}")
