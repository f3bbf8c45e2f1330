"""Whatever stands in a playbook, compiling it ends in a playbook or in problems, never in an exception."""

from __future__ import annotations

import json
import random
import re
import shutil
from pathlib import Path

import pytest

from bot.playbook.load import load
from bot.playbook.report import render
from bot.playbook.syntax.environment import BEHAVIOUR
from bot.playbook.syntax.nodes import Path as NodePath
from bot.playbook.syntax.nodes import leaves, plain
from bot.playbook.syntax.parse import parse
from bot.playbook.syntax.source import SourceFile
from tests.depth import examples, one_of
from tests.playbook.corpus import cases

FILES = [case.path for case in cases() if case.path.is_file()]
ROUNDS = examples(600)
WORDS = (
    *("true", "{}", "[]", "今天", "{setting: match}", "[a, b]", "{a: b}", "3d", "0", "member_card", "null"),
    *("everyone", "{text: 好}", "{is: [a]}", "until mon 10:00", '"{{ event.x }}"', '"{{ answer.問 }}"'),
)


def harmed(text: str, chance: random.Random) -> str:
    """The text with a few lines taken out, doubled, or with another value."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 3)):
        number, way = chance.randrange(len(lines)), chance.random()
        key = re.match(r"^(\s*(?:- )?[^\s:#]+:)", lines[number])
        tokens = re.findall(r"\w+", lines[number])
        if way < 0.25 and len(lines) > 1:
            del lines[number]
        elif way < 0.4:
            lines.insert(number, chance.choice(lines))
        elif way < 0.7 and key:
            lines[number] = f"{key[1]} {chance.choice(WORDS)}"
        elif tokens:
            lines[number] = lines[number].replace(chance.choice(tokens), chance.choice(WORDS), 1)
    return "\n".join(lines)


@pytest.mark.ring("test", "a law")
@pytest.mark.parametrize("seed", one_of(2, ((seed,) for seed in range(4))))
def test_a_harmed_playbook_never_raises(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(ROUNDS // 4):
        path = chance.choice(FILES)
        (tmp_path / "bot.yaml").write_text(harmed(path.read_text("utf-8", "replace"), chance), "utf-8")
        loaded = load(tmp_path, {}, unset="warning")
        assert (loaded.playbook is None) == any(p.level == "error" for p in loaded.problems)
        render(loaded.problems, loaded.sources)


EVERY_WORD = Path(__file__).parent / "every_word"


def filled_places() -> list[NodePath]:
    """Every place of a playbook with all words where a variable may stand: values, lists and blocks."""
    root, _ = parse(SourceFile("bot.yaml", (EVERY_WORD / "bot.yaml").read_text("utf-8")))
    assert root is not None
    paths = [path for path, _ in leaves(root) if path[0] not in BEHAVIOUR]
    return list(dict.fromkeys(path[:length] for path in paths for length in range(1, len(path) + 1)))


def with_variable(path: NodePath, written: str) -> str:
    """The playbook with a variable at this place."""
    root, _ = parse(SourceFile("bot.yaml", (EVERY_WORD / "bot.yaml").read_text("utf-8")))
    whole = plain(root) if root is not None else {}
    around = whole
    for key in path[:-1]:
        around = around[key]
    around[path[-1]] = written
    return json.dumps(whole, ensure_ascii=False)


PLACES = filled_places()
RAISED: tuple[tuple[NodePath, str], ...] = (
    (("timezone",), "${X:-zzz}"),
    (("shops", "forest", "access"), "${X:-zzz}"),
    (("shops", "forest", "attributes"), "${X}"),
    (("channels", "main", "settings"), "${X}"),
    (("alerts", 0), "${X}"),
    (("hooks", "crm", "save"), "${X}"),
    (("coupons", "折百"), "${X}"),
    (("appointments", "染髮"), "${X}"),
    (("appointments", "染髮", "hours", "mon-fri"), "${X}"),
)
"""Where it was once taken for what belongs there."""


@pytest.mark.ring("test", "a law")
def test_a_variable_that_is_not_set_never_raises(tmp_path: Path) -> None:
    shutil.copytree(EVERY_WORD, tmp_path, dirs_exist_ok=True)
    chance = random.Random(len(PLACES))
    drawn = [(path, chance.choice(("${X}", "${X:-zzz}"))) for path in chance.sample(PLACES, examples(100))]
    for path, written in (*RAISED, *drawn):
        (tmp_path / "bot.yaml").write_text(with_variable(path, written), "utf-8")
        load(tmp_path, {}, unset="warning")
