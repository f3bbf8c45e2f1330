"""N6: `utm` puts parameters on addresses of the shop's own hosts, and on no others."""

from __future__ import annotations

import pytest

from bot.engine.compiled.card import WebAddress
from tests.playbooks import compiled

UTM = "utm_source=line&utm_medium=oa&utm_campaign=sale&utm_content=%E7%9C%8B"


def opened(address: str, utm: str = "{hosts: www.forest.example}") -> str:
    """What the button of a card opens; of an address with a placeholder its pieces."""
    playbook = compiled(f"""
utm: {utm}
cards: {{sale: {{buttons: {{text: 特價, taps: [{{label: 看, open: "{address}"}}]}}}}}}
rules: [{{when: {{text: 特價}}, reply: sale}}]
""")
    action = playbook.cards["sale"].taps[0].action
    assert isinstance(action, dict)
    uri = action["uri"]
    if isinstance(uri, WebAddress):
        return "".join(part if isinstance(part, str) else "…" for part in uri.text.parts)
    return str(uri)


@pytest.mark.parametrize(
    ("address", "becomes"),
    [
        ("https://www.forest.example/a", f"https://www.forest.example/a?{UTM}"),
        ("https://WWW.forest.example/a?b=1", f"https://WWW.forest.example/a?b=1&{UTM}"),
        (
            "https://www.forest.example/{{ contact.name }}",
            f"https://www.forest.example/…?{UTM}",
        ),
    ],
)
def test_on_the_shops_own_hosts(address: str, becomes: str) -> None:
    assert opened(address) == becomes


@pytest.mark.parametrize(
    "address",
    [
        "https://forest.example/a",
        "https://www.forest.example.evil.example/a",
        "https://www.forest.example/a?utm_campaign=mine",
        "https://www.forest.example/a#part",
        "tel:0212345678",
    ],
)
def test_what_is_elsewhere_or_somebodys_own_stays(address: str) -> None:
    assert opened(address) == address


def test_source_and_medium_and_several_hosts() -> None:
    utm = "{hosts: [a.example, b.example], source: LINE官方, medium: msg}"
    for host in ("a.example", "b.example"):
        assert "utm_source=LINE%E5%AE%98%E6%96%B9&utm_medium=msg" in opened(f"https://{host}/x", utm)


def test_a_link_is_its_own_campaign() -> None:
    playbook = compiled("""
utm: {hosts: a.example}
links: {story: {open: "https://a.example/s"}}
rules: [{when: {text: 嗨}, reply: 嗨}]
""")
    address = playbook.links["story"].open
    assert address == "https://a.example/s?utm_source=line&utm_medium=oa&utm_campaign=story"
