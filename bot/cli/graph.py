"""`oaflow graph`: a flow as a picture, or the names of all flows."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from bot.cli.language import language
from bot.cli.refusal import refused
from bot.engine.flow import Flow
from bot.engine.playbook import Playbook
from bot.model.said import Language, Refusal, Said, row, say
from bot.playbook.drawing.mermaid import chart
from bot.playbook.drawing.sketch import Sketch, sketch
from bot.playbook.load import load
from bot.playbook.report import render
from bot.playbook.similar import hint_for, shown
from bot.playbook.syntax.folder import BOT_YAML, PlaybookMissing

Form: TypeAlias = Literal["mermaid", "svg"]

RIGHT, WRONG, UNCHECKED = 0, 1, 2


def graph(words: Sequence[str], form: Form | None = None, spoken: str | None = None) -> int:
    """Print a flow's picture, or which flows there are.

    Of one word alone, a folder with a playbook is PLAYBOOK, all else FLOW.
    """
    folder, flow = meant(words)
    speech = language(spoken, os.environ)
    try:
        loaded = load(folder, dict(os.environ), unset="warning")
    except PlaybookMissing as error:
        return refused(error, UNCHECKED, spoken)
    if loaded.playbook is None:
        sys.stderr.write(render(loaded.problems, loaded.sources, speech))
        return WRONG
    flows = loaded.playbook.flows
    if flow is None and form is None:
        sys.stdout.write("".join(f"{name}  {found.title}\n" for name, found in flows.items()))
        return RIGHT
    try:
        drawn = sketch(loaded.playbook, flow_of(loaded.playbook, flow), speech)
    except NoSuchFlow as error:
        return refused(error, WRONG, spoken)
    sys.stdout.write(picture(drawn, form, speech))
    return RIGHT


class NoSuchFlow(Refusal):
    """The playbook has no such flow; the text says which it has."""


def flow_of(playbook: Playbook, name: str | None) -> Flow:
    """The flow of this name. Raises `NoSuchFlow`, also where none is named."""
    flows = playbook.flows
    if name is None:
        raise NoSuchFlow(say("no flow is named; {hint}", hint=_known(flows)))
    if name not in flows:
        hint = hint_for(name, flows) or _known(flows)
        raise NoSuchFlow(say("the playbook has no flow {name}; {hint}", name=shown(name), hint=hint))
    return flows[name]


def picture(drawn: Sketch, form: Form | None, speech: Language) -> str:
    """A sketch as text in this form; Mermaid where none is asked for."""
    if form == "svg":
        from bot.playbook.drawing.svg import picture as svg  # not above: others need no layout

        return svg(drawn, speech)
    return chart(drawn, speech)


def _known(flows: Collection[str]) -> Said:
    return say("its flows are {names}", names=row(flows) if flows else say("none"))


def meant(words: Sequence[str]) -> tuple[Path, str | None]:
    """Folder and flow: of one word alone, a folder with a playbook is the folder, all else the flow."""
    match words:
        case [folder, flow]:
            return Path(folder), flow
        case [word] if (Path(word) / BOT_YAML).is_file() or Path(word).suffix == ".yaml":
            return Path(word), None
        case [word] if os.sep not in word:
            return Path(), word
        case [word]:
            return Path(word), None
        case _:
            return Path(), None
