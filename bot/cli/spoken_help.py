"""What `--help` and a command that is not written right say, in the language of whoever reads it."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NoReturn

from bot.cli.days import DAYS
from bot.cli.help_words import ZH
from bot.model.said import ENGLISH, NAMED
from bot.playbook.report import cells

_EXAMPLE = "example: "
_PIECES = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+|\s+")
"""What a line may be broken between: a Chinese character each, else words."""
_NO_LINE_BEGINS = frozenset("，。；：、？！）」")


class SpokenParser(argparse.ArgumentParser):
    """A parser that says in Chinese, where `chinese`, what argparse itself says."""

    chinese = False

    def _get_formatter(self) -> argparse.HelpFormatter:
        if not self.chinese:
            return super()._get_formatter()
        return _Formatter(prog=self.prog, width=shutil.get_terminal_size().columns - 2)

    def error(self, message: str) -> NoReturn:
        """End with how the command is written, and what is wrong."""
        if not self.chinese:
            super().error(message)
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {_error(message)}\n")


class _Formatter(argparse.HelpFormatter):
    """Chinese as wide as it is, and broken between any two characters."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, ZH["usage: "] if prefix is None else prefix)

    def format_help(self) -> str:
        told = super().format_help()
        for title in (ZH["positional arguments"], ZH["options"]):
            told = told.replace(f"{title}:\n", f"{title}：\n")
        return told

    def _split_lines(self, text: str, width: int) -> list[str]:
        return _lines(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in _lines(text, width - len(indent)))


def spoken_by(arguments: Sequence[str]) -> str | None:
    """The language that `--language` names, before all is read: that may have to be told in it."""
    for this, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if this == "--language":
            return following or None
        if this.startswith("--language="):
            return this.partition("=")[2] or None
    return None


def speak(parser: argparse.ArgumentParser, language: str) -> None:
    """From here on this parser, and those of its commands, speak the language of this name."""
    if language == ENGLISH.name:
        return
    if isinstance(parser, SpokenParser):
        parser.chinese = True
    for group in parser._action_groups:
        group.title = _chinese(group.title)
    parser.description, parser.epilog = _chinese(parser.description), _chinese(parser.epilog)
    for action in parser._actions:
        action.help = _chinese(action.help)
        if isinstance(action, argparse._SubParsersAction):
            for named in action._choices_actions:
                named.help = _chinese(named.help)
            for command in action.choices.values():
                speak(command, language)


@cache
def _sentences() -> dict[str, str]:
    return {
        key.replace("{number}", str(DAYS)): text.replace("{number}", str(DAYS)) for key, text in ZH.items()
    }


def _chinese(text: str | None) -> str | None:
    """A text of a parser; one that has no other words (an example's command) stays as it is."""
    if text is None:
        return None
    if text.startswith(_EXAMPLE):
        return f"例如：{text.removeprefix(_EXAMPLE)}"
    sentences = _sentences()
    if text in sentences:
        return sentences[text]
    for key in (text.removesuffix("."), f"{text[:1].lower()}{text[1:]}".removesuffix(".")):
        if key in sentences:
            return f"{sentences[key]}。"
    return text


def _error(message: str) -> str:
    for template, text in ZH.items():
        pieces = NAMED.split(template)
        pattern = "".join(f"(?P<{p}>.+?)" if n % 2 else re.escape(p) for n, p in enumerate(pieces))
        if len(pieces) > 1 and (found := re.fullmatch(pattern, message, re.DOTALL)):
            told = {
                name: _error(value) if name == "why" else value for name, value in found.groupdict().items()
            }
            return text.format_map(told)
    return _sentences().get(message, message)


def _lines(text: str, width: int) -> list[str]:
    lines, line = [], ""
    for piece in _PIECES.findall(" ".join(text.split())):
        if cells(line + piece.rstrip()) > width and line and piece not in _NO_LINE_BEGINS:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]
