"""Texts as a saved scenario writes them: read back by our own parser they are what they were."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from bot.playbook.syntax.nodes import List, Map, Node, Scalar
from bot.playbook.syntax.parse import parse
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.yaml_text import text_lines
from bot.scenario.written_steps import bot_lines, containing, step_lines

TEXTS = st.text(
    st.one_of(
        st.sampled_from("\n\n\n  \t\r\u3000\u200d\u2028\x85\ufeff-#:|>\"'{}[]&*!%@`?,甲乙。"),
        st.characters(codec="utf-8", exclude_categories=["Cs", "Co", "Cn"]),
    ),
    max_size=40,
)


def read(lines: list[str]) -> Node | None:
    text = "\n".join(["steps:", *(f"  {line}" if line else "" for line in lines), "  - user: 完", ""])
    node, problems = parse(SourceFile("a.yaml", text))
    assert not problems, (text, [str(one.message) for one in problems])
    assert isinstance(node, Map)
    steps = node.get("steps")
    assert isinstance(steps, List)
    first = steps.items[0]
    assert isinstance(first, Map)
    assert len(steps.items) == 2, text
    return first.get("bot") or first.get("user")


def value(node: Node | None) -> str:
    if isinstance(node, Map):
        node = node.get("contains")
    assert isinstance(node, Scalar)
    return node.value


@given(TEXTS)
@example("第一行\n第二行")
@example("\n\n甲\n\n乙")
@example(" 甲\n乙")
@example("甲\n \n乙")
@example("甲\n# 不是註解\n- 乙: 丙")
@example("甲\n乙\n")
def test_a_text_reads_back_the_same(text: str) -> None:
    assert value(read(step_lines("user", text_lines(text)))) == text
    assert value(read(bot_lines([text_lines(text)], "  # 註"))) == text


@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_several_read_back_the_same(texts: list[str]) -> None:
    for written in ([text_lines(text) for text in texts], [containing(text) for text in texts]):
        node = read(bot_lines(written))
        found = node.items if isinstance(node, List) else [node]
        assert list(map(value, found)) == texts


def test_several_lines_are_written_below_one_another() -> None:
    assert bot_lines([text_lines("營業時間\n\n10:00–21:00")]) == [
        "- bot: |-",
        "    營業時間",
        "",
        "    10:00–21:00",
    ]
    assert bot_lines(["好", containing("甲\n乙")]) == [
        "- bot:",
        "    - 好",
        "    - contains: |-",
        "        甲",
        "        乙",
    ]
