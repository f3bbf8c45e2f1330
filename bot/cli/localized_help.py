"""`--help` and usage errors in the reader's language."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any, NoReturn

from bot.cli.playbook_folder import is_playbook
from bot.model.translatable import ENGLISH, NAMED, Language, Translatable, tr
from bot.playbook.report import cells
from bot.playbook.similar import nearest

_EXAMPLE = "example: "
_PIECES = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+|\s+")
"""What a line may be broken between: a Chinese character each, else words."""
_NO_LINE_BEGINS = frozenset("，。；：、？！）」")
_SAID_BY_ARGPARSE = (
    "the following arguments are required: {names}",
    "unrecognized arguments: {words}",
    "argument {name}: {why}",
    "one of the arguments {names} is required",
    "not allowed with argument {other}",
    "ignored explicit argument {value}",
    "invalid choice: {value} (choose from {known})",
    "invalid int value: {value}",
    "ambiguous option: {option} could match {known}",
    '"{value}" is no number from 1 to {most}',
    '"{value}" is no number of days from 1 to {most}',
    '"{value}" is no number of processes from 1 to {most}',
    '"{value}" is no date like 2026-11-01, nor 7d',
    '"{value}" is no moment like "2026-11-20 10:00", nor a date like 2026-11-20',
)
"""What it says with values in it, and what our own types of arguments make it say; first that fits."""


class SpokenParser(argparse.ArgumentParser):
    """A parser that says in its language what argparse itself says, and takes options, and the
    playbook, at any place."""

    words = ENGLISH

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse, but words behind an option are those of the command, too: `cap 900 --today FOLDER`."""
        if args is not None and self._subparsers is None:
            args = self._words_first(list(args))
        elif args is not None:
            args = self._named(list(args))
        return super().parse_known_args(args, namespace)

    def _named(self, args: list[str]) -> list[str]:
        """The same with the name of an action in one: it may have two words, with the playbook between."""
        [several] = (one for one in self._actions if isinstance(one, argparse._SubParsersAction))
        for at in (1, 2):
            if (name := " ".join(args[0:1] + args[at : at + 1])) in several.choices and len(args) > at:
                return [name, *args[1:at], *args[at + 1 :]]
        return args

    def _words_first(self, args: list[str]) -> list[str]:
        """The same arguments with the options and their values last."""
        if "--" in args:
            return args
        positional, options = [], []
        while args:
            word = args.pop(0)
            option = self._option(word)
            if option is None:
                positional.append(word)
                continue
            options.append(word)
            if "=" not in word:
                values = option.nargs if isinstance(option.nargs, int) else 1
                if option.nargs in ("*", "+", "?"):
                    values = next((n for n, one in enumerate(args) if self._option(one)), len(args))
                options += args[:values]
                del args[:values]
        return [*self._playbook_in_place(positional), *options]

    def _playbook_in_place(self, words: list[str]) -> list[str]:
        """The same words with the playbook where this command has it, first or last."""
        places = [one.dest for one in self._actions if not one.option_strings]
        if len(words) < 2 or not {"playbook", "words"}.intersection(places):
            return words
        leads = places[0] in ("playbook", "words")
        is_first, is_last = is_playbook(words[0]), is_playbook(words[-1])
        if is_first in (is_last, leads):
            return words
        return [words[-1], *words[:-1]] if leads else [*words[1:], words[0]]

    def _option(self, word: str) -> argparse.Action | None:
        """The option that a word is, perhaps shortened; `None` for a value and for what nobody knows."""
        named = word.partition("=")[0]
        known = self._option_string_actions
        if named in known:
            return known[named]
        if not named.startswith("--") or len(named) < 3:
            return None
        found = [option for name, option in known.items() if name.startswith(named)]
        return found[0] if len(found) == 1 else None

    def _get_formatter(self, file: object = None) -> argparse.HelpFormatter:  # `file`: from Python 3.15 on
        return _Formatter(self.words, prog=self.prog, width=shutil.get_terminal_size().columns - 2)

    def error(self, message: str) -> NoReturn:
        """End with how the command is written, and what is wrong."""
        hint = ""
        if port := re.fullmatch(r"unrecognized arguments:.* PORT=(\d+)", message):
            hint = self.words.within("").text(
                tr("; that is for make: here write  --port {port}", port=port[1])
            )
        if choice := re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message):
            known = [name.strip(" '") for name in choice[2].split(",")]
            if (near := nearest(choice[1], known)) is not None:
                hint = self.words.within("").text(tr("; a similar one is {name}", name=near))
        if self.words.name == ENGLISH.name:
            super().error(message + hint)
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {_error(message, self.words)}{hint}\n")


class _Formatter(argparse.HelpFormatter):
    """Examples whole, for they are pasted; Chinese as wide as it is, broken between any two characters."""

    def __init__(self, words: Language, *, prog: str, width: int) -> None:
        super().__init__(prog, width=width)
        self._words = words

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(
            usage, actions, groups, self._words.sentence("usage: ") if prefix is None else prefix
        )

    def format_help(self) -> str:
        text = super().format_help()
        for title in map(self._words.sentence, ("positional arguments", "options")):
            text = text if self._is_english else text.replace(f"{title}:\n", f"{title}：\n")
        return text

    def _format_action(self, action: argparse.Action) -> str:
        """As many spaces fewer behind a name as it is wider than its number of characters."""
        text, name = super()._format_action(action), self._format_action_invocation(action)
        wider = cells(name) - len(name)
        return text.replace(f"{name}  {' ' * wider}", f"{name}  ", 1) if wider else text

    def _split_lines(self, text: str, width: int) -> list[str]:
        return super()._split_lines(text, width) if self._is_english else _lines(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith(self._words.sentence(_EXAMPLE)):
            return indent + text
        if self._is_english:
            return super()._fill_text(text, width, indent)
        return "\n".join(indent + line for line in _lines(text, width - len(indent)))

    @property
    def _is_english(self) -> bool:
        return self._words.name == ENGLISH.name


def spoken_by(arguments: Sequence[str]) -> str | None:
    """The language that `--language` names, before the arguments are parsed, for the errors of that."""
    for this, following in zip_longest(arguments, arguments[1:], fillvalue=""):
        if this == "--language":
            return following or None
        if this.startswith("--language="):
            return this.partition("=")[2] or None
    return None


def speak(parser: argparse.ArgumentParser, language: Language) -> None:
    """From here on this parser, and those of its commands, speak this language."""
    words = language.within("help")
    if isinstance(parser, SpokenParser):
        parser.words = words
    for group in parser._action_groups:
        group.title = _translated(group.title, words)
    parser.description, parser.epilog = (
        _translated(parser.description, words),
        _translated(parser.epilog, words),
    )
    for action in parser._actions:
        action.help = _translated(action.help, words)
        if isinstance(action.metavar, str):
            written, action.metavar = action.metavar, _in_parts(action.metavar, words, " ", " ")
            parser.usage = parser.usage and parser.usage.replace(written, action.metavar)
        if isinstance(action, argparse._SubParsersAction):
            for named in action._choices_actions:
                named.help = _translated(named.help, words)
            for command in action.choices.values():
                speak(command, language)


def _translated(text: str | None, words: Language) -> str | None:
    """A text of a parser; one that has no other words (an example's command) stays as it is."""
    if text is None:
        return None
    if text.startswith(_EXAMPLE):
        return words.sentence(_EXAMPLE) + text.removeprefix(_EXAMPLE)
    if (sentence := words.sentence(text)) != text:
        return sentence
    for key in (text.removesuffix("."), f"{text[:1].lower()}{text[1:]}".removesuffix(".")):
        if (sentence := words.sentence(key)) != key:
            return f"{sentence}。"
    return _in_parts(text, words, "; ", "；")


def _in_parts(text: str, words: Language, between: str, translated: str) -> str:
    """A text of the catalogue, or one that several of them make: what a command's words are, and mean."""
    if (sentence := words.sentence(text)) != text:
        return sentence
    parts = text.split(between)
    said = [words.sentence(one) for one in parts]
    return text if said == parts else translated.join(said)


def _error(message: str, words: Language) -> str:
    for template in _SAID_BY_ARGPARSE:
        pieces = NAMED.split(template)
        pattern = "".join(f"(?P<{p}>.+?)" if n % 2 else re.escape(p) for n, p in enumerate(pieces))
        if found := re.fullmatch(pattern, message, re.DOTALL):
            values = {
                name: _error(value, words) if name == "why" else value
                for name, value in found.groupdict().items()
            }
            return words.text(Translatable(template, tuple(values.items())))
    return words.sentence(message)


def _lines(text: str, width: int) -> list[str]:
    lines, line = [], ""
    for piece in _PIECES.findall(" ".join(text.split())):
        if cells(line + piece.rstrip()) > width and line and piece not in _NO_LINE_BEGINS:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]
