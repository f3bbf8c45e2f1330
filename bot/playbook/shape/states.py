"""Whether a state can be gone through: what its keys mean together (phase 2)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.problem import Problem
from bot.playbook.codes import Code, mistake
from bot.playbook.shape.validator import is_setting
from bot.playbook.similar import hint_for, shown
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, first_of, place_of

_WAITS = ("ask", "run", "wait")
_EXITS = ("next", "branch", *_WAITS, "rules", "give_up_after")
_OF_A_QUESTION = ("answer", "save", "otherwise", "tries", "too_many")


def state_problems(flow: Map, key: Scalar, state: Map) -> Iterator[Problem]:
    """What is wrong with the keys of a state that stands under `key`; each of them has the right shape."""
    keys = list(state.pairs)
    waits = [name for name in keys if name in _WAITS]
    if len(waits) > 1:
        message = f"a state waits for one thing, here are two: {waits[0]}, {waits[1]}"
        hint = f"give {waits[1]} a state of its own, and go there with  next: …"
        yield _at(state, waits[1], "two-waits", message, hint)
    if "next" in keys and "branch" in keys:
        second = max(("next", "branch"), key=keys.index)
        hint = "leave next out; the last item of branch says where everybody else goes:  - {to: …}"
        yield _at(
            state, second, "next-and-branch", "a state goes on by next or by branch, here are both", hint
        )
    yield from _exits(flow, key, state, waits)
    yield from _branch(state.get("branch"))
    yield from _question(state)


def _exits(flow: Map, key: Scalar, state: Map, waits: list[str]) -> Iterator[Problem]:
    goes_on = state.get("next") is not None or state.get("branch") is not None
    if state.get("end") is not None:
        for name in state.pairs:
            if name in _EXITS:
                message = f'"{name}" stands in an end state, and the flow is over there'
                yield _at(state, name, "end-with-exits", message, f"leave out  {name}:  or  end: true")
                return
        return
    if not waits and goes_on:
        for name in ("rules", "give_up_after"):
            if name in state.pairs:
                message = f'"{name}" is never heard: {shown(key.value)} goes on at once'
                hint = "put it into a state that waits, or leave next and branch out here"
                yield _at(state, name, "rules-never-heard", message, hint)
        return
    if goes_on or (waits != ["wait"] and (_leads_out(state) or (waits and _leads_out(flow)))):
        return
    if not waits and state.get("rules") is not None:
        return
    what = {"ask": "asks", "run": "runs a flow", "wait": "waits"}
    does = f"{what[waits[0]]}, and nothing follows" if waits else "neither waits, goes on nor ends"
    message = f"the state {shown(key.value)} {does}"
    place = place_of(key)
    hint = "add  next: …  or  end: true" if not waits else "add  next: …"
    yield mistake(place, "no-way-out", message, hint=hint, width=key.width)


def _leads_out(block: Map) -> bool:
    """Whether a rule or a time-out leads to another state."""
    rules = block.get("rules")
    items = rules.items if isinstance(rules, List) else []
    return block.get("give_up_after") is not None or any(
        isinstance(rule, Map) and rule.get("to") is not None for rule in items
    )


def _branch(branch: Node | None) -> Iterator[Problem]:
    if not isinstance(branch, List):
        return
    asked = [isinstance(item, Map) and bool({"if", "unless"} & item.pairs.keys()) for item in branch.items]
    if not asked[-1]:
        return
    last = first_of(branch.items[-1])
    if all(asked):
        message = "every way here has a condition, and somebody may pass none of them"
        hint = "add a last one without if:  - {to: …}"
        yield mistake(place_of(last), "branch-without-last", message, hint=hint, width=last.width)
    else:
        message = "the last way has a condition, and one before it takes everybody"
        hint = "put the one without if at the end"
        yield mistake(place_of(last), "if-on-last", message, hint=hint, width=last.width)


def _question(state: Map) -> Iterator[Problem]:
    keys = state.pairs
    if "ask" not in keys:
        for name in _OF_A_QUESTION:
            if name in keys:
                message = f'"{name}" belongs to a question, and "ask" is missing here'
                yield _at(state, name, "missing-key", message, "add  ask: …")
                return
    for name, other, example in (("tries", "too_many", "STATE"), ("too_many", "tries", "3")):
        if name in keys and other not in keys:
            message = f'"{name}" stands without "{other}"'
            yield _at(state, name, "tries-alone", message, f"add  {other}: {example}")
    yield from _ways(state)
    yield from choice_problems(state.get("answer"))


def _ways(state: Map) -> Iterator[Problem]:
    """`next` as a block has a way for every choice, and no other."""
    ways, answer = state.get("next"), state.get("answer")
    if not isinstance(ways, Map) or is_setting(ways) or (answer is not None and is_setting(answer)):
        return
    choices = choices_of(answer)
    if choices is None:
        message = '"next" has a way for each choice, and this question has no choices'
        yield _at(state, "next", "choice-without-way", message, "write  next: STATE")
        return
    for choice in choices:
        if choice not in ways.pairs:
            message = f"the choice {shown(choice)} leads nowhere"
            yield _at(state, "next", "choice-without-way", message, f"add  {choice}: …")
    for name, (key, _) in ways.pairs.items():
        if name not in choices:
            message = f"{shown(name)} is no choice of this question"
            hint = hint_for(name, choices)
            yield mistake(place_of(key), "choice-without-way", message, hint=hint, width=key.width)


def choices_of(answer: Node | None) -> list[str] | None:
    """The choices of a question; `None` where it has none."""
    listed = answer.get("of") if isinstance(answer, Map) else answer
    if not isinstance(listed, List):
        return None
    return [item.value for item in listed.items if isinstance(item, Scalar)]


def choice_problems(answer: Node | None) -> Iterator[Problem]:
    """What is wrong with an answer in its long form."""
    if not isinstance(answer, Map) or is_setting(answer):
        return
    kind, listed, words = answer.get("type"), answer.get("of"), answer.get("words")
    if isinstance(kind, Scalar) and kind.value == "choice" and listed is None:
        yield _at(answer, "type", "missing-key", '"of" is missing here', "add  of: [茶, 咖啡]")
    if isinstance(kind, Scalar) and kind.value != "choice" and listed is not None:
        message = f'"of" lists choices, and the type is {kind.value}'
        yield _at(answer, "of", "bad-value", message, f"leave out  type: {kind.value}")
    for name in ("words", "choices"):
        if name in answer.pairs and listed is None:
            yield _at(
                answer,
                name,
                "missing-key",
                f'"{name}" belongs to choices, and "of" is missing here',
                "add  of: [茶, 咖啡]",
            )
            return
    choices = choices_of(answer) or []
    if isinstance(words, Map):
        for name, (key, _) in words.pairs.items():
            if name not in choices:
                message = f"{shown(name)} is no choice of this question"
                yield mistake(
                    place_of(key), "bad-value", message, hint=hint_for(name, choices), width=key.width
                )


def _at(block: Map, name: str, code: Code, message: str, hint: str) -> Problem:
    key = block.pairs[name][0]
    return mistake(place_of(key), code, message, hint=hint, width=key.width)
