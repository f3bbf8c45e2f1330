"""G1, L8: a rich menu that is renamed is renamed wherever a playbook names it, and nothing else is."""

from __future__ import annotations

from bot.operations.drafts.new_menu import is_pinned, places_renamed

SOURCES = {
    "rules/a.yaml": """\
rules:
  - when: {text: VIP}          # a text of the same word
    pin_menu: VIP              # for good
  - when: {text: 試用}
    do:
      - pin_menu: {menu: VIP, for: 7d}
      - add_tags: [VIP]
rich_menus:
  - menu: VIP
    areas: {看: {send: VIP}}
""",
    "tests/scenarios/a.yaml": "steps:\n  - menu: VIP\n  - menu: {VIP: 服務}\n  - user: VIP\n",
    "rules/b.yaml": "rules:\n  - when: {text: VIP}\n    reply: VIP\n",
}


def test_actions_and_scenarios_name_it_anew_and_the_entry_is_left() -> None:
    made = places_renamed(SOURCES, "VIP", "好: 朋友")
    rules = SOURCES["rules/a.yaml"].replace("pin_menu: VIP ", 'pin_menu: "好: 朋友" ')
    assert made["rules/a.yaml"] == rules.replace("{menu: VIP, for", '{menu: "好: 朋友", for')
    assert made["tests/scenarios/a.yaml"] == (
        'steps:\n  - menu: "好: 朋友"\n  - menu: {"好: 朋友": 服務}\n  - user: VIP\n'
    )
    assert set(made) == {"rules/a.yaml", "tests/scenarios/a.yaml"}


def test_whether_people_have_it_by_its_name() -> None:
    assert is_pinned(SOURCES, "VIP")
    assert not is_pinned(SOURCES, "訪客")
    assert not is_pinned({"tests/scenarios/a.yaml": SOURCES["tests/scenarios/a.yaml"]}, "VIP")
