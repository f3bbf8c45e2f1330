"""Compiles flows: states, rules, when they start, their limits, their page (language, section 8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Literal, get_args

from bot.engine.compiled.flow import Flow, FlowStatus, IfLate, Late, Start, State, splits_tested
from bot.engine.compiled.goal import PRIORITIES
from bot.engine.compiled.rule import OnDate, OnNews
from bot.model.place import Place
from bot.model.translatable import row, tr
from bot.playbook.compile.conditions.conditions import condition_of
from bot.playbook.compile.conditions.splits import groups_of
from bot.playbook.compile.flows.questions import question_of
from bot.playbook.compile.flows.rules import (
    branch_of,
    forgotten_anywhere,
    known_within,
    once_per,
    rules_of,
    term,
)
from bot.playbook.compile.flows.saved import known_in_states, saved_by
from bot.playbook.compile.scope.known_names import NOTHING, set_by
from bot.playbook.compile.scope.position import FlowScope
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.used_cards import cards
from bot.playbook.compile.triggers.triggers import goal_of, triggers_of
from bot.playbook.compile.values.hours import hours_of
from bot.playbook.compile.values.pictures import page_picture
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, at_keys, place_of

EXIT = "exit"
"""The value of `moved` that takes people out of the flow."""


def flow_of(book_scope: Scope, here: FlowScope, key: Scalar) -> Flow:
    """Compiles a flow; `here` is its view, with its settings put in, `key` its name in the section."""
    node = here.node
    begun = book_scope.at(flow=here, kind="state")
    start = _start(begun, node)
    scope = begun.at(known=known_within(begun.book, here, start))
    known = known_in_states(here, scope.where.known)
    forgotten = forgotten_anywhere(scope.book)
    person, total, then = _caps(scope, node.get("max_pushes"))
    since, until, after = _active(scope, node.get("active"))
    picture, title, intro = _page(scope, node.get("page"))
    own_title = scope.scalar(node.get("title"))
    flow = Flow(
        name=here.name,
        title=here.name if own_title is None else own_title.value,
        place=place_of(key),
        states={
            key.value: _state(
                scope.knowing(known.get(key.value, NOTHING) - forgotten),
                key,
                here.states[key.value],
                forgotten,
            )
            for key, _ in scope.pairs(node.get("states"))
            if key.value in here.states
        },
        rules=rules_of(_within(scope, "*"), node.get("rules"), "flow"),
        start=start,
        quiet=None if (quiet := node.get("quiet_hours")) is None else hours_of(scope, quiet),
        late=late_of(scope, node.get("if_late")) or Late(),
        max_person=person,
        max_total=total,
        max_then=then,
        status=scope.word(node.get("status"), get_args(FlowStatus), "live"),
        status_place=_status_place(node),
        active_from=since,
        active_until=until,
        active_then=after,
        page=here.page,
        page_picture=picture,
        page_title=title,
        page_intro=intro,
        inputs=here.inputs,
        goal=goal_of(scope, node.get("goal")),
        priority=scope.word(node.get("priority"), PRIORITIES, "normal"),
        moved={
            old.value: new for old, value in scope.pairs(node.get("moved")) if (new := _moved(scope, value))
        },
    )
    return flow if flow.goal is None else replace(flow, splits=groups_of(scope, splits_tested(flow)))


def _within(scope: Scope, state: str) -> Scope:
    """The scope of a state (`*`: of the rules of all states), which numbers its results."""
    return scope.put(replace(scope.where, state=state, results=count(1)))


def _state(flow_scope: Scope, key: Scalar, node: Map, forgotten: frozenset[str]) -> State:
    """Compiles a state. `forgotten` are attributes that some action clears: they are never known for
    certain."""
    name = key.value
    run = flow_scope.scalar(node.get("run"))
    scope = _within(flow_scope, name).at(runs=None if run is None else run.value)
    if run is not None and not _can_run(scope, run):
        run = None
    inside = scope.knowing(set_by(node.get("do")) - forgotten)
    title, screen = scope.scalar(node.get("title")), node.get("screen")
    problem_text = at_keys(screen, "problem")
    return State(
        name=name,
        title=name if title is None else title.value,
        place=place_of(key),
        do=scope.steps(node.get("do")),
        question=None
        if node.get("ask") is None
        else question_of(inside, node, cards(inside, node.get("ask")), "state"),
        run=None if run is None else run.value,
        rules=rules_of(inside, node.get("rules"), "state"),
        branch=branch_of(inside.knowing(saved_by(node) - forgotten), node.get("branch")),
        end=node.get("end") is not None,
        problem=problem_text is not None or (isinstance(screen, Scalar) and screen.value == "problem"),
        problem_text=None if problem_text is None else scope.text(problem_text),
        late=late_of(scope, node.get("if_late")),
    )


def _can_run(scope: Scope, run: Scalar) -> bool:
    """Whether `run` names a flow; reported where not, and where that flow needs inputs."""
    if not scope.has_name("flows", run):
        return False
    flow = scope.book.flows.get(run.value)
    if flow is not None and flow.inputs:
        message = tr(
            "the flow {run} needs {inputs}, which  run  does not bring",
            run=quoted(run.value),
            inputs=row(flow.inputs),
        )
        hint = tr("start it with them:  start: {flow: {run}, with: …}", run=run.value)
        scope.wrong(run, "inputs-missing", message, hint)
    return True


def _start(scope: Scope, node: Map) -> Start | None:
    """When the flow starts by itself (`when`, `if`, `once_per`); `None` where only rules start it."""
    when = node.pairs.get("when")
    if when is None:
        return None
    key, triggers = when
    triggers_here, within = triggers_of(scope, triggers, "start")
    if node.get("once_per") is None:
        message = tr("how often a person goes through this journey is not said")
        often = tr("add  once_per: person,  a duration such as 30d, or always")
        every_year = tr("add  once_per: 300d  for each year, or  person  for once in a life")
        yearly = any(isinstance(trigger, OnDate) and trigger.yearly for trigger in triggers_here)
        scope.wrong(key, "once-per-missing", message, every_year if yearly else often)
    if scope.where.flow is not None and scope.where.flow.inputs:
        message = tr(
            "a journey begins by itself, so nobody brings {inputs}", inputs=row(scope.where.flow.inputs)
        )
        scope.wrong(key, "inputs-missing", message, tr("leave  inputs  out, or start the flow by a rule"))
    return Start(
        place=place_of(key),
        when=tuple(trigger for trigger in triggers_here if isinstance(trigger, OnNews | OnDate)),
        condition=condition_of(within, node.get("if")),
        once_per=once_per(scope, node),
    )


def late_of(scope: Scope, node: Node | None) -> Late | None:
    """What happens to a timer that is overdue; `None` where the playbook does not say it."""
    if not isinstance(node, Map):
        return None
    default, then = Late(), scope.word(node.get("then"), get_args(IfLate), "skip")
    after, at = scope.duration(node.get("after")), scope.clock(node.get("at"))
    return Late(after or default.after, then, at or default.at)


def _caps(scope: Scope, node: Node | None) -> tuple[int | None, int | None, Literal["skip", "exit"]]:
    """`max_pushes`: most pushes per person, most in all, and what happens then."""
    person, total = (scope.whole(at_keys(node, key)) for key in ("person", "total"))
    return person, total, scope.word(at_keys(node, "then"), ("skip", "exit"), "skip")


def _status_place(node: Map) -> Place | None:
    """Where `status` is written, else `active`."""
    written = [place_of(node.pairs[key][0]) for key in ("status", "active") if key in node.pairs]
    return written[0] if written else None


def _active(
    scope: Scope, node: Node | None
) -> tuple[datetime | None, datetime | None, Literal["closed", "stopped"]]:
    """`active`: from when until when, in UTC, and what happens to the flow then."""
    since, until = term(scope, node, tr("this flow ends before it begins"))
    return since, until, scope.word(at_keys(node, "then"), ("closed", "stopped"), "closed")


def _page(scope: Scope, node: Node | None) -> tuple[str | None, str | None, str | None]:
    """`page`: the address of its picture, its title, its introduction."""
    picture, title, intro = (scope.scalar(at_keys(node, key)) for key in ("picture", "title", "intro"))
    served = None if picture is None else page_picture(scope, picture)
    return served, _text(title), _text(intro)


def _text(node: Scalar | None) -> str | None:
    return None if node is None else node.value


def _moved(scope: Scope, node: Node) -> str | None:
    """Where people in a removed state go: to a state, to another removed one, or out of the flow (`EXIT`).
    `None`, and reported, for another name."""
    single = scope.scalar(node)
    if single is None or scope.where.flow is None:
        return None
    states, moved = scope.where.flow.states, scope.where.flow.node.get("moved")
    others = moved.pairs if isinstance(moved, Map) else {}
    if single.value not in states and single.value not in others and single.value != EXIT:
        message = tr(
            "the flow {flow} has no state {text}",
            flow=quoted(scope.where.flow.name),
            text=quoted(single.value),
        )
        scope.wrong(single, "unknown-state", message, hint_for(single.value, [*states, EXIT]))
        return None
    return single.value
