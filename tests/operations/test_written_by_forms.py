"""B1, L8: the files that the form of binding writes, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path

import pytest

from bot.operations.drafts.forms.binding import BINDING, CHANGED_BINDING
from tests.operations.test_new_binding import new_bot
from tests.web.admin.filled_forms import written

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
    made = written(BINDING, sources, **{**BINDS, **fields})
    first = written(BINDING, NEW, **BINDS).texts if fields or sources != NEW else {}
    changed = written(CHANGED_BINDING, {**sources, **made.texts}, **CHANGED)
    says = [changes({**first, **sources}, made.texts), changes(made.texts, changed.texts)]
    assert_as_stored(f"binding_{name.replace(' ', '_')}", "\n".join(says))
