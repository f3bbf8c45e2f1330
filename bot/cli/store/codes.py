"""`oaflow store clerks codes`: codes and links of clerks, printed, on a sheet, or as a card each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.cli.arguments import Arguments
from bot.cli.order import CommandOrder, carried_out
from bot.cli.own_address import as_they_know_it
from bot.cli.refusal import UsageWrong
from bot.cli.store.clerks import show_table, store_title
from bot.cli.terminal_text import Progress
from bot.engine.compiled.playbook import Playbook
from bot.model.clerk import StoreClerk
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.cjk_font import FontMissing, font_with_chinese
from bot.operations.clerk_codes import ReferralMethod, accounts_with_codes, referral_way, renew
from bot.operations.clerk_file import end_of_day
from bot.operations.clerk_sheet import CodeCard, SheetNotWritten, write_cards, write_sheet
from bot.operations.clerks import stores_named, those
from bot.operations.links import account_of
from bot.operations.payload import pick
from bot.operations.store_people.sheet import code_card
from bot.playbook.drawing.menu_picture import FontFile
from bot.playbook.valid import ValidPlaybook
from bot.store.stores import Stores

_COLUMNS: Mapping[str, Translatable] = {
    "number": tr("number"),
    "name": tr("name"),
    "store": tr("store"),
    "code": tr("code"),
    "link": tr("link"),
}


class NoCode(Refusal):
    """Somebody of whom it was asked has no code."""


def _new_ones(words: Sequence[str], options: Arguments) -> None:
    if options.new and not words:
        raise UsageWrong(tr("name those who get a new code: their numbers"))
    if options.old_until is not None and not options.new:
        raise UsageWrong(tr("--old-until is of the codes that --new replaces"))


@carried_out(check=_new_ones)
async def codes(order: CommandOrder) -> None:
    """Print codes and links of clerks, write their pictures, and give new ones."""
    playbook, options, numbers = order.playbook, order.options, order.words
    people = await order.people()
    served = order.served
    known = served if people is order.opened.stores else await as_they_know_it(order.opened, served, people)
    way = _way(known, options.channel)
    until = None if options.old_until is None else end_of_day(options.old_until, playbook)
    if options.new:
        await renew(people, numbers, order.by, old_until=until)
    found = await _clerks(people, playbook, numbers, options.store)
    cards = [
        code_card(one.name, store_title(playbook, one.store), one.code or "", way, playbook) for one in found
    ]
    if options.folder is not None:
        named = [(_file_name(one), card) for one, card in zip(found, cards, strict=True)]
        number = f"{len(write_cards(named, options.folder)):,}"
        order.note(tr("{number} files in {folder}", number=number, folder=str(options.folder)))
    if options.sheet is not None and cards:
        _write(cards, order)
    rows = [
        {
            **pick(one, "number", "name"),
            "store": store_title(playbook, one.store),
            "code": one.code or "",
            "link": way.link(one.code or ""),
        }
        for one in found
    ]
    show_table(rows, _COLUMNS, order, tr("nobody here has a code"))
    _see_if_all(numbers, found, options)


def _see_if_all(numbers: Sequence[str], found: Sequence[StoreClerk], wanted: Arguments) -> None:
    """Raise `NoCode` where somebody who was named has none, or nothing was written that was to be."""
    shown = {one.number.casefold() for one in found}
    if missing := [one for one in numbers if one.casefold() not in shown]:
        raise NoCode(tr("no code that is good: {numbers}", numbers=row(missing)))
    if not found and (wanted.sheet is not None or wanted.folder is not None):
        raise NoCode(tr("nobody here has a code: nothing was written"))


def _way(served: ValidPlaybook, channel: str | None) -> ReferralMethod:
    """How codes are brought, on this channel or the first that can. Raises `NoReferral`."""
    accounts = served.settings.channels
    if channel is None:
        first = next(accounts_with_codes(served.playbook, list(accounts.values())), None)
        if first is not None:
            return first
    return referral_way(served.playbook, account_of(accounts, channel))


async def _clerks(
    people: Stores, playbook: Playbook, numbers: Sequence[str], store: str | None
) -> list[StoreClerk]:
    """Those whose codes are good. Raises `NoClerk`."""
    only = stores_named(playbook, store)
    found = await those(people, numbers) if numbers else [one async for one in people.clerks.all(only)]
    return [
        one
        for one in found
        if one.has_code
        and one.code is not None
        and one.suspended is None
        and (only is None or one.store in only)
    ]


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
