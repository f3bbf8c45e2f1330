"""Finds taps and texts that lead to a page on a channel without LIFF, through which pages open in LINE."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from bot.engine.compiled.card import Bounded, Card, PageAddress, Tap, WebAddress, leaves
from bot.engine.compiled.step import GiveResult, SendMessages, Show, Steps
from bot.engine.conditions.around import may_hold_on
from bot.engine.texts.template import Template
from bot.model.place import Place
from bot.model.problem import Level, Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, place_of

LIFF = 'liff: {login_channel_id: "${LINE_LOGIN_CHANNEL_ID}", liff_id: "${LIFF_ID}"}'
"""What a channel needs for LIFF, to paste."""


@dataclass(frozen=True, slots=True)
class _Use:
    """A place that leads to a page."""

    page: str
    place: Place
    channels: Set[str]
    """The channels on which people can see it."""


def unopenable_pages(survey: Survey) -> Iterator[Problem]:
    """`liff-missing`: once where no channel has LIFF, else once for each channel without it.

    Messages of flows are reported only where no channel has LIFF, as it is not known on which channels they
    run. Where the same place leads to the page on another channel, it is a warning: here it is left out.
    """
    able = frozenset(name for name in survey.playbook.channels if has_liff(survey, name))
    if not able:
        for page, place in _anywhere(survey):
            message = tr(
                "this leads to the page {page}, and no channel has LIFF, which pages need", page=quoted(page)
            )
            yield _missing(place, message, "error")
            return
    uses = [*_of_menus(survey), *_of_rules(survey), *_of_broadcasts(survey)]
    for channel in survey.playbook.channels.keys() - able:
        here = [use for use in uses if channel in use.channels]
        lost = [use for use in here if not use.channels & able]
        for use in (lost or here)[:1]:
            message = tr(
                "this leads to the page {page}, and the channel {channel} has no LIFF",
                page=quoted(use.page),
                channel=quoted(channel),
            )
            yield _missing(use.place, message, "error" if lost else "warning")


def has_liff(survey: Survey, channel: str) -> bool:
    """Whether a channel declares LIFF, even if its id is unset now."""
    channels = survey.root.get("channels")
    node = channels.get(channel) if isinstance(channels, Map) else None
    return isinstance(node, Map) and node.get("liff") is not None


def _missing(place: Place, message: Translatable, level: Level) -> Problem:
    hint = tr("add to the channel  {liff}", liff=LIFF)
    return mistake(place, "liff-missing", message, hint=hint, level=level)


def _anywhere(survey: Survey) -> Iterator[tuple[str, Place]]:
    """(page, place) for everything that leads to a page: taps, and addresses in cards and texts."""
    yield from _tapped(survey.taps)
    for card in survey.cards:
        yield from _in_card(card)
    yield from ((page, place_of(text)) for group, page, text in survey.placeholders if group == "page")


def _of_menus(survey: Survey) -> Iterator[_Use]:
    for menu in survey.playbook.menus:
        channels = {name for name in survey.playbook.channels if menu in survey.playbook.menus_on(name)}
        taps = (area.tap for tab in menu.tabs.values() for area in tab.areas)
        yield from (_Use(page, place, channels) for page, place in _tapped(taps))


def _of_rules(survey: Survey) -> Iterator[_Use]:
    for rule in survey.playbook.rules:
        channels = {name for name in survey.playbook.channels if may_hold_on(rule.condition, name)}
        for card in _cards_of(rule.do, set()):
            yield from (_Use(page, place, channels) for page, place in _in_card(card))


def _of_broadcasts(survey: Survey) -> Iterator[_Use]:
    for broadcast in survey.playbook.broadcasts.values():
        for card in broadcast.cards:
            yield from (_Use(page, place, {broadcast.channel}) for page, place in _in_card(card))


def _cards_of(steps: Steps, seen: set[int]) -> Iterator[Card]:
    """The cards that these steps send, and those that taps in them send in turn; each once."""
    for step in steps:
        match step:
            case SendMessages(cards=cards):
                messages: tuple[Card, ...] = tuple(cards)
            case Show(text=card):
                messages = (card,)
            case GiveResult(do=do):
                yield from _cards_of(do, seen)
                continue
            case _:
                continue
        for card in messages:
            if id(card) not in seen:
                seen.add(id(card))
                yield card
                for tap in card.taps:
                    yield from _cards_of(tap.do, seen)


def _in_card(card: Card) -> Iterator[tuple[str, Place]]:
    """(page, place) for each page that a card leads to."""
    yield from _tapped(card.taps)
    for bubble in card.bubbles:
        for leaf in leaves(bubble.form):
            match leaf:
                case PageAddress(page=page):
                    yield page, card.place
                case Bounded(text=text) | WebAddress(text=text) | (Template() as text):
                    yield from ((part.name, card.place) for part in text.placeholders if part.group == "page")
                case _:
                    pass


def _tapped(taps: Iterable[Tap]) -> Iterator[tuple[str, Place]]:
    """(page, place) for each tap that opens a page."""
    return ((tap.page, tap.place) for tap in taps if tap.page is not None)
