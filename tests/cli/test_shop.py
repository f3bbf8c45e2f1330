"""`oaflow shop fields`: what a shop has of a member to map from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.connectors.shops.catalogue import catalogue
from bot.connectors.shops.platforms import offer_of
from tests.cli.commands import Run

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
private_hosts: [127.0.0.1]
shops:
  forest: {platform: cyberbiz, username: u, secret: s, webhook_secret: w}
  list: {platform: csv}
  erp: {platform: hook, url: "http://127.0.0.1:1/", secret: s}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "bot.yaml").write_text(BOT, "utf-8")
    return tmp_path


def test_a_line_for_each_field(shop: Path, run: Run) -> None:
    lines = run("shop", "fields", str(shop), "forest").out.splitlines()
    fields = {line.split()[0]: line.split()[1:] for line in lines}
    assert fields["vip_info.level_name"] == ["text", "金卡"]
    assert fields["bonus_points.total"] == ["number", "120"]
    assert fields["birthday"] == ["date", "1990-05-20", "(may", "be", "written)"]
    assert "（可以寫入）" in run("shop", "fields", str(shop), "forest", "--language", "zh-TW").out
    told = json.loads(run("shop", "fields", str(shop), "forest", "--json").out)
    assert {"path": "tags", "type": "list", "example": '[{"name": "VIP"}]', "writes": False} in told


@pytest.mark.ring("all", "a command from beginning to end")
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("list", "is a list"),
        ("erp", "was asked in vain: it cannot be reached"),
        ("forset", 'a similar name exists: "forest"'),
    ],
)
def test_a_shop_without_a_catalogue(
    shop: Path, capsys: pytest.CaptureFixture[str], name: str, says: str
) -> None:
    assert main(["shop", "fields", str(shop), name]) != 0
    assert says in capsys.readouterr().err


def test_of_several_shops_one_is_named(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shop", "fields", str(shop)]) != 0
    assert "forest" in capsys.readouterr().err


def test_every_field_has_an_example() -> None:
    for platform in ("cyberbiz", "shopline"):
        assert all(one.example and one.type for one in catalogue(offer_of(platform, None)))
