"""`oaflow coupon list|import|redeem|undo`: how coupons are doing, codes for them, one used at a till."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from bot.cli.answer import in_columns
from bot.cli.arguments import (
    Actions,
    Arguments,
    Run,
    actions_of,
    add_action,
    add_json,
    add_playbook,
    describe,
)
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.operator import add_by
from bot.cli.order import Check, CommandOrder, carried_out
from bot.cli.refusal import UsageWrong
from bot.cli.terminal_text import NotAgreed, agreed
from bot.model.translatable import Translatable, tr
from bot.operations.clerks import store_named
from bot.operations.coupon_figures import CouponFigures, coupon_figures
from bot.operations.coupon_import import code_lines, import_codes, readable_codes
from bot.operations.coupons import TOO_MANY_GUESSES, Redeemer, RedeemOutcome, redeem
from bot.operations.import_report import import_payload, in_words
from bot.operations.payload import pick
from bot.operations.table_lines import TableWrong
from bot.playbook.similar import printable, quoted
from bot.playbook.syntax.source import file_trouble

_COLUMNS: Mapping[str, Translatable] = {
    "coupon": tr("coupon"),
    "given": tr("given"),
    "held": tr("still usable"),
    "used": tr("used"),
    "ended": tr("ended unused"),
    "free": tr("codes left"),
    "left": tr("may be given"),
}
_ONE_CODE = tr("write one code, after the playbook")


def arguments(command: ArgumentParser) -> None:
    """What is asked, or done."""
    says = "Coupons: how many were given and used, codes for them, one redeemed or undone by its code."
    describe(command, says, example="oaflow coupon list")
    actions = actions_of(command)
    listed = add_action(
        actions, "list", "a line for each coupon", list_coupons, example="oaflow coupon list my-shop"
    )
    add_playbook(listed)
    add_json(listed)
    read = _add(
        actions,
        "import",
        "codes of an online shop (CSV)",
        import_file,
        "import 母親節 codes.csv",
        "NAME FILE",
    )
    read.add_argument("--yes", action="store_true", help="without asking")
    used = _add(
        actions, "redeem", "use a coupon, once", redeem_one, "redeem KQ7NH-3M8PX --store 信義店", "CODE"
    )
    used.add_argument("--store", metavar="NAME", help="the store where it is used (none)")
    back = _add(
        actions, "undo", "a used coupon is usable again", undo_one, "undo KQ7NH-3M8PX --why 刷錯", "CODE"
    )
    back.add_argument("--why", default="", metavar="TEXT", help="the reason, for whoever asks later")
    for one in (read, used, back):
        add_by(one)


def _add(actions: Actions, name: str, does: str, run: Run, example: str, words: str) -> ArgumentParser:
    action = add_action(actions, name, does, run, example=f"oaflow coupon {example}", words=words)
    action.add_argument("words", nargs="+", metavar=words, help="before it: folder with bot.yaml")
    add_json(action)
    return action


def _words(number: int, usage: Translatable) -> Check:
    def check(words: Sequence[str], options: Arguments) -> None:
        if len(words) != number:
            raise UsageWrong(usage)

    return check


def _reason(words: Sequence[str], options: Arguments) -> None:
    _words(1, _ONE_CODE)(words, options)
    if not options.why:
        raise UsageWrong(tr("say why:  --why TEXT"))


@carried_out()
async def list_coupons(order: CommandOrder) -> None:
    """Print how each coupon is doing, in the order of the playbook."""
    found = await coupon_figures(await order.people(), order.playbook)
    rows = [_row(one) for one in found]
    heads = list(map(order.speech.text, _COLUMNS.values()))
    lines = in_columns([heads, *([_cell(row[name]) for name in _COLUMNS] for row in rows)])
    order.show_all({"coupons": rows}, lines if rows else [tr("the playbook has no coupons")])


def _row(one: CouponFigures) -> dict[str, object]:
    figures = pick(one, "given", "held", "used", "ended", "free", "left", "unsure")
    return {"coupon": one.coupon.name, "title": one.coupon.title, **figures}


def _cell(value: object) -> str:
    return "" if value is None else printable(f"{value:,}" if isinstance(value, int) else str(value))


@carried_out(check=_words(2, tr("write a coupon and one file, after the playbook")))
async def import_file(order: CommandOrder) -> int:
    """Say what a file holds, and make its codes free to be given; exit 1 where lines were refused."""
    people, playbook, name, file = await order.people(), order.playbook, order.words[0], Path(order.words[1])
    with _opened(file) as content:
        if not order.options.yes:
            found = readable_codes(playbook, name, code_lines(content, file.name))
            _agree(
                order,
                tr(
                    "import {number} codes for {coupon} ({refused} lines are refused)? [y/N]",
                    number=f"{found.new:,}",
                    coupon=quoted(name),
                    refused=f"{found.refused:,}",
                ),
            )
            content.seek(0)
        done = await import_codes(people, playbook, name, code_lines(content, file.name), order.by)
    order.show_all(import_payload(done), in_words(done))
    return WRONG if done.refused else RIGHT


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        raise TableWrong(tr("{file}: {why}", file=str(file), why=file_trouble(error))) from error


def _agree(order: CommandOrder, question: Translatable) -> None:
    if not sys.stdin.isatty():
        raise NotAgreed(tr("nothing is imported without a yes: add  --yes"))
    if not agreed(question, order.speech):
        raise NotAgreed(tr("nothing was imported"))


@carried_out(check=_words(1, _ONE_CODE))
async def redeem_one(order: CommandOrder) -> int:
    """Use the coupon with this code, and print what came of it; exit 1 where it was not used."""
    store = store_named(order.playbook, order.options.store)
    return await _acted(order, Redeemer(order.by, store))


@carried_out(check=_reason)
async def undo_one(order: CommandOrder) -> int:
    """Make it usable again, and print what came of it; exit 1 where it stays used."""
    return await _acted(order, Redeemer(order.by), undo=True, reason=order.options.why)


async def _acted(order: CommandOrder, redeemer: Redeemer, *, undo: bool = False, reason: str = "") -> int:
    people, [code] = await order.people(), order.words
    act_id = uuid4().hex
    done = await redeem(people, order.playbook, code, redeemer, act_id, undo=undo, reason=reason)
    order.show(_payload(done), _line(order, done))
    return RIGHT if done.what == ("undone" if undo else "redeemed") else WRONG


def _payload(done: RedeemOutcome) -> dict[str, object]:
    held = done.coupon
    if held is None:
        return {"result": done.what}
    grant = held.grant
    return {
        "result": done.what,
        "coupon": grant.coupon,
        "title": grant.title,
        "name": done.masked_name,
        **pick(held, "used", "store"),
        "until": grant.until,
    }


def _line(order: CommandOrder, done: RedeemOutcome) -> Translatable:
    if done.coupon is None:
        return TOO_MANY_GUESSES if done.what == "limited" else tr("there is no coupon with this code")
    held, grant = done.coupon, done.coupon.grant
    coupon, name = quoted(grant.title), done.masked_name or "–"
    match done.what:
        case "redeemed":
            return tr("redeemed: {coupon}, of {name}", coupon=coupon, name=name)
        case "undone":
            return tr("usable again: {coupon}, of {name}", coupon=coupon, name=name)
        case "was_redeemed":
            used = "–" if held.used is None else order.at(held.used)
            return tr("not done: {coupon} was redeemed on {moment}", coupon=coupon, moment=used)
        case "ended":
            return tr("not done: {coupon} ended on {moment}", coupon=coupon, moment=order.at(grant.until))
        case "too_early":
            starts = "–" if grant.starts is None else order.at(grant.starts)
            return tr("not done: {coupon} is good from {moment} on", coupon=coupon, moment=starts)
        case "not_this_way":
            return tr("not done: the playbook lets no clerk redeem {coupon}", coupon=coupon)
        case _:
            return tr("stored: {coupon} is dealt with as soon as oaflow runs", coupon=coupon)
