"""`oaflow link`: pages (B1), how somebody becomes a friend (A10), and what has no link."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
import segno
from PIL import Image

from bot.cli.main import main
from tests.cli.commands import Run

SHOP = """
bot: 森活選品
channels:
  main: {id: forest, app_name: "森活 <選品>", channel_id: "1234", channel_secret: opaque}
  outlet:
    {id: "@outlet.tw", channel_id: "1235", channel_secret: opaque,
     liff: {login_channel_id: "77", liff_id: 77-abcd}}
  expo:
    {id: "@expo", channel_id: "1236", channel_secret: opaque,
     liff: {login_channel_id: "78", liff_id: "${EXPO_LIFF_ID}"}}
flows:
  binding: {title: 綁定 <手機>, page: true, states: {done: {end: true}}}
  quiz: {states: {done: {end: true}}}
forms:
  survey: {fields: [{ask: 生日, answer: date}], done: {reply: 謝謝}}
links:
  stand: {title: 門市立牌 <信義>, send: 優惠}
  story: {open: "https://forest.example/story"}
rules:
  - {when: {text: 優惠}, reply: 八折}
member_card: {barcode: qr, fields: [{show: contact.name}], unbound: binding}
"""
LINK = "https://line.me/R/ti/p/%40forest"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "bot.yaml").write_text(SHOP, "utf-8")
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path


def test_the_link_of_a_friend(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A10. The first channel, another one, and a playbook that is elsewhere."""
    assert main(["link", "friend"]) == 0
    assert main(["link", "friend", "--channel", "outlet"]) == 0
    assert main(["link", str(shop / "shop"), "friend"]) == 0
    assert main(["link", str(shop / "shop" / "bot.yaml"), "friend"]) == 0
    other = "https://line.me/R/ti/p/%40outlet.tw"
    assert capsys.readouterr() == (f"{LINK}\n{other}\n{LINK}\n{LINK}\n", "")


@pytest.mark.parametrize("page", ["binding", "survey", "member_card", "unbind"])
def test_the_link_of_a_page(page: str, shop: Path, run: Run) -> None:
    """B1, B10, B17: it opens in LINE, through the channel's LIFF app."""
    said = run("link", page, "--channel", "outlet", "--qr", "page.svg")
    assert said == (f"https://liff.line.me/77-abcd/{page}\n", "")
    assert Path("page.svg").is_file()


def test_a_button_that_opens_a_page(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["link", "binding", "--channel", "outlet", "--html"]) == 0
    address = "https://liff.line.me/77-abcd/binding"
    assert capsys.readouterr().out.startswith(
        f'<a class="line-link" href="{address}">在 LINE 開啟：綁定 &lt;手機&gt;</a>\n'
    )


@pytest.mark.parametrize("public", ["https://bot.example", "https://bot.example/"])
def test_the_link_of_a_keyword(public: str, shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """F7: the short address, which stays good whatever the code says later; as a picture and as a button."""
    monkeypatch.setenv("OAFLOW_PUBLIC_URL", public)
    stand = "https://bot.example/l/main/stand"
    assert run("link", "keyword", "stand", "--qr", "stand.png").out == f"{stand}\n"
    story = run("link", str(shop / "shop"), "keyword", "story", "--channel", "outlet")
    assert story.out == "https://bot.example/l/outlet/story\n"
    assert run("link", "keyword", "stand", "--html").out.startswith(
        f'<a class="line-link" href="{stand}">在 LINE 開啟：門市立牌 &lt;信義&gt;</a>'
    )
    assert Path("stand.png").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["keyword", "優惠"], 'no code of links is called "優惠"; there are stand, story'),
        (["keyword", "stnad"], 'no code of links is called "stnad"; a similar name exists: "stand"'),
        (["keyword"], 'no code of links is called ""; there are stand, story'),
        (["keyword", "stand", "amy"], 'keyword stand is a link, it takes no "amy"'),
        (
            ["keyword", "stand", "--channel", "mian"],
            'no channel is called "mian"; a similar name exists: "main"',
        ),
    ],
)
def test_which_keyword_has_no_link(shop: Path, words: list[str], said: str, run: Run) -> None:
    assert run("link", *words, code=1) == ("", f"oaflow: {said}\n")


def test_where_there_are_no_links(shop: Path, run: Run) -> None:
    Path("bot.yaml").write_text(SHOP[: SHOP.index("links:")] + SHOP[SHOP.index("rules:") :], "utf-8")
    assert run("link", "keyword", "stand", code=1).err == (
        'oaflow: no code of links is called "stand"; '
        "the playbook has none: add  links: {store_stand: {title: 門市立牌, send: 優惠}}\n"
    )


def test_who_does_not_know_where_the_bot_is_prints_no_link(
    shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address of this machine on a poster would lead nobody anywhere."""
    monkeypatch.delenv("OAFLOW_PUBLIC_URL", raising=False)
    assert run("link", "keyword", "stand", code=1) == (
        "",
        "oaflow: the address of this bot is not known; set  OAFLOW_PUBLIC_URL=https://…,  as for  "
        "oaflow run\n",
    )


def test_where_no_channel_has_liff(shop: Path, run: Run) -> None:
    """The hint is what is to be pasted into the channel."""
    start, end = SHOP.index("  outlet:"), SHOP.index("flows:")
    Path("bot.yaml").write_text(SHOP[:start] + SHOP[end:], "utf-8")
    assert run("link", "binding", code=1).err == (
        'oaflow: the channel "main" has no LIFF, through which pages open; '
        'add to it  liff: {login_channel_id: "${LINE_LOGIN_CHANNEL_ID}", liff_id: "${LIFF_ID}"}\n'
    )


def test_its_code_as_png(shop: Path) -> None:
    """It is the code of the address, with four modules of white around it."""
    assert main(["link", "friend", "--qr", "friend.PNG"]) == 0
    picture = Image.open("friend.PNG").convert("1")
    matrix = segno.make(LINK, error="m", micro=False).matrix
    side = len(matrix) + 8
    pixels = picture.width // side
    assert picture.size == (side * pixels, side * pixels)
    assert pixels >= 8
    for y in range(side):
        for x in range(side):
            inside = 4 <= x < side - 4 and 4 <= y < side - 4
            dark = bool(inside and matrix[y - 4][x - 4])
            assert (picture.getpixel((int((x + 0.5) * pixels), int((y + 0.5) * pixels))) == 0) == dark


def test_its_code_as_svg(shop: Path) -> None:
    assert main(["link", "friend", "--qr", "friend.svg"]) == 0
    root = fromstring(Path("friend.svg").read_text("utf-8"))
    assert root.get("viewBox")
    assert [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")] == ["森活 <選品>"]


def test_a_button_for_a_page(shop: Path, run: Run) -> None:
    """It brings all that it needs, and nothing of the name becomes markup."""
    plain = run("link", "friend", "--html").out
    assert plain.startswith(f'<a class="line-link" href="{LINK}">加入 LINE 好友：森活 &lt;選品&gt;</a>\n')
    assert "min-height: 44px" in plain
    assert "<img" not in plain
    assert '<img src="a%22b.svg" ' in run("link", "friend", "--html", "--qr", 'a"b.svg').out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["binding"],
            'the channel "main" has no LIFF, through which pages open; outlet has: add  --channel outlet',
        ),
        (
            ["binding", "--channel", "expo"],
            'the liff_id of the channel "expo" is empty; set what bot.yaml names there',
        ),
        (
            ["quiz"],
            'no link is called "quiz"; there are friend, webhook, binding, survey, member_card, unbind',
        ),
        (["bindign"], 'no link is called "bindign"; a similar name exists: "binding"'),
        (["binding", "amy"], 'binding is a page, it takes no "amy"'),
        (["frend"], 'no link is called "frend"; a similar name exists: "friend"'),
        (
            ["什麼"],
            'no link is called "什麼"; there are friend, webhook, binding, survey, member_card, unbind',
        ),
        (["friend", "amy"], 'friend is the link of the account, it takes no "amy"'),
        (["friend", "--channel", "mian"], 'no channel is called "mian"; a similar name exists: "main"'),
        (["webhook", "amy"], 'webhook is the address for LINE\'s console, it takes no "amy"'),
        (
            ["webhook", "--html"],
            "the address of this bot is not known; set  OAFLOW_PUBLIC_URL=https://…,  as for  oaflow run",
        ),
        (["friend", "--qr", "code.gif"], '"code.gif" ends in neither .svg nor .png'),
        (
            ["friend", "--qr", "no/code.svg"],
            '"no/code.svg" cannot be written: there is no such file or folder',
        ),
    ],
)
def test_what_is_refused(shop: Path, words: list[str], said: str, run: Run) -> None:
    assert run("link", *words, code=1) == ("", f"oaflow: {said}\n")
    assert [path.name for path in Path().iterdir()] == ["bot.yaml"]


def test_the_webhook_address_to_paste(shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A2: of each channel, as LINE's console wants it."""
    monkeypatch.setenv("OAFLOW_PUBLIC_URL", "https://bot.example.com/")
    assert run("link", "webhook").out == "https://bot.example.com/webhook/main\n"
    said = run("link", "../shop", "webhook", "--channel", "outlet")
    assert said.out == "https://bot.example.com/webhook/outlet\n"
    assert "no button leads there" in run("link", "webhook", "--html", code=1).err


def test_an_account_without_an_id(shop: Path, run: Run) -> None:
    Path("bot.yaml").write_text(SHOP.replace("id: forest", 'id: "${OA_ID}"'), "utf-8")
    said = run("link", "friend", code=1)
    assert said.err == 'oaflow: the channel "main" has no id; write its @… into bot.yaml\n'
