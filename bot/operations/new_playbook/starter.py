"""The files that a playbook of one's own begins with: small, commented, from what its shop has answered."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.engine.texts.text import fits, fold
from bot.model.translatable import Quoted, Refusal, tr
from bot.playbook.syntax.yaml_text import one_or_list, scalar
from bot.scenario.shape.formats import LOOKS_LIKE_A_NAME
from bot.scenario.steps import CODE_FROM_SMS
from bot.wording.rule_to_paste import ENDINGS

_TEMPLATES = Path(__file__).parent / "templates"
_BLANK = re.compile(r"«(\w+)»")
"""A blank of a template, with its name."""
_BETWEEN = re.compile(r"[、，,；;\n]|(?<=[\u3400-\u9fff？！。])[ \u3000]+(?=[\u3400-\u9fff])")
"""What separates two questions: commas of both widths, a semicolon, a new line, or a space with Chinese on
both sides, which no sentence has."""

FILES: Mapping[str, str] = {
    "bot.yaml": "bot.yaml",
    "rules/answers.yaml": "rules/answers.yaml",
    "cards/messages.yaml": "cards/messages.yaml",
    "flows/feedback.yaml": "flows/feedback.yaml",
    "tests/scenarios/first_words.yaml": "scenarios/first_words.yaml",
    ".env": "env",
    ".gitignore": "gitignore",
}
"""Each file of the new playbook → its template; hidden files would not be installed with the package."""

SECRET = ".env"
"""The one that nobody else may read."""

NAME_AT_MOST = 50
ASKED_AT_MOST = 20
"""What LINE takes on a button: the first question becomes one."""
QUESTIONS_AT_MOST = 10
ANSWER_AT_MOST = 1_000
SAMPLE = {"zh-TW": "意見", "en": "feedback"}
"""What begins the questionnaire of the templates."""
_ALSO_SEEN = frozenset("\u200d\u3000")
"""What Python does not count as printable, and a person sees all the same."""


@dataclass(frozen=True, slots=True)
class Starter:
    """The bot's name; what people ask, in any of these words; what it answers: as `*_of` give it."""

    name: str
    asked: tuple[str, ...]
    answer: str


DEFAULTS: Mapping[str, Starter] = {
    "zh-TW": Starter("我的商店", ("營業時間", "幾點開"), "每天 11:00–21:00"),
    "en": Starter("My shop", ("opening hours", "when are you open"), "Every day 11:00–21:00"),
}


def name_of(written: str) -> str:
    """The bot's name. Raises `Refusal`."""
    return plain_of(written.strip(), NAME_AT_MOST)


def questions_of(written: str, language: str) -> tuple[str, ...]:
    """What people ask, between commas: each once as rules compare them. Raises `Refusal`."""
    found = ways_of(written, ASKED_AT_MOST)
    if CODE_FROM_SMS in map(fold, found):
        raise _means_something(CODE_FROM_SMS)
    if fold(SAMPLE[language]) in map(fold, found):
        sample = Quoted(SAMPLE[language])
        raise Refusal(tr("{word} begins the sample questionnaire: write another question", word=sample))
    return found


def ways_of(written: str, most: int) -> tuple[str, ...]:
    """Ways to ask, between commas, of at most so many characters: each once as rules compare them.

    Raises `Refusal`.
    """
    found: dict[str, str] = {}
    for word in filter(None, (part.strip() for part in _BETWEEN.split(written))):
        found.setdefault(fold(plain_of(word, most)), word)
    if not found:
        raise Refusal(tr("nothing is written there"))
    if len(found) > QUESTIONS_AT_MOST:
        raise Refusal(
            tr("that are {number} ways to ask: at most {most}", number=len(found), most=QUESTIONS_AT_MOST)
        )
    return tuple(found.values())


def with_question_marks(ways: Iterable[str]) -> tuple[str, ...]:
    """Each once, and what no mark ends also with a question mark: to rules it is another text."""
    found: dict[str, str] = {}
    for way in ways:
        found.setdefault(fold(way), way)
        if not way.endswith(ENDINGS):
            asked = f"{way}{'?' if way.isascii() else '？'}"
            found.setdefault(fold(asked), asked)
    return tuple(found.values())


def answer_of(written: str) -> str:
    """What the bot answers. Raises `Refusal`."""
    return plain_of(written.strip(), ANSWER_AT_MOST, lines=True)


def plain_of(text: str, most: int, *, lines: bool = False) -> str:
    """A text that every place of a playbook takes unquoted. Raises `Refusal`."""
    if not text:
        raise Refusal(tr("nothing is written there"))
    if not fits(text, most, "utf16"):
        raise Refusal(tr("this is too long: at most {most} characters", most=most))
    for marks in ("{{", "}}", "${"):
        if marks in text:
            raise _means_something(marks)
    if not all(c.isprintable() or c in _ALSO_SEEN or (lines and c == "\n") for c in text):
        raise Refusal(tr("there is a character in it that nobody can see: type it anew"))
    return text


def _means_something(marks: str) -> Refusal:
    return Refusal(tr("{marks} means something in a playbook: leave it out", marks=Quoted(marks)))


def files(starter: Starter, language: str) -> Mapping[str, str]:
    """The text of every file, by its path in the folder."""
    reply = scalar(starter.answer)
    blanks = {
        "name": scalar(starter.name),
        "asked": one_or_list(map(scalar, with_question_marks(starter.asked))),
        "first": scalar(starter.asked[0]),
        "answer": reply,
        "reply": reply_of(starter.answer),
        "secret": f"replace-me-{secrets.token_hex(16)}",
    }
    return {path: _filled(_TEMPLATES / language / template, blanks) for path, template in FILES.items()}


def reply_of(answer: str) -> str:
    """This answer as the value of `reply`: what could be a card's name is said to be a text."""
    reply = scalar(answer)
    return f"{{text: {reply}}}" if LOOKS_LIKE_A_NAME.fullmatch(answer) else reply


def _filled(template: Path, blanks: Mapping[str, str]) -> str:
    return _BLANK.sub(lambda found: blanks[found[1]], template.read_text("utf-8"))
