"""C2, C4: why a shop cannot be asked is said in the language of who reads it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.language import language
from bot.model.settings import ShopSettings
from bot.model.translatable import Translatable, tr
from bot.operations.shops.reasons import while_trying, why_failed
from bot.shops.cyberbiz_access import secret_refused
from bot.shops.failure import CredentialsMissing, NotUnderstood, ShopAway, ShopFailed

BOT = Path(__file__).parents[2] / "bot"
CHINESE = language("zh-TW", {})
FOR_ENGINEERS = {"NotUnderstood", "SeveralMembers"}
"""What only who writes the shop's side can mend stays as it is, in its own words."""
FAILURES = {one.__name__ for one in ShopFailed.__subclasses__()} - FOR_ENGINEERS
FOREST = ShopSettings("forest", "cyberbiz", "api_secret")


def reasons() -> Iterator[str]:
    """Every sentence by which a failure is raised in `shops/`; a value in it is "7"."""
    for file in sorted((BOT / "shops").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FAILURES:
                match node.args:
                    case [ast.Constant(value=str(text))]:
                        yield text
                    case [ast.JoinedStr(values=parts)]:
                        yield "".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in parts)
                    case _:  # said elsewhere, and passed on
                        pass


@pytest.mark.parametrize("why", sorted(set(reasons())))
def test_every_reason_has_its_sentence_in_both_languages(why: str) -> None:
    said = why_failed(why)
    assert isinstance(said, Translatable)
    assert str(said) == why
    assert CHINESE.text(said) != why


def test_what_nobody_words_stays_as_it_is() -> None:
    assert why_failed("a customer without id") == "a customer without id"
    assert why_failed("the shop answers 500") == tr("the shop answers {status}", status="500")


@pytest.mark.parametrize(
    ("error", "what", "way"),
    [
        (secret_refused(403), "商店「forest」尚未購買 API，請改用擴充服務市集串接", "App 市集安裝"),
        (secret_refused(401), "CYBERBIZ 不認得商店「forest」的 API username 和 API secret", "多一個空格"),
        (ShopAway("the shop answers 500"), "商店「forest」現在沒有回應：商店的系統出錯（500）", "過幾分鐘"),
        (NotUnderstood("the answer is not JSON"), "對方回的是網頁，可能正在維修", "過幾分鐘"),
        (
            CredentialsMissing('the shop "forest" has no "secret": add  secret: ${…}  to its settings'),
            "還沒有 secret",
            ".env",
        ),
    ],
)
def test_a_refused_link_says_why_and_each_way_out_in_chinese(error: ShopFailed, what: str, way: str) -> None:
    """C2: 「尚未購買 API，請改用擴充服務市集串接」, and no English in between."""
    refused = while_trying(FOREST, error)
    assert what in CHINESE.text(refused.what)
    assert any(way in CHINESE.text(one) for one in refused.ways)
