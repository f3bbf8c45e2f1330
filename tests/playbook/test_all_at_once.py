"""One mistake hides no other: those of each golden case are reported beside an error of any phase. L1"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from shutil import copy, copytree

import pytest

from bot.model.problem import Problem
from bot.playbook.load import load
from tests.depth import one_of
from tests.playbook.corpus import ENVIRONMENT, NOW, WRONG, cases, found

ELSEWHERE: Mapping[str, str] = {
    "yaml-syntax": 'cards:\n  zzz_card: {text: "一二三\n',
    "duplicate-key": "links:\n  zzz_link: {send: zzz}\n  zzz_link: {send: zzzz}\n",
    "unknown-section": "cardz:\n  zzz_card: {text: 一二三}\n",
    "unknown-key": "rules:\n  - {when: {text: zzz 一二三}, rply: 四五六}\n",
    "missing-key": "hooks:\n  zzz_hook: {returns: {zzz_field: text}}\n",
    "bad-time": "hours:\n  zzz_hours: 9點-25點\n",
    "unknown-card": "rules:\n  - {when: {text: zzz 一二三}, reply: {card: zzz_none}}\n",
    "unknown-flow": "rules:\n  - {when: {text: zzz 一二三}, start: zzz_none}\n",
    "unknown-tag": "rules:\n  - {when: {text: zzz 一二三}, if: {tag: zzz_none}, reply: 四五六}\n",
    "type-mismatch": (
        "attributes:\n  zzz_number: number\nrules:\n  - {when: {text: zzz 一二三}, set: {zzz_number: 四五}}\n"
    ),
    "text-too-long": f"rules:\n  - when: {{text: zzz 一二三}}\n    reply: {'四' * 5001}\n",
    "image-missing": "rules:\n  - {when: {text: zzz 一二三}, reply: {image: cards/zzz_none.png}}\n",
}
"""An error of each phase in a file of its own, with names and texts that no golden case has."""
MEANT = {
    ("unknown-flow", "flow-unused"),
    ("unknown-card", "card-unused"),
    ("unknown-tag", "tag-never-added"),
}
"""While one is called by a name that nobody knows, each of the others may be the one meant."""
NAMED = ("yaml-syntax", "unknown-split", "unknown-split-groups.yaml", 7)
"""A group called `text`: that word stands in what could not be read, too."""
PUTS_TAGS_ON = (
    *("alias-used.yaml", "glued-comment-in-braces.yaml", "glued-comment-in-brackets.yaml"),
    *("nickname-unquoted.yaml", "duplicate-key-hides-nothing.yaml", "star-text.yaml"),
    *("unquoted-placeholder.yaml", "unquoted-placeholder-alone.yaml"),
    "unquoted-placeholder-hides-nothing.yaml",
)
"""What cannot be read of these may put on the tag that nobody knows."""
CASES = [case for case in cases() if case.path.is_file()]
SHARES = 3


def mistakes(problems: Iterable[Problem]) -> set[tuple[object, ...]]:
    """Level, code and place of each."""
    return {(p.level, p.code, p.place.file, p.place.line) for p in problems}


@pytest.mark.ring("all", "checks many wrong playbooks again")
@pytest.mark.parametrize(
    ("share", "turn"), one_of(SHARES * len(ELSEWHERE), product(range(SHARES), range(len(ELSEWHERE))))
)
def test_an_error_elsewhere_hides_no_mistake(tmp_path: Path, share: int, turn: int) -> None:
    """`make test-all` tries a share of the cases with one of the errors each, `make soak` all with all."""
    hidden = []
    other = tmp_path / "rules" / "zzz.yaml"
    other.parent.mkdir()
    copytree(WRONG / "cards", tmp_path / "cards")
    for number, case in enumerate(CASES[share::SHARES], turn):
        code, text = list(ELSEWHERE.items())[number % len(ELSEWHERE)]
        other.write_text(text, "utf-8")
        copy(case.path, tmp_path)
        both = load(tmp_path / case.path.name, ENVIRONMENT, now=NOW).problems
        missing = mistakes(found(case).problems) - mistakes(both)
        hidden += [
            f"{case.name} with {code}: {one}"
            for one in missing
            if (code, one[1]) not in MEANT and (code, *one[1:]) != NAMED
        ]
        if code == "unknown-tag" and case.path.name in PUTS_TAGS_ON:
            continue
        if not any((one.code, one.place.file) == (code, "rules/zzz.yaml") for one in both):
            hidden.append(f"{case.name} hides {code}")
    assert not hidden, "\n".join(hidden)
