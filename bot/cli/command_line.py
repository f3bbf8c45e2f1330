"""The command line: which command was meant, and with what."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from bot.cli.commands import COMMANDS
from bot.cli.contact.parser import add_contact
from bot.cli.days import DAYS, days
from bot.cli.folder_and_words import PlaybookLast, is_playbook
from bot.cli.journey.parser import add_journey
from bot.cli.language import language
from bot.cli.language_option import Commands, add_language
from bot.cli.new.parser import add_new
from bot.cli.refusal import refused
from bot.cli.richmenu.parser import add_richmenu
from bot.cli.spoken_help import SpokenParser, speak, spoken_by

USAGE = 2
"""The exit code of a command that is not written as it should be, as argparse has it."""


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top: argparse.ArgumentParser = SpokenParser(
        prog="oaflow", description="LINE official-account bots for shops, written as a folder of YAML."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_new(commands)
    run = commands.add_parser(
        "run",
        help="serve a playbook",
        description="Serve a playbook: webhook, runtime and database in one process.",
        epilog="example: oaflow run my-shop --simulator",
    )
    run.add_argument(
        "playbook", nargs="?", type=Path, default=Path(), metavar="PLAYBOOK", help="folder with bot.yaml (.)"
    )
    run.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    run.add_argument("--port", type=int, default=8080, help="port to listen on; 0 takes a free one (8080)")
    run.add_argument("--simulator", action="store_true", help="a LINE on this machine, in the browser")
    run.add_argument(
        "--reload", action="store_true", help="take changed files over (with --simulator: always)"
    )
    add_language(run)
    publish = commands.add_parser(
        "publish",
        help="make a playbook live",
        description="Play a playbook's scenarios and make it live: also one that another has replaced.",
        epilog="example: oaflow publish my-shop",
    )
    publish.add_argument(
        "playbook", nargs="?", type=Path, default=Path(), metavar="PLAYBOOK", help="folder with bot.yaml (.)"
    )
    publish.add_argument("--untested", action="store_true", help="without playing its scenarios")
    publish.add_argument(
        "--unserved", action="store_true", help="although no running process has these files just now"
    )
    _test_and_explain(commands)
    _check_and_graph(commands)
    add_contact(commands)
    add_richmenu(commands)
    add_journey(commands)
    _places(commands)
    _sms(commands)
    _deadletters(commands)
    keys = commands.add_parser(
        "keys",
        help="the keys of sealed fields",
        description="The keys that seal personal data in the database.",
        epilog='example: export OAFLOW_KEYS="$(oaflow keys new)"',
    )
    keys.add_argument("action", choices=["new"], help="new: print a new key ring for OAFLOW_KEYS")
    return top


def _test_and_explain(commands: Commands) -> None:
    test = commands.add_parser(
        "test",
        help="play a playbook's scenarios",
        description="Play the playbook's scenarios (tests/scenarios/*.yaml), without database and network.",
        epilog="example: oaflow test my-shop first_binding",
    )
    test.add_argument("playbook", nargs="?", metavar="PLAYBOOK", help="folder with bot.yaml (.)")
    test.add_argument(
        "scenario", nargs="*", metavar="SCENARIO", help="a file, or its name without .yaml (all of them)"
    )
    test.add_argument("--json", action="store_true", help="the results for programs")
    add_language(test)
    explain = commands.add_parser(
        "explain",
        help="why the bot answers what it answers",
        description="What the bot would answer to a text, or did with a stored event, and why: every step.",
        epilog="example: oaflow explain my-shop --text 優惠 --tag VIP",
    )
    explain.add_argument(
        "playbook", nargs="?", type=Path, default=Path(), metavar="PLAYBOOK", help="folder with bot.yaml (.)"
    )
    about = explain.add_mutually_exclusive_group(required=True)
    about.add_argument("--text", help="what the person says")
    about.add_argument("--event", metavar="ID", help="an event that is stored: its webhookEventId")
    explain.add_argument("--tag", action="append", default=[], help="a tag that the person has (repeatable)")
    explain.add_argument(
        "--attribute", action="append", default=[], metavar="KEY=VALUE", help="an attribute (repeatable)"
    )
    explain.add_argument(
        "--bound", action="append", default=[], choices=["phone", "shop", "clerk"], help="how they are bound"
    )
    explain.add_argument("--channel", help="the account that is written to (the first)")
    explain.add_argument("--at", metavar="MOMENT", help='when, such as "2026-09-01 14:00" (now)')
    explain.add_argument("--json", action="store_true", help="the answer for programs")
    add_language(explain)


def _check_and_graph(commands: Commands) -> None:
    check = commands.add_parser(
        "check",
        help="all mistakes of a playbook",
        description="All mistakes of a playbook. Exit 0: none (but warnings), 1: mistakes, 2: no playbook.",
        epilog="example: oaflow check my-shop --format github",
    )
    check.add_argument(
        "playbook", nargs="?", type=Path, default=Path(), metavar="PLAYBOOK", help="folder with bot.yaml (.)"
    )
    check.add_argument(
        "--format", choices=["text", "json", "github"], default="text", help="how they are shown (text)"
    )
    check.add_argument("--info", action="store_true", help="show also what costs messages, and shared draws")
    check.add_argument("--strict", action="store_true", help="warnings are mistakes as well")
    check.add_argument(
        "--long", action="store_true", help="print the playbook with every shorthand written out"
    )
    check.add_argument(
        "--against-database",
        action="store_true",
        help="also what making it live would do to people: how many stand in what is gone",
    )
    add_language(check)
    graph = commands.add_parser(
        "graph",
        help="a flow as a picture",
        description="A flow as a picture; without FLOW, the names of all flows.",
        epilog="example: oaflow graph my-shop skin_quiz --format svg",
    )
    graph.add_argument("playbook", nargs="?", metavar="PLAYBOOK", help="folder with bot.yaml (.)")
    graph.add_argument("flow", nargs="?", metavar="FLOW", help="name of a flow")
    graph.add_argument("--format", choices=["mermaid", "svg"], help="kind of picture (mermaid)")
    graph.add_argument("--live", action="store_true", help="with what was counted, from the database")
    graph.add_argument(
        "--days", type=days, default=DAYS, metavar="N", help="count the last N days, with today (%(default)s)"
    )
    add_language(graph)
    _link(commands)
    schema = commands.add_parser(
        "schema",
        help="the language as JSON Schema, for editors",
        description="The language of playbooks, or of scenario files, as JSON Schema, with which an editor"
        " completes and explains.",
        epilog="example: oaflow schema --language en",
    )
    schema.add_argument("--scenarios", action="store_true", help="of scenario files, not of playbooks")
    add_language(schema)


def _link(commands: Commands) -> None:
    link = commands.add_parser(
        "link",
        help="the link of a page, of a keyword, to become a friend; its QR code; the webhook URL",
        description="The link that opens a page in LINE, that says or opens what a code of links does"
        " (keyword CODE), or that makes somebody a friend of the account (friend); or the address to paste"
        " into LINE's console (webhook).",
        epilog="example: oaflow link keyword store_stand --channel main --qr store_stand.svg",
        usage="%(prog)s [-h] [--channel CHANNEL] [--qr FILE] [--html] [PLAYBOOK]"
        " PAGE|friend|keyword CODE|webhook",
    )
    link.add_argument(
        "words",
        nargs="+",
        metavar="PAGE",
        help="a page, friend, keyword CODE, or webhook; before it: folder with bot.yaml",
    )
    link.add_argument("--channel", help="the account (the first)")
    link.add_argument("--qr", type=Path, metavar="FILE", help="write its code, to a .svg or .png")
    link.add_argument("--html", action="store_true", help="print a button for a web page instead")


def _places(commands: Commands) -> None:
    places = commands.add_parser(
        "places",
        help="how many places of the rules with `first` are taken",
        description="How many places are taken of each rule that is for the first so many people.",
        epilog="example: oaflow places my-shop",
    )
    places.add_argument(
        "playbook", nargs="?", type=Path, default=Path(), metavar="PLAYBOOK", help="folder with bot.yaml (.)"
    )
    places.add_argument("--json", action="store_true", help="the answer for programs")
    add_language(places)


def _sms(commands: Commands) -> None:
    sms = commands.add_parser(
        "sms",
        help="credit of the SMS providers, and the day's cap",
        description="What is left at the SMS providers, how many codes were sent today, and how many may be.",
        epilog="example: oaflow sms status",
    )
    actions = sms.add_subparsers(dest="action", required=True, metavar="ACTION", help="what is done")
    status = actions.add_parser(
        "status",
        help="credit, and what was sent today",
        description="What is left at each provider, and how many codes were sent today.",
        epilog="example: oaflow sms status my-shop",
    )
    status.add_argument("--json", action="store_true", help="the answer for programs")
    cap = actions.add_parser(
        "cap",
        help="more codes for today",
        description="Raise the number of codes that may be sent today; tomorrow the playbook's holds again.",
        epilog="example: oaflow sms cap 2000 --today",
    )
    cap.add_argument("most", type=int, metavar="N", help="codes that may be sent today, in all")
    cap.add_argument("--today", action="store_true", required=True, help="it holds for today only")
    for command in (status, cap):
        command.add_argument(
            "playbook",
            nargs="?",
            type=Path,
            default=Path(),
            metavar="PLAYBOOK",
            help="folder with bot.yaml (.)",
        )


def _deadletters(commands: Commands) -> None:
    letters = commands.add_parser(
        "deadletters",
        help="what was given up, and events set aside",
        description="Calls that were given up, and events that nobody could decide.",
        epilog="example: oaflow deadletters list",
    )
    actions = letters.add_subparsers(dest="action", required=True, metavar="ACTION", help="what is done")
    listed = actions.add_parser(
        "list",
        help="a line for each, oldest first, without whose it is",
        description="A line for each, oldest first: when, name, channel, kind and reason.",
        epilog="example: oaflow deadletters list my-shop --days 7",
    )
    listed.add_argument(
        "playbook", nargs="?", type=Path, default=Path(), metavar="PLAYBOOK", help="folder with bot.yaml (.)"
    )
    listed.add_argument("--days", type=days, default=DAYS, metavar="N", help="the last N days (%(default)s)")
    listed.add_argument("--json", action="store_true", help="the answer for programs")
    add_language(listed)


def carried_out(arguments: Sequence[str]) -> int:
    """Run one command; its exit code."""
    top = parser()
    speak(top, language(spoken_by(arguments), os.environ))
    wanted = top.parse_args(arguments)
    if wanted.command == "explain" and wanted.event is not None and _says_who(wanted):
        top.error("--event is about what has happened: what is known of the person goes with --text")
    words = language(getattr(wanted, "language", None), os.environ, _playbook(wanted))
    try:
        return COMMANDS[wanted.command](wanted, words)
    except PlaybookLast as error:
        return refused(error, USAGE, words)


def _playbook(wanted: argparse.Namespace) -> Path:
    """Which playbook was named, if one was: where the first word may be one, it has to be there."""
    words = [wanted.playbook] if getattr(wanted, "playbook", None) else getattr(wanted, "words", [])
    return Path(words[0]) if words and is_playbook(str(words[0])) else Path()


def _says_who(wanted: argparse.Namespace) -> bool:
    return bool(wanted.tag or wanted.attribute or wanted.bound or wanted.channel or wanted.at)
