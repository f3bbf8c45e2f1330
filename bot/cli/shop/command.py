"""The arguments of `oaflow shop`: the shop whose members the bot finds."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import Actions, Run, actions_of, add_action, add_json, describe
from bot.cli.declared import add_operations
from bot.cli.operator import add_by
from bot.cli.shop.link import link
from bot.cli.shop.members import fields, sync
from bot.operations.catalog.subjects import subject_named

_NAME = "the shop (the only one, if there is one); before it: folder with bot.yaml"


def arguments(command: ArgumentParser) -> None:
    """What is done."""
    says = "The shop whose members the bot finds."
    describe(command, says, example="oaflow shop status forest")
    actions = actions_of(command)
    linked = _add(actions, "link", "try the shop's credentials, link it, and say what to set there", link)
    read = _add(
        actions,
        "sync",
        "all members of the shop are read, silently, at its pace",
        sync,
        "Have all members of the shop read. It says beforehand how long that takes, and starts nothing.",
    )
    add_operations(actions, subject_named("shops"))
    _add(actions, "fields", "what the shop has of a member to map from: path, type, example", fields)
    read.add_argument("--dry-run", action="store_true", help="only say how long it would take")
    read.add_argument("--detach", action="store_true", help="do not wait for its end")
    for one in (linked, read):
        add_by(one)


def _add(actions: Actions, name: str, does: str, run: Run, says: str = "") -> ArgumentParser:
    action = add_action(
        actions, name, does, run, says=says, example=f"oaflow shop {name} forest", words="[NAME]"
    )
    action.add_argument("words", nargs="*", metavar="NAME", help=_NAME)
    add_json(action)
    return action
