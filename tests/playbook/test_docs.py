"""docs/checks.md has every code; the examples of docs/checks.zh-TW.md, under the same headings, are true."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from bot.model.problem import Problem
from bot.playbook.codes import Code
from bot.playbook.load import load
from bot.scenario.folder import PlaybookFiles
from tests.playbook.pictures import png
from tests.playbook.test_corpus import OF_PEOPLE

DOCS = Path(__file__).parents[2] / "docs"
ENGLISH, TEXT = ((DOCS / name).read_text("utf-8") for name in ("checks.md", "checks.zh-TW.md"))
HEAD = "".join(f"{line}\n" for line in re.findall(r"^    ((?:bot|channels): .*)", TEXT, re.MULTILINE)[:2])
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECTION = re.compile(r"^## (\S+)\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^(不對|對)：\n```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)

SECTIONS = dict(SECTION.findall(TEXT))
EXAMPLES = [(code, kind, text) for code, body in SECTIONS.items() for kind, text in EXAMPLE.findall(body)]
WITHOUT = {
    "alt-too-long",
    "areas-over-20",
    "binding-picture-size",
    "costs-quota",
    "data-too-long",
    "dotenv-line",
    "file-not-read",
    "file-too-large",
    "flex-too-large",
    "grid-and-areas",
    "grid-not-rectangle",
    "grid-rows-differ",
    "image-size",
    "image-too-large",
    "image-type",
    "list-empty",
    "list-line-refused",
    "list-line-twice",
    "list-unreadable",
    "may-cost-quota",
    "menu-ratio",
    "menus-over-1000",
    "order-by-path",
    "sms-cost",
    "split-in-two-flows",
    "text-too-long",
} | OF_PEOPLE


def test_every_code_has_a_heading() -> None:
    """In English; tests/playbook/test_chinese_docs.py compares."""
    headings = [code for code, _ in SECTION.findall(ENGLISH)]
    assert set(headings) == set(get_args(Code))
    assert len(headings) == len(set(headings))


def test_every_code_has_a_bad_and_a_good_example() -> None:
    assert {code for code, _, _ in EXAMPLES} | WITHOUT == set(get_args(Code))
    assert len(EXAMPLES) == 2 * (len(SECTIONS) - len(WITHOUT))


def test_the_examples_are_true(tmp_path: Path) -> None:
    """The bad one has this mistake and no other, the good one none at all."""
    wrong = []
    for code, kind, text in EXAMPLES:
        found = {problem.code for problem in _problems(tmp_path, text)}
        if found != ({code} if kind == "不對" else set()):
            wrong.append(f"{kind} of {code}: {sorted(found)}")
    assert not wrong, "\n".join(wrong)


def _whole(playbook: str) -> str:
    """With a head where it has none; the account of that has the shop of the example."""
    if playbook.startswith("bot:"):
        return playbook
    shop = re.search(r"^shops:\s*{?(\w+):", playbook, re.MULTILINE)
    return (HEAD if shop is None else HEAD.replace("opaque,", f"opaque, shop: {shop[1]},")) + playbook


def _problems(folder: Path, text: str) -> Sequence[Problem]:
    """What is wrong with a playbook, or with a scenario of an empty one."""
    playbook = "" if text.startswith("scenario:") else text
    if not (picture := folder / "cards" / "menu.png").exists():
        picture.parent.mkdir()
        picture.write_bytes(png(2500, 1686))
    (folder / "bot.yaml").write_text(_whole(playbook), "utf-8")
    if playbook:
        return load(folder, {}, now=NOW).problems
    (folder / "one.yaml").write_text(text, "utf-8")
    files = PlaybookFiles(folder, {})
    return files.read("one.yaml", files.load()).problems
