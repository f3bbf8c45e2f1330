"""Whether the files of a playbook have the language's shape (phase 2), by the JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Set

from bot.model.problem import Problem
from bot.playbook.shape.schema import PLAYBOOK
from bot.playbook.shape.states import choice_problems, state_problems
from bot.playbook.shape.validator import Finding, validator_of
from bot.playbook.shape.vocabulary import Vocabulary
from bot.playbook.shape.wording import problems_of
from bot.playbook.syntax.nodes import List, Map, Node, Path


class Shape:
    """Looks at files of one kind, one after the other; what is alike is looked at once.

    `problems` are those of all files so far.
    """

    def __init__(self, vocabulary: Vocabulary = PLAYBOOK) -> None:
        self.problems: list[Problem] = []
        self._vocabulary = vocabulary
        self._validator = validator_of(vocabulary)

    def refused(self, root: Node, told: Set[Path] = frozenset()) -> set[Path]:
        """Look at a file; the sections, and the names or items in them, that are not to be used.

        `told` are those of which phase 1 has said all that can be said.
        """
        found = self._validator.findings(root, self._vocabulary.file)
        findings = [one for one in found if told.isdisjoint(_around(one.path))]
        refused = set(told)
        for finding in findings:
            worded = list(problems_of(root, finding))
            self.problems += worded
            if worded and (whole := _whole(finding)):
                refused.add(whole)
        wrong = {finding.path for finding in findings}
        inner = _inner_problems(root, wrong) if self._vocabulary is PLAYBOOK else ()
        for path, problem in inner:
            if told.isdisjoint(_around(path)):
                self.problems.append(problem)
                refused.add(path[:2])
        return refused

    def flow(self, flow: Map) -> list[Problem]:
        """What is wrong with a flow whose settings have been put in."""
        findings = self._validator.findings(flow, PLAYBOOK.definitions["flow"])
        found = [problem for finding in findings for problem in problems_of(flow, finding)]
        return found or [problem for _, problem in _flow_problems(flow, (), set())]


def _around(path: Path) -> tuple[Path, Path]:
    """The section of a place, and the name or item in it."""
    return path[:1], path[:2]


def _whole(finding: Finding) -> Path:
    """What is refused with a finding: a section, or a name or item in it."""
    return (*finding.path, finding.key)[:2] if finding.key is not None else finding.path[:2]


def _inner_problems(root: Node, wrong: set[Path]) -> Iterator[tuple[Path, Problem]]:
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
    return any(found[: len(path)] == path for found in wrong)
