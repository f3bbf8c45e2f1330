"""`oaflow shop`: the shop whose members the bot finds."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import actions_of, add_action, add_json, add_language, describe
from bot.cli.commander import add_by
from bot.cli.shop.link import link, unlink

_NAME = "the shop (the only one, if there is one); before it: folder with bot.yaml"


def arguments(command: ArgumentParser) -> None:
    """What is done."""
    says = "The shop whose members the bot finds."
    describe(command, says, example="oaflow shop link forest")
    actions = actions_of(command)
    linked = add_action(
        actions,
        "link",
        "try the shop's credentials, link it, and say what has to be set there",
        link,
        example="oaflow shop link forest",
        words="[NAME]",
    )
    ended = add_action(
        actions,
        "unlink",
        "the shop is not asked any more, its news are not taken, its tokens are forgotten",
        unlink,
        says="Unlink the shop. Bindings stay; what it has told stays as it was last known, or goes.",
        example="oaflow shop unlink forest --forget-attributes",
        words="[NAME]",
    )
    ended.add_argument(
        "--forget-attributes", action="store_true", help="take away what the shop has told of its members"
    )
    ended.add_argument("--yes", action="store_true", help="without asking")
    for one in (linked, ended):
        one.add_argument("words", nargs="*", metavar="NAME", help=_NAME)
        add_by(one)
        add_json(one)
        add_language(one)
