"""Ids that follow from others are those that the standard library makes: what is stored stays known."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from bot.model.outgoing import DerivedIds

SPACE = uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730002")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_they_are_uuids_of_version_5(name: str) -> None:
    """RFC 9562, section 5.5."""
    ids, wanted = DerivedIds(SPACE), uuid.uuid5(SPACE, name)
    assert (ids.hex_of(name), ids.uuid_of(name)) == (wanted.hex, str(wanted))
    assert ids.hex_of(name) == wanted.hex, "asked again it is the same"
