"""I1, M2: who a composed broadcast goes to has agreed to marketing, or was never asked."""

from __future__ import annotations

import pytest

from bot.operations.drafts.draft import add
from tests.web.admin.test_compose_pages import SALE, Composing, composing

__all__ = ["composing"]


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("fields", "to"),
    [
        ({}, "to: {contact: {marketing: true}}"),
        (
            {"whom": "audience", "audience": "vips"},
            "to:\n      - audience: vips\n      - contact: {marketing: true}\n",
        ),
        (
            {"whom": "conditions", "c0": "tag", "c0_value": "VIP"},
            "to:\n      - tag: VIP\n      - contact: {marketing: true}\n",
        ),
    ],
)
async def test_only_to_those_who_agreed_is_a_tick(
    composing: Composing, fields: dict[str, str], to: str
) -> None:
    """I1, M2: whomever it is for; opened again it is ticked, and the rest stands as it was chosen."""
    assert (await composing.send("save", **{**SALE, "agreed": "yes", **fields}))[0] == 303
    text = (await composing.written())["rules/broadcasts/雙11.yaml"]
    assert to in text, text
    page = await composing.opened("雙11")
    assert 'name="agreed" value="yes" checked' in page
    assert f'value="{fields.get("whom", "everyone")}" checked' in page
    assert "data-saved" in page
    assert 'name="c1"' not in page
    status, _ = await composing.send("save", page, **{**SALE, **fields})
    assert (status, "marketing" in (await composing.written())["rules/broadcasts/雙11.yaml"]) == (303, False)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_was_never_asked_is_said_in_words(composing: Composing) -> None:
    """I1, M2: in the composer and where it is published, as nobody there writes YAML."""
    live, now = composing.drafts.live, composing.drafts.now()
    fields = "[{ask: 我願意收到優惠訊息, answer: consent}]"
    asks = f"forms: {{survey: {{title: 問卷, fields: {fields}, done: {{reply: 謝謝}}}}}}\n"
    await add(composing.staff.stores, live, "mei", "rules/asks.yaml", asks.encode(), now)
    side = await composing.side(**SALE)
    assert "Only to people who agreed to marketing" in side
    assert "marketing: true" not in side
    assert "never asked" not in await composing.side(**SALE, agreed="yes")
    await composing.send("save", **SALE)
    _, page = await composing.who.get("/admin/playbook/review")
    assert "Only to people who agreed to marketing" in page
    assert "marketing: true" not in page.partition('id="things"')[0]


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("kind", "says"), [("tag", "no tag is chosen yet"), ("!audience", "a condition is not filled in yet")]
)
async def test_a_condition_that_is_not_filled_in_is_asked_for_kindly(
    composing: Composing, kind: str, says: str
) -> None:
    """E4: as what is not finished, not as a mistake in a file."""
    empty = {**SALE, "whom": "conditions", "c0": kind, "c0_value": ""}
    side = await composing.side(**empty)
    assert [says in side, "is empty" in side, "NT$" in side] == [True, False, False]
    status, page = await composing.send("save", **empty)
    assert (status, says in page) == (422, True)
    assert await composing.written() == {}
