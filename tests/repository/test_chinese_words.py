"""The Chinese for marketers: one word for each thing; 你 is whoever reads it, 您 the customers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.catalogue import messages

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.zh-TW.md", *sorted(ROOT.glob("docs/**/*.zh-TW.md"))]
PLAYBOOKS = [
    ROOT / "bot.yaml",
    *(path for part in ("flows", "rules", "cards") for path in ROOT.glob(f"{part}/*.yaml")),
]
STARTER = ROOT / "bot" / "operations" / "new_playbook" / "templates" / "zh-TW"
TEMPLATES = [path for path in STARTER.rglob("*") if path.is_file()]

FENCED = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^    .*$|`[^`\n]+`", re.MULTILINE)
QUOTED = re.compile(r"「[^」\n]*」")
COMMENT = re.compile(r"(?:^|\s)# .*$", re.MULTILINE)

GLOSSARY = ROOT / "docs" / "glossary.md"
SECTION = "## Said in one way · 只用一種說法\n"


def not_said() -> frozenset[str]:
    """The last column of the glossary's table."""
    table = GLOSSARY.read_text("utf-8").partition(SECTION)[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    return frozenset(word for row in rows for word in row.strip("| ").rpartition(" | ")[2].split("、"))


WORSE = not_said()


def prose(page: str) -> str:
    """A page without what is code, and without what somebody else says or sees."""
    for pattern in (FENCED, CODE, QUOTED):
        page = pattern.sub("", page)
    return page


def texts() -> Iterator[tuple[str, str]]:
    """Everything that marketers read, by the file where it stands."""
    for path in PAGES:
        yield path.name, prose(path.read_text("utf-8"))
    for path in [*PLAYBOOKS, *TEMPLATES]:
        comments = "\n".join(COMMENT.findall(path.read_text("utf-8")))
        yield str(path.relative_to(ROOT)), QUOTED.sub("", comments)


TEXTS = dict(texts())


def test_there_is_something_to_read() -> None:
    """The patterns leave the sentences in."""
    assert "給行銷、小編、店長" in TEXTS["README.zh-TW.md"]
    assert {"客群", "試玩", "計時器"} < WORSE
    assert "不要寫在這裡" in TEXTS["bot/operations/new_playbook/templates/zh-TW/bot.yaml"]


@pytest.mark.parametrize("name", TEXTS)
def test_the_words_are_a_marketers(name: str) -> None:
    said = [line.strip() for line in TEXTS[name].splitlines() if any(word in line for word in WORSE)]
    assert said == []


def test_commands_pages_and_the_simulator_say_the_same_words() -> None:
    said = [str(message.string) for message in messages()]
    words = WORSE - {"設定檔"}  # as opposed to the admin pages, where a shop can be linked, too
    assert [line.strip() for line in said if any(word in line for word in words)] == []


@pytest.mark.parametrize("name", TEXTS)
def test_whoever_reads_it_is_not_a_customer(name: str) -> None:
    assert [line.strip() for line in TEXTS[name].splitlines() if "您" in line] == []
