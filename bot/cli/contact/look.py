"""`oaflow contact find` and `show`: who somebody is, what is known of them, what happened and was done."""

from __future__ import annotations

from bot.cli.answer import show_answer
from bot.cli.commander import commander
from bot.cli.contact.conversation import show_conversation
from bot.cli.contact.order import ContactOrder
from bot.cli.contact.sent_file import save_file
from bot.cli.contact.text import line, page
from bot.cli.contact.told import historical, in_a_line, in_full
from bot.cli.refusal import UsageWrong
from bot.model.said import say
from bot.operations.contact_shown import history, revealed, shown
from bot.operations.find_contacts import NotFound, everybody, nobody
from bot.operations.now_among import now_among
from bot.scenario.titles import speaking_titles


async def find(asked: ContactOrder) -> None:
    """Print a line for everybody who may be meant. Raises `NotFound` where that is nobody."""
    everywhere = await asked.opened.everywhere()
    channel = asked.options.channel
    found = await everybody(everywhere, asked.playbook, asked.who, channel, unproven=True)
    if not found:
        raise NotFound(nobody(asked.who, channel))
    told = [in_a_line(shown(each)) for each in found]
    show_answer(told, (line(each, asked.speech) for each in told), for_programs=asked.options.json)


async def show(asked: ContactOrder) -> None:
    """Print all that is known of one contact; in full only what is recorded first. Raises `NotFound`."""
    if asked.options.into is not None and asked.options.save is None:
        raise UsageWrong(say("--into says where --save writes a file: name its message with  --save ID"))
    if asked.options.save is not None:
        await save_file(asked)
        return
    if asked.options.conversation:
        await show_conversation(asked)
        return
    found, reveal = await asked.one(unproven=True), asked.options.reveal
    now = await now_among(found.stores)
    contact = await revealed(found, commander(), now) if reveal else shown(found)
    told = in_full(contact, asked.playbook, now)
    told |= historical(await history(found, now, reveal=reveal))
    speech = speaking_titles(asked.speech, asked.playbook)
    show_answer(told, page(told, asked.playbook, speech), for_programs=asked.options.json)
