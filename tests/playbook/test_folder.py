"""Which files are read, in which order they are joined, and what is said of those that are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.playbook.load import load
from bot.playbook.read import ParsedPlaybook, read
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing
from bot.playbook.syntax.nodes import List, Map, Scalar, plain
from bot.scenario.folder import PlaybookFiles
from bot.scenario.installed_as.oaflow_pytest.collect import playbook_of

TEXT = 'bot: x\nchannels: {main: {id: x, channel_id: "1", channel_secret: opaque}}\n'


def write(folder: Path, **files: str) -> None:
    """`flows__a` is the file flows/a.yaml; bot.yaml gets the two sections that it needs."""
    for name, text in {"bot": "", **files}.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT + text if name == "bot" else text, "utf-8")


def heard(document: ParsedPlaybook) -> list[str]:
    """The texts of all rules, in their order."""
    rules = plain(document.root).get("rules", [])
    return [rule["when"][0]["text"][0] for rule in rules]


def rules(*texts: str) -> str:
    return "rules:\n" + "".join(f"  - {{when: {{text: {text}}}, reply: 嗨}}\n" for text in texts)


def codes(document: ParsedPlaybook) -> list[tuple[str, str, str]]:
    return [(p.place.file, p.code, p.level) for p in document.problems]


def test_names_with_a_dot_in_front_are_not_read(tmp_path: Path) -> None:
    """A1: what editors and systems put beside a file: Emacs' lock (a link to nowhere), macOS' `._x`."""
    hidden = {"rules__.git__c": rules("三"), "rules__._a": "\0\0", "more__._b": "\0", ".flows": "x: ["}
    write(tmp_path, bot="include: ['more/*.yaml']\n", rules__a=rules("一"), more__b=rules("二"), **hidden)
    (tmp_path / "rules" / ".#a.yaml").symlink_to("amy@desk.1234:1700000000")
    document = read(tmp_path, {})
    assert (heard(document), codes(document)) == (["二", "一"], [])
    write(tmp_path, bot="include: ['more/.c.yaml']\n", **{"more__.c": rules("四")})
    assert heard(read(tmp_path, {})) == ["四", "一"], "who writes the dot means the file"


@pytest.mark.parametrize("name", ["", "bot.yaml", "nowhere", "bad\0name"])
def test_no_playbook_is_said_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(PlaybookMissing, match="no playbook here"):
        read(tmp_path / name, {})


@pytest.mark.parametrize("name", ["bot.yml", "Bot.YAML", "bot.yaml.txt"])
def test_a_first_file_under_another_name_is_to_be_renamed(tmp_path: Path, name: str) -> None:
    """B10. Editors of Windows add an ending that its folders do not show."""
    (tmp_path / "robot.yml").write_text(TEXT, "utf-8")
    (tmp_path / "menu.txt").write_text("bot", "utf-8")
    with pytest.raises(PlaybookMissing, match="does not exist"):
        read(tmp_path, {})
    (tmp_path / name).write_text(TEXT, "utf-8")
    with pytest.raises(PlaybookMissing) as missing:
        read(tmp_path, {})
    assert str(missing.value) == f"there is no playbook here: rename {name} to bot.yaml"


def test_where_none_is_a_near_one_is_named(tmp_path: Path) -> None:
    """The folder above, or one folder too deep; where none is near, how one is begun."""
    with pytest.raises(PlaybookMissing, match=r"does not exist; begin one with  oaflow new$"):
        read(tmp_path, {})
    write(tmp_path / "shop", bot="", rules__a=rules("一"))
    write(tmp_path / "outlet", bot="")
    with pytest.raises(PlaybookMissing) as missing:
        read(tmp_path, {})
    assert str(missing.value).endswith(f"name one of these: {tmp_path}/outlet, {tmp_path}/shop")
    with pytest.raises(PlaybookMissing) as missing:
        read(tmp_path / "shop" / "rules", {})
    assert str(missing.value).endswith(f"name one of these: {tmp_path}/shop")


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("../my-shp", "../my-shop"),
        ("my-shop", "/my-shop"),  # `../` is missing
        ("sampel", "/sample"),
        ("不存在", "/my-shop, {}/outlet, {}/sample"),
        ("../不存在", "../my-shop, ../outlet, ../sample"),
    ],
)
def test_for_a_folder_that_is_not_there_those_called_alike_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, named: str
) -> None:
    """B10. Else all that lie beside, and at last the playbook that one stands in."""
    for name in ("sample", "my-shop", "outlet"):
        write(tmp_path / name, bot="")
    monkeypatch.chdir(tmp_path / "sample")
    with pytest.raises(PlaybookMissing) as missing:
        read(Path(asked), {})
    near = named if named.startswith("..") else f"{tmp_path}{named.replace('{}', str(tmp_path))}"
    assert str(missing.value).endswith(f"name one of these: {near}")


def test_of_many_beside_the_one_that_one_stands_in_is_named_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two", "three", "zen"):
        write(tmp_path / name, bot="")
    monkeypatch.chdir(tmp_path / "zen")
    with pytest.raises(PlaybookMissing, match=r"name one of these: \.\./one, \.\./three, \.\./zen$"):
        read(Path("../不存在"), {})


def test_where_nothing_is_near_it_is_said_how_one_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "sample", bot="")
    monkeypatch.chdir(tmp_path / "sample")
    for asked in ("nowhere", "../nowhere", "../no/where"):
        with pytest.raises(PlaybookMissing, match=r"begin one with  oaflow new$"):
            read(Path(asked), {})


def test_a_file_that_is_no_playbook(tmp_path: Path) -> None:
    """One of its files, or no YAML at all: what is meant is the folder."""
    write(tmp_path, bot="", rules__a=rules("一"))
    (tmp_path / "README.md").write_text("# bot", "utf-8")
    with pytest.raises(
        PlaybookMissing, match=f"is only one file of a playbook: name its folder, {tmp_path}$"
    ):
        read(tmp_path / "rules" / ".." / "rules" / "a.yaml", {})
    with pytest.raises(PlaybookMissing, match=r"README\.md is no playbook: name a folder with bot.yaml"):
        read(tmp_path / "README.md", {})


def test_a_folder_called_bot_yaml_is_none(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").mkdir()
    with pytest.raises(PlaybookMissing, match="is not a file"):
        read(tmp_path, {})


def test_the_three_folders_at_any_depth_and_nothing_else(tmp_path: Path) -> None:
    write(
        tmp_path,
        bot=rules("一"),
        rules__deep__er__b=rules("三"),
        flows__a=rules("二"),
        tests__scenarios__d="scenario: x\n",
        compose="services: {}\n",
    )
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "c.json").write_text("rules: []", "utf-8")
    document = read(tmp_path, {})
    assert document.problems == ()
    assert heard(document) == ["一", "二", "三"]
    assert list(document.sources) == ["bot.yaml", "flows/a.yaml", "rules/deep/er/b.yaml"]


def test_bot_yaml_then_rule_order_then_by_path(tmp_path: Path) -> None:
    """F1: file order decides who is heard, so it is one that can be seen and written down."""
    order = "rule_order: [rules/z.yaml, flows/m.yaml]\n"
    write(
        tmp_path,
        bot=order + rules("甲"),
        rules__a=rules("丁"),
        rules__z=rules("乙"),
        flows__m=rules("丙"),
        rules__b=rules("戊"),
    )
    document = read(tmp_path, {})
    assert heard(document) == ["甲", "乙", "丙", "丁", "戊"]
    assert "rule_order" not in document.root.pairs


def test_include_names_more(tmp_path: Path) -> None:
    write(
        tmp_path,
        bot="include: [shared/**/*.yaml, one.yaml]\n" + rules("一"),
        shared__deep__a=rules("三"),
        one=rules("二"),
    )
    document = read(tmp_path, {})
    assert document.problems == ()
    assert heard(document) == ["一", "二", "三"]


def test_an_include_that_leads_out_reads_nothing(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(rules("外"), "utf-8")
    inside = tmp_path / "playbook"
    write(inside, bot=f"include: [../outside.yaml, {outside}, ~/x.yaml]\n" + rules("一"))
    document = read(inside, {})
    assert [code for _, code, _ in codes(document)] == ["path-outside"] * 3
    assert heard(document) == ["一"]


def test_another_playbook_inside_is_never_read(tmp_path: Path) -> None:
    """Whatever names it."""
    write(tmp_path, bot="include: [other/**/*.yaml]\n" + rules("一"))
    for inner in (tmp_path / "flows" / "other", tmp_path / "other"):
        write(inner, flows__a=rules("二"))
    document = read(tmp_path, {})
    assert codes(document) == [("bot.yaml", "unknown-file", "error")]
    assert heard(document) == ["一"]


def test_sections_are_joined_and_keep_their_places(tmp_path: Path) -> None:
    write(
        tmp_path,
        bot="tags: {A: }\n" + rules("一"),
        cards__a="cards: {a: {text: 嗨}}\ntags: {B: {expires: 3d}}\n",
        cards__b="cards:\n  b: {text: 嗨}\n",
    )
    document = read(tmp_path, {})
    assert document.problems == ()
    assert plain(document.root)["tags"] == {"A": {}, "B": {"expires": "3d"}}
    cards = document.root.get("cards")
    assert isinstance(cards, Map)
    places = {(key.file, key.line, key.path) for key, _ in cards.pairs.values()}
    assert places == {("cards/a.yaml", 1, ("cards", "a")), ("cards/b.yaml", 2, ("cards", "b"))}


def test_paths_are_those_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, bot=rules("一", "二"), rules__a=rules("三"))
    joined = read(tmp_path, {}).root.get("rules")
    assert isinstance(joined, List)
    assert [(rule.file, rule.path) for rule in joined.items] == [
        ("bot.yaml", ("rules", 0)),
        ("bot.yaml", ("rules", 1)),
        ("rules/a.yaml", ("rules", 0)),
    ]


def test_a_file_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path, bot=rules("一") + "tagz: 1\n", rules__a="rules: [", rules__b=rules("二"))
    document = read(tmp_path, {})
    assert document.lost
    assert sorted(codes(document)) == [
        ("bot.yaml", "unknown-section", "error"),
        ("rules/a.yaml", "yaml-syntax", "error"),
    ]
    assert heard(document) == ["一", "二"]


def test_an_empty_file_is_fine(tmp_path: Path) -> None:
    write(tmp_path, bot=rules("一"), rules__a="", rules__b="# nothing yet\n")
    assert read(tmp_path, {}).problems == ()


def test_a_single_file_is_a_playbook_of_its_own(tmp_path: Path) -> None:
    """Other YAML files beside it may be playbooks, too."""
    write(tmp_path, bot=rules("一"), other=TEXT + rules("二"))
    document = read(tmp_path / "other.yaml", {})
    assert document.problems == ()
    assert heard(document) == ["二"]


def test_a_value_is_found_in_its_file(tmp_path: Path) -> None:
    write(
        tmp_path, bot=rules("一"), cards__a="cards:\n  a:\n    text: |\n      您好\n      {{ contact.nam }}\n"
    )
    document = read(tmp_path, {})
    cards = document.root.get("cards")
    assert isinstance(cards, Map)
    card = cards.get("a")
    assert isinstance(card, Map)
    text = card.get("text")
    assert isinstance(text, Scalar)
    place = document.find("{{ contact.nam }}", text)
    assert place is not None
    assert (str(place), place.path) == ("cards/a.yaml:5:7", "cards.a.text")
    assert document.find("{{ not there }}", text) is None


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    """What lies elsewhere is nobody's playbook, and may be a secret that a message would show."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.yaml").write_text("hunter2\n", "utf-8")
    shop = tmp_path / "shop"
    (shop / "rules").mkdir(parents=True)
    (shop / "bot.yaml").write_text(TEXT, "utf-8")
    (shop / "rules" / "link.yaml").symlink_to(tmp_path / "elsewhere" / "secret.yaml")
    (shop / "flows").symlink_to(tmp_path / "elsewhere")
    loaded = load(shop, {})
    found = [(p.code, p.place.file) for p in loaded.problems]
    assert found == [("path-outside", "flows/secret.yaml"), ("path-outside", "rules/link.yaml")]
    assert "hunter2" not in render(loaded.problems, loaded.sources)


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    """As Kubernetes mounts files: https://kubernetes.io/docs/concepts/configuration/configmap/"""
    (tmp_path / "..data").mkdir()
    (tmp_path / "..data" / "bot.yaml").write_text(TEXT, "utf-8")
    (tmp_path / "bot.yaml").symlink_to("..data/bot.yaml")
    (tmp_path / "rules").mkdir()
    (tmp_path / "..data" / "more.yaml").write_text(
        "rules:\n  - {when: {text: 優惠}, reply: 85 折}\n", "utf-8"
    )
    (tmp_path / "rules" / "more.yaml").symlink_to("../..data/more.yaml")
    loaded = load(tmp_path, {})
    assert loaded.playbook is not None
    assert "rules/more.yaml" in loaded.sources


def test_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text(TEXT, "utf-8")
    (tmp_path / "rules").mkdir()
    os.mkfifo(tmp_path / "rules" / "pipe.yaml")
    with pytest.raises(PlaybookMissing, match="it is no file"):
        load(tmp_path, {})
    (tmp_path / "rules" / "pipe.yaml").unlink()
    os.mkfifo(tmp_path / ".env")
    assert [(p.code, str(p.message)) for p in load(tmp_path, {}).problems] == [
        ("dotenv-line", '".env" cannot be read: it is no file')
    ]


def test_a_name_with_signs_that_a_terminal_obeys_is_shown_without_them(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text(TEXT, "utf-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a\x1b[31m\n.yaml").write_text("ruls: []\n", "utf-8")
    loaded = load(tmp_path, {})
    assert render(loaded.problems, loaded.sources).startswith("rules/a\\u001b[31m\\u000a.yaml:1:1: error: ")


def test_scenarios_with_a_dot_in_front_are_not_played(tmp_path: Path) -> None:
    write(tmp_path, bot="")
    scenarios = tmp_path / "tests" / "scenarios"
    scenarios.mkdir(parents=True)
    for name in ("a.yaml", "._a.yaml", ".#a.yaml"):
        (scenarios / name).write_text("", "utf-8")
    assert PlaybookFiles(tmp_path / "bot.yaml", {}).scenarios() == ["tests/scenarios/a.yaml"]
    assert (playbook_of(scenarios / "a.yaml"), playbook_of(scenarios / "._a.yaml")) == (tmp_path, None)
