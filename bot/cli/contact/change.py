"""`oaflow contact name|testers`: which contacts are testers, by which names."""

from __future__ import annotations

from bot.cli.contact.order import about_contact, contact_of
from bot.cli.order import CommandOrder, carried_out
from bot.model.translatable import Translatable, tr
from bot.operations import testers
from bot.operations.find_contacts import NotFound, not_called
from bot.operations.testers import Tester
from bot.playbook.similar import hint_for


@about_contact
async def name(order: CommandOrder) -> None:
    """Give a name, or take it away with `--clear`. Raises `NotFound` and `Refused`."""
    if order.options.clear:
        found = await contact_of(order)
        had = await testers.end_tester(found, order.by)
        order.show(None, tr("{who} is not called {name} any more", who=found.contact.id, name=", ".join(had)))
        return
    if len(order.words) < 2:
        raise NotFound(tr("write  {usage}", usage=tr("WHO NAME, or WHO --clear")))
    *identifier, called = order.words
    if called not in order.playbook.testers and (near := hint_for(called, order.playbook.testers)):
        raise NotFound(not_called(tr("tester"), called, near))
    found = await contact_of(order, " ".join(identifier))
    lost = await testers.make_tester(found, called, order.by)
    now = tr("{who} is called {name}", who=found.contact.id, name=called)
    without = (
        tr("{name} is nobody's name now: each has one;  oaflow contact name WHO {name}", name=one)
        for one in lost
    )
    order.show(None, now, *without)


@carried_out()
async def list_testers(order: CommandOrder) -> None:
    """Print each tester with the contact that has the name, or that nobody has it."""
    found = await testers.all_testers(await order.people(), order.playbook)
    lines = map(_tester, found) if found else [tr("there are no testers yet;  oaflow contact name WHO NAME")]
    order.show_all(found, lines)


def _tester(tester: Tester) -> Translatable:
    if tester.contact is None:
        return tr("{name}: nobody yet;  oaflow contact name WHO {name}", name=tester.name)
    return tr("{name}: {contact}", name=tester.name, contact=tester.contact)
