"""`oaflow graph`: a flow as a picture, or the names of all flows."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.playbook.load import load
from bot.playbook.mermaid import mermaid
from bot.playbook.report import render
from bot.playbook.similar import hint_for, shown
from bot.playbook.syntax.folder import BOT_YAML, PlaybookMissing

RIGHT, WRONG, UNCHECKED = 0, 1, 2


def graph(words: Sequence[str]) -> int:
    """Print a flow's picture. Of one word alone, a folder with a playbook is PLAYBOOK, all else FLOW."""
    folder, flow = _meant(words)
    try:
        loaded = load(folder, dict(os.environ), unset="warning")
    except PlaybookMissing as error:
        return _refuse(str(error), UNCHECKED)
    if loaded.playbook is None:
        sys.stderr.write(render(loaded.problems, loaded.sources))
        return WRONG
    flows = loaded.playbook.flows
    if flow is None:
        sys.stdout.write("".join(f"{name}  {found.title}\n" for name, found in flows.items()))
        return RIGHT
    if flow not in flows:
        near = hint_for(flow, flows) or f"its flows are {', '.join(flows) or 'none'}"
        return _refuse(f"the playbook has no flow {shown(flow)}; {near}", WRONG)
    sys.stdout.write(mermaid(loaded.playbook, flows[flow]))
    return RIGHT


def _meant(words: Sequence[str]) -> tuple[Path, str | None]:
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


def _refuse(message: str, code: int) -> int:
    sys.stderr.write(f"oaflow: {message}\n")
    return code
