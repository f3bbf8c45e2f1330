"""A session is worth something on its channel, for an hour, as it was made; and otherwise nothing."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.line.id_token import LONGEST_NAME
from bot.web.liff.sign_in import Sessions
from tests.conftest import ManualClock

KEY, OTHER = b"k" * 32, b"o" * 32
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@given(channel=NAMES, user=NAMES)
def test_a_session_is_read_back_by_any_process_with_the_key(channel: str, user: str) -> None:
    clock = ManualClock()
    session = Sessions([KEY], clock).new(channel, user)
    assert session.isascii()
    assert Sessions([KEY], clock).user(session, channel) == user


@given(name=st.text(st.characters(codec="utf-8"), max_size=LONGEST_NAME))
def test_it_tells_what_line_calls_them(name: str) -> None:
    sessions = Sessions([KEY], ManualClock())
    session = sessions.new("main", "U1", name)
    assert (sessions.user(session, "main"), sessions.name(session, "main")) == ("U1", name)
    assert sessions.name(session, "other") == ""


@given(channel=NAMES, other=NAMES)
def test_it_is_worth_nothing_on_another_channel(channel: str, other: str) -> None:
    sessions = Sessions([KEY], ManualClock())
    assert (sessions.user(sessions.new(channel, "U1"), other) is not None) == (channel == other)


@given(st.data())
def test_a_changed_one_is_worth_nothing(data: st.DataObject) -> None:
    sessions = Sessions([KEY], ManualClock())
    session = sessions.new("main", "U1")
    place = data.draw(st.integers(0, len(session) - 1))
    sign = data.draw(st.characters(codec="utf-8"))
    changed = session[:place] + sign + session[place + 1 :]
    if changed != session:
        assert sessions.user(changed, "main") is None


@given(st.text(max_size=300))
def test_anything_else_is_worth_nothing(text: str) -> None:
    assert Sessions([KEY], ManualClock()).user(text, "main") is None


def test_content_with_a_signature_of_other_content() -> None:
    sessions = Sessions([KEY], ManualClock())
    mine, theirs = (sessions.new("main", user).split(".") for user in ("U1", "U2"))
    assert sessions.user(f"{theirs[0]}.{mine[1]}", "main") is None
    unsigned = base64.urlsafe_b64encode(b'{"channel":"main","user":"U2","expires":9999999999}').decode()
    for signature in ("", mine[1], "=", "AAAA"):
        assert sessions.user(f"{unsigned}.{signature}", "main") is None


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (3599, True), (3600, False), (86400, False)])
def test_it_lasts_an_hour(seconds: float, good: bool) -> None:
    clock = ManualClock()
    sessions = Sessions([KEY], clock)
    session = sessions.new("main", "U1")
    clock.advance(seconds)
    assert (sessions.user(session, "main") == "U1") == good


def test_a_rotation_of_keys_ends_no_session() -> None:
    clock = ManualClock()
    session = Sessions([KEY], clock).new("main", "U1")
    assert Sessions([OTHER, KEY], clock).user(session, "main") == "U1"
    assert Sessions([OTHER], clock).user(session, "main") is None
    assert Sessions([KEY], clock).user(Sessions([OTHER, KEY], clock).new("main", "U1"), "main") is None
