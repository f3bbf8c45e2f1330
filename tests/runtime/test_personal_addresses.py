"""F7: addresses that are one person's own are read back as they were made, and made by nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.compiled.card import ADDRESS_MOST
from bot.engine.compiled.own_address import CARRIED_MOST, own_address, tap_address, tap_code
from bot.model.outgoing import Outgoing, OutgoingKind
from bot.runtime.sending.personal_addresses import Personal, PersonalAddresses
from tests.conftest import NOW
from tests.playbooks import compiled

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEY, OTHER = b"k" * 32, b"o" * 32
PUBLIC = "https://bot.example"
PLAYBOOK = compiled(
    """\
channels:
  main: {id: forest, channel_id: "1", channel_secret: x}
  member:
    {id: member, channel_id: "2", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}
links:
  stand: {send: 優惠}
  story: {open: "https://forest.example/story"}
rules:
  - {when: {text: 優惠}, reply: 八折}
"""
)
USER = "U" + "0123456789abcdef" * 2
STAND, STORY = (own_address(PUBLIC, "l", "main", code) for code in ("stand", "story"))
PARTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)


def addresses(*keys: bytes) -> PersonalAddresses:
    return PersonalAddresses(keys or (KEY,), PUBLIC, lambda: PLAYBOOK)


def call(*messages: dict[str, Any], channel: str = "main", kind: OutgoingKind = "push") -> Outgoing:
    return Outgoing("E1#0", "E1", channel, kind, USER, orjson.dumps({"messages": messages}), NOW, NOW)


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


def put(one: Outgoing) -> Any:
    """The messages with the person's own addresses."""
    return orjson.loads(addresses().in_messages(one).body)["messages"]


def read(address: str) -> Personal | None:
    begin, _, sealed = address.rpartition("/")
    assert begin == f"{PUBLIC}/o"
    return addresses().read(sealed)


MOMENTS = st.integers(0, 4_000_000_000_000).map(lambda ms: EPOCH + timedelta(milliseconds=ms))


@given(
    channel=PARTS,
    user=PARTS,
    code=PARTS,
    to=st.none() | PARTS,
    kind=st.sampled_from(("l", "o")),
    at=MOMENTS,
)
def test_an_address_is_read_back_by_any_process_with_the_key(
    channel: str, user: str, code: str, to: str | None, kind: Any, at: datetime
) -> None:
    made = Personal(channel, user, kind, code, at, to)
    address = addresses().address(made)
    assert read(address) == made
    assert addresses(OTHER, KEY).read(address.rpartition("/")[2]) == made, "after a rotation"
    assert addresses().address(made) == address, "the same call tried again says the same"


@given(st.data())
def test_a_changed_one_opens_nothing(data: st.DataObject) -> None:
    sealed = addresses().address(Personal("main", USER, "o", "0" * 16, NOW)).rpartition("/")[2]
    place = data.draw(st.integers(0, len(sealed) - 2))
    changed = sealed[:place] + data.draw(st.characters(codec="utf-8")) + sealed[place + 1 :]
    if changed.lower() != sealed:
        assert addresses().read(changed) is None
    assert addresses(OTHER).read(sealed) is None


@given(st.text(max_size=200))
def test_no_text_of_others_opens_anything(sealed: str) -> None:
    assert addresses().read(sealed) is None


def test_it_shows_nobody_whose_it_is() -> None:
    address = addresses().address(Personal("main", USER, "o", "0" * 16, NOW))
    assert USER.lower() not in address
    assert address.removeprefix(f"{PUBLIC}/o/").isalnum(), "nothing that a chat takes for the end of a link"


def test_links_in_texts_and_taps_in_buttons() -> None:
    uri = tap_address(PUBLIC, "main", "card/選購")
    button = {"type": "uri", "label": "選購", "uri": uri}
    imagemap = {"type": "uri", "linkUri": uri}
    said, *buttons = put(call(text(f"看 {STAND} ，或 {STORY}。"), button, imagemap))
    first, second = (word.rstrip("。") for word in said["text"].split() if word.startswith("http"))
    assert read(first) == Personal("main", USER, "l", "stand", NOW)
    assert read(second) == Personal("main", USER, "l", "story", NOW)
    tap = Personal("main", USER, "o", tap_code("card/選購"), NOW)
    assert [read(buttons[0]["uri"]), read(buttons[1]["linkUri"])] == [tap, tap]


def test_where_a_tap_leads_that_was_filled_for_this_person() -> None:
    to = "https://shop.example/?name=%E5%B0%8F%E7%BE%8E&n=1#top"
    (button,) = put(call({"type": "uri", "uri": tap_address(PUBLIC, "main", "card/訂單", to)}))
    assert read(button["uri"]) == Personal("main", USER, "o", tap_code("card/訂單"), NOW, to)


def test_the_longest_is_one_that_line_takes() -> None:
    to = "https://shop.example/".ljust(CARRIED_MOST, "x")
    longest = Personal("c" * 40, USER, "o", "0" * 16, NOW, to)
    assert len(addresses().address(longest)) <= ADDRESS_MOST - 60


def test_a_name_that_looks_like_an_address_leads_nowhere() -> None:
    """A person could else have us make an address of our own that leads where they like."""
    forged = tap_address(PUBLIC, "main", "card/選購", "https://evil.example/")
    for said in (forged, f'","uri":"{forged}"', f'"uri":"{forged}"'):
        assert put(call(text(said))) == [text(said)]


def test_a_text_that_liff_can_say_goes_through_liff() -> None:
    """There it is said by itself, and by whom is proven; what is opened is known by the address."""
    stand, story = (own_address(PUBLIC, "l", "member", code) for code in ("stand", "story"))
    said, opened = put(call(text(stand), text(story), channel="member"))
    assert said == text(stand)
    assert read(opened["text"]) == Personal("member", USER, "l", "story", NOW)


@pytest.mark.parametrize(
    "one",
    [
        call(text(own_address(PUBLIC, "l", "main", "gone"))),
        call(text(STAND), channel="member"),
        call({"type": "uri", "uri": tap_address(PUBLIC, "main", "card/選購")}, channel="member"),
        call(text("https://elsewhere.example/l/main/stand")),
        call(text(STAND), kind="note"),
    ],
)
def test_what_stays_as_it_is(one: Outgoing) -> None:
    assert addresses().in_messages(one).body == one.body
