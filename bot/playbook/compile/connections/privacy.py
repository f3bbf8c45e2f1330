"""The privacy notice: one text from the fields of the `privacy` block (language, 8.3)."""

from __future__ import annotations

from bot.engine.compiled.card import Bubble, Card
from bot.engine.compiled.playbook import PrivacyNotice
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.shape.formats import PRIVACY_NOTICE
from bot.playbook.syntax.nodes import Map, place_of

AGREES = "回覆即表示同意"


def privacy_of(scope: Scope) -> PrivacyNotice | None:
    """The notice with its card; `None` where the playbook has no `privacy` block."""
    node = scope.book.root.get("privacy")
    if not isinstance(node, Map):
        return None
    texts = {key: scope.text(value) for key, (_, value) in node.pairs.items()}
    form = {"type": "text", "text": notice(texts)}
    card = Card(place_of(node), PRIVACY_NOTICE, (Bubble(form, form),))
    return PrivacyNotice(texts.get("version", ""), card, texts)


def notice(texts: dict[str, str]) -> str:
    """What the law asks to be said before personal data are given (個人資料保護法 §8)."""
    said = {key: texts.get(key, "") for key in ("controller", "purpose", "kinds", "period", "recipients")}
    return "\n".join(
        (
            f"{said['controller']}個人資料蒐集告知",
            f"蒐集目的：{said['purpose']}",
            f"資料類別：{said['kinds']}",
            f"利用期間：{said['period']}",
            f"利用對象與地區：{said['recipients']}",
            f"查詢、更正、刪除或停止利用：{texts.get('rights_contact', '')}",
            "不提供資料，就無法使用這項服務。",
            f"隱私權政策：{texts.get('url', '')}",
            f"服務條款：{texts.get('terms', '')}",
            AGREES,
        )
    )
