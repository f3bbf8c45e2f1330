"""B1, G1, L8: what the forms of binding and of rich menus write, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path

import pytest

from bot.model.channel import Channel
from bot.operations.drafts.forms.binding import BINDING, CHANGED_BINDING
from bot.operations.drafts.forms.entry import NewEntry
from bot.operations.drafts.forms.form import DraftForm
from bot.operations.drafts.forms.menu import CHANGED_MENU, MENU
from bot.operations.drafts.forms.written import made
from bot.operations.drafts.new_menu import removed_menu
from tests.operations.test_new_binding import new_bot
from tests.operations.test_new_menu import FILES
from tests.playbooks import compiled
from tests.web.admin.filled_forms import filled, written
from tests.web.admin.test_more_forms import BOOK

WRITTEN = Path(__file__).parent / "written_by_forms"
BINDS = {
    "controller": "阿美早餐店",
    "url": "https://amei.example/privacy",
    "rights_contact": "amei@amei.example",
    "provider": "mitake",
}
TAKEN = {
    "rules/more.yaml": "sms: {ours: {provider: console}}\nprivacy:\n  keep: {traces: 7d}\n"
    "rules:\n  - {when: {text: 再見}, reply: binding_done}\n",
    "cards/done.yaml": "cards:\n  binding_done: {text: 好了}\n",
    "flows/phone_binding.yaml": "# 還沒寫\n",
}
OUTLET = {
    "bot.yaml": 'bot: 森活\nchannels:\n  main:\n    id: forest\n    channel_id: "1"\n    channel_secret: s\n'
    '  outlet:\n    id: outlet\n    channel_id: "2"\n    channel_secret: s\n',
    "rules/outlet.yaml": "channel: outlet\nrules:\n  - {when: {text: 再見}, reply: 再見}\n",
}
NEW = new_bot()
BINDINGS: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "a new bot": (new_bot(), {}),
    "a new bot in English": (new_bot("en"), {"provider": "every8d"}),
    "all texts": (
        new_bot(),
        {
            "question": "手機: {幾號}\n呢？",
            "thanks": "好了 # 謝謝",
            "invitation": "'來吧'",
            "purpose": "會員: 管理",
            "kinds": "- 手機",
            "period": "1.10",
            "recipients": "no",
            "terms": "https://amei.example/terms",
        },
    ),
    "names that are taken": ({**new_bot(), **TAKEN}, {}),
    "two accounts": (OUTLET, {}),
    "a long name": ({**NEW, "bot.yaml": NEW["bot.yaml"].replace("我的商店", "長" * 50)}, {}),
    "a word that is heard": (
        {path: text.replace("營業時間", "會員") for path, text in new_bot().items()},
        {},
    ),
    "a name of a variable": (
        {**new_bot(), "bot.yaml": new_bot()["bot.yaml"].replace("我的商店", "${BOT}")},
        {},
    ),
}
CHANGED = {"question": "幾號？", "thanks": "好了: {謝謝}\n再見", "invitation": "來吧"}
MENUS = {
    "bot.yaml": "bot: 森活\n",
    "rules/first.yaml": """\
rules:
  - when: {text: 你好}
    pin_menu: 會員
# 由上往下
rich_menus:
  - menu: 活動
    until: 2027-11-12 00:00
    image: cards/guest.png
    grid: [你好]
    areas: {你好: {send: 你好}}
  # 會員
  - menu: 會員
    if: {bound: phone}
    image: cards/guest.png
    grid: [你好]
    areas: {你好: {send: 你好}}
  # 大家
  - menu: 訪客
    if: {channel: main}
    image: cards/guest.png
    grid: [你好]
    areas: {你好: {send: 你好}}
""",
    "tests/scenarios/a.yaml": "scenario: a\nsteps:\n  - menu: 會員\n",
}
VIP = {
    "name": "VIP",
    "viewers": "tag",
    "tag": "VIP",
    "layout": "2",
    "label_1": "逛逛 {VIP}",
    "does_1": "open",
    "to_1": "shop.example/vip",
    "label_2": "會員卡",
    "does_2": "page:member_card",
    "chat_bar": "VIP 專區",
}
NEW_MENUS: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "for a tag": (MENUS, VIP),
    "for who is bound": (MENUS, {**VIP, "viewers": "bound"}),
    "for who is not bound": (MENUS, {**VIP, "viewers": "!bound", "chat_bar": ""}),
    "for everybody": (MENUS, {**VIP, "viewers": "everyone", "does_2": "send"}),
    "before another": (MENUS, {**VIP, "viewers": "everyone", "before": "訪客"}),
    "a name that is taken": (MENUS, {**VIP, "name": "{會員}"}),
    "six areas of one label": (
        MENUS,
        {**VIP, "layout": "6", **{f"label_{one}": "區 域" for one in range(1, 7)}},
    ),
    "one area": (MENUS, {**VIP, "layout": "1", "does_1": "send", "to_1": ""}),
    "no menu yet": ({"bot.yaml": "bot: 森活\n"}, VIP),
    "accounts of their own": (dict(FILES), VIP),
}
VISITOR = {
    "name": "訪客",
    "viewers": "everyone",
    "layout": "1",
    "label_1": "你好",
    "does_1": "send",
    "to_1": "你",
}
CHANGES: Mapping[str, Mapping[str, str]] = {
    "renamed": {"name": "新朋友"},
    "for a tag": {"viewers": "tag", "tag": "好", "picture": "drawn"},
}


def changes(sources: Mapping[str, str], texts: Mapping[str, str]) -> str:
    """All changed lines; of the rest each stays."""
    return "\n".join(
        line
        for path in sorted(texts)
        for line in (f"=== {path}", *_changed(sources.get(path, ""), texts[path]))
    )


def _changed(before: str, after: str) -> list[str]:
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [*lines][2:]


def assert_as_stored(name: str, says: str) -> None:
    """As the file of this name says; where it is removed it is written anew."""
    path = WRITTEN / f"{name}.txt"
    if not path.exists():
        path.write_text(f"{says}\n", "utf-8")
    assert f"{says}\n" == path.read_text("utf-8")


@pytest.mark.parametrize("name", BINDINGS)
def test_binding(name: str) -> None:
    """Of the files that are new, what differs from those of a new bot."""
    sources, fields = BINDINGS[name]
    entry = written(BINDING, sources, **{**BINDS, **fields})
    first = written(BINDING, NEW, **BINDS).texts if fields or sources != NEW else {}
    changed = written(CHANGED_BINDING, {**sources, **entry.texts}, **CHANGED)
    says = [changes({**first, **sources}, entry.texts), changes(entry.texts, changed.texts)]
    assert_as_stored(f"binding_{name.replace(' ', '_')}", "\n".join(says))


def menu(form: DraftForm, sources: Mapping[str, str], about: str = "", **fields: str) -> NewEntry:
    """What a form of menus writes in a bot of two accounts, where a picture has that name already."""
    channels = {one: Channel(one, one, "1", "x") for one in ("main", "outlet")}
    paths = [*sources, "cards/menu_VIP.png"]
    found = filled(form, sources, **fields)
    found = replace(found, about=about, channels=channels, paths=paths, picture=b"x")
    return made(replace(found, playbook=compiled(f"{BOOK}member_card: {{}}\n")))


@pytest.mark.parametrize("name", NEW_MENUS)
def test_menu(name: str) -> None:
    sources, fields = NEW_MENUS[name]
    entry = menu(MENU, sources, **fields, file="own.PNG")
    assert [*entry.files.values()] == [b"x"]
    says = "\n".join([entry.name, *entry.files, changes(sources, entry.texts)])
    assert_as_stored(f"menu_{name.replace(' ', '_')}", says)


@pytest.mark.parametrize("name", CHANGES)
def test_changed_menu(name: str) -> None:
    """Its picture stays, or is drawn anew."""
    entry = menu(CHANGED_MENU, MENUS, "訪客", **{**VISITOR, **CHANGES[name]})
    says = "\n".join([entry.name, *entry.files, changes(MENUS, entry.texts)])
    assert_as_stored(f"menu_changed_{name.replace(' ', '_')}", says)


def test_removed_menu() -> None:
    entry = removed_menu(replace(filled(CHANGED_MENU, MENUS), about="訪客"))
    assert_as_stored("menu_removed", changes(MENUS, entry.texts))
