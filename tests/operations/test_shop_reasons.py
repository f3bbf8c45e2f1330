"""C2, C4: why a shop cannot be asked is said in the language of who reads it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bot.cli.language import language
from bot.connectors.shops.cyberbiz.access import secret_refused
from bot.connectors.shops.members import _credential
from bot.model.settings import ShopSettings
from bot.model.shop_failure import CredentialsMissing, NotUnderstood, ShopAway, ShopFailed
from bot.model.translatable import tr
from bot.operations.shops.reasons import while_trying

CHINESE = language("zh-TW", {})
FOREST = ShopSettings("forest", "cyberbiz", "api_secret")
FAILURES = {one.__name__ for one in ShopFailed.__subclasses__()} - {"NotUnderstood"}
"""But what only who writes the shop's side can mend, which stays as it is, in English."""
SHOPS = Path(__file__).parents[2] / "bot" / "connectors" / "shops"


def _missing() -> CredentialsMissing:
    with pytest.raises(CredentialsMissing) as raised:
        _credential(FOREST, "secret")
    return raised.value


def test_every_reason_can_be_said_in_any_language() -> None:
    """No failure but those for engineers is raised with plain English."""
    plain = [
        f"{file.name}:{node.lineno}"
        for file in sorted(SHOPS.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FAILURES
        if any(isinstance(one, ast.Constant | ast.JoinedStr) and one is node.args[0] for one in node.args)
    ]
    assert not plain


@pytest.mark.parametrize(
    ("error", "what", "way"),
    [
        (secret_refused(403), "商店「forest」尚未購買 API，請改用擴充服務市集串接", "App 市集安裝"),
        (secret_refused(401), "CYBERBIZ 不認得商店「forest」的 API username 和 API secret", "多一個空格"),
        (
            ShopAway(tr("the shop answers {status}", status="500")),
            "商店「forest」現在沒有回應：商店的系統出錯（500）",
            "過幾分鐘",
        ),
        (NotUnderstood(tr("the answer is not JSON")), "對方回的是網頁，可能正在維修", "過幾分鐘"),
        (
            _missing(),
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
