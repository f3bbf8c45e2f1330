"""Everything that a compiled playbook is looked at for, as a whole (language, section 15, phase 4)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from bot.engine.playbook import Playbook
from bot.model.problem import Problem
from bot.playbook.graph.branches import branches_never_taken, contradictions
from bot.playbook.graph.costs import costs
from bot.playbook.graph.ends import (
    flows_that_run_themselves,
    transient_cycles,
    unreachable_states,
    ways_to_an_end,
)
from bot.playbook.graph.file_order import order_by_path
from bot.playbook.graph.journeys import lateness_not_said, no_way_out
from bot.playbook.graph.menus import menus_nobody_sees, menus_that_hide, people_without_menu
from bot.playbook.graph.outcomes import outcomes_that_never_come, unhandled_outcomes
from bot.playbook.graph.questions import clashing_words, hidden_answers, hidden_rules
from bot.playbook.graph.removed import moved_states
from bot.playbook.graph.replies import replies_over_five
from bot.playbook.graph.results import clashing_triggers
from bot.playbook.graph.rounds import flows_in_circles, news_in_circles
from bot.playbook.graph.shadows import shadowed_rules
from bot.playbook.graph.survey import Survey, survey
from bot.playbook.graph.taps import unheard_taps
from bot.playbook.graph.timeouts import waits_without_timeout
from bot.playbook.graph.tokens import replies_without_token
from bot.playbook.graph.underline import underlined
from bot.playbook.graph.unused import (
    tags_never_added,
    unused_audiences,
    unused_cards,
    unused_flows,
    unused_signals_and_hooks,
)
from bot.playbook.graph.ways import WaysIn
from bot.playbook.syntax.nodes import Map

CHECKS: tuple[Callable[[Survey], Iterator[Problem]], ...] = (
    unhandled_outcomes,
    outcomes_that_never_come,
    waits_without_timeout,
    unreachable_states,
    ways_to_an_end,
    transient_cycles,
    flows_that_run_themselves,
    branches_never_taken,
    contradictions,
    news_in_circles,
    flows_in_circles,
    shadowed_rules,
    hidden_rules,
    hidden_answers,
    clashing_words,
    clashing_triggers,
    unheard_taps,
    tags_never_added,
    unused_cards,
    unused_flows,
    unused_audiences,
    unused_signals_and_hooks,
    lateness_not_said,
    no_way_out,
    menus_nobody_sees,
    people_without_menu,
    menus_that_hide,
    moved_states,
    replies_over_five,
)


def examine(
    playbook: Playbook, root: Map, sources: Mapping[str, str], ordered: Collection[str] = ()
) -> list[Problem]:
    """All that is found, each thing once, unsorted; what costs money has the level `info`.

    `root` is the canonical document, `sources` the texts of its files, `ordered` the files that `rule_order`
    names. Nothing is raised for whatever has been compiled.
    """
    laid_out = survey(playbook, root)
    ways = WaysIn(laid_out)
    found = [problem for check in CHECKS for problem in check(laid_out)]
    found += replies_without_token(laid_out, ways)
    found += costs(laid_out, ways)
    found += order_by_path(laid_out, ordered)
    return list(underlined(dict.fromkeys(found), sources))
