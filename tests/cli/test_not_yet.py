"""What a playbook asks for and this version does not do is said when it starts, and nothing else is."""

from __future__ import annotations

from pathlib import Path

from bot.cli.not_yet import not_carried_out
from bot.model.settings import MappedField, Settings, Shop
from tests.cli.oaflow import serving
from tests.playbooks import SMALLEST, compiled

HOOK = "hooks: {crm: {url: 'https://crm.example/', secret: x, body: {}}}\n"
RULE = "rules:\n  - when: {text: 通知}\n    call: crm\n"


def test_a_playbook_of_texts_is_carried_out_as_it_is() -> None:
    assert not_carried_out(SMALLEST, Settings({})) is None


def test_what_fails_and_what_nobody_sees_are_told_apart() -> None:
    told = not_carried_out(compiled(HOOK + RULE), Settings({}, api_token="x"))
    assert told == (
        "with a later version come: hooks (their actions end as failed); "
        "events from outside (nothing is done about them)"
    )


def test_what_is_kept_here_and_not_told_to_the_shop_is_said() -> None:
    """C10: with `write: true` the playbook may set it, and the shop does not hear of it yet."""
    kept, told = MappedField("tier"), MappedField("wish", write=True)
    playbook = compiled("attributes: {tier: text, wish: text}\n")
    assert (
        not_carried_out(playbook, Settings({}, shops={"a": Shop("a", "csv", attributes={"x": kept})})) is None
    )
    shops = {"a": Shop("a", "csv", attributes={"tier": kept, "wish": told})}
    assert not_carried_out(playbook, Settings({}, shops=shops)) == (
        "with a later version come: writing attributes to shops (nothing is done about them)"
    )


async def test_it_is_said_in_one_line(shop: Path) -> None:
    file = shop / "bot.yaml"
    text = file.read_text("utf-8")
    file.write_text(HOOK + text.replace("rules:\n", RULE), "utf-8")
    async with serving(str(shop), "--simulator") as served:
        [line] = [one for one in served.log if "with a later version" in one["message"]]
        assert line["level"] == "warning"
