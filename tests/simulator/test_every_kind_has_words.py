"""Each kind of step, cause, event, timer and condition of the engine has its sentence in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any, get_args

from bot.engine import notes
from bot.engine.conditions import reasons
from bot.engine.flows import push_gate, starting
from bot.engine.flows.starting import FlowStanding
from bot.model.asked import ASKED
from bot.model.decision import TraceStep
from bot.model.event import Event, News, PageAnswer, RewriteKind, Source, TextMessage, TimerDue
from bot.model.instance import HeldBy, NoticeKind
from bot.model.message import MESSAGES_MOST
from bot.model.news import MESSAGES as OTHER_MESSAGES
from bot.model.news import NEWS as NEWS_OF_LINE
from bot.model.news import NEWS_RESULTS
from bot.model.promotions import kinds
from bot.model.screen import SCREENS, ScreenKind
from bot.model.trace import KINDS, NoteKind, NoteValue, TraceNote
from bot.model.translatable import ENGLISH, NAMED
from bot.playbook.shape.triggers import NEWS
from bot.simulator.workbench.turn_card import PAGE_SPEAKS, ShownTurn, drawn, in_each_language
from bot.wording.shown_steps import ShownStep, StepWords
from bot.wording.trace_words import as_sentence, silence_text, timer_text
from bot.wording.turn_summary import called, event_sentence
from tests.simulator.workbench_drawn import Foreign, Walked, lines_of
from tests.simulator.workbench_kinds import CONDITIONS, EVENTS, WAITS
from tests.sources import BOT, ROOT, modules, nodes_of
from tests.what_kinds import WHAT_KINDS

NAME = "名字"
"""A name that somebody gave: neither language's."""


def returned(module: Any, function: str) -> list[str]:
    """The texts that a function answers, as they stand in its source."""
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    body = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == function)
    found = [n for r in ast.walk(body) if isinstance(r, ast.Return) and r.value for n in ast.walk(r.value)]
    return [n.value for n in found if isinstance(n, ast.Constant) and isinstance(n.value, str)]


SKIPPED = returned(push_gate, "_refusal")
EVENT: list[NoteValue] = [
    NAME,
    *(
        TraceNote(notes.EVENT, (k, one))
        for k, word in NEWS.items()
        for one in word.value.get("words", [NAME])
    ),
    *(TraceNote(notes.EVENT, (word, one)) for word, k in NEWS_OF_LINE.items() if k.answer for one in k.words),
    *(TraceNote(notes.EVENT, (kind, "")) for kind in OTHER_MESSAGES),
    *(TraceNote(notes.EVENT, ("after", wait)) for wait in WAITS),
    TraceNote(notes.EVENT, ("postback", NAME)),
    TraceNote(notes.EVENT, ("ended", NAME)),
    *(TraceNote(kind.note, (NAME, one)) for kind in kinds() for one in NEWS_RESULTS[kind.news]),
]
VALUES: Mapping[str, Sequence[NoteValue]] = {
    "asked": list(ASKED),
    "change": get_args(RewriteKind),
    "crowd": ["group", "room"],
    "heard": EVENT,
    "undone": [TraceNote(notes.CAUSE, (kind, NAME)) for kind in ("tag_added", "enters")],
    "often": ["person", "conversation", "day", "7d", "1mo"],
    "skipped": SKIPPED,
    "held": get_args(HeldBy),
    "stopped": [
        *returned(starting, "why_not"),
        *(state for state in get_args(FlowStanding) if state != "live"),
        "is in it already",
    ],
    "ended": [NAME, *SKIPPED, "unbound", "stopped", "exit"],
    "timer": WAITS,
    "notice": get_args(NoticeKind),
    "binding": ["phone", "clerk"],
    "lost": [
        TraceNote(notes.ELSEWHERE),
        TraceNote(notes.TOKENLESS),
        TraceNote(notes.TOO_MANY, (2, MESSAGES_MOST)),
    ],
    "moment": ["2026-11-11 24:00"],
    "names": [(NAME,), (NAME, "VIP")],
    "number": [1, 2, 5],
    "most": [100],
    "by": [2],
    "page": [NAME, "member_card"],
}
"""What may stand for a name of a note; for any other it is a name that somebody gave."""
APART = {
    *(
        notes.CONDITION,
        notes.EVENT,
        *(kind.note for kind in kinds()),
        notes.CAUSE,
    ),
    *(notes.ELSEWHERE, notes.TOKENLESS, notes.TOO_MANY, notes.UNKNOWN),
}
"""Told by themselves: conditions, and what stands in other notes."""
OF_REASONS = {
    kind
    for one in vars(reasons).values()
    for kind in (one.values() if isinstance(one, Mapping) else [one])
    if isinstance(kind, NoteKind)
}


def every_note() -> Iterator[TraceNote]:
    """Every step that a turn may note."""
    for kind in KINDS.values():
        if kind is notes.OUTCOME_IGNORED:
            yield from (
                TraceNote(kind, (asked.answer, one)) for asked in ASKED.values() for one in asked.outcomes
            )
        elif kind not in APART | OF_REASONS:
            yield from (
                TraceNote(kind, values) for values in product(*(VALUES.get(n, [NAME]) for n in kind.names))
            )


def test_every_note_has_the_values_that_its_kind_names() -> None:
    """As often as its call can be read: `turn.note(KIND, value, …)`."""
    looked = 0
    for file in modules(BOT / "engine"):
        module = import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
        for node in nodes_of(file, r"\b(?:note|TraceNote)\("):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            if called not in ("note", "TraceNote") or not node.args:
                continue
            values: Sequence[ast.expr] = node.args[1:]
            if called == "TraceNote" and values:
                (given,) = values
                if not isinstance(given, ast.Tuple):
                    continue
                values = given.elts
            if any(isinstance(one, ast.Starred) for one in values):
                continue
            for kind in kinds_in(node.args[0], module):
                assert kind.unsealed <= len(values) <= len(kind.names), f"{file.name}:{node.lineno}"
                looked += 1
    assert looked > 150


def kinds_in(node: ast.expr, module: Any) -> Iterator[NoteKind]:
    match node:
        case ast.IfExp(body=yes, orelse=no):
            yield from kinds_in(yes, module)
            yield from kinds_in(no, module)
        case ast.Attribute(value=ast.Name(id=table), attr=name):
            kind = getattr(getattr(module, table, None), name, None)
            yield from [kind] if isinstance(kind, NoteKind) else []
        case ast.Name(id=name):
            kind = getattr(module, name, None)
            yield from [kind] if isinstance(kind, NoteKind) else []
        case _:
            pass


def test_each_sentence_names_values_that_its_note_has() -> None:
    for kind in KINDS.values():
        for sentence in (kind.sentence, *kind.cases.values()):
            assert set(NAMED.findall(sentence)) <= set(kind.names), kind
        in_row = kind.in_row or kind.sentence
        if kind not in APART | OF_REASONS:
            assert set(NAMED.findall(in_row)) <= set(kind.names[: kind.unsealed]), kind


def no_other_language(told: list[dict[str, list[str]]], given: list[str], names: Sequence[str] = ()) -> None:
    foreign = Foreign(Walked(None, words=[NAME, "VIP", "丁", "甲", *names]))
    wrong = [
        f"{language}: {line}   ({what})"
        for what, both in zip(given, told, strict=True)
        for language, lines in both.items()
        for line in lines
        if foreign.words(language, line, "") or (language == "en" and "undefined" in line)
    ]
    assert not wrong, "\n".join(wrong)


def every_step() -> list[TraceStep]:
    """Each kind of step, but for conditions: their causes are told by themselves."""
    steps = [TraceStep(None, note) for note in every_note()]
    assert len(steps) > 200
    return steps


def shown(step: TraceStep) -> dict[str, ShownStep]:
    """A step by language."""
    return {one.name: StepWords(None, one).step(step.note) for one in PAGE_SPEAKS}


def test_every_step_has_its_sentence() -> None:
    steps = every_step()
    sentences = [{name: [one.text] for name, one in shown(step).items()} for step in steps]
    raw = {as_sentence(step.note.open_english, ENGLISH) for step in steps}
    assert not {line for both in sentences for lines in both.values() for line in lines} & raw
    no_other_language(sentences, list(map(str, steps)))


def not_met(facts: tuple[TraceNote, ...]) -> TraceStep:
    return TraceStep(None, TraceNote(notes.CONDITION, (facts,)))


def test_the_card_shows_each_step_with_what_decided_it() -> None:
    noted = [*every_step(), *map(not_met, dict.fromkeys(CONDITIONS))]
    cards = drawn(ShownTurn("", trace=noted), None)
    for language, card in cards.items():
        steps = [shown(step)[language] for step in noted]
        expected = [line for one in steps for line in (one.text, *one.facts)]
        lines = iter(lines_of(card))
        assert [line for line in expected if line not in lines] == [], "in this order"


def test_every_answer_that_comes_later_is_waited_for() -> None:
    """Nobody reads that nothing is said, where somebody was asked."""
    silences = [(step, silence_text([step])) for step in every_step() if step.what in ASKED]
    assert {step.what for step, _ in silences} == set(ASKED)
    assert {step.result for step, why in silences if why is None} == {
        "not-asked",
        "not-proven",
        "late-outcome",
        "chain-cut",
    }
    told = [{one.name: [as_sentence(why, one)] for one in PAGE_SPEAKS} for _, why in silences if why]
    no_other_language(told, [str(step) for step, why in silences if why])


def test_every_event_and_timer() -> None:
    kinds = {type(what) for what in EVENTS}
    assert {kind.__name__ for kind in WHAT_KINDS} == {kind.__name__ for kind in kinds}
    assert {what.kind for what in EVENTS if isinstance(what, News)} >= NEWS.keys() - {
        "follow",
        "unfollow",
        "join",
        "staff",
    }
    source = Source("user", "U1")
    events = [Event("e", "main", source, datetime.now(UTC), what) for what in EVENTS]
    heard = [event_sentence(event, NAME) for event in events]
    said = {type(event.what) for event, one in zip(events, heard, strict=True) if one is None}
    assert said == {TextMessage, PageAnswer}
    told = [
        {name: card["heard"] for name, card in drawn(ShownTurn(one), None).items()} for one in heard if one
    ]
    sentences = [{name: [sentence] for name, sentence in one.items()} for one in told]
    no_other_language(sentences, [str(event.what) for event, one in zip(events, heard, strict=True) if one])
    assert not [one["en"] for one in told if one["en"].startswith("LINE's event")]


def test_every_timer() -> None:
    due = [event.timer for event in EVENTS if isinstance(event, TimerDue)]
    assert len(due) > len(WAITS)
    timers = list(map(called, due))
    told = [in_each_language(timer_text(timer), None) for timer in timers]
    no_other_language([{name: [one] for name, one in both.items()} for both in told], timers)
    assert not [one for timer, one in zip(timers, told, strict=True) if one["en"] == timer]


def test_every_condition_both_ways() -> None:
    given = list(dict.fromkeys(CONDITIONS))
    told = [shown(not_met(facts)) for facts in given]
    facts = [{name: list(one.facts) for name, one in both.items()} for both in told]
    assert all(one for both in facts for one in both.values())
    no_other_language(facts, list(map(str, given)))


def test_each_screen_of_a_page_has_words() -> None:
    of_kinds = (kind.screen for kind in kinds())
    assert {*get_args(ScreenKind), *of_kinds} == SCREENS.keys()
