"""Each kind of step, cause, event, timer and condition of the engine has its sentence in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any, get_args

from bot.engine import finish_turn
from bot.engine.flows import push_gate, starting
from bot.engine.flows.starting import FlowStanding
from bot.engine.rendering import rendering
from bot.engine.turn import how_often
from bot.model.contact import HeldBy, NoticeKind
from bot.model.decision import TraceStep
from bot.model.effects import ASKED, FROM_THE_WORLD
from bot.model.event import Event, News, PageAnswer, RewriteKind, Source, TextMessage, TimerDue, What
from bot.model.message import MESSAGES_MOST
from bot.model.news import MESSAGES as OTHER_MESSAGES
from bot.model.news import NEWS as KINDS_OF_NEWS
from bot.model.screen import ScreenKind
from bot.model.translatable import ENGLISH
from bot.playbook.shape.triggers import NEWS
from bot.scenario.step_sentences import LATER
from bot.scenario.trace_words import as_sentence
from bot.scenario.turn_changes import called
from bot.simulator.workbench.trace_view import TraceTeller
from tests.simulator.workbench_drawn import Foreign, Walked, drawn_lines
from tests.simulator.workbench_kinds import CONDITIONS, EVENTS, WAITS

ENGINE = Path(finish_turn.__file__).parent
NAME = "名字"
"""A name that somebody gave: neither language's."""


def returned(module: Any, function: str) -> list[str]:
    """The texts that a function answers, as they stand in its source."""
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    body = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == function)
    found = [n for r in ast.walk(body) if isinstance(r, ast.Return) and r.value for n in ast.walk(r.value)]
    return [n.value for n in found if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def problems() -> list[str]:
    """What `rendering` says of a message that LINE would refuse, and of a tap that it leaves out."""
    tree = ast.parse(Path(rendering.__file__).read_text("utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "RenderProblem"]
    assert len(calls) == 5
    return [text for call in calls for text in texts(call.args[1], "rendering")]


LIMITS = ["person", "conversation", "day", "7d", "1mo"]
SKIPPED = returned(push_gate, "_refusal")
HELD = get_args(HeldBy)
NOT_STARTED = [
    *returned(starting, "why_not"),
    *(state for state in get_args(FlowStanding) if state != "live"),
]
SILENT = [
    ("from", "not yet", "2026-11-11 20:00"),
    ("until", "over", "2026-11-11 24:00"),
    (*how_often.NONE_LEFT, f"{NAME}{how_often._OF}100"),
    *(("once_per", "used up", limit) for limit in LIMITS),
]
"""What keeps a rule silent that would fit."""
MATCHED = [
    NAME,
    *(f"{kind}: {subject}" for kind, word in NEWS.items() for subject in word.value.get("words", [NAME])),
    *(f"{word}: {one}" for word, kind in KINDS_OF_NEWS.items() if kind.answer for one in kind.words),
    *OTHER_MESSAGES,
    *(f"after: {wait}" for wait in WAITS),
    f"postback: {NAME}",
    f"ended: {NAME}",
]
VALUES: Mapping[str, list[str]] = {
    "action what": list(ASKED),
    "by_staff done": ["set", "cleared"],
    "closing menu or 'none'": [NAME, "none"],
    "timers result": ["late", "not started"],
    "timers flow": [NAME],
    "timers why": [f"{NAME}: 2026-09-01 10:00 was over when the date was set"],
    "decide kind": ["group", "room"],
    "decide change": list(get_args(RewriteKind)),
    "push_gate reason": SKIPPED,
    "dispatcher heard.told": MATCHED,
    "dispatcher how_often(start.once_per)": LIMITS,
    "flow_runner self._heard.told": MATCHED,
    "flow_runner held.by": list(HELD),
    "flow_runner reason": NOT_STARTED,
    "flow_runner at": [NAME, *SKIPPED, "unbound", "stopped", "exit"],
    "flow_runner instance.cause": ["tag_added VIP", "bound phone"],
    "notices what": list(get_args(NoticeKind)),
    "pages MEMBER_CARD": ["member_card"],
    "pages UNBIND": ["unbind"],
    "perform _count(messages)": ["1 message", "5 messages"],
    "conversation step.how": ["notify_staff", "note"],
    "members step.kind": ["phone", "clerk"],
    "flows len(leaving)": ["1", "3"],
    "conversation step.seconds": ["20"],
    "turn problem": [],
    "versions EXIT": ["exit"],
    "waking timer.timer": list(WAITS),
}
"""What an expression of a note may be, by module; any other is a name that somebody gave."""
NUMBERS = ("number + 1", "len(replies) - len(follow)", "most", "by")


def texts(node: ast.expr, module: str) -> list[str]:
    """All that an expression may come to."""
    written = ast.unparse(node)
    if written in NUMBERS:
        return ["2"]
    match node:
        case ast.Constant(value=value):
            return [str(value)]
        case ast.IfExp(body=yes, orelse=no):
            return texts(yes, module) + texts(no, module)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return ["".join(both) for both in product(texts(left, module), texts(right, module))]
        case ast.JoinedStr(values=parts):
            return ["".join(all_) for all_ in product(*(texts(part, module) for part in parts))]
        case ast.FormattedValue(value=value):
            return texts(value, module)
        case _:
            pass
    if written == "MESSAGES_MOST":
        return [str(MESSAGES_MOST)]
    if f"{module} {written}" in VALUES:
        return list(VALUES[f"{module} {written}"])
    return [NAME]


def notes() -> Iterator[tuple[str, str, str]]:
    """Every step that a turn may note: what, how it ended, because of what."""
    for file in sorted(ENGINE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "note"
            ):
                continue
            first, *others = node.args
            if isinstance(first, ast.Starred):
                yield from SILENT
                continue
            what, result, *because = [first, *others][:3]
            if ast.unparse(what) == "outcome.asked":
                yield from outcomes(ast.unparse(result))
                continue
            causes = texts(because[0], file.stem) if because else [""]
            if ast.unparse(node.args[-1]) == "problem" or (because and ast.unparse(because[0]) == "problem"):
                causes = problems()
            yield from product(texts(what, file.stem), texts(result, file.stem), causes)


def outcomes(result: str) -> Iterator[tuple[str, str, str]]:
    if result != "outcome.result":
        yield from ((asked, "late-outcome", f"flow {NAME}") for asked in sorted(FROM_THE_WORLD))
        return
    for question in ASKED.values():
        yield from ((question.answer, one, "nobody waits for it") for one in question.outcomes)


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
    steps = [step for step in dict.fromkeys(notes()) if step[:2] != ("if", "not met")]
    assert len(steps) > 200
    return [TraceStep(None, *step) for step in steps]


def test_every_step_has_its_sentence() -> None:
    steps = every_step()
    told = [TraceTeller(None).step(step)["told"] for step in steps]
    sentences = [{name: [one["text"]] for name, one in both.items()} for both in told]
    raw = {as_sentence(f"{step.what}: {step.result}", ENGLISH) for step in steps}
    assert not {line for both in sentences for lines in both.values() for line in lines} & raw
    no_other_language(sentences, list(map(str, steps)))


def test_the_page_shows_each_step_as_the_server_tells_it(tmp_path: Path) -> None:
    noted = [*every_step(), *(TraceStep(None, "if", "not met", why) for why in dict.fromkeys(CONDITIONS))]
    steps = [{**TraceTeller(None).step(step), "place": None} for step in noted]
    [drawn] = drawn_lines(tmp_path, turns=[{"id": "1", "at": 0, "heard": "", "steps": steps}])["turns"]
    for language, lines in drawn.items():
        told = [step["told"][language] for step in steps]
        expected = [line for one in told for line in (one["text"], *one["facts"])]
        shown = iter(lines)
        assert [line for line in expected if line not in shown] == [], "in this order"


def test_every_answer_that_comes_later_is_waited_for() -> None:
    """Nobody reads that nothing is said, where somebody was asked."""
    silences = [(step, TraceTeller(None).silence([step])) for step in every_step() if step.what in LATER]
    assert {step.what for step, _ in silences} == set(LATER)
    assert {step.result for step, why in silences if why is None} == {"not-asked", "not-proven"}
    told = [{name: [sentence] for name, sentence in why.items()} for _, why in silences if why]
    no_other_language(told, [str(step) for step, why in silences if why])


def test_every_event_and_timer(tmp_path: Path) -> None:
    kinds = {type(what) for what in EVENTS}
    assert {kind.__name__ for kind in get_args(What)} == {kind.__name__ for kind in kinds}
    assert {what.kind for what in EVENTS if isinstance(what, News)} >= NEWS.keys() - {
        "follow",
        "unfollow",
        "join",
        "staff",
    }
    source = Source("user", "U1")
    events = [Event("e", "main", source, datetime.now(UTC), what) for what in EVENTS]
    told = [TraceTeller(None).heard(event, NAME) for event in events]
    said = {type(event.what) for event, one in zip(events, told, strict=True) if one is None}
    assert said == {TextMessage, PageAnswer}
    sentences = [{name: [sentence] for name, sentence in one.items()} for one in told if one]
    no_other_language(sentences, [str(event.what) for event, one in zip(events, told, strict=True) if one])
    unknown = [one["en"] for one in told if one and one["en"].startswith("LINE's event")]
    assert not unknown
    turns = [{"id": "1", "at": 0, "heard": "", "told": one, "steps": []} for one in told if one]
    drawn = drawn_lines(tmp_path, turns=turns)["turns"]
    assert all(
        one[name][0] in lines
        for one, both in zip(sentences, drawn, strict=True)
        for name, lines in both.items()
    )


def test_every_timer() -> None:
    due = [event.timer for event in EVENTS if isinstance(event, TimerDue)]
    assert len(due) > len(WAITS)
    timers = list(map(called, due))
    told = [TraceTeller(None).timer(timer) for timer in timers]
    no_other_language([{name: [one] for name, one in both.items()} for both in told], timers)
    assert not [one for timer, one in zip(timers, told, strict=True) if one["en"] == timer]


def test_every_condition_both_ways() -> None:
    reasons = list(dict.fromkeys(CONDITIONS))
    told = [TraceTeller(None).step(TraceStep(None, "if", "not met", reason))["told"] for reason in reasons]
    facts = [{name: one["facts"] for name, one in both.items()} for both in told]
    assert all(one for both in facts for one in both.values())
    no_other_language(facts, reasons)


def test_each_screen_of_a_page_has_words(tmp_path: Path) -> None:
    assert {*get_args(ScreenKind)} == set(drawn_lines(tmp_path)["screens"])
