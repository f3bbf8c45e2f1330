"""`oaflow shop`: the shop whose members the bot finds."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import actions_of, add_action, add_json, add_language, describe
from bot.cli.shop.fields import fields

_NAME = "the shop (the only one, if there is one); before it: folder with bot.yaml"


def arguments(command: ArgumentParser) -> None:
    """What is done."""
    says = "The shop whose members the bot finds."
    describe(command, says, example="oaflow shop fields forest")
    actions = actions_of(command)
    shown = add_action(
        actions,
        "fields",
        "what the shop has of a member to map from: path, type, example",
        fields,
        example="oaflow shop fields forest",
        words="[NAME]",
    )
    shown.add_argument("words", nargs="*", metavar="NAME", help=_NAME)
    add_json(shown)
    add_language(shown)
