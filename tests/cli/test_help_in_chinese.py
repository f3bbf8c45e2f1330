"""`--help`, and what is said of a command that is not written right, speak one language: the reader's."""

from __future__ import annotations

import argparse
import re
from functools import cache

import pytest

from bot.cli.command_line import parser
from bot.cli.help_index import indexed_parser
from bot.cli.localized_help import speak
from bot.cli.main import main
from bot.model.translatable import ENGLISH
from bot.translations.chinese import CHINESE as CHINESE_WORDS
from tests.cli.test_commands import commands

CHINESE = re.compile(r"[\u3400-\u9fff]")
SENTENCE = re.compile(r"\b[a-z]+(?:,? [a-z]+){2,}\b")
"""Three English words in a row are a sentence; a command has fewer."""
WRITTEN = re.compile(r"(例如：|example: ).*")
"""An example's command, in which a shop's words stand."""
CHOICES = re.compile(r"\{[^}]*\}|\[[^\]]*\]")


LANGUAGES = {"zh-TW": CHINESE_WORDS, "en": ENGLISH}


@cache
def spoken(language: str) -> dict[str, argparse.ArgumentParser]:
    top = parser()
    speak(top, LANGUAGES[language])
    return {"": top, **commands(top)}


@pytest.mark.parametrize("command", ["", *commands()])
@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_help_speaks_one_language(command: str, language: str) -> None:
    shown = WRITTEN.sub("", spoken(language)[command].format_help()).replace(f"oaflow {command}", "")
    assert (CHINESE.search(shown) is not None) == (language == "zh-TW")
    if language == "zh-TW":
        assert not SENTENCE.search(CHOICES.sub("", shown)), shown
        assert "usage" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_without_the_imports_of_commands_says_the_same(language: str) -> None:
    """`make documents` writes its file anew."""
    index = indexed_parser([word for name in spoken(language) for word in name.split()])
    speak(index, LANGUAGES[language])
    found = {"": index, **commands(index)}
    assert found.keys() == spoken(language).keys()
    for name, command in spoken(language).items():
        assert found[name].format_help() == command.format_help()


def test_what_a_word_means_stands_below_each_other() -> None:
    """A name in Chinese is twice as wide as it has characters."""
    lines = spoken("zh-TW")["contact show"].format_help().splitlines()
    who = next(line for line in lines if line.startswith("  客人"))
    begins = [who.index("LINE") + len("客人"), next(x for x in lines if "--reveal" in x).index("手機")]
    assert begins[0] == begins[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["graph", "--days", "0"], "--days：要寫天數，1 到 3660，不能寫 0"),
        (["run", "--port", "a"], "--port：要寫數字，不能寫 'a'"),
        (["run", "--prot", "1"], "看不懂這裡：--prot"),
        (["run", "x", "PORT=8811"], "看不懂這裡：PORT=8811；那是 make 的寫法，這裡要寫  --port 8811"),
        (["explain", "."], "這幾個要寫一個：--text --event"),
        (["explain", "--text", "a", "--event", "b"], "--event：不能和 --text 一起寫"),
        (["audit", "--since", "x"], "--since：要寫日期（例如 2026-11-01）或最近幾天（例如 7d），不能寫 x"),
        (["contact", "show", "王", "--turns", "0"], "--turns：要寫 1 到 1000 的數字，不能寫 0"),
        (["keys"], "少寫了：ACTION"),
        (["keys", "old"], "ACTION：不能寫 'old'，可以寫的有 'new'"),
        (["broadcst", "list"], "；有一個很像的：broadcast\n"),
        (["broadcast", "sned"], "；有一個很像的：send\n"),
        (["run", "--port"], "--port：後面要寫一個值"),
        (["explain", "--event", "a", "--tag", "b"], "--event 看的是已經發生的事"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_not_written_right_is_told_in_chinese(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_TW.UTF-8")
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("用法：oaflow")
    assert told in said


def test_the_option_counts_before_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_TW.UTF-8")
    with pytest.raises(SystemExit):
        main(["check", "--language", "en", "--help"])
    assert capsys.readouterr().out.startswith("usage: oaflow check")
