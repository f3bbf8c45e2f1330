"""`--help` of all commands without their imports, by a file that `make documents` writes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from bot.cli.localized_help import SpokenParser

FILE = Path(__file__).with_name("help_index.json")
_ASKS = frozenset({"-h", "--help"})


def asks_for_help(arguments: Sequence[str]) -> bool:
    """Whether help is asked for, and nothing is to be done."""
    ours = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return not _ASKS.isdisjoint(ours)


def written(parser: argparse.ArgumentParser) -> dict[str, Any]:
    """What a parser says, as JSON: of its commands, too."""
    together = [
        {"required": group.required, "names": [one.option_strings[0] for one in group._group_actions]}
        for group in parser._mutually_exclusive_groups
    ]
    several = next((one for one in parser._actions if isinstance(one, argparse._SubParsersAction)), None)
    said = {one.dest: one.help for one in several._choices_actions} if several is not None else {}
    commands = {} if several is None else several.choices
    return {
        "usage": parser.usage,
        "description": parser.description,
        "epilog": parser.epilog,
        "metavar": None if several is None else several.metavar,
        "help": None if several is None else several.help,
        "together": together,
        "arguments": [_argument(one) for one in parser._actions if one is not several and one.dest != "help"],
        "commands": {name: {"does": said[name], **written(command)} for name, command in commands.items()},
    }


def _argument(action: argparse.Action) -> dict[str, Any]:
    """`default` where its help names it."""
    text = action.help or ""
    return {
        "names": list(action.option_strings) or [action.dest],
        "nargs": action.nargs,
        "choices": None if action.choices is None else list(action.choices),
        "required": bool(action.option_strings) and action.required,
        "help": text,
        "default": action.default if "%(default)" in text else None,
        "metavar": action.metavar,
    }


def indexed_parser(arguments: Collection[str]) -> argparse.ArgumentParser:
    """The parser of the commands that these arguments name, which can only say how they are written; of all
    others beside them their names."""
    top = SpokenParser(prog="oaflow")
    _fill(top, json.loads(FILE.read_text("utf-8")), arguments)
    return top


def _fill(parser: argparse.ArgumentParser, said: dict[str, Any], words: Collection[str]) -> None:
    parser.usage, parser.description, parser.epilog = said["usage"], said["description"], said["epilog"]
    groups: dict[str, Any] = {}
    for group in said["together"]:
        made = parser.add_mutually_exclusive_group(required=group["required"])
        groups |= dict.fromkeys(group["names"], made)
    for one in said["arguments"]:
        _add(groups.get(one["names"][0], parser), one)
    if not said["commands"]:
        return
    commands = parser.add_subparsers(
        dest="command", required=True, metavar=said["metavar"], help=said["help"]
    )
    for name, command in said["commands"].items():
        below = commands.add_parser(name, help=command["does"])
        if set(name.split()) <= set(words):
            _fill(below, command, words)


def _add(to: Any, one: dict[str, Any]) -> None:
    how = {"help": one["help"], "default": one["default"], **({"required": True} if one["required"] else {})}
    if one["names"][0].startswith("-") and one["nargs"] == 0:
        to.add_argument(*one["names"], action="store_true", **how)
    else:
        to.add_argument(
            *one["names"], nargs=one["nargs"], choices=one["choices"], metavar=one["metavar"], **how
        )
