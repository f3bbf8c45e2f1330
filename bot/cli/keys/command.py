"""`oaflow keys`: the keys that seal personal data: made, listed, and how new ones take their place."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import Arguments, actions_of, add_action, add_json, add_playbook, describe
from bot.cli.exit_codes import RIGHT
from bot.cli.operator import add_by
from bot.cli.terminal_text import write_out
from bot.model.translatable import Language
from bot.store.sealing.keyring import generate


def arguments(command: ArgumentParser) -> None:
    """What is done."""
    says = "The keys that seal personal data in the database."
    describe(command, says, example="oaflow keys rotate my-shop")
    actions = actions_of(command)
    made = "print a new key ring for OAFLOW_KEYS"
    add_action(actions, "new", made, new, example='export OAFLOW_KEYS="$(oaflow keys new)"')
    how_much = "the keys, and how much is sealed with each"
    there = add_action(actions, "list", how_much, list_, example="oaflow keys list my-shop")
    add_playbook(there)
    there.add_argument("--quick", action="store_true", help="without counting what is sealed with each")
    add_json(there)
    anew = "seal everything with a new key, while the bot runs"
    turned = add_action(actions, "rotate", anew, rotate, example="oaflow keys rotate my-shop")
    add_playbook(turned)
    turned.add_argument("--to", metavar="ID", help="the key of OAFLOW_KEYS to rotate to")
    turned.add_argument(
        "--retire", action="store_true", help="take keys out that nothing is sealed with any more"
    )
    add_by(turned)


def new(wanted: Arguments, words: Language) -> int:
    """Print a new key ring: that needs no database, and waits for none to be imported."""
    write_out(f"{generate()}\n")
    return RIGHT


def list_(wanted: Arguments, words: Language) -> int:
    """Print the keys of the playbook's database; the exit code."""
    from bot.cli.keys.rotation import list_

    return list_(wanted, words)


def rotate(wanted: Arguments, words: Language) -> int:
    """Rotate to new keys, go on with that, or take old keys out; the exit code."""
    from bot.cli.keys.rotation import rotate

    return rotate(wanted, words)
