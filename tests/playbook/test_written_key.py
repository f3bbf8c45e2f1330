"""L8: one more key in an entry of a playbook's file, with everything around it as it was."""

from __future__ import annotations

import pytest

from bot.playbook.syntax.written_entry import EntriesUnread, with_key

FILE = """\
channels:
  main:            # ours
    id: a          # with the @
    plan: {
      included: 200 # a month
    }
  # the other
  outlet: {id: b}
  third:

rules: []
"""


def test_it_stands_behind_the_others() -> None:
    made = with_key(FILE, "channels", "main", "sms", "codes")
    assert made == FILE.replace("    }\n", "    }\n    sms: codes\n")


@pytest.mark.parametrize("name", ["outlet", "third", "fourth"])
def test_one_that_is_no_block_is_left_as_it_is(name: str) -> None:
    with pytest.raises(EntriesUnread):
        with_key(FILE, "channels", name, "sms", "codes")


@pytest.mark.parametrize(
    "text", ["channels: {main: {id: a}}\n", "channels:\n  main: {id: a,\n    b: c}\n", "[", ""]
)
def test_what_cannot_be_read_is_left_as_it_is(text: str) -> None:
    with pytest.raises(EntriesUnread):
        with_key(text, "channels", "main", "sms", "codes")


def test_a_key_that_is_there_stays() -> None:
    with pytest.raises(EntriesUnread):
        with_key(FILE, "channels", "main", "id", "b")
