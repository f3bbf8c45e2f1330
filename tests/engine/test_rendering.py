"""Cards filled with the data of a turn: LINE's messages, and what is left out where data breaks one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.compiled.card import (
    THE_ALT,
    Bounded,
    Bubble,
    Card,
    CountedAddress,
    FileAddress,
    LineObject,
    PageAddress,
    Tap,
    WebAddress,
    files,
    leaves,
)
from bot.engine.compiled.own_address import CARRIED_MOST
from bot.engine.rendering.rendering import (
    BUBBLE_BYTES_MOST,
    Filling,
    Rendered,
    json_bytes,
    quick_replies_last,
    rendered,
)
from bot.engine.texts.template import Placeholder, Template
from bot.model.place import Place
from bot.model.value import Value
from tests.depth import examples
from tests.engine.anything import texts
from tests.playbooks import text_bubble


def text_card(text: str, place: Place, key: str) -> Card:
    return Card(place, key, (text_bubble(Template((text,))),))


ANY = settings(max_examples=examples(150), database=None)
HERE = Place("cards/a.yaml", 1, 1, "cards.a")
NAME = Placeholder("contact", "name")
HELLO = Template(("嗨 ", NAME))


def told(done: Rendered) -> list[tuple[str, str]]:
    """What was wrong, in English."""
    return [(problem.result, problem.note.because) for problem in done.problems]


def filling(
    values: Mapping[str, Value] | None = None, *, closed: str = "", choices: tuple[str, ...] = ()
) -> Filling:
    found = values or {}
    return Filling(
        lookup=lambda placeholder: found.get(placeholder.name),
        zone=ZoneInfo("Asia/Taipei"),
        page_address=lambda page: None if page == "elsewhere" else f"https://liff.line.me/1-a/{page}",
        page_open=lambda page: page != closed,
        file_address=lambda file: f"https://bot.example/media/{file.sha256}/{file.file}",
        counted_address=lambda key, carried: f"https://bot.example/o/{key}?to={carried}",
        choices=choices,
    )


def card(*bubbles: Bubble, quick: tuple[Tap, ...] = ()) -> Card:
    return Card(HERE, "a", bubbles, quick)


def tap(label: str, page: str | None = None) -> Tap:
    if page is not None:
        return Tap(HERE, f"a/{label}", label, {"type": "uri", "label": label, "uri": PageAddress(page)}, page)
    return Tap(HERE, f"a/{label}", label, {"type": "postback", "label": label, "data": f"~a/{label}"})


def buttons(*taps: Tap, text: LineObject = "選一個") -> Bubble:
    template = {"type": "buttons", "text": text, "actions": list(taps)}
    return Bubble({"type": "template", "altText": "選單", "template": template}, needs_tap=True)


def carousel(*columns: tuple[Tap, ...]) -> Bubble:
    made = [{"text": str(number), "actions": list(taps)} for number, taps in enumerate(columns)]
    template = {"type": "carousel", "columns": made}
    return Bubble({"type": "template", "altText": "選單", "template": template}, needs_tap=True)


def labels(message: Mapping[str, Any]) -> list[str]:
    return [item["action"]["label"] for item in message["quickReply"]["items"]]


def test_a_text_without_placeholders_is_sent_as_it_lies_there() -> None:
    ready = text_card("歡迎", HERE, "a")
    assert rendered([ready], filling()).messages[0] is ready.bubbles[0].ready
    both = rendered([ready, ready], filling())
    assert both.messages[0] is both.messages[1] is ready.bubbles[0].ready


def test_a_text_is_filled() -> None:
    done = rendered([card(text_bubble(HELLO))], filling({"name": "小美"}))
    assert done == (({"type": "text", "text": "嗨 小美"},), ())


@ANY
@given(texts.filter(lambda text: bool(text.strip())))
def test_a_name_goes_in_as_it_is(name: str) -> None:
    flex = {"type": "bubble", "body": {"type": "text", "text": Template((NAME,)), "x": [None, 1.5, True]}}
    bubble = Bubble({"type": "flex", "altText": "a", "contents": flex})
    done = rendered([card(bubble)], filling({"name": name})).messages[0]
    assert done["contents"] == {
        "type": "bubble",
        "body": {"type": "text", "text": name, "x": [None, 1.5, True]},
    }


def test_filling_leaves_the_card_alone() -> None:
    bubble = buttons(tap("a"), tap("b", "form"), text=HELLO)
    before = repr(bubble)
    rendered([card(bubble, quick=(tap("c"),))], filling({"name": "小美"}, closed="form"))
    assert repr(bubble) == before


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        ("字" * 5_000, "字" * 4_997 + "…"),
        ("👩‍👩‍👧‍👦" * 500, "👩‍👩‍👧‍👦" * 454 + "…"),  # eleven units each: none is cut in two
        ("😀" * 2_499 + "ab", "😀" * 2_498 + "…"),
    ],
)
def test_s28_a_text_that_its_data_makes_too_long_is_cut(name: str, cut: str) -> None:
    """28: the person gets it, and staff see that something is missing."""
    done = rendered([card(text_bubble(HELLO), text_bubble(Template(("再見",))))], filling({"name": name}))
    assert done.messages == ({"type": "text", "text": f"嗨 {cut}"}, {"type": "text", "text": "再見"})
    [(result, why)] = told(done)
    assert result == "cut"
    assert why.startswith("the text has 5,")
    assert why.endswith(" characters once filled, LINE takes 5,000")


def test_s28_the_longest_values_are_cut_and_what_the_playbook_says_stays_whole() -> None:
    parts = ("給 ", NAME, "：", Placeholder("attribute", "wish"), "，謝謝")
    title = Bounded(Template(parts), 20, "grapheme", "the title")
    made = card(buttons(tap("好"), text=title))
    done = rendered([made], filling({"name": "王小美", "wish": "想要一個很大很大很大的禮物盒子"}))
    assert done.messages[0]["template"]["text"] == "給 王小美：想要一個很大很大很大…，謝謝"
    done = rendered([made], filling({"name": "很長的名字" * 9, "wish": "也很長的願望" * 9}))
    assert done.messages[0]["template"]["text"] == "給 很長的名字很長的名字很長…：…，謝謝"


def test_half_a_number_would_be_another_one() -> None:
    made = card(text_bubble(Template(("字" * 4_999, NAME))))
    done = rendered([made], filling({"name": 2026}))
    assert (done.messages, [one.result for one in done.problems]) == ((), ["lost"])


def test_s28_what_a_tap_says_is_never_cut() -> None:
    """Shortened it would be another word, or half a code that is copied."""
    said = Bounded(Template((NAME,)), 300, "grapheme", "the text", whole=True)
    made = card(buttons(Tap(HERE, "a/b", "b", {"type": "message", "label": "b", "text": said})))
    done = rendered([made], filling({"name": "字" * 301}))
    assert (done.messages, [one.result for one in done.problems]) == ((), ["lost"])


def test_the_alt_is_cut_without_a_word() -> None:
    alt = Bounded(Template((NAME,)), 1_500, "utf16", THE_ALT)
    (message,), problems = rendered(
        [card(Bubble({"type": "x", "altText": alt}))], filling({"name": "字" * 2_000})
    )
    assert (len(message["altText"]), problems) == (1_500, ())


@pytest.mark.parametrize("name", ["字" * 4_998, "😀" * 2_499])
def test_a_text_of_just_so_many_units_goes(name: str) -> None:
    assert rendered([card(text_bubble(HELLO))], filling({"name": name})).problems == ()


def test_a_flex_that_its_data_makes_too_large_is_not_sent() -> None:
    flex = {"type": "bubble", "body": {"type": "text", "text": Template((NAME,))}}
    made = card(Bubble({"type": "flex", "altText": "a", "contents": flex}))
    room = BUBBLE_BYTES_MOST - json_bytes({"type": "bubble", "body": {"type": "text", "text": ""}})
    assert rendered([made], filling({"name": "a" * room})).problems == ()
    (problem,) = rendered([made], filling({"name": "a" * (room + 1)})).problems
    assert problem.result == "lost"
    assert "its Flex has 30,001 bytes once filled" in problem.note.because


def test_a_lone_surrogate_is_counted_as_it_is_sent() -> None:
    assert json_bytes({"a": "\ud83d", "b": "字"}) == len('{"a":"?","b":"字"}'.encode())


def test_a_label_is_counted_in_what_people_see() -> None:
    label = Bounded(Template((NAME,)), 20, "grapheme", "a label")
    made = card(buttons(Tap(HERE, "a/b", "b", {"type": "message", "label": label, "text": "b"})))
    assert rendered([made], filling({"name": "👩‍👩‍👧‍👦" * 20})).problems == ()
    assert told(rendered([made], filling({"name": "👩‍👩‍👧‍👦" * 21}))) == [
        ("cut", "a label has 21 characters once filled, LINE takes 20")
    ]


def test_addresses_are_filled_in() -> None:
    form = {
        "type": "image",
        "page": PageAddress("form"),
        "file": FileAddress("cards/a.png", "abc"),
        "counted": CountedAddress("a/x", "https://shop.example"),
        "counted page": CountedAddress("a/y", PageAddress("form")),
        "carried": CountedAddress("a/z", WebAddress(Template(("https://shop.example/?q=", NAME)))),
    }
    (message,) = rendered([card(Bubble(form))], filling()).messages
    assert message == {
        "type": "image",
        "page": "https://liff.line.me/1-a/form",
        "file": "https://bot.example/media/abc/cards/a.png",
        "counted": "https://bot.example/o/a/x?to=None",
        "counted page": "https://bot.example/o/a/y?to=None",
        "carried": "https://bot.example/o/a/z?to=https://shop.example/?q=",
    }


def test_what_a_counted_address_carries_is_bounded() -> None:
    """It has to fit, sealed, into an address that LINE takes."""
    search = "https://shop.example/?q="
    form = {"type": "x", "uri": CountedAddress("a/z", WebAddress(Template((search, NAME))))}
    room = CARRIED_MOST - len(search)
    assert rendered([card(Bubble(form))], filling({"name": "x" * room})).problems == ()
    (problem,) = rendered([card(Bubble(form))], filling({"name": "x" * (room + 1)})).problems
    assert problem.note.because.endswith(
        "an address has 401 characters once filled, one with actions 400 at most"
    )


def address(value: str, *parts: str | Placeholder) -> tuple[list[Any], tuple[str, ...]]:
    made = card(Bubble({"type": "x", "uri": WebAddress(Template(parts))}))
    done = rendered([made], filling({"name": value}))
    return [message["uri"] for message in done.messages], tuple(one.note.because for one in done.problems)


def test_what_stands_within_an_address_cannot_break_out_of_it() -> None:
    done, _ = address("a&b=小 美", "https://shop.example/?q=", NAME, "&r=1")
    assert done == ["https://shop.example/?q=a%26b%3D%E5%B0%8F%20%E7%BE%8E&r=1"]


def test_an_address_that_begins_with_a_value_keeps_its_signs() -> None:
    done, _ = address("https://shop.example/?a=%20&b#c 商品", NAME)
    assert done == ["https://shop.example/?a=%20&b#c%20%E5%95%86%E5%93%81"]


@pytest.mark.parametrize("value", ["", "javascript:alert(1)", "https://shop.example/" + "a" * 1000])
def test_what_is_no_address_once_filled_is_not_sent(value: str) -> None:
    done, problems = address(value, NAME)
    assert done == []
    assert "an address" in problems[0]


@ANY
@given(texts)
def test_an_address_is_ascii_or_nothing(value: str) -> None:
    done, problems = address(value, "https://shop.example/", NAME)
    assert all(uri.isascii() and " " not in uri for uri in done)
    assert bool(done) != bool(problems)


def test_a_tap_to_a_closed_page_is_left_out() -> None:
    done = rendered([card(buttons(tap("看看"), tap("填寫", "form")))], filling(closed="form"))
    (message,) = done.messages
    assert [action["label"] for action in message["template"]["actions"]] == ["看看"]
    why = 'tap "a/填寫" is left out: page "form" is closed or paused here'
    assert told(done) == [("not-sent", why)]


def test_a_tap_to_a_page_without_address_is_left_out() -> None:
    done = rendered([card(buttons(tap("看看"), tap("填寫", "elsewhere")))], filling())
    assert len(done.messages[0]["template"]["actions"]) == 1
    why = 'tap "a/填寫" is left out: page "elsewhere" has no address on this channel'
    assert told(done) == [("not-sent", why)]


def test_a_card_left_without_any_tap_is_not_sent() -> None:
    made = card(buttons(tap("填寫", "form")), text_bubble(Template(("再見",))))
    done = rendered([made], filling(closed="form"))
    assert done.messages == ({"type": "text", "text": "再見"},)
    assert told(done)[1] == (
        "not-sent",
        'a message of card "a" is not sent: no tap is left that leads anywhere',
    )


def test_a_confirm_with_one_tap_left_is_not_sent() -> None:
    template = {"type": "confirm", "text": "好嗎", "actions": [tap("好"), tap("填寫", "form")]}
    confirm = Bubble({"type": "template", "altText": "a", "template": template}, needs_tap=True)
    assert len(rendered([card(confirm)], filling()).messages) == 1
    assert rendered([card(confirm)], filling(closed="form")).messages == ()


def test_an_imagemap_with_no_area_left_is_not_sent() -> None:
    area = {"x": 0, "y": 0, "width": 1040, "height": 1040}
    action = {"type": "uri", "linkUri": PageAddress("form"), "area": area}
    form = {"type": "imagemap", "altText": "a", "actions": [Tap(HERE, "a/b", "b", action, "form")]}
    made = card(Bubble(form, needs_tap=True))
    assert rendered([made], filling()).messages[0]["actions"][0]["area"] == area
    assert rendered([made], filling(closed="form")).messages == ()


def test_columns_keep_equally_many_taps() -> None:
    done = rendered(
        [card(carousel((tap("a"), tap("b")), (tap("c"), tap("d", "form"))))], filling(closed="form")
    )
    (message,) = done.messages
    assert [len(column["actions"]) for column in message["template"]["columns"]] == [2]
    all_gone = rendered([card(carousel((tap("a", "form"),), (tap("b", "form"),)))], filling(closed="form"))
    assert all_gone.messages == ()


def test_quick_replies_stand_on_the_last_message() -> None:
    first = card(text_bubble(Template(("一",))), quick=(tap("a"), tap("b")))
    last = card(text_bubble(Template(("二",))), text_bubble(Template(("三",))))
    done = rendered([first, last], filling()).messages
    assert ["quickReply" in message for message in done] == [False, False, True]
    assert labels(done[2]) == ["a", "b"]
    assert first.bubbles[0].ready == {"type": "text", "text": "一"}


def test_the_quick_replies_of_a_card_that_is_not_sent_go_with_it() -> None:
    gone = card(text_bubble(Template((NAME,))), quick=(tap("a"),))
    done = rendered([gone, text_card("二", HERE, "b")], filling())
    assert done.messages == ({"type": "text", "text": "二"},)


def test_choices_of_an_open_question_come_first_and_13_fit() -> None:
    own = tuple(tap(str(number)) for number in range(12))
    done = rendered([card(text_bubble(HELLO), quick=own)], filling({}, choices=("乾性", "油性")))
    assert labels(done.messages[0]) == ["乾性", "油性", *map(str, range(11))]
    said = {"type": "message", "label": "乾性", "text": "乾性"}
    assert done.messages[0]["quickReply"]["items"][0] == {"type": "action", "action": said}


def test_a_long_choice_says_all_of_itself_and_shows_what_fits() -> None:
    choice = "我想要一個可以每天早上使用的清爽型保濕產品"
    (message,) = rendered([text_card("選", HERE, "a")], filling({}, choices=(choice,))).messages
    action = message["quickReply"]["items"][0]["action"]
    assert action == {"type": "message", "label": choice[:19] + "…", "text": choice}


def test_quick_replies_of_one_reply_are_joined_on_its_last_message() -> None:
    def one(text: str, *quick: str) -> dict[str, Any]:
        items = [{"type": "action", "action": {"label": label}} for label in quick]
        return {"type": "text", "text": text} | ({"quickReply": {"items": items}} if quick else {})

    done = quick_replies_last([one("一", "a"), one("二"), one("三", "b")])
    assert [message.get("quickReply") is None for message in done] == [True, True, False]
    assert labels(done[2]) == ["a", "b"]
    assert quick_replies_last(done) == done
    last = one("二", "a")
    assert quick_replies_last([one("一"), last])[1] is last
    many = [one("一", *map(str, range(10))), one("二", *map(str, range(10)))]
    assert len(labels(quick_replies_last(many)[1])) == 13
    assert quick_replies_last([]) == ()


def test_files_are_those_that_must_be_served() -> None:
    file = FileAddress("cards/a.png", "abc")
    assert list(files(card(Bubble({"a": [file]}), Bubble({"a": PageAddress("form")})))) == [file]


def test_a_file_is_served_under_what_is_in_it() -> None:
    assert FileAddress("cards/新 品.png", "0123456789abcdef01").path == (
        "media/0123456789abcdef/%E6%96%B0%20%E5%93%81.png"
    )


ANY_VALUE = st.one_of(st.none(), texts, st.integers(), st.booleans(), st.datetimes(timezones=st.just(UTC)))


@ANY
@given(ANY_VALUE)
def test_no_value_makes_it_fall(value: Value | None) -> None:
    label = Bounded(Template((NAME,)), 20, "grapheme", "a label")
    linked = Tap(HERE, "a/b", "b", {"type": "uri", "label": label, "uri": WebAddress(Template((NAME,)))})
    flex = {"type": "bubble", "body": {"type": "text", "text": Bounded(HELLO, 5_000, "utf16", "the text")}}
    made = card(
        buttons(linked, text=label),
        carousel((linked,), (tap("a"),)),
        text_bubble(HELLO),
        Bubble({"type": "flex", "altText": "a", "contents": flex}),
        quick=(linked, tap("c", "form")),
    )
    done = rendered([made], filling({} if value is None else {"name": value}, choices=("好",)))
    assert len(done.messages) + sum("message of" in one.note.because for one in done.problems) == 4


def test_leaves_are_all_that_is_filled_in() -> None:
    inner = tap("a")
    form = {"a": HELLO, "b": [inner, {"c": PageAddress("form")}], "d": 1, "e": None}
    assert list(leaves(form)) == [HELLO, inner, PageAddress("form")]
