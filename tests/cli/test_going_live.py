"""A3: what the documents on going live say that `oaflow doctor` says is what it says, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.doctor import MARKS
from bot.model.translatable import ENGLISH, Language
from bot.operations.doctor import account, machine, pages, webhook
from bot.operations.doctor.finding import SetupItem
from bot.operations.doctor.questions import QUESTIONS
from bot.translations.chinese import CHINESE
from tests.catalogue import SENTENCES
from tests.sources import ROOT, modules, nodes_of

DOCTOR = ROOT / "bot" / "operations" / "doctor"
FENCED = re.compile(r"^( *)```text\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
STEP = "    → "
SPOKEN = [
    (ROOT / "docs" / "going-live.zh-TW.md", CHINESE, "："),
    (ROOT / "docs" / "going-live.md", ENGLISH, ": "),
]
PICTURES = sorted(path.name for path in (ROOT / "docs").glob("going-live-*.svg"))


def written(page: Path) -> Iterator[str]:
    """The lines that a page says are doctor's."""
    for indent, block in FENCED.findall(page.read_text("utf-8")):
        yield from (line.removeprefix(indent) for line in block.splitlines())


def items() -> list[SetupItem]:
    seen = [one for part in (account, machine, pages, webhook) for one in vars(part).values()]
    return [*(one for one in seen if isinstance(one, SetupItem)), *(one.item for one in QUESTIONS)]


def sentences(words: Language) -> list[re.Pattern[str]]:
    """All that doctor's modules may say; what stands in braces is anything."""
    templates = [
        node.args[0].value
        for path in modules(DOCTOR)
        for node in nodes_of(path, r"\btr\(")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr"
        if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    ]
    said = templates if words is ENGLISH else [SENTENCES[""][one] for one in templates]
    return [re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(one))) for one in said]


@pytest.mark.parametrize(("page", "words", "colon"), SPOKEN, ids=["zh-TW", "en"])
def test_doctor_says_so(page: Path, words: Language, colon: str) -> None:
    titles = {words.text(one.title) for one in items()}
    known, wrong, lines = sentences(words), [], list(written(page))
    assert lines
    for line in lines:
        text = line.removeprefix(STEP)
        if text == line:
            mark, text = line[:1], line[2:]
            title = next((one for one in titles if text.startswith(one + colon)), None)
            if mark not in MARKS.values() or title is None:
                wrong.append(f"no item: {line}")
                continue
            text = text[len(title + colon) :]
        if not any(one.fullmatch(text) for one in known):
            wrong.append(f"never said: {line}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", [page for page, _, _ in SPOKEN], ids=["zh-TW", "en"])
def test_its_pictures_are_there(page: Path) -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([\w-]+\.svg)\)", page.read_text("utf-8"))
    assert sorted(shown) == PICTURES
