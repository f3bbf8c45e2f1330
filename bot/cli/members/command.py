"""`oaflow members`: people whom a list tells of, also before they are on LINE."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import actions_of, add_action, add_json, describe
from bot.cli.members.importing import import_file

_FILE = "the table (the file that the shop names); before it: folder with bot.yaml"


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
    read.add_argument("--dry-run", action="store_true", help="only tell what would come of it")
    add_json(read)
