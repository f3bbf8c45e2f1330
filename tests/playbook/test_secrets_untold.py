"""Secrets that stand in a file: whatever the slip of the pen, no report, no data and no log has them."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from bot.cli.run import start_refused
from bot.model.translatable import ENGLISH
from bot.playbook.load import load
from bot.playbook.report import as_data, render
from tests.depth import one_of

WORD, TOKEN = "hunter2hunter2", "0123456789abcdef0123456789abcdef"
MAIN = '  main:\n    id: forest\n    channel_id: "1234"\n'
REST = "\nrules:\n  - {when: {text: a}, reply: {text: b}}\n"
PLACES = [
    ("bot: x\n", f"\nchannels:\n{MAIN}{REST}"),
    (f"bot: x\nchannels:\n{MAIN}    ", REST),
    (
        f"bot: x\nchannels:\n{MAIN}rules:\n  - when: {{text: a}}\n    ",
        "\n  - {when: {text: b}, reply: {text: b}}\n",
    ),
]
"""What stands before and behind: at the margin, in a channel, in a rule."""

PAIRS = [
    ("channel_secret", WORD),
    ("access_token", TOKEN),
    ("金鑰", WORD),
    ("app_key", WORD),
    ("database", f"mongodb://u:{WORD}@h/x"),
    ("webhook", f'"https://u:{WORD}@crm.example/"'),
    ("main", f'{{id: forest, channel_id: "1", channel_secret: {WORD}, access_token: {TOKEN}}}'),
    ("channels", f"{{main: {{id: forest, channel_secret: {WORD}, access_token: {TOKEN}}}}}"),
    ("shop", f"{{cyberbiz: {{key: {WORD}, secret: {TOKEN}}}}}"),
    ("keys", f"[{WORD}]"),
    ("text", TOKEN),
]
IN_RULES = ("database", "webhook", "text")
"""What is a secret in a rule, too, where no key has the name of one: https://u:PASSWORD@…"""
SLIPS = [
    "{key}：{value}",
    "{key} = {value}",
    "{key}:{value}",
    "{key} : {value}: x",
    "// {key}: {value}",
    "// {key} {value}",
    "// {value} is the secret of {key}",
    "{key} {value}",
    "{key}: @{value}",
    "{key}: !x {value}",
    "{key}: *{value}",
    "{key}: &{value}",
    '{key}: "{value}',
    '{key}: "a" {value}',
    "{key}: {value} #{value}",
    "{key}: {value}\n{indent}{key}: {value}",
    "{key}: [{value}，{value}]",
    "{key}: {value}\n{indent}-{key}",
    "- {key}: {value}",
    "{key}: ［{value}］",
    "{key}: | {value}",
]


@pytest.mark.ring("all", "a case for each of many")
@pytest.mark.parametrize(
    ("key", "value", "slip"), one_of(5, ((key, value, slip) for key, value in PAIRS for slip in SLIPS))
)
def test_no_hint_says_a_secret_again(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    value: str,
    slip: str,
) -> None:
    """At the margin, in a channel, in a rule."""
    monkeypatch.setattr(start_refused, "is_read_by_people", lambda: False)
    for before, behind in PLACES if key in IN_RULES else PLACES[:-1]:
        line = slip.format(key=key, value=value, indent=before.rpartition("\n")[2])
        (tmp_path / "bot.yaml").write_text(before + line + behind, "utf-8")
        loaded = load(tmp_path, {})
        with caplog.at_level(logging.DEBUG):
            start_refused.log_problems(loaded.problems, loaded.sources)
        told = [
            render(loaded.problems, loaded.sources),
            json.dumps(as_data(loaded.problems, loaded.sources, ENGLISH), ensure_ascii=False),
            repr(loaded.problems),
            *(f"{record.getMessage()} {vars(record)}" for record in caplog.records),
        ]
        assert loaded.problems
        assert not [text for text in told if WORD in text or TOKEN in text], line
