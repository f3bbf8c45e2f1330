"""`oaflow richmenu`: what is to be done at LINE, doing it, linking anew, drawing pictures. G1, G2, A8."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

import bot.operations.cjk_font
from bot.cli.main import main
from bot.operations.cjk_font import cjk_font
from bot.playbook.drawing.menu_picture import FontFile, NoFont, Tile, menu_picture
from bot.store.contacts.menu_people import MenuPeople
from bot.store.database.mongo import Database
from bot.store.sealing.keyring import generate
from bot.store.sealing.seal import Seal
from tests.cli.commands import Run, Said
from tests.pictures import png
from tests.runtime.menus_at_line import MenuLine, menu_line

BYTES_MOST = 1_000_000
"""Of a picture of a menu, as LINE takes it."""
BOT = """\
bot: 森活選品
database: "DATABASE"
channels:
  main: {id: forest, channel_id: "1234", channel_secret: opaque, access_token: token-of-main}
tags: {VIP: {}}
rich_menus:
  - menu: VIP
    if: {tag: VIP}
    tabs:
      選購:
        image: cards/shop.png
        grid: [甲 乙]
        areas: {甲: {label: 服務, tab: 服務}, 乙: {label: 看, send: 好}}
      服務:
        image: cards/service.jpg
        grid: [甲, 乙]
        areas: {甲: {label: 選購, tab: 選購}, 乙: {label: 問, send: 好}}
  - {menu: 訪客, image: cards/guest.png, grid: [甲], areas: {甲: {label: 看看, send: 好}}}
rules:
  - {when: {text: 好}, reply: 好}
"""
PICTURES = ("shop.png", "service.jpg", "guest.png")


@pytest.fixture
async def line(
    database: Database, mongod: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MenuLine]:
    """A playbook with its pictures, and LINE under the root of a server, as a proxy has it."""
    (tmp_path / "bot.yaml").write_text(BOT.replace("DATABASE", mongod), "utf-8")
    (tmp_path / "cards").mkdir()
    for name in PICTURES:
        (tmp_path / "cards" / name).write_bytes(png(800, 540))
    monkeypatch.setenv("OAFLOW_KEYS", generate())
    async with menu_line(database, tmp_path) as found:
        monkeypatch.setenv("OAFLOW_LINE_API", found.url)
        yield found


async def done(run: Run, *words: str | Path, code: int = 0) -> Said:
    """`oaflow richmenu`, beside LINE."""
    return await asyncio.to_thread(run, "richmenu", *map(str, words), code=code)


async def test_its_steps_and_counts_are_told_in_chinese(
    line: MenuLine, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_TW.UTF-8")
    steps = [step.partition(" ")[0] for step in (await done(run, "sync", line.folder)).err.splitlines()]
    assert set(steps) == {"建立", "上傳", "分頁代號", "預設選單改成"}
    told = (await done(run, "counts", line.folder, "--days", "7")).out
    assert "以來的點擊\n" in told
    assert "VIP，分頁 選購\n" in told
    assert not re.search(r"tapped|typed|counted|taps|tab ", told), told


@pytest.mark.ring("all", "a command from beginning to end")
async def test_the_second_sync_has_nothing_to_do(line: MenuLine, run: Run) -> None:
    """G1"""
    out, err = await done(run, "plan", line.folder)
    assert out.splitlines() == [
        "main:",
        "  create   訪客/訪客 (cards/guest.png)",
        "  create   VIP/選購 (cards/shop.png)",
        "  create   VIP/服務 (cards/service.jpg)",
        "  alias    oaflow-89fb4d8b8d328f99 for VIP/選購",
        "  alias    oaflow-7f7c7813005b0b35 for VIP/服務",
        "  default  訪客/訪客",
    ]
    assert err == ""
    out, err = await done(run, "sync", line.folder)
    assert out == "main: done\n"
    assert "upload VIP/選購 (cards/shop.png)\n" in err
    for command in ("plan", "sync"):
        assert (await done(run, command, line.folder, "--channel", "main")) == ("main: nothing to do\n", "")
    assert len(await line.menus.listed()) == 3


async def test_for_programs(line: MenuLine, run: Run) -> None:
    (channel,) = json.loads((await done(run, "plan", line.folder, "--json")).out)["channels"]
    assert channel["steps"][0] == {"do": "create", "what": "訪客/訪客 (cards/guest.png)"}
    assert (channel["channel"], channel["foreign"]) == ("main", 0)
    told = {"channel": "main", "changed": True, "waiting": [], "again": None}
    assert json.loads((await done(run, "sync", line.folder, "--json")).out) == {"channels": [told]}


@pytest.mark.ring("all", "a command from beginning to end")
async def test_the_plan_says_which_areas_are_not_counted_and_why(
    line: MenuLine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G5: also where there is nothing to do."""
    opening = [
        '甲: {label: 官網, open: "https://forest.example"}',
        '乙: {label: 電話, open: "tel:0212345678"}',
        "丙: {label: 折扣碼, copy: FOREST8}",
        '丁: {label: 好友, open: "https://lin.ee/abc"}',
        "戊: {label: 看看, send: 好}",
    ]
    menu = f"grid: [甲 乙, 丙 丁, 戊 戊], areas: {{{', '.join(opening)}}}"
    text = BOT.replace("grid: [甲], areas: {甲: {label: 看看, send: 好}}", menu)
    text = text.replace("DATABASE", (line.folder / "bot.yaml").read_text("utf-8").split('"')[1])
    (line.folder / "bot.yaml").write_text(text, "utf-8")
    monkeypatch.delenv("OAFLOW_PUBLIC_URL", raising=False)
    itself = "LINE and the phone open this address themselves, and tell nobody"
    why = {
        "訪客/訪客/甲": "OAFLOW_PUBLIC_URL is not set",
        "訪客/訪客/乙": itself,
        "訪客/訪客/丙": "LINE tells nobody that a text was copied",
        "訪客/訪客/丁": itself,
    }
    out = (await done(run, "plan", line.folder)).out.splitlines()
    assert out[-4:] == [f"  taps on {area} are not counted: {one}" for area, one in why.items()]
    monkeypatch.setenv("OAFLOW_PUBLIC_URL", "https://bot.example")
    await done(run, "sync", line.folder)
    (channel,) = json.loads((await done(run, "plan", line.folder, "--json")).out)["channels"]
    assert channel["steps"] == []
    told = [(one["area"], one["why"]) for one in channel["uncounted"]]
    assert told == [(area, one) for area, one in why.items() if area != "訪客/訪客/甲"]


async def test_what_waits_is_told_with_the_time(line: MenuLine, run: Run) -> None:
    """Exit 1: a later sync goes on."""
    form = {"size": {"width": 800, "height": 540}, "selected": False, "chatBarText": "a", "areas": []}
    for _ in range(98):
        await line.menus.create({"name": "theirs", **form})
    out, err = await done(run, "sync", line.folder, code=1)
    assert out == ""
    last = err.splitlines()[-1]
    assert last.startswith("oaflow: main: 1 menus are not made yet: LINE makes 100 an hour; run it again at ")
    said = await done(run, "plan", line.folder)
    assert "98 menus that oaflow has not made stay as they are" in said.out


@pytest.mark.ring("all", "a command from beginning to end")
async def test_what_cannot_be_done(line: MenuLine, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    said = await done(run, "plan", line.folder, "--channel", "shop", code=1)
    assert said.err == 'oaflow: the playbook has no channel "shop": it has main\n'
    bad = (line.folder / "bot.yaml").read_text("utf-8").replace("token-of-main", "another")
    (line.folder / "bot.yaml").write_text(bad, "utf-8")
    said = await done(run, "sync", line.folder, code=1)
    assert "LINE does not accept the access token of this channel" in said.err
    monkeypatch.setenv("OAFLOW_LINE_API", "http://127.0.0.1:1/simulator/line")
    said = await done(run, "plan", line.folder, code=1)
    assert "names a simulator, and 0 run on this playbook" in said.err
    await done(run, "plan", line.folder / "nowhere", code=2)


@pytest.mark.parametrize(
    ("there", "without", "lacking"),
    [
        ("token-of-main", "token-of-main, liff: {login_channel_id: '1', liff_id: '${UNSET}'}", "liff_id"),
        ("opaque, access_token: token-of-main", "'${UNSET}', access_token: '${UNSET_TOO}'", "access_token"),
    ],
)
async def test_nothing_is_made_with_half_an_account(
    line: MenuLine, run: Run, there: str, without: str, lacking: str
) -> None:
    """G1: without LIFF's id each menu would be another, whose pages open nowhere."""
    bot = line.folder / "bot.yaml"
    bot.write_text(bot.read_text("utf-8").replace(there, without), "utf-8")
    for command in ("plan", "sync"):
        said = await done(run, command, line.folder, code=1)
        assert said.err.startswith(f"oaflow: main: {lacking} not set; ")
    assert await line.menus.listed() == []


@pytest.mark.ring("all", "a command from beginning to end")
async def test_everybody_is_linked_anew(line: MenuLine, database: Database, seal: Seal, run: Run) -> None:
    """G2: whatever another system has linked; it is left to the process that runs."""
    people = MenuPeople(database, seal)
    assert not await people.asked("main")
    said = await done(run, "relink", line.folder)
    assert said.out == "main: everybody is linked anew by the oaflow that runs\n"
    assert await people.asked("main")
    said = await done(run, "relink", line.folder, "--channel", "main", "--json")
    assert json.loads(said.out) == {"channels": ["main"]}
    await done(run, "relink", line.folder, "--channel", "shop", code=1)


# -- pictures


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A playbook whose menus have no pictures yet."""
    (tmp_path / "bot.yaml").write_text(BOT.replace("DATABASE", "embedded"), "utf-8")
    return tmp_path


needs_font = pytest.mark.skipif(cjk_font() is None, reason="no font with Chinese characters here")


@pytest.mark.ring("all", "a command from beginning to end")
@needs_font
def test_missing_pictures_are_drawn_and_others_left_alone(bare: Path, run: Run) -> None:
    """As LINE takes them, so that `check` has nothing to say any more."""
    (bare / "cards").mkdir()
    (bare / "cards" / "guest.png").write_bytes(own := png(800, 540))
    assert run("richmenu", "image", str(bare)).out.splitlines() == ["cards/shop.png", "cards/service.jpg"]
    assert (bare / "cards" / "guest.png").read_bytes() == own
    sizes = {}
    for name in ("shop.png", "service.jpg"):
        content = (bare / "cards" / name).read_bytes()
        assert len(content) < BYTES_MOST
        with Image.open(BytesIO(content)) as drawn:
            sizes[name] = (drawn.format, drawn.size)
    assert sizes == {"shop.png": ("PNG", (2500, 843)), "service.jpg": ("JPEG", (2500, 1686))}
    run("check", str(bare))
    assert run("richmenu", "image", str(bare)).out == "all pictures are as they should be\n"


@pytest.mark.ring("all", "a command from beginning to end")
@needs_font
def test_what_was_drawn_here_follows_its_labels(bare: Path, run: Run) -> None:
    """A picture that somebody else has put there instead stays, however old."""
    assert main(["richmenu", "image", str(bare)]) == 0
    (bare / "cards" / "guest.png").write_bytes(own := png(800, 540))
    drawn = {name: (bare / "cards" / name).read_bytes() for name in ("shop.png", "service.jpg")}
    text = (bare / "bot.yaml").read_text("utf-8")
    assert "label: 看看" in text
    (bare / "bot.yaml").write_text(text.replace("label: ", "label: 新"), "utf-8")
    assert run("richmenu", "image", str(bare)).out.splitlines() == ["cards/shop.png", "cards/service.jpg"]
    assert all((bare / "cards" / name).read_bytes() != content for name, content in drawn.items())
    assert (bare / "cards" / "guest.png").read_bytes() == own


@pytest.mark.ring("all", "a command from beginning to end")
@needs_font
def test_what_somebody_has_painted_over_is_theirs(bare: Path) -> None:
    """Programs for pictures keep the comment that says who has drawn it first."""
    assert main(["richmenu", "image", str(bare)]) == 0
    own = {}
    for path in (bare / "cards" / name for name in ("shop.png", "service.jpg")):
        with Image.open(path) as drawn:
            kept = drawn.info
            painted = drawn.convert("RGB")
        ImageDraw.Draw(painted).rectangle((100, 100, 600, 600), fill="red")
        info = PngInfo()
        info.add_text("Comment", str(kept.get("Comment")))
        painted.save(path, pnginfo=info, comment=kept.get("comment"))
        own[path] = path.read_bytes()
        assert b"drawn by oaflow" in own[path]
    text = (bare / "bot.yaml").read_text("utf-8")
    (bare / "bot.yaml").write_text(text.replace("label: ", "label: 新"), "utf-8")
    assert main(["richmenu", "image", str(bare)]) == 0
    assert {path: path.read_bytes() for path in own} == own


@pytest.mark.ring("all", "a command from beginning to end")
@needs_font
def test_a_label_is_written_in_its_tile() -> None:
    """Dark on light, in the middle; another label, another picture; what the font lacks is left out."""
    font = cjk_font()
    assert font is not None
    tiles = [Tile((0, 0, 1250, 843), "會員卡"), Tile((1250, 0, 1250, 843), "找客服")]
    with Image.open(BytesIO(menu_picture((2500, 843), tiles, font))) as drawn:
        grey = drawn.convert("L")
    for left in (0, 1250):
        middle = grey.crop((left + 375, 250, left + 875, 600))
        edge = grey.crop((left + 60, 60, left + 300, 200))
        assert min(middle.tobytes()) < 80
        assert min(edge.tobytes()) > 200
    made = [menu_picture((2500, 843), [Tile((0, 0, 2500, 843), text)], font) for text in ("好", "好🎉", "壞")]
    same = [Image.open(BytesIO(content)).convert("RGB").tobytes() for content in made]
    assert same[0] == same[1] != same[2]
    many = [Tile((n * 125, 0, 125, 250), "很長很長的字" * 3) for n in range(6)]
    assert len(menu_picture((2500, 1686), many, font)) < BYTES_MOST
    with pytest.raises(NoFont, match="no character"):
        menu_picture((2500, 843), [Tile((0, 0, 2500, 843), "🎉")], font)
    with pytest.raises(NoFont, match="no font that can be read"):
        menu_picture((2500, 843), tiles, FontFile(Path(__file__)))


def test_without_a_font_it_says_what_helps(bare: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.operations.cjk_font, "cjk_font", lambda: None)
    assert "name one with  --font FILE" in run("richmenu", "image", str(bare), code=1).err
    said = run("richmenu", "image", str(bare), "--font", str(bare / "bot.yaml"), code=1)
    assert "is no font that can be read" in said.err
    assert not (bare / "cards").exists()


@needs_font
def test_a_picture_that_cannot_be_written_is_said_in_the_readers_language(
    bare: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_TW.UTF-8")
    (bare / "cards").write_text("a file where the folder is to be", "utf-8")
    said = run("richmenu", "image", str(bare), code=1).err
    assert said.startswith("oaflow: 「cards」寫不進去：")


def test_nothing_is_drawn_for_a_playbook_with_other_mistakes(bare: Path, run: Run) -> None:
    text = (bare / "bot.yaml").read_text("utf-8")
    (bare / "bot.yaml").write_text(text.replace("tab: 服務", "tab: 服"), "utf-8")
    err = run("richmenu", "image", str(bare), code=1).err
    assert "[unknown-tab]" in err
    assert "[image-missing]" not in err
    (bare / "bot.yaml").write_text(text.replace("guest.png", "guest.gif"), "utf-8")
    said = run("richmenu", "image", str(bare), code=1)
    assert "the name of a menu's picture ends in .png, .jpg, .jpeg" in said.err
    run("richmenu", "image", str(bare / "nowhere"), code=2)


@pytest.mark.ring("all", "a command from beginning to end")
@needs_font
def test_the_command(bare: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    said = run("richmenu", "image", str(bare))
    assert said.out.splitlines() == ["cards/shop.png", "cards/service.jpg", "cards/guest.png"]
    with pytest.raises(SystemExit):
        main(["richmenu", "--help"])
    assert "example: oaflow richmenu sync" in capsys.readouterr().out


def secrets_in_environment(bot: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write `${NAME}` in their place, so that the version is kept whole; the text of the file."""
    text = bot.read_text("utf-8")
    for name, value in {"SECRET": "opaque", "TOKEN": "token-of-main"}.items():
        monkeypatch.setenv(name, value)
        text = text.replace(value, f'"${{{name}}}"')
    bot.write_text(text, "utf-8")
    return text


@pytest.mark.ring("all", "a command from beginning to end")
async def test_an_edit_that_nobody_has_published_is_not_brought_to_line(
    line: MenuLine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L8: everybody would see it. It is said which version is synced, and `publish` says that one is due."""
    bot, publish = line.folder / "bot.yaml", ["publish", str(line.folder), "--untested"]
    assert "LINE's rich menus of main are others" in (await asyncio.to_thread(run, *publish)).out
    text = secrets_in_environment(bot, monkeypatch)
    assert "a secret stands in its files" in (await done(run, "sync", line.folder, code=1)).err
    await asyncio.to_thread(run, *publish)
    await done(run, "sync", line.folder)
    bot.write_text(text.replace("label: 看看", "label: 逛逛"), "utf-8")
    (line.folder / "cards" / "guest.png").write_bytes(png(1200, 810))
    out, err = await done(run, "sync", line.folder)
    assert out == "main: nothing to do\n"
    assert "the files of this folder are not published (oaflow publish): this goes by what is live" in err


@pytest.mark.ring("all", "a command from beginning to end")
async def test_a_version_is_brought_back_whose_menus_line_has_no_more(
    line: MenuLine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L8: what the files of the folder name by now was made in their place; a sync makes the former anew,
    with their pictures from the database, and leaves none of the others. Who publishes has those again."""
    bot = line.folder / "bot.yaml"
    text = secrets_in_environment(bot, monkeypatch)
    publish = ["publish", str(line.folder), "--untested"]
    await asyncio.to_thread(run, *publish)
    await done(run, "sync", line.folder)
    before = {menu.name for menu in await line.menus.listed()}
    bot.write_text(text.replace("label: 看看", "label: 逛逛"), "utf-8")
    (line.folder / "cards" / "guest.png").write_bytes(png(1200, 810))
    await asyncio.to_thread(run, *publish)
    await done(run, "sync", line.folder)
    between = {menu.name for menu in await line.menus.listed()}
    assert len(before & between) == 2
    told = await asyncio.to_thread(run, "rollback", str(line.folder))
    assert "LINE's rich menus of main are others: run  oaflow richmenu sync" in told.out
    for listed in await line.menus.listed():
        await line.menus.delete(listed.id)
    await done(run, "sync", line.folder)
    assert {menu.name for menu in await line.menus.listed()} == before
    assert (await done(run, "sync", line.folder)).out == "main: nothing to do\n"
    await asyncio.to_thread(run, *publish)
    await done(run, "sync", line.folder)
    assert {menu.name for menu in await line.menus.listed()} == between
