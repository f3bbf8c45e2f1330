"""A playbook that can be served, and what `oaflow run` does not do yet of what it uses.

A word that is built loses its lines here, in the tables of the READMEs and in the language pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.engine.compiled.playbook import Playbook
from bot.model.alert import UNBUILT_REASONS
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.settings import Settings
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey, survey
from bot.playbook.load import Loaded
from bot.playbook.read import PlaybookContents
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import List, Map, Node, place_of, scalars
from bot.playbook.syntax.source import underlined

EACH_AT_MOST = 3
"""Places that are reported one by one; more are reported in one line."""


@dataclass(frozen=True, slots=True)
class Unbuilt:
    """One place, of this `kind`: what it does instead, and what to do until it is built."""

    kind: Translatable
    place: Place
    message: Translatable
    hint: Translatable


@dataclass(frozen=True, slots=True)
class NotYetReport:
    """The report: warnings, and the details behind them for `check --info`."""

    warnings: tuple[Problem, ...] = ()
    information: tuple[Problem, ...] = ()


def not_yet(playbook: Playbook, root: Map, sources: Mapping[str, str]) -> NotYetReport:
    """`not-yet`: at each place where they are few; else once, and each as information."""
    places = sorted(unbuilt(playbook, root), key=lambda one: (one.place.file, one.place.line))
    each = tuple(underlined((_as_problem(one) for one in places), sources))
    if len(each) <= EACH_AT_MOST:
        return NotYetReport(each)
    kinds = row(list(dict.fromkeys(one.kind for one in places)))
    message = tr("{number} places use what oaflow does not do yet: {kinds}", number=len(each), kinds=kinds)
    hint = tr("what happens there instead, and what to do:  oaflow check --info")
    one = replace(each[0], message=message, hint=hint)
    return NotYetReport((one,), tuple(replace(problem, level="info") for problem in each))


def unbuilt(playbook: Playbook, root: Map) -> Iterator[Unbuilt]:
    """All places, each once."""
    laid_out = survey(playbook, root)
    by_place: dict[Place, Unbuilt] = {}
    for one in _settings(laid_out):
        by_place.setdefault(one.place, one)
    yield from by_place.values()


def _as_problem(one: Unbuilt) -> Problem:
    return mistake(one.place, "not-yet", one.message, hint=one.hint, level="warning")


def _settings(survey: Survey) -> Iterator[Unbuilt]:
    for node in _items(survey.root.get("alerts")):
        for when in (one for one in scalars(node.pairs["when"][1]) if one.value in UNBUILT_REASONS):
            yield Unbuilt(
                tr("alerts of troubles"),
                place_of(when),
                tr("nobody is told of {reason} yet", reason=quoted(when.value)),
                tr(
                    "watch the log of  oaflow run  and  /readyz;  handed_over , notified , webhook_off , "
                    "token_refused , sms_low  are told"
                ),
            )


def _items(node: Node | None) -> Iterator[Map]:
    if isinstance(node, List):
        yield from (item for item in node.items if isinstance(item, Map))


class Unservable(Refusal):
    """Files that are not served; `problems` say why, and where in `sources` (the files' texts)."""

    def __init__(self, why: Translatable, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
        super().__init__(why)
        self.problems = problems
        self.sources = sources


class PlaybookWrong(Unservable):
    """A playbook with mistakes."""

    def __init__(self, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
        super().__init__(tr("the playbook has mistakes"), problems, sources)


@dataclass(frozen=True, slots=True)
class ValidPlaybook:
    """A playbook without mistakes, and what serving it needs: the rest of what reading found is let go."""

    playbook: Playbook
    settings: Settings
    sources: Mapping[str, str]
    """Its files' texts by path from its folder, secrets starred: to tell what has changed."""
    filled: tuple[str, ...] = ()
    """The variables of the environment that the simulator gave a value."""
    warnings: tuple[Problem, ...] = ()
    unbuilt: tuple[Unbuilt, ...] = ()
    """What is not carried out yet."""
    contents: PlaybookContents | None = None
    """Its files as they may be stored."""

    @property
    def files(self) -> tuple[str, ...]:
        """The files that were read, by path from the playbook's folder."""
        return (*self.sources, *(self.contents.beside if self.contents is not None else ()))


def valid_playbook(loaded: Loaded) -> ValidPlaybook:
    """What was read. Raises `PlaybookWrong` where it holds a mistake."""
    if loaded.playbook is None:
        raise PlaybookWrong(loaded.problems, loaded.sources)
    later = unbuilt(loaded.playbook, loaded.document.root)
    return ValidPlaybook(
        loaded.playbook,
        loaded.settings,
        loaded.sources,
        loaded.filled,
        loaded.problems,
        tuple(later),
        loaded.contents,
    )
