"""A rule for an unmatched event, and where in the playbook's files it is to be pasted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.engine.compiled.card import TAP
from bot.engine.texts.text import fold
from bot.engine.turn.line_news import news_of
from bot.model.event import News, OtherMessage, Postback, TextMessage, What
from bot.model.place import Place
from bot.model.problem import TextEdit
from bot.playbook.autofix.edits import applied
from bot.playbook.graph.look_alikes import YET_TO_WRITE
from bot.playbook.shape.triggers import MESSAGES, NEWS
from bot.playbook.syntax.folder_names import BOT_YAML
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.yaml_text import braces, one_or_list, scalar

NEW_FILE = "rules/new.yaml"
"""Where a rule goes if no file has rules in lines of their own."""

_RULES = re.compile(r"rules:[ \t]*(?:#.*)?")
"""The line that begins the rules of a file."""
_ITEM = re.compile(r"( *)- +\S")
"""The first line of a rule, with its indentation."""
_CHANNEL = re.compile(r"^channel:[ \t]*(.*)$", re.MULTILINE)
"""The line of a file that limits its rules to some channels, with their names."""


@dataclass(frozen=True, slots=True)
class Paste:
    """A rule as text, and where it is to be pasted."""

    rule: str
    """Lines of YAML, indented for their place."""
    file: str
    line: int | None = None
    """The line (from 1) right below which it goes; `None`: `rule` is the whole text of a new file."""
    below: str = ""
    """The text of that line."""


@dataclass(frozen=True, slots=True)
class _Block:
    """The rules of a file: in which line they are announced, how far they are indented, how many they are."""

    line: int
    indent: int
    number: int


def rule_lines(what: What) -> tuple[str, ...] | None:
    """A rule that matches this, without its answer; `None` where none can."""
    match what:
        case TextMessage(text):
            return rule_for([text])
        case OtherMessage(kind) if kind in MESSAGES:
            return _rule(kind, "reply")
        case Postback(data) if not data.startswith(TAP):
            return _rule(braces({"postback": scalar(data)}), "reply")
        case News("shop" | "link" as kind, subject):  # they come without a token for a reply
            return _rule(braces({kind: scalar(subject)}), "push")
        case _:
            news = news_of(what)
            if news is None or news.kind not in NEWS:
                return None
            if news.kind in _ANSWERED:
                return _rule(news.kind, "reply")
            return (f"- when: {news.kind}", f"  add_tags: [{news.kind}]")


def rule_for(texts: Sequence[str], *, contains: bool = False) -> tuple[str, ...]:
    """A rule that matches these texts, and the same without the marks at their ends, without its answer.

    `contains`: that matches whatever has one of these words in it.
    """
    word, heard = ("text_contains", texts) if contains else ("text", texts_heard(texts))
    return _rule(braces({word: one_or_list(map(scalar, heard))}), "reply")


def texts_heard(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts of a rule for these: each, and each without the marks at its end; of equal ones the first."""
    found: dict[str, str] = {}
    for text in texts:
        for one in (text, text.rstrip("".join(ENDINGS) + " ")):
            if one:
                found.setdefault(fold(one), one)
    return tuple(found.values())


ENDINGS = tuple("？?！!。~～")
"""What people write behind a sentence or leave out; `text` compares it."""


def with_another(text: str, sent: str) -> str:
    """The texts of a rule that so far had this text only, extended by the message."""
    return f"[{scalar(text)}, {scalar(sent)}]"


_ANSWERED = frozenset({"follow", "account_link"})
"""News of LINE that may be answered; after the others nobody is there, or no free answer is possible."""


def _rule(when: str, action: str) -> tuple[str, ...]:
    return (f"- when: {when}", f"  {action}: {YET_TO_WRITE}")


def paste(
    what: What, sources: Mapping[str, str], channel: str, also: Sequence[Place], instead: Place | None
) -> Paste | None:
    """The rule for an event, for a file of the playbook whose rules hold on this channel; `None`: no rule can
    match it.

    `also` are the rules that match it too, but whose conditions did not hold: it goes below the last of them,
    or they would never be asked again. `instead` is a rule for all the rest that has answered: such rules
    are asked last wherever they stand, so it goes into the same file.
    """
    lines = rule_lines(what)
    return None if lines is None else placed(lines, sources, channel, also, instead)


def placed(
    lines: Sequence[str],
    sources: Mapping[str, str],
    channel: str,
    also: Sequence[Place] = (),
    instead: Place | None = None,
) -> Paste:
    """Where the rule that these lines are goes; the other arguments as of `paste`."""
    blocks = {
        file: found
        for file, text in sources.items()
        if _is_of(text, channel) and (found := _block(text)) is not None
    }
    last = next((place for place in reversed(also) if place.file in blocks), None)
    file = _file(blocks, last or instead)
    if file is None:
        return Paste("\n".join(["rules:", *(f"  {line}" for line in lines)]), _free(sources))
    block, text = blocks[file], SourceFile(file, sources[file]).lines
    line = block.line if last is None else _end(text, last.line, block.indent)
    indented = "\n".join(" " * block.indent + one for one in lines)
    return Paste(indented, file, line, text[line - 1].strip())


def pasted(paste: Paste, sources: Mapping[str, str]) -> str:
    """The text of the file, with the rule in it."""
    if paste.line is None:
        return f"{paste.rule}\n"
    below = paste.line + 1
    return applied(sources[paste.file], [TextEdit(below, 1, below, 1, f"{paste.rule}\n")])


def _file(blocks: Mapping[str, _Block], near: Place | None) -> str | None:
    """That of a rule beside which it belongs, else the one with most rules."""
    if near is not None and near.file in blocks:
        return near.file
    return max(blocks, key=lambda file: (blocks[file].number, file != BOT_YAML), default=None)


def _block(text: str) -> _Block | None:
    """The rules of this file, where each has lines of its own."""
    lines = SourceFile("", text).lines
    begins = next((number for number, line in enumerate(lines, 1) if _RULES.fullmatch(line)), None)
    if begins is None:
        return None
    items = [found for line in _section(lines[begins:]) if (found := _ITEM.match(line)) is not None]
    if not items:
        return None
    indent = len(items[0][1])
    return _Block(begins, indent, sum(len(item[1]) == indent for item in items))


def _section(lines: Iterable[str]) -> Iterable[str]:
    """The lines until the next section begins."""
    for line in lines:
        if re.match(r"[^\s#-]", line):
            return
        yield line


def _end(lines: Sequence[str], first: int, indent: int) -> int:
    """The last line of the rule that begins in line `first`."""
    end = first
    for number, line in enumerate(lines[first:], first + 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if len(line) - len(line.lstrip()) <= indent:
            break
        end = number
    return end


def _is_of(text: str, channel: str) -> bool:
    """Whether the rules of a file hold on this channel, without its name on all: it may be for some only."""
    only = _CHANNEL.search(text)
    found = only and channel and re.search(rf"(?<![\w-]){re.escape(channel)}(?![\w-])", only[1])
    return only is None or bool(found)


def _free(sources: Mapping[str, str]) -> str:
    """A file that is not there yet."""
    stem = NEW_FILE.removesuffix(".yaml")
    names = [NEW_FILE, *(f"{stem}{number}.yaml" for number in range(2, len(sources) + 3))]
    return next(name for name in names if name not in sources)
