"""The page that a person of a scenario has open: the same screen that members see."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.pages.screen import screen_of
from bot.model.screen import Screen
from bot.scenario.checks import STATELESS
from bot.scenario.people import Person
from bot.scenario.player import Player


def screen(player: Player, person: Person) -> Screen | None:
    """What the open page shows; `None`: none is open."""
    page, playbook = person.page, player.playbook
    if page is None:
        return None
    contact, taken = player.contact(person), player.allowance.taken
    return screen_of(playbook, contact, page, person.channel, player.now, taken)


def says(player: Player, person: Person) -> str | None:
    """What the open page says now in the person's name."""
    shown = screen(player, person)
    return None if shown is None else shown.say


def called(player: Player, person: Person) -> str | None:
    """What a scenario calls that which the page shows: a state, else the page itself."""
    shown = screen(player, person)
    return person.page if shown is None or person.page is None else name_of(shown, person.page)


def name_of(shown: Screen, page: str) -> str:
    """What a scenario calls this screen of the page: a state, else the page itself."""
    if shown.state is not None:
        return shown.state
    return shown.kind if shown.kind in STATELESS else page


def readable(shown: Screen) -> Iterator[str]:
    """All that stands on a screen."""
    yield from shown.texts
    if shown.question is not None:
        yield shown.question
    yield from (*shown.choices, *shown.links, *shown.tags_gone)
    for one in shown.form.rows if shown.form is not None else ():
        yield f"{one.question} {one.text or ''}".strip()
    if shown.card is not None:
        yield from (text for text in (shown.card.name, shown.card.number) if text is not None)
        for field in shown.card.fields:
            yield f"{field.title} {field.text}"
