"""Settings from the environment, and secrets that are never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playbook.load import Loaded, load
from bot.playbook.report import render
from bot.playbook.syntax.environment import read_dotenv
from bot.playbook.syntax.nodes import plain

TEXT = """\
bot: 森活選品
channels:
  main:
    id: forest
    channel_id: ${ID}
    channel_secret: ${SECRET:-from the default}
    access_token: ${TOKEN}
"""


def read(tmp_path: Path, text: str, environment: dict[str, str], dotenv: str | None = None) -> Loaded:
    (tmp_path / "bot.yaml").write_text(text, "utf-8")
    if dotenv is not None:
        (tmp_path / ".env").write_text(dotenv, "utf-8")
    return load(tmp_path, environment)


def test_values_come_from_the_environment_then_the_file_then_the_default(tmp_path: Path) -> None:
    loaded = read(tmp_path, TEXT, {"ID": "1"}, "# ours\nexport ID=2\nTOKEN = 'a b'\nSECRET=\n\n")
    assert [problem.code for problem in loaded.problems] == ["bad-value"]
    loaded = read(tmp_path, TEXT, {"ID": "1"}, "ID=2\nTOKEN=t # comment\n")
    assert loaded.playbook is not None
    channel = loaded.settings.channels["main"]
    assert (channel.channel_id, channel.channel_secret, channel.access_token) == (
        "1",
        "from the default",
        "t",
    )
    assert loaded.filled == ()


def test_what_stands_in_is_asked_once_for_each_unset_name(tmp_path: Path) -> None:
    asked: list[str] = []

    def stand_in(name: str) -> str:
        asked.append(name)
        return f"simulated-{name}"

    (tmp_path / "bot.yaml").write_text(TEXT.replace("forest", "${ID}"), "utf-8")
    loaded = load(tmp_path, {"TOKEN": "t"}, stand_in)
    assert loaded.playbook is not None
    assert asked == ["ID"]
    assert loaded.filled == ("ID",)
    assert loaded.settings.channels["main"].channel_id == "simulated-ID"


def test_an_unset_variable_is_the_only_problem_of_its_value(tmp_path: Path) -> None:
    loaded = read(tmp_path, TEXT, {})
    assert [(p.code, p.place.line, p.place.path, p.level) for p in loaded.problems] == [
        ("env-unset", 5, "channels.main.channel_id", "error"),
        ("env-unset", 7, "channels.main.access_token", "error"),
    ]


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ("A=1\nB = 2 \n", {"A": "1", "B": "2"}),
        ("A='x # y'\nB=\"q\"\nC=x # y\nD=x#y\n", {"A": "x # y", "B": "q", "C": "x", "D": "x#y"}),
        ("export A=b=c\r\n#B=1\r\n", {"A": "b=c"}),
        ("A=\n", {"A": ""}),
    ],
)
def test_dotenv_lines(tmp_path: Path, content: str, values: dict[str, str]) -> None:
    (tmp_path / ".env").write_text(content, "utf-8")
    assert read_dotenv(tmp_path) == (values, [])


def test_a_line_that_is_none_is_named_and_never_shown(tmp_path: Path) -> None:
    loaded = read(tmp_path, TEXT, {"ID": "1", "TOKEN": "t"}, "ID=1\nTOKEN geheim\n")
    assert [(str(p.place), p.code) for p in loaded.problems] == [(".env:2:1", "dotenv-line")]
    assert "geheim" not in render(loaded.problems, loaded.sources)


def test_a_dotenv_that_is_not_text_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text(TEXT, "utf-8")
    (tmp_path / ".env").write_bytes(b"\xff\xfeA=1")
    loaded = load(tmp_path, {"ID": "1", "TOKEN": "t"})
    assert [(p.place.file, p.code) for p in loaded.problems] == [(".env", "yaml-syntax")]


SECRET = "Zm9yZXN0LXNlY3JldC1vZi10aGUtc2hvcA"
MAIN = "bot: x\nchannels:\n  main:\n    id: forest\n    channel_id: '1'\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{MAIN}    channel_secret: {SECRET}\n    grups: x\n",
        f"{MAIN}    channel_secrt: {SECRET}\n",
        f"{MAIN}    chanel_secrets: [{SECRET}]\n",
        f"{MAIN}    channel_secret: x\n    acess: {SECRET}\n",
        f"{MAIN}    channel_secret: {{a: {SECRET}}}\n",
        f"{MAIN}    channel_secret: x\n    access_token: {SECRET} {SECRET}\n",
        f"{MAIN}    channel_secret: x\n    access_token: |\n      {SECRET}\n      {SECRET}\n",
        f"{MAIN}    channel_secret: ${{SECRET:-{SECRET}}}\n    x: 1\n",
        f"{MAIN}    channel_secret: @{SECRET}\n",
        f"{MAIN}    channel_secret: {SECRET} #{SECRET}\n",
        f"{MAIN}    channel_secret：{SECRET}\n",
        f"{MAIN}    channel_secret: '{SECRET}\n",
        f"{MAIN}    channel_secret: {SECRET}: x\n",
        f"{MAIN}    channel_secret: !x {SECRET}\n",
        f"{MAIN}    channel_secret: x\n    channel_secret: {SECRET}\n",
        f"bot: x\nchannels: {{main: {{id: a, channel_secret: {SECRET}, channel_id: '1', x: y}}}}\n",
        f"bot: x\nchannels: {{main: {{id: a, channel_secret: {SECRET}, channel_id: ${{X}}}}}}\n",
        f"bot: x\nchannels: {{main: {SECRET}}}\n",
        f"bot: x\nkeys: {SECRET}\n",
        f"bot: x\nkeys: [{SECRET}]\n",
        f"bot: x\ndatabase: mongodb://amy:{SECRET}@db.example/x y\n",
        f"bot: x\ndatabase: mongo://amy:{SECRET}@db.example\n",
        f"bot: x\napi_token: {SECRET}\n",
        f"bot: x\ndatabase: mongodb://amy:p@{SECRET}@db.example/ x\n",
        f"bot: x\ndatabse: mongodb://amy:p/{SECRET}@db.example/\n",
        f"bot: x\nkey: seal=a:{SECRET} index={SECRET}\n",
    ],
)
def test_a_secret_in_the_file_is_never_shown(tmp_path: Path, text: str) -> None:
    """A1: neither in the report, nor in a problem, nor in the sources that are kept for showing."""
    loaded = read(tmp_path, text, {})
    assert loaded.problems
    assert SECRET not in render(loaded.problems, loaded.sources)
    assert SECRET not in repr(loaded.problems)
    assert SECRET not in repr(loaded.sources)


@pytest.mark.parametrize(
    "text",
    [
        "api_token: abc\n",
        "alerts: [{to: mail, who: a@b.example, through: 'smtps://amy:geheim@m.example', when: notified}]\n",
        "hooks: {crm: {url: 'https://amy:geheim@crm.example/', secret: '${KEY:-x}'}}\n",
        "database: mongodb://amy:geheim@db.example/oaflow\n",
    ],
)
def test_what_cannot_be_but_a_secret_is_told_whatever_it_looks_like(tmp_path: Path, text: str) -> None:
    """Also where the file is hand-written and the secret a short one; left to the environment it is right."""
    bot = "bot: x\nchannels: {main: {id: a, channel_id: '1', channel_secret: opaque}}\n"
    loaded = read(tmp_path, bot + text, {})
    assert [problem.code for problem in loaded.problems if problem.code != "hook-unused"] == [
        "secret-in-file"
    ]
    assert "geheim" not in render(loaded.problems, loaded.sources)
    better = text.replace("geheim", "${PW}").replace("abc", "${PW}")
    left = read(tmp_path, bot + better, {"PW": "p" * 32})
    assert [problem.code for problem in left.problems if problem.code != "hook-unused"] == []


@pytest.mark.parametrize(("token", "told"), [("t" * 31, ["bad-value"]), ("t" * 32, []), ("", [])])
def test_a_token_that_may_be_guessed_is_told(tmp_path: Path, token: str, told: list[str]) -> None:
    """Where the environment has it; what stands in the file is told of already, an empty one closes."""
    text = "bot: x\nchannels: {main: {id: a, channel_id: '1', channel_secret: opaque}}\napi_token: ${T:-}\n"
    loaded = read(tmp_path, text, {"T": token})
    assert [problem.code for problem in loaded.problems] == told
    assert not token or token not in render(loaded.problems, loaded.sources)


def test_a_secret_of_the_environment_is_never_shown(tmp_path: Path) -> None:
    """A1: not even where it is what is wrong."""
    text = MAIN.replace("'1'", "${BAD}") + "    channel_secret: ${SECRET}\n    access_token: ${BAD}\n"
    loaded = read(tmp_path, text, {"BAD": f"{SECRET} x", "SECRET": SECRET})
    assert [problem.code for problem in loaded.problems] == ["bad-value", "bad-value"]
    assert SECRET not in repr(loaded)
    assert SECRET not in render(loaded.problems, loaded.sources)


def test_stars_keep_every_place_where_it_was(tmp_path: Path) -> None:
    """A key that is not known in a channel may be a misspelt secret."""
    text = f"{MAIN}    channel_secret: {SECRET}\n    grups: leave\n"
    loaded = read(tmp_path, text, {})
    assert loaded.sources["bot.yaml"] == text.replace(SECRET, "*" * len(SECRET)).replace("leave", "*****")


def test_four_sections_have_variables_in_any_file(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "hooks.yaml").write_text(
        "hooks:\n  crm: {url: '${CRM_URL}', secret: '${CRM_SECRET:-x}'}\n", "utf-8"
    )
    loaded = read(tmp_path, TEXT, {"ID": "1", "TOKEN": "t", "CRM_URL": "https://crm.example"})
    assert "env-not-here" not in {p.code for p in loaded.problems}
    assert loaded.document is not None
    hooks = plain(loaded.document.root)["hooks"]
    assert hooks == {"crm": {"url": "https://crm.example", "secret": "x"}}


def test_what_is_unset_in_any_file_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "hooks.yaml").write_text("hooks:\n  crm: {url: '${CRM_URL}'}\n", "utf-8")
    loaded = read(tmp_path, TEXT, {"ID": "1", "TOKEN": "t"})
    unset = [problem for problem in loaded.problems if problem.code == "env-unset"]
    assert [(str(p.place), p.place.path) for p in unset] == [("rules/hooks.yaml:2:15", "hooks.crm.url")]


@pytest.mark.parametrize(
    "section",
    [
        f"shops:\n  forest: {{platform: cyberbiz, secret: {SECRET}}}\n",
        f"sms:\n  mitake: {{provider: mitake, password: {SECRET}, x: y}}\n",
        f"hooks:\n  crm: {{secret: [{SECRET}]}}\n",
    ],
)
def test_a_secret_in_any_file_is_never_shown(tmp_path: Path, section: str) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "shop.yaml").write_text(section + "tagz: 1\n", "utf-8")
    loaded = read(tmp_path, TEXT, {"ID": "1", "TOKEN": "t"})
    assert loaded.problems
    assert SECRET not in render(loaded.problems, loaded.sources)
    assert SECRET not in repr(loaded.problems) + repr(loaded.sources)


def test_names_in_messages_are_no_secrets(tmp_path: Path) -> None:
    """An excerpt of a card that is called token shows its text."""
    text = TEXT + "cards:\n  token_help: {text: 請輸入代碼, txt: x}\n"
    loaded = read(tmp_path, text, {"ID": "1", "TOKEN": "t"})
    assert "請輸入代碼" in loaded.sources["bot.yaml"]


def test_where_no_value_is_needed_all_that_are_unset_are_one_warning(tmp_path: Path) -> None:
    """`check`, `test`, `graph` and `explain` run nothing: the playbook is whole all the same."""
    (tmp_path / "bot.yaml").write_text(TEXT, "utf-8")
    without = load(tmp_path, {}, unset="warning")
    (unset,) = without.problems
    assert str(unset.message) == "2 environment variables are not set: ID, TOKEN"
    assert (unset.code, unset.level, unset.place.line) == ("env-unset", "warning", 5)
    assert without.playbook is not None
    assert load(tmp_path, {}).playbook is None
    (unset,) = load(tmp_path, {"ID": "1"}, unset="warning").problems
    assert str(unset.message) == "the environment variable TOKEN is not set"
