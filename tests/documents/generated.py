"""The parts of the documents that declarations say: each between two marks, under a name.

`make documents` writes them anew, and the index of `--help` with them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from bot.cli.command_line import parser
from bot.cli.help_index import FILE, written
from tests.cli.command_list import command_list
from tests.documents.addresses import address_list, chinese_pages, english_pages
from tests.documents.checks import chinese_checks, english_checks
from tests.documents.collections import collection_table
from tests.documents.metrics import metric_table
from tests.documents.words import TABLES, word_list
from tests.operations.operation_list import operation_list
from tests.sources import ROOT

PARTS: Mapping[str, tuple[str, Callable[[], str]]] = {
    "commands": ("`bot/cli`", command_list),
    "operations": ("`bot/operations/declared`", operation_list),
    "metrics": ("the metrics in `bot` and `deploy/prometheus/oaflow.rules.yaml`", metric_table),
    "checks": ("`tests/playbook/wrong`", english_checks),
    "chinese_checks": ("`tests/playbook/wrong` and `tests/playbook/mended.md`", chinese_checks),
    **{
        f"words_{re.sub('[^a-z]+', '_', part.lower()).strip('_')}": (
            "the tables of `bot/playbook/shape` and the `words.md` beside them",
            partial(word_list, part),
        )
        for part in TABLES
    },
    "collections": ("the tables of `bot/store` and the `collections.md` beside them", collection_table),
    "pages": ("`bot/web/admin/table.py`", english_pages),
    "chinese_pages": ("`bot/web/admin/table.py`", chinese_pages),
    "addresses": ("`bot/web/admin/table.py`", address_list),
}
"""Name of a part → what it is made of, and its text."""
PART = re.compile(r"<!-- generated (\w+)\b.*?-->.*?<!-- generated until here -->", re.DOTALL)


def pages() -> Iterator[Path]:
    """The documents that have such a part."""
    for path in sorted((ROOT / "docs").rglob("*.md")):
        if PART.search(path.read_text("utf-8")):
            yield path


def renewed(text: str) -> str:
    """A document with its parts as they are now."""
    return PART.sub(lambda found: _part(found[1]), text)


def _part(name: str) -> str:
    source, text = PARTS[name]
    mark = f"<!-- generated {name}: from {source}, by `make documents`; an edit here is lost -->"
    return f"{mark}\n\n{text().strip()}\n\n<!-- generated until here -->"


def help_index() -> str:
    """What `bot/cli/help_index.json` has to say."""
    return json.dumps(written(parser()), ensure_ascii=False, separators=(",\n", ":")) + "\n"


def write_all() -> None:
    """Write everything anew."""
    FILE.write_text(help_index(), "utf-8")
    for path in pages():
        path.write_text(renewed(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    write_all()
