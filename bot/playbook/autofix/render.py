"""The problem for a slip: its place, and how the lines are to be written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.autofix.draft import Draft, Line, line_of
from bot.playbook.autofix.repairs import Repair
from bot.playbook.shape.suggest_keys import names_secret
from bot.playbook.syntax.source import SourceFile, lines_of

_SHOWN = 10
"""Lines that a hint shows as they should be, at most; for more it says what to do with each."""
_WIDE = "｜｝］＞＃"
"""Full-width signs that a message names where a repair replaces them."""
_UNREAD = frozenset(("yaml-syntax", "tab-indent", "unknown-section"))
"""Messages of these codes say less about a misplaced line than its number of spaces does."""


def render_repair(
    source: SourceFile, draft: Draft, repair: Repair, problem: Problem, lines: Collection[int]
) -> Iterator[Problem]:
    """The slip that a repair mends, with the lines of `draft`, after all repairs."""
    before = Draft.of(source, draft.vocabulary)
    whole = repair.kind in ("text", "below")
    numbers = sorted(n for n in lines if whole or draft.texts[n - 1] != before.texts[n - 1])
    if any(_keeps_secret(before, draft, repair, group) for group in _neighbours(numbers)):
        yield problem
        return
    for group in _neighbours(numbers):
        hint = _hint(before, draft, repair, group)
        here = problem.place.line in group
        if here and _explains_slip(before, draft, repair, problem, group):
            yield replace(problem, hint=hint, note=None)
            continue
        number = group[0]
        if repair.kind == "colon":  # beside it others may be written otherwise
            number = next((n for n in group if n in repair.lines), number)
        if repair.kind == "text":
            number = next((n for n in group[1:] if not before.line(n).blank), number)
        line = before.line(number)
        front = bool(line.front.strip(" ")) and not _signs(before, draft, group)
        column = 1 if front else len(line.front) + 1
        width = len(line.front) if front else len(line.text.rstrip()) + 1 - column
        if repair.kind in ("spaces", "dash") and not front:
            width = len(line.label)
        meant = line_of(draft.texts[number - 1])
        unmoved = repair.kind == "spaces" and not line.front.strip(" ") and meant.column == line.column
        message = problem.message if unmoved else _message(before, draft, repair, line, meant, group)
        yield replace(
            problem, place=source.place_at(number, column), message=message, hint=hint, note=None, width=width
        )


def _keeps_secret(before: Draft, draft: Draft, repair: Repair, group: list[int]) -> bool:
    """Whether lines cannot be shown, as one may hold a secret: then the mistake's own message remains."""
    first, last = group[0], group[-1]
    if not any(names_secret(draft.texts[n - 1]) for n in range(first, last + 1)):
        return False
    moved = draft.line(first).column != before.line(first).column
    if first == last:
        return repair.kind not in ("spaces", "front")
    return repair.kind != "spaces" or not moved


def _neighbours(numbers: list[int]) -> list[list[int]]:
    """The lines that are shown together: those with no more than one other between them."""
    groups: list[list[int]] = []
    for number in numbers:
        if groups and number - groups[-1][-1] <= 2:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def _explains_slip(before: Draft, draft: Draft, repair: Repair, problem: Problem, group: list[int]) -> bool:
    """Whether the message of the mistake already explains the slip."""
    if repair.kind == "spaces":
        return problem.code not in _UNREAD
    if repair.kind in ("list", "brackets"):
        return True
    if repair.kind == "split":
        return False
    if not _signs(before, draft, group) and any(before.line(n).front.strip(" ") for n in group):
        return False
    if repair.kind != "signs":
        return False
    return len(_signs(before, draft, group)) < 2


def _message(
    before: Draft, draft: Draft, repair: Repair, line: Line, meant: Line, group: list[int]
) -> Translatable:
    match repair.kind:
        case "text":
            return tr('the text of "{key}" goes on in this line', key=before.line(repair.owner).key)
        case "below":
            return tr(
                "this line belongs to the text of line {owner}, and has too few spaces before it",
                owner=repair.owner,
            )
        case "dash":
            return tr('a new item begins here: "- " is missing before "{key}"', key=line.key)
        case "colon":
            return tr('":" is missing behind "{key}"', key=meant.key)
        case "braces":
            return tr("a text stands without { and } around it")
        case "signs" | "list" if signs := _signs(before, draft, group):
            shown = " ".join(signs)
            return tr("full-width signs stand here where half-width ones belong: {signs}", signs=shown)
        case "split":
            key = line_of(lines_of(meant.text)[-1]).label if "\n" in meant.text else line.key
            return tr('"{key}" stands on the line of another key', key=key)
        case _ if "\t" in line.front:
            return tr("a tab cannot be used to indent")
        case _ if "\u3000" in line.front:
            wanted = meant.column
            return tr(
                "the spaces before this are full-width ones: type {wanted} half-width ones", wanted=wanted
            )
        case _ if line.front.strip(" "):
            return tr("this line begins with spaces that are no ordinary ones")
        case _ if not meant.column:
            return tr('"{key}" stands at the margin, without spaces in front of it', key=line.label)
        case _:
            return tr(
                '"{key}" takes {wanted} spaces in front of it, not {found}',
                key=line.label,
                wanted=meant.column,
                found=line.column,
            )


def _signs(before: Draft, after: Draft, group: list[int]) -> list[str]:
    """The full-width signs that are not there any more."""
    wide = [
        sign
        for number in group
        for sign in before.texts[number - 1]
        if sign in _WIDE and before.texts[number - 1].count(sign) > after.texts[number - 1].count(sign)
    ]
    return list(dict.fromkeys(wide))


def _hint(before: Draft, draft: Draft, repair: Repair, numbers: list[int]) -> Translatable:
    first, last = numbers[0], numbers[-1]
    texts = [text for n in range(first, last + 1) for text in lines_of(draft.texts[n - 1])]
    wanted = len(texts[0]) - len(texts[0].lstrip(" "))
    secret = any(names_secret(text) for text in texts)
    if secret and first == last:
        return tr("write {wanted} spaces before it", wanted=wanted)
    if (
        repair.kind == "spaces"
        and draft.line(first).column != before.line(first).column
        and (len(texts) > _SHOWN or secret)
    ):
        return tr(
            "write {wanted} spaces before line {first}, and move the lines up to {last} with it",
            wanted=wanted,
            first=first,
            last=last,
        )
    shown = "\n".join(texts)
    if repair.kind == "text":
        return tr(
            "write all of it on one line; or, so that the line breaks stay, write lines {first} to {last} so,"
            " with {inner} spaces before each line below the first:\n{lines}",
            first=first,
            last=last,
            inner=len(texts[-1]) - len(texts[-1].lstrip(" ")),
            lines=shown,
        )
    front = tr("at the margin") if not wanted else tr("with {wanted} spaces in front", wanted=wanted)
    if wanted and len(texts) > 1:
        front = tr("with {wanted} spaces before the first", wanted=wanted)
    if first == last:
        return tr("write line {first} so, {front}:\n{lines}", first=first, front=front, lines=shown)
    return tr(
        "write lines {first} to {last} so, {front}:\n{lines}",
        first=first,
        last=last,
        front=front,
        lines=shown,
    )
