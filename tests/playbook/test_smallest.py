"""The smallest playbook, word for word, and what it becomes (F1, F4)."""

from __future__ import annotations

from pathlib import Path

from bot.engine.actions.tags import AddTags
from bot.engine.compiled.card import Bounded
from bot.engine.compiled.rule import OnNews, OnText, OnTextContaining
from bot.engine.compiled.step import SendMessages, Step
from bot.engine.texts.template import Placeholder, Template
from bot.model.channel import Channel
from bot.model.place import Place
from bot.playbook.load import Loaded, load

SMALLEST = Path(__file__).parent / "ok" / "smallest.yaml"
ENVIRONMENT = {
    "LINE_CHANNEL_ID": "1657000000",
    "LINE_CHANNEL_SECRET": "opaque",
    "LINE_CHANNEL_ACCESS_TOKEN": "token",
}


def said(step: Step) -> list[object]:
    """What a `reply` says: texts, and templates where something is filled in."""
    assert isinstance(step, SendMessages)
    forms = [bubble.form["text"] for card in step.cards for bubble in card.bubbles]
    return [form.text if isinstance(form, Bounded) else form for form in forms]


def smallest(tmp_path: Path, environment: dict[str, str]) -> Loaded:
    (tmp_path / "bot.yaml").write_bytes(SMALLEST.read_bytes())
    return load(tmp_path, environment)


def test_it_compiles_to_what_it_says(tmp_path: Path) -> None:
    loaded = smallest(tmp_path, ENVIRONMENT)
    playbook, settings = loaded.playbook, loaded.settings
    assert playbook is not None
    assert playbook.bot == "森活選品"
    assert [(name, rules.groups) for name, rules in playbook.channels.items()] == [("main", "leave")]
    assert settings.channels == {"main": Channel("main", "@forest", "1657000000", "opaque", "token")}
    assert (settings.database, settings.keys) == ("embedded", "generated")
    follow, hours, sale = playbook.rules
    assert follow.when == (OnNews("follow"),)
    assert follow.do[0].place == Place("bot.yaml", 11, 5, "rules[0].reply")
    assert said(follow.do[0]) == [Template(("歡迎 ", Placeholder("contact", "name"), "！"))]
    assert hours.when == (OnText(("營業時間", "幾點開")),)
    assert hours.place == Place("bot.yaml", 12, 5, "rules[1]")
    assert said(hours.do[0]) == ["每天 11:00–21:00"]
    assert sale.when == (OnTextContaining(("優惠",)),)
    assert sale.do[0] == AddTags(Place("bot.yaml", 16, 9, "rules[2].do[0].add_tags"), ("看過優惠",))
    assert said(sale.do[1]) == ["本週全館 85 折"]


def test_the_file_itself_may_be_named(tmp_path: Path) -> None:
    by_folder = smallest(tmp_path, ENVIRONMENT).playbook
    by_file = load(tmp_path / "bot.yaml", ENVIRONMENT).playbook
    assert by_folder is not None
    assert by_file is not None
    assert (by_file.version, by_file.rules) == (by_folder.version, by_folder.rules)


def test_everything_that_this_version_understands() -> None:
    environment = {**ENVIRONMENT, "MONGODB_URI": "mongodb://db.example/x", "OAFLOW_KEYS": "ring"}
    loaded = load(SMALLEST.with_name("everything.yaml"), environment)
    playbook, settings = loaded.playbook, loaded.settings
    assert playbook is not None
    assert (settings.database, settings.keys) == ("mongodb://db.example/x", "ring")
    assert settings.channels["main"].id == "@forest"
    assert settings.channels["main"].access_token is None
    assert settings.channels["main"].groups == "silent"
    assert settings.channels["outlet"] == Channel("outlet", "@outlet", "12345", "opaque")
    first, again, written, tea, _ = playbook.rules
    assert first.when == (OnNews("follow", ("first",)),)
    assert again.when == (OnNews("follow", ("again",)), OnText(("#回來",)))
    assert said(again.do[0]) == ["歡迎回來\n這是第二行 #hashtag"]
    assert written.when == (OnText(("1.10", "true", "012", "on", "0912345678", "10:30", "2026-11-01")),)
    assert tea.when == (OnTextContaining(("茶", "：", "no")),)


def test_the_key_ring_of_the_environment_is_the_default(tmp_path: Path) -> None:
    assert smallest(tmp_path, {**ENVIRONMENT, "OAFLOW_KEYS": "ring"}).settings.keys == "ring"
