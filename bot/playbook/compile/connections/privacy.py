"""The privacy notice: one text from the fields of the `privacy` block (language, 8.3)."""

from __future__ import annotations

from bot.engine.compiled.card import Bubble, Card
from bot.engine.compiled.playbook import PrivacyNotice
from bot.model.conversation import KEPT_DAYS
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.shape.formats import PRIVACY_NOTICE
from bot.playbook.syntax.nodes import Map, place_of

AGREES = "回覆即表示同意"


def privacy_of(scope: Scope) -> PrivacyNotice | None:
    """The notice with its card; `None` where the playbook has none."""
    node = scope.book.root.get("privacy")
    if not isinstance(node, Map) or not has_notice(scope):
        return None
    texts = {key: scope.text(value) for key, (_, value) in node.pairs.items() if key != "keep"}
    form = {"type": "text", "text": notice(texts)}
    card = Card(place_of(node), PRIVACY_NOTICE, (Bubble(form, form),))
    return PrivacyNotice(texts.get("version", ""), card, texts)


def has_notice(scope: Scope) -> bool:
    """Whether the playbook has a notice, or may have one: `privacy` may say only what is kept."""
    node = scope.book.root.get("privacy")
    only_kept = isinstance(node, Map) and list(node.pairs) == ["keep"]
    return scope.book.may_have("privacy") and not only_kept


def days_kept(scope: Scope) -> int | None:
    """For how many days conversations are kept; `None`: not at all."""
    node = scope.book.root.get("privacy")
    keep = node.get("keep") if isinstance(node, Map) else None
    written = scope.scalar(keep.get("conversations")) if isinstance(keep, Map) else None
    if written is None or not written.value:
        return KEPT_DAYS
    days = written.value.removesuffix("d")
    return int(days) if days.isdecimal() else None


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
