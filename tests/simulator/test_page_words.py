"""The words of phone and workbench: one name means one thing, in both languages, and somebody says it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping

import pytest

from tests.simulator.workbench_drawn import LONG, PAGE, modules, node

TABLES = ("phone/words.js", "workbench/words.js")
PROGRAM = """
const [folder, ...tables] = process.argv.slice(1);
const told = {};
for (const table of tables) {
  const of = await import(`file://${folder}/${table}`);
  told[table] = { "zh-TW": Object.keys(of.zh), en: Object.keys(of.en) };
}
console.log(JSON.stringify(told));
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, list[str]]]:
    """The names in each table, by language."""
    folder = modules(tmp_path_factory.mktemp("words"))
    command = [node(), "--preserve-symlinks", "--input-type=module", "-e", PROGRAM, str(folder), *TABLES]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONG)
    assert done.returncode == 0, done.stderr
    told: Mapping[str, Mapping[str, list[str]]] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("table", TABLES)
def test_both_languages_have_the_same_names(
    tables: Mapping[str, Mapping[str, list[str]]], table: str
) -> None:
    assert set(tables[table]["zh-TW"]) == set(tables[table]["en"])


def test_no_name_is_in_both_tables(tables: Mapping[str, Mapping[str, list[str]]]) -> None:
    """The page lays them over each other: the later would silently be said for the earlier."""
    phone, workbench = (set(tables[table]["en"]) for table in TABLES)
    assert phone & workbench == set()


def test_every_word_is_said_somewhere(tables: Mapping[str, Mapping[str, list[str]]]) -> None:
    tables_of_words = re.compile(r"words\.js|\w+_(zh|en)\.js")
    files = [PAGE / "index.html", *PAGE.rglob("*.js")]
    text = "\n".join(
        path.read_text("utf-8")
        for path in files
        if path.parent == PAGE or not tables_of_words.fullmatch(path.name)
    )
    said, begun = set(re.findall(r"\w+", text)), set(re.findall(r"`([A-Za-z]+_?)\$\{", text))
    unsaid = {name for table in TABLES for name in tables[table]["en"]} - said
    assert {name for name in unsaid if not name.startswith(tuple(begun))} == set()  # `tab${name}` begins some
