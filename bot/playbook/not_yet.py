"""What the language accepts and `oaflow run` does not do yet: at each place what happens instead, what to do.

A word that is built loses its lines here, in the tables of the READMEs and in the language pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.engine.compiled.playbook import Playbook
from bot.model.alert import TROUBLE_REASONS
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.said import Said, row, say
from bot.model.settings import Settings
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey, survey
from bot.playbook.graph.underline import underlined
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, place_of, scalars
from bot.shops.platforms import offer_of

EACH_AT_MOST = 3
"""Places that are told of one by one; of more, one line tells, so that a large playbook can be read."""


@dataclass(frozen=True, slots=True)
class Unbuilt:
    """One place, of this `kind`: what it does instead, and what to do until it is built.

    `played`: in the simulator it works, for somebody plays the other side.
    """

    kind: Said
    place: Place
    message: Said
    hint: Said
    played: bool = False


@dataclass(frozen=True, slots=True)
class NotYetReport:
    """How it is told: as warnings, and what stands behind them, for who asks."""

    warnings: tuple[Problem, ...] = ()
    information: tuple[Problem, ...] = ()


def not_yet(playbook: Playbook, settings: Settings, root: Map, sources: Mapping[str, str]) -> NotYetReport:
    """`not-yet`: at each place where they are few; else once, and each as information."""
    found = sorted(unbuilt(playbook, settings, root), key=lambda one: (one.place.file, one.place.line))
    each = tuple(underlined((_told(one) for one in found), sources))
    if len(each) <= EACH_AT_MOST:
        return NotYetReport(each)
    kinds = row(list(dict.fromkeys(one.kind for one in found)))
    message = say("{number} places use what oaflow does not do yet: {kinds}", number=len(each), kinds=kinds)
    hint = say("what happens there instead, and what to do:  oaflow check --info")
    one = replace(each[0], message=message, hint=hint)
    return NotYetReport((one,), tuple(replace(problem, level="info") for problem in each))


def unbuilt(playbook: Playbook, settings: Settings, root: Map) -> Iterator[Unbuilt]:
    """All places, each once."""
    laid_out = survey(playbook, root)
    found: dict[Place, Unbuilt] = {}
    for one in _triggers(laid_out):
        found.setdefault(one.place, one)
    for one in _settings(laid_out, settings):
        found.setdefault(one.place, one)
    yield from found.values()


def _told(one: Unbuilt) -> Problem:
    return mistake(one.place, "not-yet", one.message, hint=one.hint, level="warning")


def _triggers(survey: Survey) -> Iterator[Unbuilt]:
    for key, _ in _written(survey.root, "when"):
        match key.value:
            case "shop":
                yield Unbuilt(
                    say("news from the shop"),
                    place_of(key),
                    say("the shop's news do not come yet: nothing begins here"),
                    say("what changed is read when a member binds or opens a page; the simulator plays news"),
                    played=True,
                )
            case _:
                pass
    for key, _ in _written(survey.root, "goal"):
        if key.value == "shop":
            yield Unbuilt(
                say("news from the shop"),
                place_of(key),
                say("the shop's news do not come yet: nobody reaches this goal"),
                say("take what the bot hears itself, such as  {tag_added: TAG, within: 7d}"),
                played=True,
            )


def _written(node: Node, key: str) -> Iterator[tuple[Scalar, Node]]:
    """The keys and values of what stands under this key, wherever it is: of a map, or of a list of maps."""
    match node:
        case Map(pairs=pairs):
            for name, (_, value) in pairs.items():
                items = value.items if isinstance(value, List) else [value]
                if name == key:
                    yield from (
                        pair for item in items if isinstance(item, Map) for pair in item.pairs.values()
                    )
                yield from _written(value, key)
        case List(items=items):
            for item in items:
                yield from _written(item, key)
        case _:
            return


def _settings(survey: Survey, settings: Settings) -> Iterator[Unbuilt]:
    for name, shop in settings.shops.items():
        offer = offer_of(shop.platform, shop.access)
        if offer.installed and not all(survey.is_written("shops", name, needed) for needed in offer.needs):
            yield Unbuilt(
                say("the app store"),
                survey.place("shops", name, "access"),
                say("installing from the app store is not there yet: members cannot be looked up"),
                say("write the token down here, or use  access: api_secret"),
            )
    yield from _around(survey, settings)


def _around(survey: Survey, settings: Settings) -> Iterator[Unbuilt]:
    for node in _items(survey.root.get("alerts")):
        for when in (one for one in scalars(node.pairs["when"][1]) if one.value in TROUBLE_REASONS):
            yield Unbuilt(
                say("alerts of troubles"),
                place_of(when),
                say("nobody is told of {reason} yet", reason=shown(when.value)),
                say("watch the log of  oaflow run  and  /readyz;  handed_over  and  notified  are told"),
            )
    for name, channel in survey.playbook.channels.items():
        if channel.staff == "console":
            yield Unbuilt(
                say("the console for staff"),
                survey.place("channels", name, "staff"),
                say("the console is not there yet: staff answer nowhere"),
                say("write  staff: line_chat  and let staff answer in LINE's own chat"),
            )


def _items(node: Node | None) -> Iterator[Map]:
    if isinstance(node, List):
        yield from (item for item in node.items if isinstance(item, Map))
