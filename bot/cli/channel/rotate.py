"""`oaflow channel rotate`: a secret or token that was issued anew, while the bot runs (A11)."""

from __future__ import annotations

import getpass
import os
import sys

from bot.app.playbook_environment import folder_of
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.channel.named import on_channels, only_one
from bot.cli.exit_codes import RIGHT
from bot.cli.operator import commander
from bot.cli.playbook_folder import folder_and_words
from bot.model.translatable import Language, Translatable, row, tr
from bot.operations.channels.rotate import EnvironmentHere, IssuedAnew, rotate_channel
from bot.operations.doctor.examine import Surroundings


@on_channels
async def rotate(around: Surroundings, channels: list[str], options: Arguments, speech: Language) -> int:
    """Ask for them unseen, try them at LINE, and write them into `.env`."""
    channel = only_one(channels)
    secret = _typed(tr("new channel secret (empty: as it is):"), speech)
    token = _typed(tr("new channel access token (empty: as it is):"), speech)
    here = EnvironmentHere(folder_of(folder_and_words(options.words)[0]), os.environ)
    names = await rotate_channel(around, channel, IssuedAnew(secret, token), here, commander(options.by))
    done = tr(
        "{names} in .env: what runs takes it over by itself; the old one is good for ten minutes more",
        names=row(names),
    )
    show_answer({"channel": channel, "variables": names}, [done], for_programs=options.json, words=speech)
    return RIGHT


def _typed(prompt: Translatable, speech: Language) -> str:
    """What is typed, and not shown; a line of stdin where that is no terminal."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{speech.text(prompt)} ").strip()
    return sys.stdin.readline().strip()
