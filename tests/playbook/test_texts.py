"""Texts arrive as they were written, and no file whatever makes the loader raise."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.engine.compiled.rule import OnText
from bot.engine.compiled.step import SendMessages
from bot.playbook import read as reading
from bot.playbook.compile.scope.placeholders import ParsedPlaceholder, pieces_of
from bot.playbook.load import LISTED, Loaded, load
from bot.playbook.report import render
from bot.playbook.syntax import parse as parsing
from bot.playbook.syntax.builder import MISTAKES_MOST, NODES_MOST
from bot.playbook.syntax.source import FILE_LIMIT, LINE_LIMIT

HEAD = 'bot: x\nchannels: {main: {id: x, channel_id: "1", channel_secret: opaque}}\n'
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=80).filter(str.strip)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("playbook")


def read(folder: Path, content: bytes) -> Loaded:
    (folder / "bot.yaml").write_bytes(content)
    loaded = load(folder, {})
    assert (loaded.playbook is None) == any(p.level == "error" for p in loaded.problems)
    report = render(loaded.problems, loaded.sources)
    assert bool(report) == bool(loaded.problems)
    return loaded


def reply_of(loaded: Loaded) -> str:
    assert loaded.playbook is not None, loaded.problems
    step = loaded.playbook.rules[0].do[0]
    assert isinstance(step, SendMessages)
    ready = step.cards[0].bubbles[0].ready
    assert ready is not None
    return str(ready["text"])


def in_quotes(text: str) -> str:
    """As JSON, with what YAML refuses as a plain character escaped too."""
    return re.sub(
        "[\x7f-\x9f\ufeff\ufffe\uffff]", lambda c: f"\\u{ord(c[0]):04x}", json.dumps(text, ensure_ascii=False)
    )


@given(TEXTS)
@example("第一行\n  第二行\n\n")
@example("a\u2028b\x85c\u2029d")
@example("\\{{ contact.name }} {{{ }} \\\\{{")
@example("\ufeff👨‍👩‍👧 \u202e\x00\x08")
def test_any_text_arrives_byte_for_byte_to_its_last_character(folder: Path, text: str) -> None:
    """F1, but for white space at the very end, which is not sent.

    `{{` means something in a text, and `\\{{` writes it; `${NAME}` is refused there, never filled.
    """
    assume("${" not in text)
    written = in_quotes(text.replace("{{", "\\{{"))
    rule = f"rules:\n  - when: follow\n    reply: {{text: {written}}}\n"
    assert reply_of(read(folder, (HEAD + rule).encode())) == text.rstrip()


@pytest.mark.parametrize(
    "written", ["1.10", "no", "012", "10:30", "0x1F", "1_000", "2024-01-01", "3e5", ".5", "=", "Yes"]
)
def test_a_value_is_the_text_that_is_written(folder: Path, written: str) -> None:
    rule = f"rules:\n  - when: {{text: {written}}}\n    reply: {{text: {written}}}\n"
    loaded = read(folder, (HEAD + rule).encode())
    assert reply_of(loaded) == written
    assert loaded.playbook is not None
    assert loaded.playbook.rules[0].when == (OnText((written,)),)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_change_nothing(folder: Path, end: str, mark: bytes) -> None:
    text = (HEAD + "rules:\n  - when: follow\n    reply: 歡迎\n    rep: x\n").replace("\n", end)
    (problem,) = read(folder, mark + text.encode()).problems
    assert (problem.place.line, problem.place.column, problem.code) == (6, 5, "unknown-key")


def test_line_separators_of_unicode_are_ordinary_characters(folder: Path) -> None:
    """YAML 1.1 would fold them, and count another line."""
    rule = "rules:\n  - when: follow\n    reply: 一\u2028二\x85三\n    rep: x\n"
    (problem,) = read(folder, (HEAD + rule).encode()).problems
    assert problem.place.line == 6
    assert reply_of(read(folder, (HEAD + rule.replace("    rep: x\n", "")).encode())) == "一\u2028二\x85三"


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *(HEAD, "rules:\n", "  - ", "when: ", "reply: ", "do:\n", "follow", "text", "{", "}", "[", "]"),
            *(": ", ", ", "\n", "\n    ", "\t", "{{", "}}", "${A}", "${", " #x", "# y", "'", '"', "|", ">"),
            *("&a ", "*a", "!", "!!str ", "---\n", "...\n", "%", "@", "`", "\\", "：", "，", "? ", "<<", "~"),
            *("\u2028", "\x00", "channel_secret", "channels", "add_tags", "push", "flows", "嗨", "\r"),
            "- - ",
        ]
    ),
    max_size=25,
).map("".join)


@given(FRAGMENTS | st.text(max_size=60))
@example("{{{a: b}: c}: d}")
@example("? ")
@example("- ? [a]")
@example("channels: {a: {access_token: [x, {b: c}]}}")
def test_no_text_makes_it_raise(folder: Path, text: str) -> None:
    read(folder, text.encode("utf-8", "surrogatepass"))


@given(FRAGMENTS)
@example("rules:\n{rules:\ndo:\nfollow")
def test_no_text_in_a_rule_makes_it_raise(folder: Path, text: str) -> None:
    read(folder, (HEAD + "rules:\n  - when: follow\n    reply: " + text).encode())


@given(st.binary(max_size=60))
def test_no_bytes_make_it_raise(folder: Path, content: bytes) -> None:
    read(folder, content)


@pytest.mark.ring("test", "a law")
@given(FRAGMENTS)
def test_the_pure_parser_does_not_raise_either(folder: Path, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "LOADER", yaml.SafeLoader)
        read(folder, text.encode("utf-8", "surrogatepass"))


def test_the_pure_parser_reads_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = (Path(__file__).parent / "ok" / "everything.yaml").read_bytes()
    fast = read(folder, content).problems
    monkeypatch.setattr(parsing, "LOADER", yaml.SafeLoader)
    assert read(folder, content).problems == fast


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"bot: \xff\xfe", "yaml-syntax"),
        ("bot: 森".encode("utf-16"), "yaml-syntax"),
        ("bot: 森".encode("big5"), "yaml-syntax"),
        (b"bot: a\x00b", "yaml-syntax"),
        (b"[" * 4_000, "yaml-syntax"),
        (b"- " * 4_000, "yaml-syntax"),
        (b"{a: " * 4_000, "yaml-syntax"),
        (b"? " * 4_000, "yaml-syntax"),
        (b"#" * (FILE_LIMIT + 1), "file-too-large"),
        (b"a: '" + b"x" * LINE_LIMIT + b"'", "file-too-large"),
        (b"a:\n" + b"- []\n" * NODES_MOST, "file-too-large"),
    ],
    ids=[
        *("not-utf-8", "utf-16", "big5", "nul", "brackets", "dashes", "braces", "questions", "huge"),
        *("long-line", "many-values"),
    ],
)
def test_hostile_files_are_problems(folder: Path, content: bytes, code: str) -> None:
    assert code in {problem.code for problem in read(folder, content).problems}


@pytest.mark.ring("all", "a large input")
def test_so_many_mistakes_are_listed_errors_first_and_how_many_more_there_are(folder: Path) -> None:
    found = read(folder, b"rules:\n" + b"  - {wenn: a}\n" * 2_000).problems
    assert len(found) == LISTED + 1
    assert found[-1].code == "more-mistakes"
    more = int(str(found[-1].message).split()[1].replace(",", ""))
    assert more >= 2_000 - LISTED
    assert found[-1].level == "error"


def test_mistakes_of_syntax_are_listed_up_to_a_number(folder: Path) -> None:
    found = read(folder, b"a: 1\n" * 2_000).problems
    assert MISTAKES_MOST <= len(found) <= MISTAKES_MOST + 10
    assert "nothing below is read" in str(found[-1].message)


def test_files_together_hold_so_much_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "NODES_MOST", 70)
    (tmp_path / "bot.yaml").write_text(HEAD, "utf-8")
    (tmp_path / "rules").mkdir()
    for number in range(3):
        rules = "  - {when: {text: a}, reply: b}\n" * 3
        (tmp_path / f"rules/{number}.yaml").write_text(f"rules:\n{rules}", "utf-8")
    found = load(tmp_path, {}).problems
    assert [one.place.file for one in found if one.code == "file-too-large"] == ["rules/2.yaml"]


def _comments(number: int) -> bytes:
    return b"rules:\n" + b"  - when: follow #x\n" * number


def _keys(number: int) -> bytes:
    return b"".join(b"key%d: 1\n" % n for n in range(number))


def _braces(number: int) -> bytes:
    return HEAD.encode() + b"rules: [{when: follow, reply: '" + b"{{" * number + b"'}]"


@pytest.mark.ring("all", "a large input")
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(_comments(2_000), id="comments"),
        pytest.param(
            _comments(20_000), id="many comments", marks=pytest.mark.ring("soak", "more of the same")
        ),
        pytest.param(b"a: b" + b" #a" * 200_000, id="hashes"),
        pytest.param(_braces(20_000), id="braces"),
        pytest.param(_braces(100_000), id="many braces", marks=pytest.mark.ring("soak", "more of the same")),
        pytest.param(b"token" * 200_000, id="tokens"),
        pytest.param(_keys(1_000), id="keys"),
        pytest.param(_keys(3_000), id="many keys", marks=pytest.mark.ring("soak", "more of the same")),
    ],
)
def test_much_of_the_same_ends_soon(folder: Path, content: bytes) -> None:
    """Nothing in the loader is quadratic in the file: these would take minutes."""
    assert read(folder, content).problems


def test_placeholders_are_taken_apart() -> None:
    written = "{{ answer.問膚質 }}，{{hours.門市 as time or  a b }}\\{{ x }}{{ points }}{{ bot.name or }}"
    parts, wrong = pieces_of(written)
    assert parts == [
        ParsedPlaceholder("answer", "問膚質", None, None, "{{ answer.問膚質 }}"),
        "，",
        ParsedPlaceholder("hours", "門市", "time", "a b", "{{hours.門市 as time or  a b }}"),
        "{{ x }}",
        ParsedPlaceholder("points", "", None, None, "{{ points }}"),
    ]
    assert [bad.written for bad in wrong] == ["{{ bot.name or }}"]


CHAIN = range(700)


@pytest.mark.ring("all", "a large input")
@pytest.mark.parametrize(
    ("section", "each", "last"),
    [
        ("cards", "{messages: [NEXT]}", "{text: 嗨}"),
        ("cards", "{messages: [NEXT, NEXT]}", "{text: 嗨, quick_replies: [好]}"),
        ("audiences", "{if: {audience: NEXT}}", "{if: {bound: phone}}"),
        ("audiences", "{if: [{audience: NEXT}, {audience: NEXT}]}", "{if: {bound: phone}}"),
        ("flows", "{states: {a: {run: NEXT, next: e}, e: {end: true}}}", "{states: {a: {end: true}}}"),
    ],
    ids=["cards", "cards twice", "audiences", "audiences twice", "flows"],
)
def test_names_that_name_one_another_end_soon(folder: Path, section: str, each: str, last: str) -> None:
    """Neither the depth of the Python stack nor a number of parts that doubles with each name."""
    named = "".join(f"  n{i}: {each.replace('NEXT', f'n{i + 1}')}\n" for i in CHAIN)
    loaded = read(folder, f"{HEAD}{section}:\n{named}  n{len(CHAIN)}: {last}\n".encode())
    assert {p.code for p in loaded.problems if p.level == "error"} <= {
        "nested-too-deep",
        "audience-too-large",
        "replies-over-5",
        "quick-replies-twice",
        "quick-replies-over-13",
    }


LONG = "a" * 300
"""More than a name in any file system has."""


@pytest.mark.parametrize(
    "text",
    [
        f"cards: {{c: {{image: {LONG}.png}}}}\n",
        f"cards: {{c: {{image: {LONG}/b.png}}}}\n",
        f"cards: {{c: {{image: '{LONG}\\b.png'}}}}\n",
        f"include: [{LONG}.yaml]\n",
        f"include: [{LONG}/*.yaml]\n",
        f"rule_order: [{LONG}.yaml]\n",
    ],
)
def test_a_name_that_no_file_can_have_is_told(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, (HEAD + text).encode()).playbook is None
