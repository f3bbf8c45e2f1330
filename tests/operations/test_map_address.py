"""E3: where a map of a place that somebody sent is, for whoever may see it."""

from __future__ import annotations

import pytest

from bot.model.conversation import Incoming
from bot.operations.contact_words import map_address

MAP = "https://www.google.com/maps/search/?api=1&query=25.033964%2C121.564468"


@pytest.mark.parametrize(
    ("incoming", "address"),
    [
        (Incoming("location", {"title": "家", "latitude": 25.033964, "longitude": 121.564468}), MAP),
        (Incoming("location", {"title": "家", "latitude": "javascript:", "longitude": 1}), ""),
        (Incoming("location", {"title": "家"}), ""),
        (Incoming("location", ""), ""),
        (Incoming("text", "25.03, 121.56"), ""),
    ],
)
def test_a_place_with_coordinates_has_a_map(incoming: Incoming, address: str) -> None:
    assert map_address(incoming) == address
