"""`python -m bot.new`: what it writes works in a copy of the sources, and meets the contract."""

from __future__ import annotations

import shutil
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from bot.new import connector
from bot.new.__main__ import main
from tests.sources import ROOT

CONTRACT = ["tests/operations/test_declared.py", "tests/web/api/test_declared.py"]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy, in which something may be written."""
    for name in ("bot", "cards", "deploy", "docs", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def ran(sources: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A module of Python that runs there."""
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=sources, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.ring("all", "a copy of the sources, and tests in a process of their own")
def test_what_is_written_works_and_meets_the_contract_tests(sources: Path) -> None:
    looks = ran(sources, "bot.new", "operation", "gifts.of_shop", "--says", "The gifts of the shop.")
    takes = ["--takes", "coupon:CouponName", "--changes", "menu_paused"]
    changes = ran(sources, "bot.new", "operation", "coupons.hide", *takes)
    assert (looks.returncode, changes.returncode) == (0, 0), looks.stderr + changes.stderr
    assert "bot/operations/declared/gifts.py" in looks.stdout
    own = ["tests/operations/test_gift_of_shop.py", "tests/operations/test_hide_coupon.py"]
    tested = ran(sources, "pytest", "-p", "no:cacheprovider", *own, *CONTRACT, "-k", "gift or hide or api")
    assert tested.returncode == 0, tested.stdout
    assert ran(sources, "ruff", "check", "bot/operations", "tests/operations").returncode == 0
    assert ran(sources, "tests.documents.generated").returncode == 0
    assert "`GET /admin/api/gifts/of-shop`" in (sources / "docs" / "all-operations.md").read_text("utf-8")
    usage = ran(sources, "bot", "gift", "of-shop", "--help", "--language", "en")
    assert "the gifts of the shop" in usage.stdout.lower(), usage.stderr


@pytest.mark.ring("all", "a copy of the sources")
def test_what_is_there_already_stays(sources: Path) -> None:
    ran(sources, "bot.new", "operation", "gifts.show")
    module = sources / "bot" / "operations" / "declared" / "gifts.py"
    before = module.read_text("utf-8")
    (sources / "tests" / "operations" / "test_gift_show.py").unlink()
    again = ran(sources, "bot.new", "operation", "gifts.show")
    assert (again.returncode, module.read_text("utf-8")) == (1, before)
    assert "it is there already" in again.stderr


GIFTS = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
gift_boxes: {秋天: {title: 秋天的禮盒}}
rules:
  - {when: {text: 參加}, take_gift_box: 秋天}
  - {when: {gift_box: 秋天, result: taken}, push: "{{ event.title }}"}
  - {when: {gift_box: any, result: had}, push: 拿過了}
"""
GIVEN = """
scenario: 拿過的
given: {contact: {gift_box: 秋天}}
steps:
  - user: 參加
  - bot: 拿過了
"""


@pytest.mark.ring("all", "a copy of the sources, and tests in a process of their own")
def test_a_kind_of_promotion_is_a_folder_and_a_line(sources: Path, tmp_path: Path) -> None:
    """Its own test runs; `check` finds nothing, a scenario holds, and it imports what a kind may."""
    written = ran(sources, "bot.new", "promotion", "gift_boxes", "--one", "gift_box", "--chinese", "禮盒")
    assert (written.returncode, "PROMOTIONS" in written.stdout) == (0, True), written.stderr
    kinds = sources / "bot" / "model" / "promotions.py"
    kinds.write_text(
        kinds.read_text("utf-8").replace('"appointments")', '"appointments", "gift_boxes")'), "utf-8"
    )
    own = ["tests/promotions/gift_boxes", "tests/repository/test_rooms.py", "tests/repository/test_kinds.py"]
    tested = ran(sources, "pytest", "-p", "no:cacheprovider", *own)
    assert tested.returncode == 0, tested.stdout
    assert ran(sources, "ruff", "check", "bot", "tests/promotions").returncode == 0
    shop = tmp_path / "shop"
    (shop / "tests" / "scenarios").mkdir(parents=True)
    (shop / "bot.yaml").write_text(GIFTS, "utf-8")
    (shop / "tests" / "scenarios" / "had.yaml").write_text(GIVEN, "utf-8")
    for command in ("check", "test"):
        carried_out = ran(sources, "bot", command, str(shop), "--language", "en")
        assert carried_out.returncode == 0, carried_out.stdout + carried_out.stderr
    again = ran(sources, "bot.new", "promotion", "gift_boxes")
    assert (again.returncode, "it is there already" in again.stderr) == (1, True)


@pytest.mark.ring("all", "a copy of the sources, and tests in a process of their own")
def test_a_connector_is_one_folder_and_one_line_and_works(sources: Path) -> None:
    provider = ran(sources, "bot.new", "connector", "sms", "dove")
    platform = ran(sources, "bot.new", "connector", "shops", "pigeon_loft", "--title", "Pigeon loft")
    assert (provider.returncode, platform.returncode) == (0, 0), provider.stderr + platform.stderr
    listed = {"connectors/sms/providers.py", "connectors/shops/platforms.py"}
    assert changed_in(sources) == listed
    tests = ("shops/test_pigeon_loft.py", "sms/test_dove.py", "test_folders.py")
    own = [*(f"tests/connectors/{one}" for one in tests), "tests/cli/test_ways_out.py"]
    tested = ran(sources, "pytest", "-p", "no:cacheprovider", *own)
    assert tested.returncode == 0, tested.stdout
    assert ran(sources, "ruff", "check", "bot/connectors", "tests/connectors").returncode == 0
    again = ran(sources, "bot.new", "connector", "sms", "dove")
    assert (again.returncode, "it is there already" in again.stderr) == (1, True)


def test_a_connector_that_cannot_be_listed_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "connectors/sms/providers.py"
    listed.parent.mkdir(parents=True)
    listed.write_text("FOLDERS = ()\n", "utf-8")
    monkeypatch.setattr(connector, "BOT", tmp_path)
    with pytest.raises(SystemExit, match="no tuple of folders"):
        connector.write(Namespace(kind="sms", name="dove", title=None))
    assert listed.read_text("utf-8") == "FOLDERS = ()\n"


def changed_in(sources: Path) -> set[str]:
    """Of the modules that there were already, by their paths below `bot`."""
    before = {path.relative_to(ROOT): path.read_bytes() for path in (ROOT / "bot").rglob("*.py")}
    return {str(one.relative_to("bot")) for one, was in before.items() if (sources / one).read_bytes() != was}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["operation", "Gifts Show"], "a subject and a verb"),
        (["operation", "gifts.show", "--says", "gifts"], "a sentence"),
        (["operation", "gifts.show", "--changes", "nonsense"], "no kind nonsense"),
        (["operation", "gifts.show", "--takes", "gift"], "a name, and a type"),
        (["promotion", "Gift boxes"], "words of a-z"),
        (["promotion", "gift"], "what one of them is called"),
        (["connector", "sms", "Pigeon post"], "small letters"),
    ],
)
def test_what_its_tests_would_refuse_is_not_written(
    words: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bot.new", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, said in capsys.readouterr().err) == (2, True)
