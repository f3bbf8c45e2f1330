"""The arguments of `oaflow store`: the clerks of the stores, their codes, whom they have brought."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from bot.cli.arguments import Actions, Run, actions_of, add_action, add_days, add_json, describe
from bot.cli.dates import calendar_day
from bot.cli.operator import add_by
from bot.cli.store.clerks import counts, hand_over, import_file, list_clerks, suspend
from bot.cli.store.codes import codes

_NUMBERS = "numbers of clerks; before them: folder with bot.yaml"
_WORDS = {
    "PLAYBOOK": "folder with bot.yaml (.)",
    "FILE": "the table; before it: folder with bot.yaml",
    "NUMBER…": _NUMBERS,
    "[NUMBER…]": _NUMBERS,
    "FROM TO": _NUMBERS,
}


def arguments(command: ArgumentParser) -> None:
    """What is asked, or done."""
    says = "Stores stand in the playbook; who works there is data, and stands in its database."
    describe(command, says, example="oaflow store clerks list")
    clerks = add_action(
        actions_of(command),
        "clerks",
        "clerks of the stores, and their codes",
        None,
        example="oaflow store clerks list",
    )
    actions = actions_of(clerks)
    _import(actions)
    listed = _add(actions, "list", "a line for each clerk", list_clerks, "list my-shop --store 信義店")
    counted = _add(
        actions, "counts", "who was bound to whom, by day, store and clerk", counts, "counts --days 7 --csv"
    )
    for one in (listed, counted):
        add_days(one)
        _add_store(one)
        _add_csv(one)
    off = _add(actions, "suspend", "codes of clerks bind nobody any more", suspend, "suspend A01", "NUMBER…")
    off.add_argument("--lift", action="store_true", help="they do again")
    over = _add(
        actions,
        "hand-over",
        "people of a clerk become another's",
        hand_over,
        "hand-over A01 A02 --yes",
        "FROM TO",
    )
    for one in (off, over):
        add_by(one)
    over.add_argument("--yes", action="store_true", help="without asking")
    _codes(actions)


def _import(actions: Actions) -> None:
    read = _add(actions, "import", "clerks from a table (CSV)", import_file, "import clerks.csv", "FILE")
    read.add_argument(
        "--old-codes-until",
        type=calendar_day,
        metavar="DATE",
        help="old codes without a date of their own are good until this day",
    )
    add_by(read)


def _codes(actions: Actions) -> None:
    made = _add(
        actions,
        "codes",
        "codes and links, as QR codes to be printed",
        codes,
        "codes --store 信義店 --sheet a4.pdf",
        "[NUMBER…]",
    )
    _add_store(made)
    made.add_argument(
        "--channel", metavar="NAME", help="the account that the codes lead to (the first that can)"
    )
    made.add_argument(
        "--sheet", type=Path, metavar="FILE", help="all on A4, with lines to cut: a .pdf, or .svg"
    )
    made.add_argument("--folder", type=Path, metavar="FOLDER", help="a card each, as .svg")
    made.add_argument("--new", action="store_true", help="those that are named get new codes")
    made.add_argument(
        "--old-until",
        type=calendar_day,
        metavar="DATE",
        help="with --new: the old ones are good until this day",
    )
    made.add_argument("--font", type=Path, metavar="FILE", help="a font with Chinese characters, for a .pdf")
    _add_csv(made)
    add_by(made)


def _add(
    actions: Actions, name: str, does: str, run: Run, example: str, words: str = "PLAYBOOK"
) -> ArgumentParser:
    is_alone = words == "PLAYBOOK"
    action = add_action(
        actions,
        name,
        does,
        run,
        example=f"oaflow store clerks {example}",
        words="" if is_alone else words,
    )
    few = "*" if is_alone or words.startswith("[") else "+"
    action.add_argument("words", nargs=few, metavar=words, help=_WORDS[words])
    add_json(action)
    return action


def _add_store(action: ArgumentParser) -> None:
    action.add_argument("--store", metavar="NAME", help="a store or a group of stores only (all)")


def _add_csv(action: ArgumentParser) -> None:
    action.add_argument("--csv", action="store_true", help="the answer as a table for spreadsheets")
