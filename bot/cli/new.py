"""`oaflow new`: a few questions, then a small playbook in a folder of its own, and how it is opened."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bot.cli.arguments import Arguments, describe
from bot.cli.exit_codes import INTERRUPTED, RIGHT
from bot.cli.language import language
from bot.cli.refusal import note, refused
from bot.cli.terminal_text import write_err, write_out
from bot.engine.texts.text import fold
from bot.model.translatable import Language, Refusal, Translatable, tr
from bot.operations.new_playbook.folder import default_folder, free_folder, may_be_made, write
from bot.operations.new_playbook.starter import DEFAULTS, Starter, answer_of, files, name_of, questions_of
from bot.operations.new_playbook.writing import sound
from bot.wording.command_to_paste import command_to_paste

T = TypeVar("T")

LANGUAGES = {"1": "zh-TW", "2": "en"}
"""As they are chosen at a terminal."""


class _Left(Refusal):
    """Whoever was asked has gone."""

    def __init__(self) -> None:
        super().__init__(tr("nothing was written"))


def arguments(command: ArgumentParser) -> None:
    """What is asked for at a terminal where it is not written, and taken as usual elsewhere."""
    says = (
        "Write a small playbook with comments into a new folder. At a terminal it asks for what"
        " is not given; elsewhere the rest is as usual. Nothing is overwritten."
    )
    example = "oaflow new my-shop --name 森活選品 --ask 營業時間,幾點開 --answer 每天11點到21點"
    describe(command, says, example=example, run=run)
    command.add_argument("folder", nargs="?", metavar="FOLDER", help="the folder to write it into (my-shop)")
    command.add_argument("--name", help="what the shop or the account is called")
    command.add_argument(
        "--ask", metavar="WORDS", help="what people ask most; several ways to say it: with commas"
    )
    command.add_argument("--answer", metavar="TEXT", help="what the bot answers to that")


def run(wanted: Arguments, words: Language) -> int:
    """Write it and say how it is opened; the exit code."""
    speech = words
    try:
        asking = sys.stdin.isatty()
        if asking and wanted.language is None:
            speech = _ask_language(speech)
        folder, starter = _answers(wanted, speech) if asking else _as_usual(wanted, speech)
        written = files(starter, speech.name)
        write(folder, written)
    except KeyboardInterrupt:
        write_err("\n")
        note(_Left(), speech)
        return INTERRUPTED
    except Refusal as error:  # in the language that was chosen
        return refused(error, speech)
    write_out(_next_steps(folder, starter, speech))
    return RIGHT


def _as_usual(wanted: Arguments, speech: Language) -> tuple[Path, Starter]:
    """What was written, and what is usual for the rest. Raises `Refusal`."""
    usual = DEFAULTS[speech.name]
    if wanted.ask is not None and wanted.answer is None:
        raise Refusal(tr("the question of --ask has no answer: add  --answer TEXT"))
    folder = may_be_made(default_folder(Path()) if wanted.folder is None else wanted.folder)
    starter = Starter(
        usual.name if wanted.name is None else name_of(wanted.name),
        usual.asked if wanted.ask is None else questions_of(wanted.ask, speech.name),
        usual.answer if wanted.answer is None else answer_of(wanted.answer),
    )
    return folder, sound(starter, speech.name)


def _answers(wanted: Arguments, speech: Language) -> tuple[Path, Starter]:
    """What was written, and what a person answers about the rest. Raises `Refusal`."""
    usual = DEFAULTS[speech.name]
    mark = "、" if speech.name == "zh-TW" else ", "

    def asked_for(
        given: str | None, question: Translatable, default: str | None, read: Callable[[str], T]
    ) -> T:
        return read(given) if given is not None else _ask(question, default, read, speech)

    def with_name(written: str) -> Starter:
        return sound(replace(usual, name=name_of(written)), speech.name)

    def with_asked(written: str) -> Starter:
        return sound(replace(usual, asked=questions_of(written, speech.name)), speech.name)

    def with_answer(written: str) -> Starter:
        return sound(Starter(name, asked, answer_of(written)), speech.name)

    question = tr("What is your shop or account called?")
    name = asked_for(wanted.name, question, usual.name, with_name).name
    question = tr("What do people ask most? (several ways to say it: with commas)")
    asked = asked_for(wanted.ask, question, mark.join(usual.asked), with_asked).asked
    if wanted.ask is None:
        write_err(f"  {speech.text(tr('these are answered: {ways}', ways=_numbered(asked)))}\n")
    default = usual.answer if asked == usual.asked else None
    starter = asked_for(wanted.answer, tr("And what does the bot answer?"), default, with_answer)
    question = tr("Which folder is it to be written into? (a new one)")
    return asked_for(wanted.folder, question, free_folder(Path()), may_be_made), starter


def _numbered(ways: Sequence[str]) -> str:
    return " ".join(f"{chr(ord('①') + number)}{way}" for number, way in enumerate(ways))


def _ask_language(speech: Language) -> Language:
    """In both languages, for none is chosen yet."""
    usual = next(number for number, name in LANGUAGES.items() if name == speech.name)
    while True:
        written = fold(_line(f"語言 Language: 1 繁體中文, 2 English [{usual}] ")) or usual
        if written in LANGUAGES:
            return language(LANGUAGES[written], os.environ)
        write_err("  請打 1 或 2。 Type 1 or 2.\n")


def _ask(question: Translatable, default: str | None, read: Callable[[str], T], speech: Language) -> T:
    """Ask until the answer can be taken; Enter takes the default. Raises `_Left`."""
    shown = "" if default is None else f" [{default}]"
    while True:
        written = _line(f"{speech.text(question)}{shown}\n> ")
        try:
            return read(default if not written and default is not None else written)
        except Refusal as error:
            write_err(f"  {speech.text(error.message)}\n")


def _line(prompt: str) -> str:
    write_err(prompt)
    written = sys.stdin.readline()
    if not written:
        write_err("\n")
        raise _Left
    return written.strip()


def _next_steps(folder: Path, starter: Starter, speech: Language) -> str:
    """Where it is, what to do first, and the commands, each alone on its line."""
    spoken = () if language(None, os.environ, folder).name == speech.name else ("--language", speech.name)
    here = str(folder)
    lines = [
        speech.text(tr("the playbook of {name} is written: {folder}", name=starter.name, folder=here)),
        "",
        speech.text(tr("open it in the simulator:")),
        f"    {command_to_paste('run', here, '--simulator', *spoken)}",
        "",
        speech.text(
            tr("then change a text in {file}, and save", file=str(folder / "rules" / "answers.yaml"))
        ),
        "",
        speech.text(tr("play its tests, in another window while the simulator runs:")),
        f"    {command_to_paste('test', here, *spoken)}",
    ]
    return "\n".join(lines) + "\n"
