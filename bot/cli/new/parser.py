"""How `oaflow new` is written."""

from __future__ import annotations

import argparse

from bot.cli.language_option import add_language


def add_new(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command that begins a playbook."""
    new = commands.add_parser(
        "new",
        help="begin a playbook of your own",
        description="Write a small playbook with comments into a new folder. At a terminal it asks for what"
        " is not given; elsewhere the rest is as usual. Nothing is overwritten.",
        epilog="example: oaflow new my-shop --name 森活選品 --ask 營業時間,幾點開 --answer 每天11點到21點",
    )
    new.add_argument("folder", nargs="?", metavar="FOLDER", help="the folder to write it into (my-shop)")
    new.add_argument("--name", help="what the shop or the account is called")
    new.add_argument(
        "--ask", metavar="WORDS", help="what people ask most; several ways to say it: with commas"
    )
    new.add_argument("--answer", metavar="TEXT", help="what the bot answers to that")
    add_language(new)
