"""`oaflow contact hand-back`: staff give the conversation back, and the bot answers again (A5)."""

from __future__ import annotations

from bot.cli.answer import show_answer
from bot.cli.commander import commander
from bot.cli.contact.order import ContactOrder
from bot.model.said import Said, row, say
from bot.operations import contact_changes
from bot.operations.contact_changes import HandedBack


async def hand_back(asked: ContactOrder) -> None:
    """Give it back, and wait until a running process has done so. Raises `NotFound` and `Refused`."""
    done = await contact_changes.hand_back(await asked.one(), asked.options.channel, commander())
    told = {"contact": done.contact, "channels": list(done.channels), "carried": done.carried}
    show_answer(told, [asked.speech.text(_in_words(done))], for_programs=asked.options.json)


def _in_words(done: HandedBack) -> Said:
    who, channels = done.contact, row(done.channels)
    match done.carried:
        case "done":
            return say("handed back: the bot answers {who} again on {channels}", who=who, channels=channels)
        case "stored":
            return say(
                "stored: the bot answers {who} again on {channels} as soon as oaflow runs",
                who=who,
                channels=channels,
            )
        case "waiting":
            return say(
                "stored: the bot answers {who} again on {channels} when its turn comes",
                who=who,
                channels=channels,
            )
