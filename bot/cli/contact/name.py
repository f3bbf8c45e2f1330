"""`oaflow contact name`: a tester's name, given to a contact, taken away, or all of them listed."""

from __future__ import annotations

from bot.cli.answer import show_answer
from bot.cli.contact.order import ContactOrder
from bot.cli.figures_source import whose_people
from bot.model.translatable import Translatable, tr
from bot.operations import testers
from bot.operations.find_contacts import NotFound
from bot.operations.testers import Tester


async def name(asked: ContactOrder) -> None:
    """Give a name, or take it away with `--clear`. Raises `NotFound` and `Refused`."""
    if asked.options.clear:
        found = await asked.one()
        had = await testers.clear_name(found)
        asked.tell(tr("{who} is not called {name} any more", who=found.contact.id, name=had))
        return
    if len(asked.words) < 2:
        raise NotFound(tr("write  {usage}", usage=tr("WHO NAME, or WHO --clear")))
    *who, called = asked.words
    found = await asked.one(" ".join(who))
    lost = await testers.give_name(found, asked.playbook, called)
    asked.tell(tr("{who} is called {name}", who=found.contact.id, name=called))
    for one in lost:
        asked.tell(tr("{name} is nobody's name now: each has one;  oaflow contact name WHO {name}", name=one))


async def list_testers(asked: ContactOrder) -> None:
    """Print each tester with the contact that has the name, or that nobody has it."""
    people = await whose_people(asked.opened, asked.speech)
    found = await testers.all_testers(people, asked.playbook)
    told = [{"name": one.name, "contact": one.contact, "listed": one.listed} for one in found]
    lines = [asked.speech.text(_line(one)) for one in found]
    nobody = [asked.speech.text(tr("the playbook has no testers"))]
    show_answer(told, lines or nobody, for_programs=asked.options.json)


def _line(tester: Tester) -> Translatable:
    if tester.contact is None:
        return tr("{name}: nobody yet;  oaflow contact name WHO {name}", name=tester.name)
    if not tester.listed:
        return tr(
            "{name}: {contact}; not in  testers  of the playbook", name=tester.name, contact=tester.contact
        )
    return tr("{name}: {contact}", name=tester.name, contact=tester.contact)
