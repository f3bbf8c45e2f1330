"""What of a playbook's files may be kept: no secret that stands in them, and all else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playbook.load import load
from bot.playbook.read import PlaybookContents

HEX = "0123456789abcdef" * 2
RULES = "rules: [{when: follow, reply: 你好}]\n"


def kept(folder: Path, channel: str, rest: str = RULES, **environment: str) -> PlaybookContents:
    text = f"bot: x\nchannels:\n  main: {{id: a, channel_id: '1', {channel}}}\n{rest}"
    (folder / "bot.yaml").write_text(text, "utf-8")
    found = load(folder, environment)
    assert found.contents is not None, found.problems
    return found.contents


def test_names_of_the_environment_are_kept(tmp_path: Path) -> None:
    found = kept(tmp_path, 'channel_secret: "${SECRET}"', SECRET="opaque-value")
    assert "${SECRET}" in found.texts["bot.yaml"]
    assert "opaque-value" not in str(found.texts)
    assert (found.redacted, found.is_whole()) == ((), True)


@pytest.mark.parametrize(
    ("channel", "secret"),
    [
        ("channel_secret: opaque-value", "opaque-value"),
        ('channel_secret: "opaque value"', "opaque value"),
        (f"channel_secret: {HEX}", HEX),
        ("channel_secret: '${SECRET:-opaque-value}'", "opaque-value"),
        ("channel_secret: '${SECRET:-}', access_token: token-value", "token-value"),
    ],
)
def test_a_secret_that_stands_there_is_not(tmp_path: Path, channel: str, secret: str) -> None:
    found = kept(tmp_path, channel, SECRET="x")
    assert secret not in found.texts["bot.yaml"]
    assert found.texts["bot.yaml"].count("\n") == RULES.count("\n") + 3, "line for line"
    assert (found.redacted, found.is_whole()) == (("bot.yaml",), False)


def test_which_defaults_are_secrets(tmp_path: Path) -> None:
    """By file, line and variable: what is not in the texts that are kept."""
    rest = RULES + 'database: "mongodb://oaflow:${PASSWORD:-hunter2}@${HOST:-db.example}/"\n# ${OLD:-x}\n'
    found = kept(tmp_path, "channel_secret: '${SECRET:-opaque-value}', access_token: '${TOKEN:-}'", rest)
    assert found.defaults == (("bot.yaml", 3, "SECRET"), ("bot.yaml", 5, "PASSWORD"))


def test_in_a_comment_it_is_left_out_and_does_no_harm(tmp_path: Path) -> None:
    found = kept(tmp_path, 'channel_secret: "${SECRET}"', f"# was {HEX}\n{RULES}", SECRET="x")
    assert HEX not in found.texts["bot.yaml"]
    assert (found.redacted, found.is_whole()) == (("bot.yaml",), True)


@pytest.mark.parametrize(
    "rest",
    [
        f'rules: [{{when: follow, reply: "https://cdn.example/{HEX}.jpg"}}]\n',
        RULES + "signals: {gift: {token: text}}\n",
        RULES + 'keys: "${OAFLOW_KEYS:-generated}"\n',
        RULES + 'database: "mongodb://oaflow:${PASSWORD}@db.example/"\nkeys: "${OAFLOW_KEYS}"\n',
    ],
    ids=["address", "name", "keys", "password"],
)
def test_what_only_looks_like_one_is_kept(tmp_path: Path, rest: str) -> None:
    """A text for members; a name; what the environment gives."""
    channel = 'channel_secret: "${SECRET}"'
    found = kept(tmp_path, channel, rest, SECRET="x", PASSWORD="y", OAFLOW_KEYS="seal=a")
    assert rest in found.texts["bot.yaml"]
    assert found.is_whole()


def test_a_password_in_an_address_is_not(tmp_path: Path) -> None:
    rest = RULES + 'database: "mongodb://oaflow:hunter2secret@db.example/"\nkeys: "${OAFLOW_KEYS}"\n'
    found = kept(tmp_path, 'channel_secret: "${SECRET}"', rest, SECRET="x", OAFLOW_KEYS="seal=a")
    assert "hunter2secret" not in found.texts["bot.yaml"]
    assert not found.is_whole()


def test_the_file_of_a_shop_is_none_of_the_playbook(tmp_path: Path) -> None:
    """Members' data may lie there."""
    (tmp_path / "members.csv").write_text("a\n")
    rest = RULES + "shops: {own: {platform: csv, file: members.csv}}\n"
    found = kept(tmp_path, 'channel_secret: "${SECRET}"', rest, SECRET="x")
    assert list(found.beside) == []
