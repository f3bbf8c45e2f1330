"""What was meant around other systems, forms, lists, alerts and stores, with what to paste."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model.translatable import Quoted, Translatable, tr
from bot.playbook.shape.findings_at import LocatedFinding
from bot.playbook.shape.suggest_words import listed, suggest_word
from bot.playbook.similar import nearest
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar, text_at
from bot.shops.platforms import PLATFORMS

_OTHERS = frozenset(("shopify", "shopee", "shopstore"))
"""Other systems, whose names only look like one that is known."""


def of_shop(place: LocatedFinding) -> Translatable | None:
    """The hints for a word that is no platform, or a shop in the place of its news."""
    node = place.node
    if not isinstance(node, Scalar):
        return None
    if node.path[:1] == ("shops",) and node.path[-1:] == ("platform",):
        return _platform(node.value)
    if node.path[-1:] == ("shop",) and node.value in _names(place.root, "shops"):
        return tr(
            "{name} is the shop itself: write what happens there, such as  {when}",
            name=Quoted(node.value),
            when="when: {shop: order_paid}",
        )
    return None


def swapped(root: Node, first: str, second: str) -> Translatable | None:
    """What to write where a mapping has the shop's field first, and our attribute behind it."""
    ours = _names(root, "attributes")
    if first in ours or second not in ours:
        return None
    return tr("our attribute stands first, the shop's field behind it:  {pair}", pair=f"{second}: {first}")


def swapped_at(place: LocatedFinding, first: str) -> Translatable | None:
    """The same of the key of a mapping."""
    if place.finding.path[:1] != ("shops",) or place.finding.path[-1:] != ("attributes",):
        return None
    behind = place.node.get(first) if isinstance(place.node, Map) else None
    return swapped(place.root, first, behind.value) if isinstance(behind, Scalar) else None


def bare_tag(place: LocatedFinding) -> Translatable | None:
    """A tag's field, where it is written as that of an attribute: nothing is written back of it."""
    path, node = place.finding.path, place.node
    field = node.get("from") if isinstance(node, Map) else None
    if path[:1] != ("shops",) or path[2:3] != ("tags",) or not isinstance(field, Scalar):
        return None
    return tr("write  {key}: {value}", key=str(path[-1]), value=field.value)


def _platform(word: str) -> Translatable | None:
    if word.casefold() not in _OTHERS and (suggest_word(word, PLATFORMS) or nearest(word, PLATFORMS)):
        return None
    return tr(
        "another shop system, or one's own, is asked by web hooks:  {own};  members in a table are  {list}",
        own="platform: hook, url: …, secret: …",
        list="platform: csv",
    )


def _names(root: Node, section: str) -> frozenset[str]:
    there = root.get(section) if isinstance(root, Map) else None
    return frozenset(there.pairs) if isinstance(there, Map) else frozenset()


_CALLED_IN: Mapping[str, Mapping[str, str]] = {
    "hooks": {
        **dict.fromkeys(("網址", "address", "uri", "link", "endpoint", "連結"), "url"),
        **dict.fromkeys(("密鑰", "key", "token", "channel_secret"), "secret"),
        **dict.fromkeys(("回傳", "回應", "response", "result", "returned"), "returns"),
        **dict.fromkeys(("內容", "data", "payload", "params", "send"), "body"),
        **dict.fromkeys(("逾時", "time_out", "give_up_after"), "timeout"),
        **dict.fromkeys(("retry", "retries", "重試"), "tries"),
        **dict.fromkeys(("存", "存到", "keep"), "save"),
    },
    "audiences": {
        **dict.fromkeys(("file", "path", "list", "名單", "檔案", "excel", "from"), "csv"),
        **dict.fromkeys(("欄位", "field", "by", "key"), "column"),
    },
    "alerts": {
        **dict.fromkeys(("url", "email", "mail", "address", "收件人", "網址", "信箱", "line_id"), "who"),
        **dict.fromkeys(("events", "event", "about", "什麼時候", "reason"), "when"),
        **dict.fromkeys(("daily", "summary", "摘要", "每日摘要", "日報", "每天"), "digest"),
        **dict.fromkeys(("server", "smtp", "host", "伺服器"), "through"),
        **dict.fromkeys(("type", "kind", "by", "方式", "channel"), "to"),
    },
    "fields": {
        **dict.fromkeys(("type", "類型", "種類", "of"), "answer"),
        **dict.fromkeys(("attribute", "屬性", "key", "keep", "存"), "save"),
        **dict.fromkeys(("選填", "可不填"), "optional"),
    },
    "forms": {
        **dict.fromkeys(("submit", "送出", "button_text"), "button"),
        **dict.fromkeys(("thanks", "result", "reply", "after", "完成", "謝謝"), "done"),
        **dict.fromkeys(("description", "說明", "text"), "intro"),
    },
    "plan": {
        **dict.fromkeys(("free", "messages", "quota", "免費則數", "則數"), "included"),
        **dict.fromkeys(("price", "each", "per_message", "加購", "單價"), "extra"),
        **dict.fromkeys(("monthly", "fee", "month", "月費"), "monthly_fee"),
    },
    "mapped": {
        **dict.fromkeys(("field", "path", "theirs", "source", "欄位", "來源"), "from"),
        **dict.fromkeys(("write_back", "writable", "writes", "寫回", "可寫回"), "write"),
    },
    "stores": {
        **dict.fromkeys(("name", "店名", "名稱"), "title"),
        **dict.fromkeys(("region", "area", "分區", "區域"), "group"),
    },
}
"""Everyday words for the keys of these sections (or blocks)."""

_AS_LISTS = frozenset(("csv", "file", "list", "名單"))
_ALWAYS_REQUIRED = frozenset(("required", "must", "必填"))
_SEVERAL = frozenset(("multiple", "several", "multi", "choices", "複選", "可複選"))
_DEPENDS = frozenset(("if", "unless", "when", "show_if", "depends_on", "branch", "next"))
_OF_FORMS = frozenset(("form", "表單", "liff"))
_FROM_OUTSIDE = frozenset(("event", "events", "api", "事件", "訊號"))


def suggest_key_here(path: Path, key: str) -> str | None:
    """The key of this place that is meant by an everyday word."""
    return _CALLED_IN.get(_around(path), {}).get(key.casefold())


def of_connection(place: LocatedFinding, key: str) -> tuple[Translatable, Translatable] | None:
    """The message for a key that is written otherwise here, and what to write for it."""
    value, unknown = _value(place, key), tr("unknown key {key}", key=Quoted(key))
    if key in _OF_FORMS and place.title in ("tap", "area"):
        return unknown, tr("write  {key}: {value}", key="page", value=_short(value))
    if key == "page" and place.title in ("rule", "flow rule"):
        button = f"{{text: 請點下方按鈕, quick_replies: [{{label: 填寫, page: {_short(value)}}}]}}"
        return (
            tr("a page is opened by a button: a rule cannot open it"),
            tr("write  {key}: {value}", key="reply", value=button),
        )
    if place.title == "condition" and key in _AS_LISTS:
        return unknown, _of_list(place, _short(value))
    if place.title == "trigger" and key in _FROM_OUTSIDE:
        signals = place.root.get("signals") if isinstance(place.root, Map) else None
        if isinstance(signals, Map) and _short(value) in signals.pairs:
            return unknown, tr("write  {key}: {value}", key="when", value=f"{{signal: {_short(value)}}}")
        return unknown, tr(
            "what another system tells is a signal:  {when},  and  {signals}",
            when=f"when: {{signal: {_short(value)}}}",
            signals=f"signals: {{{_short(value)}: {{}}}}",
        )
    if _around(place.finding.path) == "fields":
        return _of_field(place, key)
    meant = suggest_key_here(place.finding.path, key)
    if meant is None or meant in place.keys:
        return None
    return unknown, tr("here it is called {name}", name=Quoted(meant))


def _of_field(place: LocatedFinding, key: str) -> tuple[Translatable, Translatable] | None:
    value, unknown = _value(place, key), tr("unknown key {key}", key=Quoted(key))
    if key in _ALWAYS_REQUIRED:
        message = tr("a field is answered always, unless it is optional")
        if _short(value) in ("false", "否", "no"):
            return message, tr("write  {key}: {value}", key="optional", value="true")
        return message, tr("leave this out; what may be left open has  optional: true")
    if key in _SEVERAL:
        answer = place.node.get("answer") if isinstance(place.node, Map) else None
        texts = _texts(answer) or ["…"]
        several = f"{{of: {listed(texts)}, choices: several}}"
        return unknown, tr("write  {key}: {value}", key="answer", value=several)
    if key in _DEPENDS:
        return (
            tr("a form asks all its questions, whatever was answered"),
            tr("what depends on an answer is asked by a flow with  page: true;  here write  optional: true"),
        )
    called = suggest_key_here(place.finding.path, key)
    return None if called is None else (unknown, tr("here it is called {name}", name=Quoted(called)))


def _of_list(place: LocatedFinding, file: str) -> Translatable:
    """A condition that names a file: it is an audience's, which has a name."""
    audiences = place.root.get("audiences") if isinstance(place.root, Map) else None
    for name, (_, one) in audiences.pairs.items() if isinstance(audiences, Map) else ():
        if isinstance(one, Map) and text_at(one, "csv") == file:
            return tr("write  {{key}: {value}}", key="audience", value=name)
    return tr(
        "a list is an audience:  {made},  and here stands its name:  {audience: 名單}",
        made=f"audiences: {{名單: {{csv: {file}, column: phone}}}}",
    )


def of_clerks(key: str) -> tuple[Translatable, Translatable] | None:
    """The message for a section of people who work in stores: they are no part of the playbook."""
    if key not in ("clerks", "clerk", "店員", "staff_list"):
        return None
    return (
        tr("clerks of stores do not stand in the playbook, for they change too often"),
        tr("write them into a table, and run  oaflow store clerks import clerks.csv"),
    )


def suggest_fields(path: Path, names: Sequence[str]) -> str | None:
    """The block of names that was meant by a list of them: fields of a hook's answer, or of a signal."""
    if path[-1:] == ("returns",) or (len(path) == 2 and path[0] == "signals"):
        return f"{{{', '.join(f'{name}: text' for name in names)}}}"
    if path[-1:] == ("save",) and path[:1] == ("hooks",):
        return f"{{{', '.join(f'{name}: {name}' for name in names)}}}"
    if path[-1:] == ("body",) and path[:1] == ("hooks",):
        return '{member: "{{ contact.member_no or 無 }}"}'
    return None


def suggest_entry(path: Path, text: str) -> str | None:
    """An entry written as one text: a hook's address, a store's name, an address to mail."""
    if len(path) == 2 and path[0] == "hooks" and "://" in text:
        return f'{{url: "{text}", secret: "${{HOOK_SECRET}}"}}'
    if len(path) == 2 and path[0] in ("stores", "store_groups"):
        return f"{{title: {text}}}"
    if path == ("alerts",) and "@" in text:
        return f'[{{to: mail, who: {text}, through: "${{SMTP_URL}}", when: [handed_over]}}]'
    return None


def _around(path: Path) -> str:
    """The section or block whose words are meant."""
    if path[:1] == ("forms",) and len(path) > 2:
        return "fields" if len(path) == 4 and path[2] == "fields" else ""
    if path[-1:] == ("plan",):
        return "plan"
    if path[:1] == ("shops",) and (path[2:3] == ("attributes",) or path[-1:] == ("consent",)):
        return "mapped"
    return str(path[0]) if len(path) == 2 and path[0] in _CALLED_IN else ""


def _value(place: LocatedFinding, key: str) -> Node | None:
    return place.node.pairs[key][1] if isinstance(place.node, Map) and key in place.node.pairs else None


def _texts(node: Node | None) -> list[str]:
    items = node.items if isinstance(node, List) else ()
    return [item.value for item in items if isinstance(item, Scalar)]


def _short(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) and 0 < len(node.value) <= 40 else "…"
