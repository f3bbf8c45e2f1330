"""`oaflow audience`: the audiences of a playbook, how many people are in one, and who."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import (
    Actions,
    Run,
    actions_of,
    add_action,
    add_json,
    add_playbook,
    describe,
)
from bot.cli.audience.audience_queries import MOST, export, listed, people, size

_NAME = "name of an audience, everyone, or a broadcast; before it: folder with bot.yaml"


def arguments(command: ArgumentParser) -> None:
    """What is asked."""
    says = "Audiences, in the playbook's database, also while the bot runs; the playbook need not be live."
    describe(command, says, example="oaflow audience list my-shop")
    actions = actions_of(command)
    example = "oaflow audience list my-shop"
    lines = add_action(
        actions,
        "list",
        "a line for each audience, how many are in it now",
        listed,
        example=example,
    )
    add_playbook(lines)
    counted = _add(actions, "size", "how many people are in it now, on each account", size, "NAME")
    shown = _add(actions, "people", "a line for each person in it, phones masked", people, "NAME")
    shown.add_argument("--most", type=int, default=MOST, metavar="N", help="so many at most (%(default)s)")
    for one in (lines, counted, shown):
        add_json(one)
    written = _add(actions, "export", "all people in it as CSV, phones masked", export, "NAME")
    written.add_argument(
        "--reveal", action="store_true", help="phones in full, which is recorded of each person"
    )


def _add(actions: Actions, name: str, does: str, run: Run, words: str) -> ArgumentParser:
    example = f"oaflow audience {name} my-shop everyone"
    action = add_action(actions, name, does, run, example=example, words=words)
    action.add_argument("words", nargs="*", metavar=words, help=_NAME)
    return action
