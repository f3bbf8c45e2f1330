"""LINE's own SDK as a second opinion: its models take what we accept, and our tables are theirs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.engine.rendering.rendering import rendered
from bot.line.objects.actions import IN_MENU, IN_QUICK_REPLY
from bot.line.objects.flex_table import KINDS, PROPERTIES
from bot.line.objects.messages import message_faults
from bot.playbook.load import load
from tests.line.sdk import sdk
from tests.playbook.compiled_cards import filling
from tests.playbook.flex_table_from_sdk import TABLE
from tests.playbook.flex_table_from_sdk import text as table_text
from tests.playbook.test_message_limits import BORDERS, HEAD, bubble, flex, put_files, text

FILLING = filling(lambda placeholder: "小美")
ALL_OF_FLEX = flex(
    bubble(
        text(
            "{{ contact.name or 您 }}",
            wrap=True,
            maxLines=2,
            align="center",
            action={"type": "uri", "uri": "https://a.b"},
        ),
        {"type": "text", "contents": [{"type": "span", "text": "字", "decoration": "underline"}]},
        {
            "type": "image",
            "url": "https://a.b/c.png",
            "size": "full",
            "aspectMode": "cover",
            "animated": False,
        },
        {"type": "separator", "margin": "xl", "color": "#06c755ff"},
        {"type": "filler", "flex": 0},
        {
            "type": "box",
            "layout": "baseline",
            "contents": [{"type": "icon", "url": "https://a.b/c.png", "size": "md", "scaling": True}],
            "background": {
                "type": "linearGradient",
                "angle": "90deg",
                "startColor": "#ffffff",
                "endColor": "#000000",
            },
            "offsetTop": "-4px",
            "cornerRadius": "xxl",
            "borderWidth": "semi-bold",
        },
        hero={
            "type": "video",
            "url": "https://a.b/c.mp4",
            "previewUrl": "https://a.b/c.png",
            "altContent": {"type": "image", "url": "https://a.b/c.png"},
            "aspectRatio": "20:13",
        },
        footer={
            "type": "box",
            "layout": "vertical",
            "contents": [
                {
                    "type": "button",
                    "style": "primary",
                    "height": "sm",
                    "action": {
                        "type": "uri",
                        "label": "看",
                        "uri": "https://a.b",
                        "altUri": {"desktop": "https://a.b"},
                    },
                },
                {
                    "type": "button",
                    "action": {"type": "clipboard", "label": "碼", "clipboardText": "FOREST8"},
                },
                {
                    "type": "button",
                    "action": {"type": "datetimepicker", "label": "日", "data": "d", "mode": "date"},
                },
            ],
        },
        styles={"footer": {"separator": True, "separatorColor": "#06c755"}},
        direction="rtl",
    )
)
CARDS = [*(right for _, right, _ in BORDERS), ALL_OF_FLEX]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put_files(tmp_path_factory.mktemp("playbook"))


def kept(ours: Any, theirs: Any) -> Any:
    """What the SDK has of ours, without the defaults that it adds."""
    if isinstance(ours, dict):
        return {key: kept(value, theirs.get(key)) for key, value in ours.items()}
    if isinstance(ours, list) and len(ours) == len(theirs):
        return [kept(one, other) for one, other in zip(ours, theirs, strict=True)]
    return theirs


@pytest.mark.ring("all", "every message by LINE's SDK")
@pytest.mark.parametrize("card", CARDS, ids=[str(number) for number in range(len(CARDS))])
def test_what_check_accepts_is_right_once_filled_and_the_sdk_drops_nothing(
    folder: Path, card: dict[str, Any]
) -> None:
    text = HEAD + "cards: " + json.dumps({"c": card}, ensure_ascii=False)
    (folder / "bot.yaml").write_text(text, "utf-8")
    playbook = load(folder, {}).playbook
    assert playbook is not None
    done = rendered([playbook.cards["c"]], FILLING)
    assert done.messages
    assert done.problems == ()
    for message in done.messages:
        assert list(message_faults(message)) == []
        assert kept(message, sdk("messaging.models").Message.from_dict(message).to_dict()) == message


@pytest.mark.ring("all", "every message by LINE's SDK")
def test_the_table_of_flex_is_that_of_the_sdk() -> None:
    assert TABLE.read_text("utf-8") == table_text()


def test_actions_hold_what_those_of_the_sdk_do() -> None:
    ours = {**IN_QUICK_REPLY.of, **IN_MENU.of}
    assert {kind: set(action.properties) for kind, action in ours.items()} == {
        kind: set(PROPERTIES[name]) for kind, name in KINDS["Action"].items()
    }
