"""What may be written after `oaflow contact`, and which of its commands is carried out with it."""

from __future__ import annotations

import argparse
from collections.abc import Coroutine
from typing import Any

from bot.cli.language_option import Commands, add_language
from bot.model.said import Language

_WHO = "a LINE user id, a contact id, a phone or a member number; before it: folder with bot.yaml"


def add_contact(commands: Commands) -> None:
    """Add `contact` with its own commands."""
    contact = commands.add_parser(
        "contact",
        help="who somebody is, what is known, unbinding, two that are one",
        description="Contacts in the playbook's database, also while the bot runs.",
        epilog="example: oaflow contact find 0912345678",
    )
    actions = contact.add_subparsers(dest="action", required=True, metavar="ACTION", help="what is done")
    find = _add(actions, "find", "a line for everybody who may be meant", "0912345678")
    show = _add(actions, "show", "all that is known of somebody", "M1001")
    for command in (find, show):
        command.add_argument("--json", action="store_true", help="the answer for programs")
    show.add_argument(
        "--reveal", action="store_true", help="phone, e-mail and private values in full, which is recorded"
    )
    _add(actions, "tag", "a tag is put on or taken off", "0912345678 add VIP", "WHO add|remove TAG")
    set_value = _add(
        actions, "set", "an attribute is set, or cleared", "M1001 skin 油性", "WHO ATTRIBUTE VALUE"
    )
    set_value.add_argument("--clear", action="store_true", help="no VALUE: what is known is forgotten")
    merge = _add(
        actions, "merge", "two contacts that are one person become one", "main:U1 outlet:U2", "KEPT GONE"
    )
    merge.add_argument("--yes", action="store_true", help="without asking")
    _add(actions, "undo-merge", "the last merge, or the last move of a phone, is undone", "main:U1")
    unbind = _add(actions, "unbind", "a binding is undone, the tags that it put on go with it", "0912345678")
    unbind.add_argument(
        "--kind", choices=["phone", "shop", "clerk"], default="phone", help="which binding (phone)"
    )
    unbind.add_argument("--keep-tags", action="store_true", help="its tags stay")


def _add(
    actions: Commands, name: str, does: str, example: str, words: str = "WHO"
) -> argparse.ArgumentParser:
    command = actions.add_parser(
        name,
        help=does,
        description=f"{does[0].upper()}{does[1:]}.",
        epilog=f"example: oaflow contact {name} {example}",
        usage=f"%(prog)s [OPTION…] [PLAYBOOK] {words}",
    )
    command.add_argument("words", nargs="+", metavar=words, help=_WHO)
    command.add_argument("--channel", help="the account of a LINE user id, where several have it")
    add_language(command)
    return command


def carried_out(wanted: argparse.Namespace, speech: Language) -> Coroutine[Any, Any, int]:
    """The command that was written, to be run; its exit code comes of it."""
    from bot.cli.contact import by_hand, change, look  # not above: other commands start without them
    from bot.cli.contact.command import Command, Options, contact

    carry_out: dict[str, Command] = {
        "find": look.find,
        "show": look.show,
        "tag": by_hand.tag,
        "set": by_hand.set_value,
        "merge": change.merge,
        "undo-merge": change.undo_merge,
        "unbind": change.unbind,
    }
    given = {name: value for name, value in vars(wanted).items() if name in Options.__dataclass_fields__}
    return contact(wanted.words, carry_out[wanted.action], Options(**given), speech)
