"""What a playbook asks for and this version does not do is said when it starts, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli.run.announced import not_carried_out
from bot.model.translatable import ENGLISH, Language, Translatable
from bot.playbook import valid
from bot.playbook.valid import valid_playbook
from bot.translations.chinese import CHINESE
from tests.cli.oaflow import ROOT, serving
from tests.playbooks import loaded

SHOP = "shops: {a: {platform: cyberbiz, username: u, secret: s, webhook_secret: w, channel: main}}\n"
NEWS = "rules:\n  - when: {shop: order_paid}\n    push: 謝謝購買\n"


def told(text: str) -> str | None:
    found = valid_playbook(loaded(text))
    later = not_carried_out(found.unbuilt)
    return None if later is None else str(later)


def test_a_playbook_of_texts_is_carried_out_as_it_is() -> None:
    assert told("rules:\n  - {when: {text: 嗨}, reply: 您好}\n") is None


def test_what_is_built_is_not_named() -> None:
    """F3: web hooks are called."""
    hook = "hooks: {crm: {url: 'https://crm.example/', secret: x, body: {}}}\n"
    assert told(hook + "rules:\n  - when: {text: 通知}\n    call: crm\n") is None


def test_each_kind_is_named_once() -> None:
    alerts = "alerts: [{to: line, who: '@boss', when: [quota, shop_failing]}]\ntesters: ['@boss']\n"
    assert told(alerts) == "with a later version come: alerts of troubles (oaflow check --info)"


def test_news_from_the_shop_are_built() -> None:
    """C6."""
    assert told(SHOP + NEWS) is None


async def test_it_is_said_in_one_line(shop: Path) -> None:
    file = shop / "bot.yaml"
    text = file.read_text("utf-8")
    with_shop = text.replace("channel_id:", "shop: a\n    channel_id:", 1).replace("rules:\n", NEWS)
    file.write_text(SHOP + with_shop, "utf-8")
    async with serving(str(shop), "--simulator") as served:
        assert not [one for one in served.log if "with a later version" in one["message"]], "it is played"
    alerts = "testers: ['@amy']\nalerts: [{to: line, who: '@amy', when: [quota, handed_over]}]\n"
    file.write_text(alerts + text, "utf-8")
    async with serving(str(shop), "--simulator") as served:
        [line] = [one for one in served.log if "with a later version" in one["message"]]
        assert line["level"] == "warning"


@pytest.mark.parametrize(
    ("document", "language", "before", "between", "after"),
    [
        ("checks.md", ENGLISH, "not do it yet: ", ", ", "."),
        ("checks.zh-TW.md", CHINESE, "還不會做：", "、", "。"),
    ],
)
def test_the_documents_of_checks_name_just_that(
    document: str, language: Language, before: str, between: str, after: str
) -> None:
    """L1: what was built since is not called missing."""
    section = (ROOT / "docs" / document).read_text("utf-8").split("\n## not-yet\n")[1]
    listed = re.sub(r" ?[(（].*?[)）]", "", section.partition(before)[2]).partition(after)[0].split(between)
    source = Path(valid.__file__).read_text("utf-8")
    kinds = [Translatable(one) for one in re.findall(r'Unbuilt\(\s*tr\("([^"]+)"\)', source)]
    assert kinds
    assert listed == [language.text(kind) for kind in kinds]
