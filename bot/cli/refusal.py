"""A command that is not carried out says why: one line on stderr, in the reader's language."""

from __future__ import annotations

from bot.cli.exit_codes import COULD_NOT, WRONG
from bot.cli.terminal_text import write_err
from bot.model.translatable import Language, Refusal, Translatable, Unavailable
from bot.playbook.report import render
from bot.playbook.valid import PlaybookWrong, Unservable
from bot.store.unavailable import DatabaseUnavailable


class UsageWrong(Refusal):
    """The arguments name what is not there, or are in the wrong place; the sentence says which."""


def refused(why: Exception, words: Language) -> int:
    """Say it, after the problems of a playbook, which are enough where it is wrong; the exit code."""
    if isinstance(why, Unservable):
        write_err(render(why.problems, why.sources, words))
    if not isinstance(why, PlaybookWrong):
        note(why, words)
    return exit_code(why)


def note(what: Exception | Translatable, words: Language) -> None:
    """A line on stderr that is no answer: why there is none, or of whom it is."""
    write_err(f"oaflow: {in_words(what, words)}\n")


def exit_code(why: Exception) -> int:
    """That of what is refused for this reason."""
    return COULD_NOT if isinstance(why, UsageWrong | Unavailable | DatabaseUnavailable) else WRONG


def in_words(why: Exception | Translatable, words: Language) -> str:
    """Its sentence in this language; in English where it has no other words."""
    sentence = why if isinstance(why, Translatable) else message_of(why)
    return str(why) if sentence is None else words.text(sentence)


def message_of(why: object) -> Translatable | None:
    """The sentence of an exception, where it has one."""
    return why.message if isinstance(why, Refusal | DatabaseUnavailable) else None
