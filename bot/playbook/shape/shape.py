"""Whether the files of a playbook have the language's shape (phase 2), by the JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set

from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import Code, mistake
from bot.playbook.hints import of_kind
from bot.playbook.shape.findings_at import LocatedFinding
from bot.playbook.shape.schema import PLAYBOOK
from bot.playbook.shape.suggest_words import listed, unquoted_values
from bot.playbook.shape.validator import Finding, is_setting, validator_of
from bot.playbook.shape.vocabulary import Vocabulary
from bot.playbook.shape.wrong_keys import (
    missing_beside,
    missing_choice,
    missing_keys,
    mixed_keys,
    unknown_keys,
)
from bot.playbook.shape.wrong_values import too_few, too_many, wrong_format, wrong_type, wrong_word
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar, at, first_of, place_of


def problems_of(root: Node, finding: Finding) -> Iterator[Problem]:
    """The finding in our own words; nothing where another finding says the same better."""
    node = at(root, finding.path)
    if not _is_unset(node):
        yield from BY_KEYWORD[finding.keyword](LocatedFinding(root, node, finding))


def _is_unread(node: Node) -> bool:
    """Whether what is meant stands in the file, and could not be read: none of the environment's values."""
    return isinstance(node, Scalar) and node.unset and not node.names


def _is_unset(node: Node) -> bool:
    return isinstance(node, Scalar) and node.unset


BY_KEYWORD: Mapping[str, Callable[[LocatedFinding], Iterator[Problem]]] = {
    "type": wrong_type,
    "words": wrong_word,
    "additionalProperties": unknown_keys,
    "required": missing_keys,
    "dependentRequired": missing_beside,
    "needs": missing_choice,
    "minItems": too_few,
    "minProperties": too_few,
    "maxItems": too_many,
    "maxProperties": too_many,
    "format": wrong_format,
    "kinds": mixed_keys,
    "acts": mixed_keys,
    "tap": mixed_keys,
}


_WAITS = ("ask", "run", "wait")
_EXITS = ("next", "branch", *_WAITS, "rules", "give_up_after")
_OF_A_QUESTION = ("answer", "save", "otherwise", "tries", "too_many")
_TOGETHER = (("tries", "too_many", tr("add  too_many: STATE")), ("too_many", "tries", tr("add  tries: 3")))


def state_problems(flow: Map, key: Scalar, state: Map) -> Iterator[Problem]:
    """The problems of the keys of a state under `key`; each of them has the right shape."""
    keys = list(state.pairs)
    waits = [name for name in keys if name in _WAITS]
    if len(waits) > 1:
        message = tr(
            "a state waits for one thing, here are two: {first}, {second}", first=waits[0], second=waits[1]
        )
        hint = tr("give {first} a state of its own, and go there with  next: …", first=waits[1])
        yield _at(state, waits[1], "two-waits", message, hint)
    if "next" in keys and "branch" in keys:
        second = max(("next", "branch"), key=keys.index)
        hint = tr("leave next out; the last item of branch says where everybody else goes:  - {to: …}")
        yield _at(
            state, second, "next-and-branch", tr("a state goes on by next or by branch, here are both"), hint
        )
    yield from _exits(flow, key, state, waits)
    yield from _branch(state.get("branch"))
    yield from _question(state)


def _exits(flow: Map, key: Scalar, state: Map, waits: list[str]) -> Iterator[Problem]:
    goes_on = state.get("next") is not None or state.get("branch") is not None
    if state.get("end") is not None:
        for name in state.pairs:
            if name in _EXITS:
                message = tr('"{name}" stands in an end state, and the flow is over there', name=name)
                yield _at(
                    state,
                    name,
                    "end-with-exits",
                    message,
                    tr("leave out  {name}:  or  end: true", name=name),
                )
                return
        return
    if not waits and any(name in state.pairs for name in _OF_A_QUESTION):
        return  # a question without ask: it waits as soon as that is mended
    if not waits and goes_on:
        for name in ("rules", "give_up_after"):
            if name in state.pairs:
                message = tr(
                    '"{name}" is never heard: {key} goes on at once', name=name, key=quoted(key.value)
                )
                hint = tr("put it into a state that waits, or leave next and branch out here")
                yield _at(state, name, "rules-never-heard", message, hint)
        return
    if goes_on or (waits != ["wait"] and (_leads_out(state) or (waits and _leads_out(flow)))):
        return
    if not waits and state.get("rules") is not None:
        return
    message = tr("the state {state} neither waits, goes on nor ends", state=quoted(key.value))
    hint = tr("add  next: …  or  end: true")
    if waits:
        does = {"ask": tr("asks"), "run": tr("runs a flow"), "wait": tr("waits")}[waits[0]]
        message = tr("the state {state} {does}, and nothing follows", state=quoted(key.value), does=does)
        hint = tr("add  next: …")
    yield mistake(place_of(key), "no-way-out", message, hint=hint, width=key.width)


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
    has_condition = [
        isinstance(item, Map) and bool({"if", "unless"} & item.pairs.keys()) for item in branch.items
    ]
    if not has_condition[-1]:
        return
    last = first_of(branch.items[-1])
    if all(has_condition):
        message = tr("every way here has a condition, and somebody may pass none of them")
        hint = tr("add a last one without if:  - {to: …}")
        yield mistake(place_of(last), "branch-without-last", message, hint=hint, width=last.width)
    else:
        message = tr("the last way has a condition, and one before it takes everybody")
        hint = tr("put the one without if at the end")
        yield mistake(place_of(last), "if-on-last", message, hint=hint, width=last.width)


def _question(state: Map) -> Iterator[Problem]:
    keys = state.pairs
    if "ask" not in keys:
        for name in _OF_A_QUESTION:
            if name in keys:
                message = tr('"{name}" belongs to a question, and "ask" is missing here', name=name)
                hint = tr("write  ask:  instead of  reply:") if "reply" in keys else tr("add  ask: …")
                yield _at(state, name, "missing-key", message, hint)
                return
    for name, other, hint in _TOGETHER:
        if name in keys and other not in keys:
            message = tr('"{name}" stands without "{other}"', name=name, other=other)
            yield _at(state, name, "tries-alone", message, hint)
    yield from _ways(state)
    yield from choice_problems(state.get("answer"))


def _ways(state: Map) -> Iterator[Problem]:
    """`next` as a block has a way for every choice, and no other."""
    ways, answer = state.get("next"), state.get("answer")
    if not isinstance(ways, Map) or is_setting(ways) or (answer is not None and is_setting(answer)):
        return
    choices = choices_of(answer)
    if choices is None:
        message = tr('"next" has a way for each choice, and this question has no choices')
        yield _at(state, "next", "choice-without-way", message, tr("write  next: STATE"))
        return
    if (joined := _joined(answer)) is not None:
        yield joined
        return
    for choice in choices:
        if choice not in ways.pairs:
            message = tr("the choice {choice} leads nowhere", choice=quoted(choice))
            yield _at(state, "next", "choice-without-way", message, tr("add  {choice}: …", choice=choice))
    for name, (key, _) in ways.pairs.items():
        if name not in choices:
            message = tr("{name} is no choice of this question", name=quoted(name))
            hint = hint_for(name, choices)
            yield mistake(place_of(key), "choice-without-way", message, hint=hint, width=key.width)


def _joined(answer: Node | None) -> Problem | None:
    """`answer: [茶；咖啡]`: one choice where several were meant, of which each has its way."""
    items = answer.items if isinstance(answer, List) and answer.flow else []
    if len(items) != 1 or not isinstance(items[0], Scalar) or not (values := unquoted_values(items[0])):
        return None
    sign = next(one for one in items[0].value if one not in "".join(values))
    message = tr('"{sign}" separates no values, so this list holds one', sign=sign)
    hint = of_kind("written", tr("write  {key}: {value}", key="answer", value=listed(values)))
    return mistake(place_of(items[0]), "list-without-brackets", message, hint=hint, width=items[0].width)


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
        yield _at(answer, "type", "missing-key", tr('"of" is missing here'), tr("add  of: [茶, 咖啡]"))
    if isinstance(kind, Scalar) and kind.value != "choice" and listed is not None:
        message = tr('"of" lists choices, and the type is {kind}', kind=kind.value)
        yield _at(answer, "of", "bad-value", message, tr("leave out  type: {kind}", kind=kind.value))
    for name in ("words", "choices"):
        if name in answer.pairs and listed is None:
            yield _at(
                answer,
                name,
                "missing-key",
                tr('"{name}" belongs to choices, and "of" is missing here', name=name),
                tr("add  of: [茶, 咖啡]"),
            )
            return
    choices = choices_of(answer) or []
    if isinstance(words, Map):
        for name, (key, _) in words.pairs.items():
            if name not in choices:
                message = tr("{name} is no choice of this question", name=quoted(name))
                yield mistake(
                    place_of(key), "bad-value", message, hint=hint_for(name, choices), width=key.width
                )


def _at(block: Map, name: str, code: Code, message: Translatable, hint: Translatable) -> Problem:
    key = block.pairs[name][0]
    return mistake(place_of(key), code, message, hint=hint, width=key.width)


class Shape:
    """Checks files of one kind, one after the other; `problems` are those of all files so far."""

    def __init__(self, vocabulary: Vocabulary = PLAYBOOK) -> None:
        self.problems: list[Problem] = []
        self._vocabulary = vocabulary
        self._validator = validator_of(vocabulary)

    def refused(self, root: Node, unusable: Set[Path] = frozenset()) -> set[Path]:
        """Check a file; returns the paths of sections, and of names or items in them, that cannot be used.

        `unusable` are those whose problems phase 1 has reported.
        """
        all_findings = self._validator.findings(root, self._vocabulary.file)
        findings = [one for one in all_findings if unusable.isdisjoint(around(one.path))]
        refused = set(unusable)
        for finding in findings:
            worded = list(problems_of(root, finding))
            self.problems += worded
            if (worded or _is_unread(at(root, finding.path))) and (whole := whole_of(finding)):
                refused.add(whole)
        wrong = {finding.path for finding in findings}
        inner = inner_problems(root, wrong) if self._vocabulary is PLAYBOOK else ()
        for path, problem in inner:
            if unusable.isdisjoint(around(path)):
                self.problems.append(problem)
                refused.add(path[:2])
        return refused

    def flow(self, flow: Map) -> list[Problem]:
        """What is wrong with a flow whose settings have been put in."""
        findings = self._validator.findings(flow, PLAYBOOK.definitions["flow"])
        problems = [problem for finding in findings for problem in problems_of(flow, finding)]
        return problems or [problem for _, problem in _flow_problems(flow, (), set())]


def around(path: Path) -> tuple[Path, Path]:
    """The section of a place, and the name or item in it."""
    return path[:1], path[:2]


def whole_of(finding: Finding) -> Path:
    """What is refused with a finding: a section, or a name or item in it."""
    return (*finding.path, finding.key)[:2] if finding.key is not None else finding.path[:2]


def inner_problems(root: Node, wrong: set[Path]) -> Iterator[tuple[Path, Problem]]:
    """What the schema cannot see: keys and values that belong together, in flows and forms."""
    if not isinstance(root, Map):
        return
    flows, forms = root.get("flows"), root.get("forms")
    if isinstance(flows, Map):
        for name, (_, flow) in flows.pairs.items():
            if isinstance(flow, Map):
                yield from _flow_problems(flow, ("flows", name), wrong)
    if isinstance(forms, Map):
        for name, (_, form) in forms.pairs.items():
            fields = form.get("fields") if isinstance(form, Map) else None
            for number, field in enumerate(fields.items if isinstance(fields, List) else ()):
                path = ("forms", name, "fields", number)
                if isinstance(field, Map) and not _below(path, wrong):
                    for problem in choice_problems(field.get("answer")):
                        yield path, problem


def _flow_problems(flow: Map, path: Path, wrong: set[Path]) -> Iterator[tuple[Path, Problem]]:
    states = flow.get("states")
    if not isinstance(states, Map):
        return
    for name, (key, state) in states.pairs.items():
        here = (*path, "states", name)
        if isinstance(state, Map) and not _below(here, wrong):
            for problem in state_problems(flow, key, state):
                yield here, problem


def _below(path: Path, wrong: set[Path]) -> bool:
    return any(path_of_error[: len(path)] == path for path_of_error in wrong)
