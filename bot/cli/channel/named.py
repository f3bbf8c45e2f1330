"""Commands on the channels that are named, or all: what they are carried out with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

from bot.cli.arguments import Arguments, Run
from bot.cli.event_loop import on_event_loop
from bot.cli.playbook_folder import folder_and_words
from bot.cli.refusal import UsageWrong
from bot.cli.surroundings import named_channels, surroundings
from bot.model.translatable import Language, row, tr
from bot.operations.doctor.examine import Surroundings

CarryChannels: TypeAlias = Callable[[Surroundings, list[str], Arguments, Language], Awaitable[int]]


def on_channels(carry: CarryChannels) -> Run:
    """Makes what a command runs of what carries it out on the channels that are named, or all."""

    def run(options: Arguments, speech: Language) -> int:
        folder, words = folder_and_words(options.words)

        async def opened(folder: Path) -> int:
            async with surroundings(folder, speech) as around:
                return await carry(around, list(named_channels(around, words)), options, speech)

        return on_event_loop(opened(folder))

    return run


def only_one(channels: list[str]) -> str:
    """The channel that is named, or the only one there is. Raises `UsageWrong`."""
    if len(channels) > 1:
        raise UsageWrong(tr("say which account; there are {known}", known=row(channels)))
    return channels[0]
