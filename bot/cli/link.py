"""`oaflow link`: the links of an account, one line each, for shop windows and web pages; their QR codes."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.app.addresses import public_address
from bot.app.playbook_environment import environment_of
from bot.cli.arguments import Arguments, describe
from bot.cli.exit_codes import RIGHT
from bot.cli.playbook_folder import folder_and_words
from bot.cli.refusal import note
from bot.cli.terminal_text import write_out
from bot.cli.valid_files import read_valid_playbook
from bot.engine.compiled.playbook import Playbook
from bot.model.channel import Channel
from bot.model.settings import Settings
from bot.model.translatable import Language, Translatable, row, tr
from bot.operations.links import (
    BuiltLink,
    LinkNotConfigured,
    NoLink,
    NoPagesOnChannel,
    account_of,
    friend,
    keyword,
    link_button,
    page_link,
    pages,
    webhook,
)
from bot.operations.qr_code import write_code
from bot.playbook.similar import hint_for, quoted
from bot.playbook.valid import ValidPlaybook

FRIEND, KEYWORD, WEBHOOK = "friend", "keyword", "webhook"


def arguments(command: ArgumentParser) -> None:
    """A link, its account, and as what it is wanted."""
    says = (
        "The link that opens a page in LINE, that says or opens what a code of links does"
        " (keyword CODE), or that makes somebody a friend of the account (friend); or the address to paste"
        " into LINE's console (webhook)."
    )
    example = "oaflow link keyword store_stand --channel main --qr store_stand.svg"
    describe(command, says, example=example, run=run)
    command.usage = (
        "%(prog)s [-h] [--channel CHANNEL] [--qr FILE] [--html] [PLAYBOOK] PAGE|friend|keyword CODE|webhook"
    )
    command.add_argument(
        "words",
        nargs="+",
        metavar="PAGE",
        help="a page, friend, keyword CODE, or webhook; before it: folder with bot.yaml",
    )
    command.add_argument("--channel", help="the account (the first)")
    command.add_argument("--qr", type=Path, metavar="FILE", help="write its code, to a .svg or .png")
    command.add_argument("--html", action="store_true", help="print a button for a web page instead")


def run(wanted: Arguments, words: Language) -> int:
    """Print a link, and write its code where one is wanted; the exit code."""
    folder, named = folder_and_words(wanted.words)
    served, code = read_valid_playbook(folder), wanted.qr
    account = account_of(served.settings.channels, wanted.channel)
    try:
        found = _link(
            replace(served.playbook, public=public_address(environment_of(folder, os.environ))),
            account,
            named,
        )
    except NoPagesOnChannel as error:
        raise NoLink(tr("{why}: add  --channel {other}", why=error.message, other=error.other)) from error
    except LinkNotConfigured:
        beside = _beside_simulator(folder, served.settings)
        if beside is None:
            raise
        found = _link(beside.playbook, account_of(beside.settings.channels, wanted.channel), named)
        note(tr("this is an address of the simulator that runs here, good on this machine only"), words)
    if wanted.html and found.says is None:
        raise NoLink(tr("the webhook's address is for LINE alone, no button leads there"))
    if code is not None:
        write_code(found.address, account.app_name or account.id, code)
    button = link_button(found.address, found.says, code) if wanted.html and found.says is not None else None
    write_out(button or f"{found.address}\n")
    return RIGHT


def _beside_simulator(folder: Path, settings: Settings) -> ValidPlaybook | None:
    """The playbook as the simulator has it that runs on this folder; `None` where none runs."""
    from bot.app.database import OpenDatabase, is_in_use
    from bot.cli.on_database import on_database
    from bot.cli.own_address import as_simulated, only_simulator, simulator_of

    if not is_in_use(settings, folder, environment_of(folder, os.environ)):
        return None
    found: list[ValidPlaybook] = []

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        if (pretend := await only_simulator(opened)) is not None:
            found.append(as_simulated(folder, await simulator_of(pretend)))

    on_database(folder, work)
    return found[0] if found else None


def _link(playbook: Playbook, account: Channel, words: Sequence[str]) -> BuiltLink:
    kind, *names = words or [""]
    there = pages(playbook, account.name)
    if kind in there:
        _alone(tr("{name} is a page", name=kind), names)
        return page_link(playbook, account, kind)
    if kind == FRIEND:
        _alone(tr("friend is the link of the account"), names)
        return friend(account)
    if kind == KEYWORD:
        code = names[0] if names else ""
        _alone(tr("keyword {code} is a link", code=code), names[1:])
        return keyword(playbook, account, code)
    if kind == WEBHOOK:
        _alone(tr("webhook is the address for LINE's console"), names)
        return webhook(playbook, account)
    others = [FRIEND, WEBHOOK, *there]
    near = hint_for(kind, others) or tr("there are {names}", names=row(others))
    raise NoLink(tr("no link is called {name}; {hint}", name=quoted(" ".join(words)), hint=near))


def _alone(what: Translatable, more: Sequence[str]) -> None:
    if more:
        raise NoLink(tr("{what}, it takes no {more}", what=what, more=quoted(more[0])))
