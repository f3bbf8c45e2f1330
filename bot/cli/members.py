"""`oaflow members import`: people whom a list tells of, also before they are on LINE."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bot.cli.arguments import Arguments, actions_of, add_action, add_json, describe
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.file_encoding import add_encoding, note_encoding
from bot.cli.order import CommandOrder, carried_out
from bot.cli.refusal import UsageWrong
from bot.cli.report_output import writing
from bot.cli.terminal_text import Progress
from bot.model.translatable import Translatable, tr
from bot.operations.bulk_batches import turns_left
from bot.operations.column_map import NO_MAP, ColumnMap, read_column_map
from bot.operations.find_contacts import NotFound
from bot.operations.import_report import open_in_words
from bot.operations.member_import import (
    ChannelUnsaid,
    SeveralShops,
    TellLine,
    import_members,
    member_file,
)
from bot.operations.member_table import ShopUnsaid
from bot.operations.table_lines import TableWrong
from bot.playbook.csv_table import TABLE, csv_line, heading_line

REPORT_COLUMNS = ("line", "became", "why")
BECAME = ("new", "changed", "same", "joined", "done", "refused")
_FILE = "the table (the file that the shop names); before it: folder with bot.yaml"


def _one_file(words: Sequence[str], options: Arguments) -> None:
    if len(words) > 1:
        raise UsageWrong(tr("write one file, after the playbook"))


@carried_out(check=_one_file)
async def import_file(order: CommandOrder) -> int:
    """Take a file of members, and print what came of it; exit 1 where lines were refused."""
    options, folder, progress = order.options, order.folder, Progress(order.speech)
    written = Path(order.words[0]) if order.words else None
    try:
        file = member_file(order.playbook, order.served.settings, written, options.shop, options.channel)
    except SeveralShops as error:
        raise NotFound(tr("{why}: add  --shop NAME", why=error.message)) from error
    if written is None:
        file = replace(file, path=(folder if folder.is_dir() else folder.parent) / file.path)
    file = replace(file, column_map=_column_map(options), encoding=options.encoding)
    note_encoding(file.path, order)
    try:
        people = await order.people()
        with _report(order) as record:
            done = await import_members(
                people,
                order.playbook,
                file,
                order.by,
                dry=options.dry_run,
                tell=lambda so_far: progress.show(tr("{number} lines", number=f"{so_far.done:,}")),
                record=record,
            )
        if not options.dry_run:
            done.turns_left = await turns_left(
                people, tell=lambda left, seconds: progress.show(open_in_words(left, seconds))
            )
    except ShopUnsaid as error:
        raise TableWrong(tr("{why}: add  --shop NAME", why=error.message)) from error
    except ChannelUnsaid as error:
        raise TableWrong(tr("{why}: add  --channel NAME", why=error.message)) from error
    finally:
        progress.over()
    order.show_all(done, done.lines(order.at))
    return WRONG if done.refused else RIGHT


def _column_map(options: Arguments) -> ColumnMap:
    meant = NO_MAP if options.columns is None else read_column_map(Path(options.columns))
    return replace(meant, is_binding_trusted=True) if options.trust_bindings else meant


@contextmanager
def _report(order: CommandOrder) -> Iterator[TellLine]:
    """Writes what became of each line into the file that is asked for. Raises `ReportNotWritten`."""
    if order.options.report is None:
        yield lambda number, became, why: None
        return
    table, path = order.speech.within(TABLE), Path(order.options.report)

    def record(number: int, became: str, why: Sequence[Translatable]) -> None:
        reasons = "; ".join(order.speech.text(one) for one in why)
        with writing(path):
            file.write(csv_line((number, table.text(Translatable(became)), reasons)))

    with writing(path):
        file = path.open("w", encoding="utf-8", newline="")
    with file:
        file.write(heading_line(REPORT_COLUMNS, order.speech))
        yield record


def arguments(command: ArgumentParser) -> None:
    """What is done."""
    says = "Members from a list: found when they bind their phone, or write. Silently: no journey starts."
    describe(command, says, example="oaflow members import members.csv")
    read = add_action(
        actions_of(command),
        "import",
        "members from a table (CSV)",
        import_file,
        example="oaflow members import my-shop members.csv --dry-run",
        words="[FILE]",
    )
    read.add_argument("words", nargs="*", metavar="FILE", help=_FILE)
    read.add_argument("--shop", metavar="NAME", help="whose list it is (the only shop, if there is one)")
    read.add_argument(
        "--channel", metavar="NAME", help="the account that LINE user ids in it are of (the only one)"
    )
    read.add_argument("--columns", metavar="FILE", help="what its columns are meant as, in YAML")
    read.add_argument(
        "--trust-bindings", action="store_true", help="the other system has proven each phone by a code"
    )
    add_encoding(read)
    read.add_argument("--report", metavar="FILE", help="what became of each line, as CSV")
    read.add_argument("--dry-run", action="store_true", help="only tell what would come of it")
    add_json(read)
