"""The long form: every shorthand of the language has one, and it means the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playbook.canonical.document import canonical, version_of
from bot.playbook.canonical.long import long_yaml
from bot.playbook.read import ParsedPlaybook, read
from bot.playbook.shape.schema import KEYS
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, place_of, plain
from bot.playbook.syntax.parse import parse
from bot.playbook.syntax.source import SourceFile

HERE = Path(__file__).parent
EVERY_WORD = HERE / "every_word"
TOP = HERE.parent.parent
RIGHT = [EVERY_WORD, TOP, *sorted((HERE / "ok").iterdir())]
HEAD = 'bot: x\nchannels: {main: {id: x, channel_id: "1", channel_secret: opaque}}\n'


def document(tmp_path: Path, text: str, **more: str) -> ParsedPlaybook:
    for name, content in {"bot": HEAD + text, **more}.items():
        (tmp_path / f"{name}.yaml").write_text(content, "utf-8")
    read_now = read(tmp_path, {})
    assert [str(p) for p in read_now.problems if p.level == "error"] == []
    return read_now


def long_form(tmp_path: Path, text: str) -> Any:
    """The canonical form of sections, as plain data."""
    form = plain(document(tmp_path, text).root)
    return {key: value for key, value in form.items() if key not in ("bot", "channels")}


def nodes(node: Node) -> list[Node]:
    match node:
        case Scalar():
            return [node]
        case List(items=items):
            return [node, *(inner for item in items for inner in nodes(item))]
        case Map(pairs=pairs):
            return [node, *(inner for key, value in pairs.values() for inner in (key, *nodes(value)))]


@pytest.mark.parametrize("folder", RIGHT, ids=lambda path: path.name)
def test_it_is_made_once(folder: Path) -> None:
    root = read(folder, {}, unset="warning").root
    assert version_of(canonical(root, {})) == version_of(root)
    assert plain(canonical(root, {})) == plain(root)


@pytest.mark.parametrize("folder", RIGHT, ids=lambda path: path.name)
def test_what_is_printed_reads_as_the_same(tmp_path: Path, folder: Path) -> None:
    root = read(folder, {}, unset="warning").root
    printed = long_yaml(root)
    (tmp_path / "bot.yaml").write_text(printed, "utf-8")
    again = read(tmp_path, {}, unset="warning")
    assert {p.code for p in again.problems} <= {"env-unset", "secret-in-file"}
    assert version_of(again.root) == version_of(root)
    assert long_yaml(again.root) == printed


def test_every_word_of_the_language_is_read() -> None:
    """So the tests above see every key and value of the tables."""
    every = read(EVERY_WORD, {})
    assert every.problems == ()
    used: set[str] = set()
    for source in every.files.values():
        root, _ = parse(source)
        assert root is not None
        for node in nodes(root):
            used |= node.pairs.keys() if isinstance(node, Map) else set()
            used |= {node.value} if isinstance(node, Scalar) else set()
    assert KEYS - used == set()


def test_every_node_keeps_a_place() -> None:
    """Whatever is said of the long form points at what was written."""
    every = read(EVERY_WORD, {})
    for node in nodes(every.root):
        place = place_of(node)
        line = every.files[place.file].line(place.line)
        assert 0 < place.column <= len(line) + 1, (place, node)


RULES = [
    ("when: follow", {"when": [{"follow": "any"}]}),
    ("when: [image, {follow: first}]", {"when": [{"image": "any"}, {"follow": "first"}]}),
    ("when: {text: 嗨, strict: true}", {"when": [{"text": ["嗨"], "strict": "true"}]}),
    (
        "when: {attribute_changed: tier, to: 金卡}",
        {"when": [{"attribute_changed": "tier", "to": ["金卡"]}]},
    ),
    ("when: {flow_ended: quiz, at: 完}", {"when": [{"flow_ended": "quiz", "at": ["完"]}]}),
    (
        "when: follow\n    if: {tag: VIP}",
        {"when": [{"follow": "any"}], "if": {"tag": ["VIP"]}},
    ),
    (
        "when: follow\n    if: [{tag: VIP}, {bound: phone}]",
        {"when": [{"follow": "any"}], "if": {"all": [{"tag": ["VIP"]}, {"bound": ["phone"]}]}},
    ),
    (
        "when: follow\n    unless: {tag: VIP}",
        {"when": [{"follow": "any"}], "if": {"not": {"tag": ["VIP"]}}},
    ),
    (
        "when: follow\n    if: {bound: phone}\n    unless: [{tag: A}, {tag: B}]",
        {
            "when": [{"follow": "any"}],
            "if": {"all": [{"bound": ["phone"]}, {"not": {"all": [{"tag": ["A"]}, {"tag": ["B"]}]}}]},
        },
    ),
    (
        "when: follow\n    if: {attribute: {tier: 金卡, points: {at_least: 5}, skin: {is: 乾性}}}",
        {
            "when": [{"follow": "any"}],
            "if": {
                "attribute": {"tier": {"is": ["金卡"]}, "points": {"at_least": "5"}, "skin": {"is": ["乾性"]}}
            },
        },
    ),
    (
        "when: follow\n    if: {during: {mon-fri: 09:00-18:00, sat: closed}}",
        {"when": [{"follow": "any"}], "if": {"during": {"mon-fri": ["09:00-18:00"], "sat": ["closed"]}}},
    ),
    (
        "when: follow\n    if: {in_flow: {quiz: 一}}",
        {"when": [{"follow": "any"}], "if": {"in_flow": {"quiz": ["一"]}}},
    ),
]


@pytest.mark.parametrize(("short", "expected"), RULES, ids=[short for short, _ in RULES])
def test_rules(tmp_path: Path, short: str, expected: dict[str, Any]) -> None:
    made = long_form(tmp_path, f"rules:\n  - {short}\n    add_tags: A\n")
    assert made == {"rules": [{**expected, "do": [{"add_tags": ["A"]}]}]}


ACTIONS = [
    ("reply: coupon", {"reply": [{"card": "coupon"}]}),
    ("reply: 全館 85 折", {"reply": [{"text": "全館 85 折"}]}),
    ("reply: {text: ok}", {"reply": [{"text": "ok"}]}),
    ("reply: [a, 二]", {"reply": [{"card": "a"}, {"text": "二"}]}),
    ("reply: {message: a, or_push: true}", {"reply": {"message": [{"card": "a"}], "or_push": "true"}}),
    ("start: quiz", {"start": {"flow": "quiz"}}),
    ("pin_menu: VIP", {"pin_menu": {"menu": "VIP"}}),
    ("raise: ping", {"raise": {"signal": "ping"}}),
    ("hand_back: true", {"hand_back": "true"}),
    ("do: hand_back", {"hand_back": "true"}),
    ("do: {clear: a}", {"clear": ["a"]}),
    ("result: {trigger: 好, reply: 好}", {"result": {"trigger": "好", "do": [{"reply": [{"text": "好"}]}]}}),
]


@pytest.mark.parametrize(("short", "expected"), ACTIONS, ids=[short for short, _ in ACTIONS])
def test_actions(tmp_path: Path, short: str, expected: dict[str, Any]) -> None:
    made = long_form(tmp_path, f"rules:\n  - when: follow\n    {short}\n")
    assert made["rules"][0]["do"] == [expected]


STATES = [
    ("reply: 嗨\nnext: 完", {"do": [{"reply": [{"text": "嗨"}]}], "branch": [{"to": "完"}]}),
    (
        "wait: next day at 10:00\nnext: 完",
        {"rules": [{"when": [{"after": "1d at 10:00"}], "to": "完"}]},
    ),
    (
        "wait: 3d\nbranch: [{if: {tag: A}, note: x, to: 一}, {to: 完}]\nrules: [{when: {text: a}, to: 完}]\n"
        "give_up_after: {9d: 完}",
        {
            "rules": [
                {"when": [{"text": ["a"]}], "to": "完"},
                {"when": [{"after": "9d"}], "to": "完"},
                {
                    "when": [{"after": "3d"}],
                    "if": {"tag": ["A"]},
                    "do": [{"note": "x"}],
                    "to": "一",
                },
                {"when": [{"after": "3d"}], "to": "完"},
            ]
        },
    ),
    (
        "ask: 喝什麼\nanswer: [茶, 咖啡, 水]\nnext: {茶: 一, 咖啡: 完, 水: 完}\nif_late: skip",
        {
            "ask": [{"text": "喝什麼"}],
            "answer": {"type": "choice", "of": ["茶", "咖啡", "水"]},
            "branch": [
                {"if": {"answer": {"一": {"is": ["茶"]}}}, "to": "一"},
                {"if": {"answer": {"一": {"is": ["咖啡"]}}}, "to": "完"},
                {"to": "完"},
            ],
            "if_late": {"after": "1h", "then": "skip", "at": "10:00"},
        },
    ),
    (
        "ask: 幾歲\nanswer: number\nnext: 完\nif_late: {then: exit}",
        {
            "ask": [{"text": "幾歲"}],
            "answer": {"type": "number"},
            "branch": [{"to": "完"}],
            "if_late": {"after": "1h", "then": "exit", "at": "10:00"},
        },
    ),
    (
        "ask: 喝\nanswer: {of: [茶], words: {茶: tea}}\nnext: 完",
        {
            "ask": [{"text": "喝"}],
            "answer": {"type": "choice", "of": ["茶"], "words": {"茶": ["tea"]}},
            "branch": [{"to": "完"}],
        },
    ),
]


@pytest.mark.parametrize(("short", "expected"), STATES, ids=[short for short, _ in STATES])
def test_states(tmp_path: Path, short: str, expected: dict[str, Any]) -> None:
    inside = "\n".join(f"        {line}" for line in short.split("\n"))
    flow = f"flows:\n  quiz:\n    states:\n      一:\n{inside}\n      完: {{end: true}}\n"
    assert long_form(tmp_path, flow)["flows"]["quiz"]["states"]["一"] == expected


def test_taps_and_areas(tmp_path: Path) -> None:
    made = long_form(
        tmp_path,
        "cards:\n  a:\n    text: 嗨\n    quick_replies: [茶, {label: 看, reply: b}]\n"
        "rich_menus:\n  - {menu: M, image: a.png, areas: {左: {send: a}, 右: {label: R, page: d}, 中: 好}}\n",
    )
    assert made["cards"]["a"]["quick_replies"] == [
        {"label": "茶", "send": "茶"},
        {"label": "看", "do": [{"reply": [{"card": "b"}]}]},
    ]
    assert made["rich_menus"][0]["areas"] == {
        "左": {"label": "左", "send": "a"},
        "右": {"label": "R", "page": "d"},
        "中": {"label": "中", "send": "好"},
    }


def test_the_channel_on_top_of_a_file(tmp_path: Path) -> None:
    """A9: as if each rule, menu, journey and broadcast of the file said so; a broadcast's own stays."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "outlet.yaml").write_text(
        "channel: outlet\n"
        "rules:\n  - {when: {text: a}, if: {tag: A}, reply: 嗨}\n"
        "rich_menus:\n  - {menu: M, image: a.png, areas: {左: {send: 好}}}\n"
        "broadcasts:\n  一: {to: everyone, push: 嗨}\n  二: {to: everyone, push: 嗨, channel: main}\n"
        "flows:\n"
        "  journey: {when: follow, once_per: person, states: {一: {end: true}}}\n"
        "  quiz: {states: {一: {rules: [{when: {text: a}, to: 一}]}}}\n",
        "utf-8",
    )
    made = long_form(tmp_path, "rules:\n  - {when: {text: b}, reply: 嗨}\n")
    here = {"channel": ["outlet"]}
    assert [rule.get("if") for rule in made["rules"]] == [None, {"all": [here, {"tag": ["A"]}]}]
    assert made["rich_menus"][0]["if"] == here
    assert [made["broadcasts"][name]["channel"] for name in ("一", "二")] == [["outlet"], ["main"]]
    assert made["flows"]["journey"]["if"] == here
    assert "if" not in made["flows"]["quiz"]
    assert "if" not in made["flows"]["quiz"]["states"]["一"]["rules"][0]


def test_the_version_is_that_of_the_meaning(tmp_path: Path) -> None:
    def version(text: str) -> str:
        return version_of(document(tmp_path, text).root)

    short = "rules:\n  - when: follow\n    reply: 嗨\ncards:\n  a: {text: 一}\n  b: {text: 二}\n"
    assert len(version(short)) == 64
    rules = "rules:\n  - do: [{reply: [嗨]}]\n    when: [{follow: any}]\n"
    same = f"cards:\n  b: {{text: 二}}  # 註解\n  a: {{text: 一}}\n{rules}"
    assert version(same) == version(short)
    assert version(short.replace("嗨", "您好")) != version(short)
    flow = "flows:\n  q:\n    states:\n      一: {next: 二}\n      二: {next: 一}\n"
    other = "flows:\n  q:\n    states:\n      二: {next: 一}\n      一: {next: 二}\n"
    assert version(flow) != version(other), "a flow begins with its first state"
    split = "splits:\n  s: {甲: 50, 乙: 50}\n"
    assert version(split) != version("splits:\n  s: {乙: 50, 甲: 50}\n"), "groups are drawn in their order"


def test_the_version_holds_no_secret(tmp_path: Path) -> None:
    text = HEAD.replace("opaque", '"${SECRET}"')
    (tmp_path / "bot.yaml").write_text(text, "utf-8")
    versions = {version_of(read(tmp_path, {"SECRET": secret}).root) for secret in ("one", "two")}
    assert len(versions) == 1


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).filter(str.strip)


@given(TEXTS, TEXTS)
def test_any_text_is_printed_so_that_it_reads_the_same(text: str, choice: str) -> None:
    def scalar(value: str) -> Scalar:
        return Scalar(value, False, "bot.yaml", (), 1, 1, 1, 0, 0)

    def block(**pairs: Node) -> Map:
        return Map("bot.yaml", (), 1, 1, 1, {key: (scalar(key), value) for key, value in pairs.items()})

    def listed(*items: Node) -> List:
        return List("bot.yaml", (), 1, 1, False, 1, list(items))

    rule = block(
        when=listed(block(text=listed(scalar("a"), scalar(choice)))),
        do=listed(block(note=scalar(text)), block(add_tags=listed(scalar(text)))),
    )
    written = long_yaml(block(rules=listed(rule)))
    root, problems = parse(SourceFile("bot.yaml", written))
    assert problems == []
    assert root is not None
    assert plain(root) == plain(block(rules=listed(rule)))


@pytest.mark.parametrize("sign", ["|", "|+", "|-", ">", ">+"])
def test_what_yaml_puts_at_the_end_of_a_text_is_not_sent(tmp_path: Path, sign: str) -> None:
    """Lines inside stay as they are; the line break and the blank lines at the end are nobody's."""
    spaces = "  "
    text = f"""\
cards:
  welcome:
    text: {sign}
      您好，

        內縮的一行{spaces}
      再見{spaces}


rules:
  - when: {{text: 嗨}}
    reply: {sign}
      第一行
      　第二行
"""
    form = long_form(tmp_path, text)
    said = form["rules"][0]["do"][0]["reply"][0]["text"]
    assert said == ("第一行\n　第二行" if sign.startswith("|") else "第一行 　第二行")
    assert form["cards"]["welcome"]["text"].endswith("再見")
    assert "\n\n  內縮的一行  \n" in form["cards"]["welcome"]["text"]


def test_nor_what_quotes_hold_there(tmp_path: Path) -> None:
    """In messages only: a space in a Flex span, or in a value that is set, is meant."""
    text = """\
attributes: {note: text}
flows:
  quiz:
    states:
      問: {ask: "膚質？\\n", answer: [乾, 油], otherwise: "請選 ", next: 完}
      完: {push: "收到\\n", end: true}
cards:
  plain: {text: "您好\\n\\n", alt: "x "}
  bought: {buttons: {title: "標題 ", text: "內文\\n", taps: [{label: "看 ", reply: "您 好\\n"}]}}
  price: {flex: {alt: 價, contents: {type: bubble, body: {type: text, text: "售 "}}}}
rules:
  - when: {text: 嗨}
    do:
      - reply: ["請 看\\n", plain]
      - notify_staff: "請回覆\\n"
      - set: {note: "a "}
"""
    form = long_form(tmp_path, text)
    assert form["cards"]["plain"] == {"text": "您好", "alt": "x"}
    buttons = form["cards"]["bought"]["buttons"]
    assert (buttons["title"], buttons["text"]) == ("標題", "內文")
    assert buttons["taps"] == [{"label": "看", "do": [{"reply": [{"text": "您 好"}]}]}]
    states = form["flows"]["quiz"]["states"]
    assert (states["問"]["ask"], states["問"]["otherwise"]) == ([{"text": "膚質？"}], [{"text": "請選"}])
    assert states["完"]["do"] == [{"push": [{"text": "收到"}]}]
    assert form["cards"]["price"]["flex"]["contents"]["body"]["text"] == "售 "
    reply, told, set_ = form["rules"][0]["do"]
    assert reply == {"reply": [{"text": "請 看"}, {"card": "plain"}]}
    assert (told, set_) == ({"notify_staff": "請回覆"}, {"set": {"note": "a "}})
