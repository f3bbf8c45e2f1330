"""`oaflow graph`: a flow as a picture, or the names of all flows."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from bot.cli.refusal import refused
from bot.model.said import Language
from bot.operations.named_flow import NoSuchFlow, flow_of
from bot.playbook.drawing.mermaid import chart
from bot.playbook.drawing.phrases import in_words
from bot.playbook.drawing.sketch import Sketch, sketch
from bot.playbook.load import load
from bot.playbook.report import render
from bot.playbook.syntax.folder import BOT_YAML, PlaybookMissing

GraphFormat: TypeAlias = Literal["mermaid", "svg"]

RIGHT, WRONG, UNCHECKED = 0, 1, 2


def graph(words: Sequence[str], form: GraphFormat | None, speech: Language) -> int:
    """Print a flow's picture, or which flows there are.

    Of one word alone, a folder with a playbook is PLAYBOOK, all else FLOW.
    """
    folder, flow = meant(words)
    try:
        loaded = load(folder, dict(os.environ), unset="warning")
    except PlaybookMissing as error:
        return refused(error, UNCHECKED, speech)
    if loaded.playbook is None:
        sys.stderr.write(render(loaded.problems, loaded.sources, speech))
        return WRONG
    flows = loaded.playbook.flows
    if flow is None and form is None:
        sys.stdout.write("".join(f"{name}  {found.title}\n" for name, found in flows.items()))
        return RIGHT
    try:
        drawn = in_words(
            sketch(loaded.playbook, flow_of(loaded.playbook, flow), speech), loaded.playbook, speech
        )
    except NoSuchFlow as error:
        return refused(error, WRONG, speech)
    sys.stdout.write(picture(drawn, form, speech))
    return RIGHT


def picture(drawn: Sketch, form: GraphFormat | None, speech: Language) -> str:
    """A sketch as text in this form; Mermaid where none is asked for."""
    if form == "svg":
        from bot.playbook.drawing.svg import picture as svg  # not above: others need no layout

        return svg(drawn, speech)
    return chart(drawn, speech)


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
