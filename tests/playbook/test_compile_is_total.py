"""Whatever stands in a playbook, compiling it ends in a playbook or in problems, never in an exception."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from bot.playbook.load import load
from bot.playbook.report import render
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
