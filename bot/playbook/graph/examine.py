"""Phase 4 of the checks: runs all checks of this folder over a compiled playbook as a whole (language,
section 15)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.money import NO_PRICES, Prices
from bot.model.problem import Problem
from bot.playbook.graph.announced import said_too_late
from bot.playbook.graph.broadcasts import (
    broadcasts_at_once,
    groups_alike,
    priority_without_limit,
    shared_draws,
)
from bot.playbook.graph.conditions import branches_never_taken, certain_conditions, contradictions
from bot.playbook.graph.conflicts import (
    loading_in_groups,
    shared_limits,
    tags_alike,
    tags_in_both,
    triggered_by_unbinding,
)
from bot.playbook.graph.connections import (
    refunds_never_reported,
    shop_logins_unknown,
    shops_without_token,
    unnotified_handovers,
    unsigned_calls,
)
from bot.playbook.graph.costs import costs, flow_costs
from bot.playbook.graph.ends import (
    flows_that_run_themselves,
    transient_cycles,
    unreachable_states,
    waits_without_timeout,
    ways_to_an_end,
)
from bot.playbook.graph.entry_paths import WaysIn
from bot.playbook.graph.journeys import missing_if_late, no_way_out, sendings_without_consent
from bot.playbook.graph.look_alikes import choices_twice, foreign_markup
from bot.playbook.graph.loops import journeys_that_begin_again, rounds
from bot.playbook.graph.menus import (
    menus_that_hide,
    people_without_menu,
    too_many_menus,
    unreachable_menus,
    unused_menus,
)
from bot.playbook.graph.needed import missing_connections
from bot.playbook.graph.never_set import attributes_never_set, tags_never_added
from bot.playbook.graph.outcomes import outcomes_that_never_come, unhandled_outcomes
from bot.playbook.graph.pages import unopenable_pages
from bot.playbook.graph.questions import (
    answers_that_lead_nowhere,
    clashing_words,
    hidden_answers,
    hidden_rules,
)
from bot.playbook.graph.replies import quick_replies_over, replies_over_five, replies_without_token
from bot.playbook.graph.reservations import fall_through_winners, lapsing_reservations
from bot.playbook.graph.results import clashing_triggers, stop_words_answered_by_push
from bot.playbook.graph.retention import bounds_too_short
from bot.playbook.graph.shadows import order_by_path, shadowed_rules
from bot.playbook.graph.survey import survey
from bot.playbook.graph.taps import taps_without_rule
from bot.playbook.graph.texts import texts_like_cards, unsayable_texts
from bot.playbook.graph.times import past_dates, quiet_all_day, waits_that_end_in_quiet
from bot.playbook.graph.traps import minutes_like_months, not_both, yearly_once
from bot.playbook.graph.unused import (
    moved_names,
    moved_states,
    signals_never_sent,
    unused_audiences,
    unused_cards,
    unused_flows,
    unused_shops,
    unused_signals_and_hooks,
)
from bot.playbook.promotions import LANGUAGE_PARTS, SurveyCheck
from bot.playbook.syntax.nodes import Map
from bot.playbook.syntax.source import underlined

CHECKS: tuple[SurveyCheck, ...] = (
    outcomes_that_never_come,
    waits_without_timeout,
    unreachable_states,
    ways_to_an_end,
    transient_cycles,
    flows_that_run_themselves,
    branches_never_taken,
    contradictions,
    certain_conditions,
    rounds,
    journeys_that_begin_again,
    shadowed_rules,
    fall_through_winners,
    hidden_rules,
    hidden_answers,
    answers_that_lead_nowhere,
    clashing_words,
    clashing_triggers,
    taps_without_rule,
    tags_never_added,
    unused_cards,
    unused_flows,
    unused_audiences,
    unused_signals_and_hooks,
    unused_shops,
    said_too_late,
    signals_never_sent,
    refunds_never_reported,
    shops_without_token,
    missing_if_late,
    no_way_out,
    sendings_without_consent,
    stop_words_answered_by_push,
    shared_draws,
    groups_alike,
    priority_without_limit,
    unreachable_menus,
    unused_menus,
    people_without_menu,
    menus_that_hide,
    too_many_menus,
    moved_states,
    moved_names,
    replies_over_five,
    quick_replies_over,
    tags_in_both,
    tags_alike,
    attributes_never_set,
    triggered_by_unbinding,
    quiet_all_day,
    waits_that_end_in_quiet,
    lapsing_reservations,
    loading_in_groups,
    shared_limits,
    missing_connections,
    shop_logins_unknown,
    unopenable_pages,
    unsayable_texts,
    texts_like_cards,
    choices_twice,
    unnotified_handovers,
    unsigned_calls,
    bounds_too_short,
    yearly_once,
    minutes_like_months,
    not_both,
)
"""The checks that need the survey alone, in the order of their findings."""


def _of_kinds() -> Iterator[SurveyCheck]:
    """The checks of the kinds of promotions."""
    for part in LANGUAGE_PARTS:
        yield from part.checks


def examine(
    playbook: Playbook,
    root: Map,
    sources: Mapping[str, str],
    ordered: Collection[str] = (),
    now: datetime | None = None,
    prices: Prices = NO_PRICES,
) -> list[Problem]:
    """All findings, each once, unsorted; those about costs have the level `info`. Raises nothing, whatever
    was compiled.

    `root` is the canonical document, `sources` the texts of its files, `ordered` the files that `rule_order`
    names, `prices` those for costs in money. Past dates are reported only where `now` (UTC) is given.
    """
    laid_out = survey(playbook, root)
    ways = WaysIn(laid_out)
    problems = [problem for check in (*CHECKS, *_of_kinds()) for problem in check(laid_out)]
    problems += unhandled_outcomes(laid_out, now)
    problems += replies_without_token(laid_out, ways)
    problems += costs(laid_out, ways, prices)
    problems += flow_costs(laid_out, ways, prices)
    problems += foreign_markup(laid_out, sources)
    problems += order_by_path(laid_out, ordered)
    if now is not None:
        problems += past_dates(laid_out, now)
        problems += broadcasts_at_once(laid_out, now)
    return list(underlined(dict.fromkeys(problems), sources))
