"""Reading a scenario file: its text in, a typed scenario or all its problems out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, get_args

from bot.engine.playbook import Playbook
from bot.model.problem import Problem
from bot.model.said import row, say
from bot.playbook.load import Loaded
from bot.playbook.shape.formats import FORMATS
from bot.playbook.shape.meant_keys import WIDE_COLON
from bot.playbook.shape.wide_colons import half_width
from bot.playbook.similar import hint_for, not_one_of, printable
from bot.playbook.similar import shown as said
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of
from bot.playbook.syntax.parse import parse
from bot.playbook.syntax.source import SourceFile, decode
from bot.scenario.checks import Check
from bot.scenario.read_acts import (
    read_as,
    read_breaks,
    read_hook,
    read_shop,
    read_signal,
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
    read_sms,
)
from bot.scenario.read_given import read_given
from bot.scenario.read_staff import read_set, read_staff
from bot.scenario.reading import Reading
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
    root: Node | None = None
    if not problems:
        root, problems = parse(source)
    if any(problem.level == "error" for problem in problems):
        return Read(None, tuple(problems), source.text)
    reading = Reading(playbook, problems=list(problems))
    scenario = _scenario(reading, root or _nothing(source), files)
    found = tuple(sorted(dict.fromkeys(reading.problems), key=_where))
    broken = any(problem.level == "error" for problem in found)
    return Read(None if broken else scenario, found, source.text)


def _where(problem: Problem) -> tuple[int, int, str]:
    return problem.place.line, problem.place.column, problem.code


def _nothing(source: SourceFile) -> Map:
    return Map(source.file, (), 1, 1)


def _scenario(reading: Reading, root: Node, files: Files) -> Scenario | None:
    if not isinstance(root, Map) or not root.pairs:
        hint = say("write  scenario: 這段對話在試什麼  and below it  steps: [{user: …}, {bot: …}]")
        reading.wrong(root, "wrong-type", say("this file is no scenario"), hint)
        return None
    found = reading.map(root, "scenario", ("scenario", "given", "steps"))
    if found is None:
        return None
    title_node, steps = found.get("scenario"), found.get("steps")
    title = None
    if title_node is None:
        message = say('a scenario needs "scenario"')
        reading.wrong(found, "missing-key", message, say("add  scenario: 這段對話在試什麼"))
    else:
        title = reading.text(title_node, "scenario")
    given = read_given(reading, found.get("given"), found)
    read: list[ScenarioStep] = []
    if steps is None or (isinstance(steps, Scalar) and steps.nothing):
        reading.wrong(
            found, "missing-key", say('a scenario needs "steps"'), say("add  steps: [{user: …}, {bot: …}]")
        )
    else:
        read = _steps(reading, steps, files)
        if not any(isinstance(step, get_args(Check)) for step in read) and not _broken(reading):
            message = say("nothing is expected here: this scenario holds only where the bot is silent")
            hint = say("add what the bot answers, such as  - bot: …")
            reading.wrong(steps, "scenario-never-checks", message, hint, level="warning")
    return Scenario(title or "", place_of(found), given, tuple(read))


def _broken(reading: Reading) -> bool:
    return any(problem.level == "error" for problem in reading.problems)


def _steps(reading: Reading, node: Node, files: Files) -> list[ScenarioStep]:
    read: list[ScenarioStep] = []
    edits: dict[str, str] = {}
    for item in reading.items(node):
        kind = _kind(reading, item)
        if kind is None or not isinstance(item, Map):
            continue
        value = item.pairs[kind][1]
        step = _edit(reading, value, edits, files) if kind == "edit" else STEPS[kind](reading, value)
        if step is not None:
            read.append(step)
    return read


def _kind(reading: Reading, node: Node) -> str | None:
    """What kind of step this is: its one key."""
    kinds = [*STEPS, "edit"]
    found = _step(reading, node)
    if found is None:
        return None
    known = [name for name in found.pairs if name in kinds]
    for name, (key, _) in found.pairs.items():
        if name not in kinds:
            reading.wrong(key, "scenario-unknown-step", not_one_of(name, kinds), hint_for(name, kinds))
    if len(known) > 1:
        message = say("a step has one kind, here are two: {two}", two=row(known[:2]))
        hint = say("write two steps:  - {first}: …  and  - {second}: …", first=known[0], second=known[1])
        reading.wrong(found.pairs[known[1]][0], "two-kinds", message, hint)
        return None
    return known[0] if known else None


def _step(reading: Reading, node: Node) -> Map | None:
    if isinstance(node, Map) and node.pairs:
        return node
    if isinstance(node, Scalar) and (wide := WIDE_COLON.match(node.value)):
        hint = half_width(wide[1], node.value[wide.end() :])
        reading.wrong(
            node, "full-width-colon", say('the colon after "{key}" is a full-width one', key=wide[1]), hint
        )
    else:
        reading.wrong(
            node, "wrong-type", say("a step is a word with its value"), say("write it such as  - user: 你好")
        )
    return None


def _contact(reading: Reading, node: Node) -> ScenarioStep | None:
    """`contact` expects, or with `set` changes."""
    if not isinstance(node, Map) or "set" not in node.pairs:
        return read_contact(reading, node)
    if len(node.pairs) > 1:
        message = say('"set" changes what is known, the keys beside it expect something')
        reading.wrong(node.pairs["set"][0], "two-kinds", message, say("write two steps, one after the other"))
        return None
    return read_set(reading, node.pairs["set"][1])


STEPS: Mapping[str, Callable[[Reading, Node], ScenarioStep | None]] = {
    "as": read_as,
    "user": read_user,
    "bot": read_bot,
    "page": read_page,
    "sms": read_sms,
    "shop": read_shop,
    "staff": read_staff,
    "hook": read_hook,
    "signal": read_signal,
    "wait": lambda reading, node: read_wait(reading, node, down=False),
    "down": lambda reading, node: read_wait(reading, node, down=True),
    "fails": lambda reading, node: read_breaks(reading, node, works=False),
    "works": lambda reading, node: read_breaks(reading, node, works=True),
    "contact": _contact,
    "flow": read_flow,
    "menu": read_menu,
    "cost": read_cost,
    "explain": read_explain,
}
"""Every kind of step but `edit`."""


def _edit(reading: Reading, node: Node, edits: dict[str, str], files: Files) -> ScenarioStep | None:
    """A live edit: all that follows is read with the playbook that it makes."""
    before = dict(edits)
    for file, key, value in reading.pairs(node, "edit"):
        text = _edited(reading, file, key, value, edits, files)
        if text is not None:
            edits[file] = text
    changed = [file for file in edits if edits[file] != before.get(file)]
    if not changed:
        return None
    loaded = files.edited(edits)
    if loaded.playbook is None:
        first = next(problem for problem in loaded.problems if problem.level == "error")
        where = printable(str(first.place))
        message = say(
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
    """The new text of a file: as it stands there, or with pieces of the old one replaced, each found once."""
    outside = FORMATS["file"](file)
    if outside is not None:
        reading.wrong(
            key, outside.code, say("{text} {says}", text=said(file), says=outside.says), outside.hint
        )
        return None
    if isinstance(node, Scalar):
        return reading.text(node, "edit")
    text = edits.get(file) or files.text(file)
    if text is None:
        reading.wrong(key, "unknown-file", say("the playbook has no file {file}", file=said(file)))
        return None
    for old, old_key, value in reading.pairs(node, "edit"):
        new = "" if isinstance(value, Scalar) and value.nothing else reading.text(value, "edit")
        if new is None:
            return None
        if text.count(old) != 1:
            message = say(
                "{text} stands {count} times in {file}, it must once",
                text=said(old),
                count=text.count(old),
                file=printable(file),
            )
            reading.wrong(old_key, "bad-value", message, say("copy more of the text around it"))
            return None
        text = text.replace(old, new)
    return text
