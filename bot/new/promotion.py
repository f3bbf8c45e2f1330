"""`python -m bot.new promotion quizzes --one quiz`: the folder of a new kind of promotion, with its test."""

from __future__ import annotations

import re
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from string import Template

from bot.model.promotions import FOLDER

TEMPLATES = Path(__file__).parent / "templates"
TESTS = FOLDER.parents[1] / "tests" / "promotions"
NAME = re.compile(r"[a-z]+(_[a-z]+)*")


def arguments(asked: ArgumentParser) -> None:
    """What may be written behind `promotion`."""
    asked.add_argument("name", help="its section of a playbook, in the plural: quizzes")
    asked.add_argument("--one", help="one of them: quiz (else NAME without its s)")
    asked.add_argument("--chinese", default="活動", help="what it is called in Chinese: 問答")


def wrong(options: Namespace) -> str | None:
    """Why nothing can be written by these."""
    one = options.one or options.name.removesuffix("s")
    if NAME.fullmatch(options.name) is None or NAME.fullmatch(one) is None:
        return "NAME and --one are words of a-z and _: quizzes --one quiz"
    if one == options.name:
        return "--one is what one of them is called: quizzes --one quiz"
    return None


def write(options: Namespace) -> str:
    """The folder and its test; what is left to do. Raises `SystemExit` where it is there already."""
    folder, tests = FOLDER / options.name, TESTS / options.name
    if folder.exists() or tests.exists():
        raise SystemExit(f"it is there already: {options.name}")
    values = _values(options.name, options.one or options.name.removesuffix("s"), options.chinese)
    template = TEMPLATES / "promotion"
    for file in template.rglob("*.txt"):
        _fill(file, folder / file.relative_to(template).with_suffix(""), values)
    (folder / "web" / "static" / "page.js").rename(folder / "web" / "static" / f"{options.name}.js")
    _fill(TEMPLATES / "promotion_test.txt", tests / f"test_{options.name}.py", values)
    for place in (tests, *(file.parent for file in folder.rglob("*.py"))):
        (place / "__init__.py").touch()
    for order in (["check", "--fix", "--select", "I"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *order, "--quiet", folder, tests], check=True)
    return Template((TEMPLATES / "promotion_next.txt").read_text("utf-8")).substitute(values)


def _values(names: str, one: str, chinese: str) -> dict[str, str]:
    """What stands in the templates: its names as a section, a class, a constant, words, and a code."""
    words = names.replace("_", " ")
    return {
        "names": names,
        "NAMES": names.upper(),
        "Names": names.title().replace("_", ""),
        "one": one,
        "ONE": one.upper(),
        "One": one.title().replace("_", ""),
        "words": words,
        "Words": words.capitalize(),
        "thing": one.replace("_", " "),
        "dashed": one.replace("_", "-"),
        "chinese": chinese,
    }


def _fill(template: Path, file: Path, values: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(Template(template.read_text("utf-8")).substitute(values), "utf-8")
