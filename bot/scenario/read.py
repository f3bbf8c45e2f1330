"""Reading a scenario file: its text in, a typed scenario or all its problems out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, get_args

from bot.engine.compiled.playbook import Playbook
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.autofix.offers import with_offers
from bot.playbook.autofix.slips import with_repairs
from bot.playbook.load import Loaded
from bot.playbook.shape.shape import problems_of
from bot.playbook.shape.validator import validator_of
from bot.playbook.similar import printable, quoted
from bot.playbook.syntax.full_width import full_width_signs
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import decode
from bot.scenario.checks import Check
from bot.scenario.given_reader import read_given
from bot.scenario.read_acts import (
    read_as,
    read_breaks,
    read_broadcast,
    read_hook,
    read_set,
    read_shop,
    read_signal,
    read_staff,
    read_stop,
    read_user,
    read_wait,
)
from bot.scenario.read_checks import (
    read_bot,
    read_contact,
    read_cost,
    read_explain,
    read_flow,
    read_menu,
    read_page,
    read_sent,
    read_sms,
)
from bot.scenario.reading import Reading, only, pairs, text
from bot.scenario.shape.scenario import SCENARIO
from bot.scenario.steps import Edits, Scenario, ScenarioStep


class Files(Protocol):
    """The playbook's files, for live edits: `edited` is the playbook with other texts in some of them."""

    def text(self, file: str) -> str | None: ...
    def edited(self, texts: Mapping[str, str]) -> Loaded: ...


@dataclass(frozen=True, slots=True)
class Read:
    """A scenario, or `None` where `problems` (sorted) holds an error; `text` is the file's."""

    scenario: Scenario | None
    problems: tuple[Problem, ...]
    text: str


def read_scenario(file: str, raw: bytes, playbook: Playbook, files: Files) -> Read:
    """Read one scenario; `file` is its name in messages. Never raises, whatever the bytes are.

    Names in a step are looked up in the playbook as it is at that step: `files` give it after an edit.
    """
    source, problems = decode(file, raw)
    reading, scenario = Reading(playbook), None
    if not problems:
        tree = parsed(source, SCENARIO.keys)
        problems = [*full_width_signs(source, tree.signs), *tree.problems]
        if tree.whole and tree.root is not None:
            findings = validator_of(SCENARIO).findings(tree.root, SCENARIO.file)
            untold = [one for one in findings if tree.refused.isdisjoint((one.path[:1], one.path[:2]))]
            problems = [*problems, *(problem for one in untold for problem in problems_of(tree.root, one))]
            reading.refused = tree.refused | {one.path for one in findings}
            if isinstance(tree.root, Map):
                scenario = _scenario(reading, tree.root, files, sound=not _broken(problems))
        elif not _broken(problems):
            hint = tr("write  scenario: 這段對話在試什麼  and below it  steps: [{user: …}, {bot: …}]")
            reading.wrong(Map(file, (), 1, 1), "wrong-type", tr("this file is empty"), hint)
        problems = with_repairs(source, problems, SCENARIO)
    found = tuple(sorted(dict.fromkeys((*problems, *reading.problems)), key=_where))
    found = tuple(with_offers(source, found, SCENARIO))
    return Read(None if _broken(found) else scenario, found, source.text)


def _where(problem: Problem) -> tuple[int, int, str]:
    return problem.place.line, problem.place.column, problem.code


def _broken(problems: Iterable[Problem]) -> bool:
    return any(problem.level == "error" for problem in problems)


def _scenario(reading: Reading, root: Map, files: Files, *, sound: bool) -> Scenario:
    """What the file says; `sound` is whether its shape is right."""
    given = read_given(reading, root.get("given"), root)
    title, steps = root.get("scenario"), root.get("steps")
    read = _steps(reading, steps, files)
    expects = any(isinstance(step, get_args(Check)) for step in read)
    if steps is not None and not expects and sound and not _broken(reading.problems):
        message = tr("nothing is expected here: this scenario holds only where the bot is silent")
        hint = tr("add what the bot answers, such as  - bot: …")
        reading.wrong(steps, "scenario-never-checks", message, hint, level="warning")
    return Scenario("" if title is None else text(title), place_of(root), given, tuple(read))


def _steps(reading: Reading, node: Node | None, files: Files) -> list[ScenarioStep]:
    read: list[ScenarioStep | None] = []
    edits: dict[str, str] = {}
    for step in reading.sound_blocks(node):
        kind, _, value = only(step)
        read.append(_edit(reading, value, edits, files) if kind == "edit" else STEPS[kind](reading, value))
    return [step for step in read if step is not None]


def _contact(reading: Reading, node: Node) -> ScenarioStep | None:
    """`contact` expects, or with `set` changes."""
    assert isinstance(node, Map)
    if "set" not in node.pairs:
        return read_contact(reading, node)
    key, value = node.pairs["set"]
    if len(node.pairs) > 1:
        message = tr('"set" changes what is known, the keys beside it expect something')
        reading.wrong(key, "two-kinds", message, tr("write two steps, one after the other"))
        return None
    return read_set(reading, value)


STEPS: Mapping[str, Callable[[Reading, Node], ScenarioStep | None]] = {
    "as": read_as,
    "user": read_user,
    "bot": read_bot,
    "page": read_page,
    "sms": lambda _, node: read_sms(node),
    "shop": read_shop,
    "staff": read_staff,
    "hook": read_hook,
    "signal": read_signal,
    "wait": lambda _, node: read_wait(node, down=False),
    "down": lambda _, node: read_wait(node, down=True),
    "fails": lambda _, node: read_breaks(node, works=False),
    "works": lambda _, node: read_breaks(node, works=True),
    "stop": lambda reading, node: read_stop(reading, node, resumes=False),
    "resume": lambda reading, node: read_stop(reading, node, resumes=True),
    "broadcast": read_broadcast,
    "sent": read_sent,
    "contact": _contact,
    "flow": read_flow,
    "menu": read_menu,
    "cost": lambda _, node: read_cost(node),
    "explain": read_explain,
}
"""Every kind of step but `edit`."""


def _edit(reading: Reading, node: Node, edits: dict[str, str], files: Files) -> ScenarioStep | None:
    """A live edit: all that follows is read with the playbook that it makes."""
    before = dict(edits)
    for file, key, value in pairs(node):
        edited = _edited(reading, file, key, value, edits, files)
        if edited is not None:
            edits[file] = edited
    changed = [file for file in edits if edits[file] != before.get(file)]
    if not changed:
        return None
    loaded = files.edited(edits)
    if loaded.playbook is None:
        first = next(problem for problem in loaded.problems if problem.level == "error")
        where = printable(str(first.place))
        message = tr(
            "the playbook is not right after this edit: {where}: {message} [{code}]",
            where=where,
            message=first.message,
            code=first.code,
        )
        reading.wrong(node, "bad-value", message, first.hint)
        return None
    reading.playbook = loaded.playbook
    return Edits(place_of(node), ", ".join(changed), loaded.playbook)


def _edited(
    reading: Reading, file: str, key: Scalar, node: Node, edits: Mapping[str, str], files: Files
) -> str | None:
    """The new text of a file: given whole, or the old one with pieces replaced, each found once."""
    if isinstance(node, Scalar):
        return node.value
    edited = edits.get(file) or files.text(file)
    if edited is None:
        reading.wrong(key, "unknown-file", tr("the playbook has no file {file}", file=quoted(file)))
        return None
    for old, old_key, value in pairs(node):
        if edited.count(old) != 1:
            message = tr(
                "{text} stands {count} times in {file}, it must once",
                text=quoted(old),
                count=edited.count(old),
                file=printable(file),
            )
            reading.wrong(old_key, "bad-value", message, tr("copy more of the text around it"))
            return None
        edited = edited.replace(old, text(value))
    return edited
