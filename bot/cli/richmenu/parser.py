"""What may be written after `oaflow richmenu`, and which of its commands is carried out with it."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli.days import DAYS, days
from bot.cli.language_option import Commands
from bot.model.said import Language


def add_richmenu(commands: Commands) -> None:
    """Add `richmenu` with its own commands."""
    richmenu = commands.add_parser(
        "richmenu",
        help="the rich menus at LINE, their pictures, and whom they are linked to",
        description="LINE's rich menus: how they differ from the playbook's, and how they become the same.",
        epilog="example: oaflow richmenu sync my-shop --channel main",
    )
    actions = richmenu.add_subparsers(dest="action", required=True, metavar="ACTION", help="what is done")
    plan = _add(actions, "plan", "what a sync would do, step by step")
    sync = _add(actions, "sync", "LINE's menus become those of the playbook")
    relink = _add(actions, "relink", "everybody's menu is linked anew, whatever another system has linked")
    for command in (plan, sync, relink):
        command.add_argument("--channel", metavar="NAME", help="this account only (all)")
        command.add_argument("--json", action="store_true", help="the answer for programs")
    counts = _add(actions, "counts", "how often each area was tapped")
    counts.add_argument(
        "--days", type=days, default=DAYS, metavar="N", help="the last N days, with today (%(default)s)"
    )
    counts.add_argument("--json", action="store_true", help="the answer for programs")
    image = _add(actions, "image", "plain pictures for menus that have none, drawn from their labels")
    image.add_argument("--font", type=Path, metavar="FILE", help="a font with Chinese characters")


def _add(actions: Commands, name: str, does: str) -> argparse.ArgumentParser:
    command = actions.add_parser(
        name,
        help=does,
        description=f"{does[0].upper()}{does[1:]}.",
        epilog=f"example: oaflow richmenu {name} my-shop",
    )
    command.add_argument(
        "playbook", nargs="?", type=Path, default=Path(), metavar="PLAYBOOK", help="folder with bot.yaml (.)"
    )
    return command


async def carried_out(wanted: argparse.Namespace, words: Language) -> int:
    """Run the command; its exit code."""
    if wanted.action == "image":
        from bot.cli.richmenu.image import image

        return image(wanted.playbook, font=wanted.font, words=words)
    if wanted.action == "counts":
        from bot.cli.richmenu.counts import richmenu_counts

        return await richmenu_counts(wanted.playbook, wanted.days, for_programs=wanted.json, words=words)
    from bot.cli.richmenu import at_line  # only here: other commands start without it

    command = {"plan": at_line.plan, "sync": at_line.sync, "relink": at_line.relink}[wanted.action]
    return await command(wanted.playbook, wanted.channel, for_programs=wanted.json, words=words)
