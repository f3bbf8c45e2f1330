"""Puts an answer into a draft: a rule, in the file where rules are, as a person would write it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.operations.new_playbook.starter import answer_of, reply_of, ways_of, with_question_marks
from bot.playbook.graph.look_alikes import YET_TO_WRITE
from bot.playbook.syntax.folder_names import BOT_YAML
from bot.wording.rule_to_paste import pasted, placed, rule_for

SAID_AT_MOST = 200
"""Characters of a way to say it."""
_RULES = "rules/"
"""The folder of files that may hold rules."""


def with_answer(
    sources: Mapping[str, str],
    asked: str,
    answer: str,
    channel: str,
    *,
    question_marks: bool = False,
    contains: bool = False,
) -> tuple[str, str]:
    """The file of the playbook's `sources` that answers this on the channel, and its text with the rule.

    `asked` are ways to say it, between commas; with `question_marks` each also with one at its end. It
    `contains`: whatever has one of them in it is answered. Raises `Refusal` where something of it cannot be
    written.
    """
    ways = ways_of(asked, SAID_AT_MOST)
    lines = rule_for(
        with_question_marks(ways) if question_marks and not contains else ways, contains=contains
    )
    written = [line.replace(YET_TO_WRITE, reply_of(answer_of(answer))) for line in lines]
    of_rules = rule_files(sources)
    place = placed(written, of_rules, channel)
    return place.file, pasted(place, of_rules)


def rule_files(sources: Mapping[str, str]) -> Mapping[str, str]:
    """The files in which rules stand."""
    return {path: text for path, text in sources.items() if path == BOT_YAML or path.startswith(_RULES)}
