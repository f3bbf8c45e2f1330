"""How commands are written: what each says of itself, its actions, and the arguments that several have."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from bot.model.translatable import Language

Arguments: TypeAlias = argparse.Namespace
"""What was written."""
Run: TypeAlias = Callable[[Arguments, Language], int]
"""Carries out what was written, in the language that is spoken; the exit code. Raises `Refusal`."""
Actions: TypeAlias = "argparse._SubParsersAction[ArgumentParser]"
"""The actions of a command, or all commands, as argparse keeps them."""

DAYS, DAYS_MOST = 30, 3_660
"""How many days a command looks back; at most ten years: counts are never deleted."""


def describe(command: ArgumentParser, says: str, *, example: str, run: Run | None = None) -> None:
    """What its help says above and below the arguments; what carries it out.

    Of a command of several actions each has its own `run`.
    """
    command.description, command.epilog = says, f"example: {example}"
    command.set_defaults(run=run)


def actions_of(command: ArgumentParser) -> Actions:
    """A command that is several: what `add_action` adds to."""
    return command.add_subparsers(dest="action", required=True, metavar="ACTION", help="what is done")


def add_action(
    actions: Actions, name: str, does: str, run: Run | None, *, example: str, says: str = "", words: str = ""
) -> ArgumentParser:
    """An action and what carries it out, `None` where it is several itself.

    `says` describes it, where that is more than what it `does`.
    `words`: its usage behind the playbook, where several words are written.
    """
    usage = f"%(prog)s [OPTION…] [PLAYBOOK] {words}" if words else None
    action = actions.add_parser(name, help=does, usage=usage)
    describe(action, says or f"{does[0].upper()}{does[1:]}.", example=example, run=run)
    return action


def add_playbook(command: ArgumentParser) -> None:
    """PLAYBOOK, the current folder where none is named."""
    command.add_argument(
        "playbook", nargs="?", type=Path, default=Path(), metavar="PLAYBOOK", help="folder with bot.yaml (.)"
    )


def add_json(command: ArgumentParser, what: str = "the answer for programs") -> None:
    """`--json`."""
    command.add_argument("--json", action="store_true", help=what)


def add_days(
    command: ArgumentParser,
    what: str = "the last N days, with today (%(default)s)",
    *,
    default: int | None = DAYS,
) -> None:
    """`--days`, counted back from now."""
    command.add_argument("--days", type=number_to(DAYS_MOST, "days"), default=default, metavar="N", help=what)


def leaves(command: ArgumentParser) -> Iterator[ArgumentParser]:
    """The command itself, or each of its actions where it is several."""
    several = [action for action in command._actions if isinstance(action, argparse._SubParsersAction)]
    for actions in several:
        for inner in actions.choices.values():
            yield from leaves(inner)
    if not several:
        yield command


def add_language(command: ArgumentParser) -> None:
    """`--language`, which every command takes: `command_line` adds it."""
    command.add_argument(
        "--language",
        choices=["zh-TW", "en"],
        help="language of what is said (that of LC_ALL, LC_MESSAGES, LANG, else of the playbook)",
    )


def number_to(most: int, of: str = "") -> Callable[[str], int]:
    """The type of an argument that is a number from 1 to `most`, perhaps `of` days."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
            what = f"number of {of}" if of else "number"
            raise argparse.ArgumentTypeError(f'"{text}" is no {what} from 1 to {most}')
        return int(text)

    return read
