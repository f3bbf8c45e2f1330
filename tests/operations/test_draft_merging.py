"""Two who change one file: nobody's words are lost (L8)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.operations.drafts.merging import merged

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n", "  e: 1\n"]), max_size=12).map("".join)


@given(LINES, LINES)
def test_who_has_changed_nothing_takes_the_other(base: str, changed: str) -> None:
    assert merged(base, changed, base, "live").text == changed
    assert merged(base, base, changed, "live").text == changed
    assert merged(base, changed, changed, "live").text == changed


@given(LINES, LINES, LINES)
def test_no_line_of_either_is_lost(base: str, mine: str, theirs: str) -> None:
    """What one has added or left is there, as it was or as a comment; what nobody has is not."""
    found = merged(base, mine, theirs, "live")
    lines = [line.removeprefix("# ").rstrip() for line in found.text.splitlines()]
    own = mine.splitlines()
    new = [
        line
        for line in theirs.splitlines()
        if theirs.splitlines().count(line) > base.splitlines().count(line)
    ]
    for line in {one.rstrip() for one in new}:
        assert line in lines
    uncommented = [line for line in found.text.splitlines() if not line.startswith("#")]
    for line in {one for one in own if own.count(one) > base.splitlines().count(one)}:
        assert uncommented.count(line) >= own.count(line) - base.splitlines().count(line)
    assert not (found.conflicts == 0 and "# live" in found.text)


def test_changes_at_different_places_stand_both_in_it() -> None:
    base = "rules:\n  - when: {text: a}\n    reply: one\n  - when: {text: b}\n    reply: two\n"
    mine = base.replace("one", "ONE")
    theirs = base.replace("two", "TWO")
    found = merged(base, mine, theirs, "live")
    assert found.conflicts == 0
    assert "ONE" in found.text
    assert "TWO" in found.text


def test_of_one_line_changed_by_both_mine_stands_and_theirs_above_it() -> None:
    found = merged("reply: a\n", "reply: mine\n", "reply: theirs\n", "number 7")
    assert found.text == "# number 7\n# reply: theirs\nreply: mine\n"
    assert found.conflicts == 1
