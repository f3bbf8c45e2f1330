"""A1: what people call official accounts; a name that only the playbook knows is the last choice."""

from __future__ import annotations

from bot.model.channel import Channel, channel_titles


def titles(*channels: Channel) -> list[str]:
    return list(channel_titles({one.name: one for one in channels}, "春水茶舖").values())


def test_one_without_a_title_is_called_as_the_bot() -> None:
    assert titles(Channel("main", "@tea", "1", "x")) == ["春水茶舖"]
    assert titles(Channel("main", "@tea", "1", "x", app_name="春水 官方帳號")) == ["春水 官方帳號"]


def test_of_several_those_without_a_title_are_called_by_their_id() -> None:
    outlet, new = Channel("outlet", "@tea_outlet", "2", "x"), Channel("new", "@", "3", "x")
    assert titles(Channel("main", "@tea", "1", "x", app_name="春水"), outlet, new) == [
        *("春水", "@tea_outlet", "new")
    ]
