"""Templates of `bot/new/templates`, filled: texts, or files that stand at their places in the source tree."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from string import Template

BOT = Path(__file__).parents[1]
ROOT = BOT.parent
TEMPLATES = Path(__file__).parent / "templates"


def filled(template: str, **values: str) -> str:
    """The text of a template."""
    return Template((TEMPLATES / f"{template}.txt").read_text("utf-8")).substitute(values)


def written_files(folder: str, **values: str) -> list[Path]:
    """Write each `….py.txt` of a folder of templates at its own path from the root, filled like the text."""
    found = sorted((TEMPLATES / folder).rglob("*.py.txt"))
    written = []
    for template in found:
        path = ROOT / Template(str(template.relative_to(TEMPLATES / folder))).substitute(values)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix("").write_text(Template(template.read_text("utf-8")).substitute(values), "utf-8")
        written.append(path.with_suffix(""))
    return written


def tidied(files: Sequence[Path]) -> Iterable[str]:
    """Their paths from the root, after ruff has put imports and lines in order."""
    for order in (["check", "--fix", "--select", "I,F401"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *order, "--quiet", *files], check=True)
    return [str(one.relative_to(ROOT)) for one in files]
