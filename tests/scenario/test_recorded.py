"""What was played comes out as a scenario that holds, and fails once the bot says something else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.compiled.splits import group_of
from bot.engine.conditions.people import SEEDS
from bot.engine.hook_answers import hook_outcome
from bot.model.effects import CallHook, EffectRequest
from bot.model.event import Join, News, OtherMessage, Outcome, Rewritten, Unfollow
from bot.model.staff_order import StaffActs, StaffSets, StaffTags
from bot.model.value import Value
from bot.scenario.recorded import recorded
from bot.scenario.recorded_steps import BroadcastCame, CameTo
from bot.scenario.recorded_time import ways
from bot.scenario.recorded_turn import PlayedTurn
from bot.scenario.result import in_words
from tests.depth import examples
from tests.playbooks import compiled
from tests.scenario.playing import result
from tests.scenario.recording import Played
from tests.scenario.underlined import underlined

SHOP = """
tags: {VIP: {}, 新客: {added_by: staff}, 看過: {expires: 3d}}
attributes:
  points: {type: number, set_by: staff}
  skin: {type: text, values: [乾性, 油性]}
  secret: {type: text, private: true}
splits: {試驗: {甲: 50, 乙: 50}}
signals: {parcel: {no: text, weight: number, at: date_time, day: date, cold: yes_no}, ping: }
hooks:
  stock:
    url: "https://erp.example/stock"
    returns: {left: number, since: date_time}
    save: {points: card.left}
cards:
  welcome: {text: "{{ contact.name or 您好 }}，歡迎！", quick_replies: [優惠]}
  coupon: {buttons: {text: 本週全館 85 折, taps: [{label: 領取, add_tags: [VIP]}]}}
  both: {messages: [{text: 第一則}, {buttons: {text: 第二則, taps: [好的]}}]}
  day:
    flex:
      alt: 選一天
      contents:
        type: bubble
        body:
          type: box
          layout: vertical
          contents:
            - type: button
              action: {type: datetimepicker, label: 選日期, data: day, mode: date}
rules:
  - {when: {follow: first}, reply: [welcome, coupon]}
  - {when: {follow: again}, reply: 歡迎回來！}
  - {when: {text: 優惠}, do: [{add_tags: [看過]}, {reply: coupon}]}
  - {when: {text: 兩則}, reply: both}
  - {when: {text: 選日子}, reply: day}
  - {when: {postback: day}, reply: "{{ event.date as M/D or 這天 }} 收到"}
  - {when: {text: ok}, reply: {text: fine}}
  - {when: {text: 測膚質}, start: quiz}
  - {when: {text: 庫存}, start: stock_check}
  - {when: {text: 快}, start: quick}
  - {when: {text: 分組}, if: {split: {試驗: 甲}}, reply: 甲組}
  - {when: {text: 分組}, reply: 乙組}
  - {when: sticker, reply: 😊}
  - when: {signal: parcel}
    push: "{{ event.no }} {{ event.weight }} {{ event.at as date_time }} {{ event.day }} {{ event.cold }}"
  - {when: {signal: ping}, push: 有}
flows:
  quiz:
    states:
      膚質:
        ask: 您的膚質？
        answer: [乾性, 油性]
        save: skin
        give_up_after: {30m: 放棄}
        rules: [{when: {after: 10m}, push: 還在嗎？}]
        next: 完成
      完成: {reply: "{{ attribute.skin or 肌膚 }}專用。", end: true}
      放棄: {end: true}
  stock_check:
    states:
      問:
        do: [{call: stock}]
        rules:
          - {when: {hook: stock, result: ok}, push: 有, to: 完}
          - {when: {hook: stock, result: failed}, push: 查不到, to: 完}
        give_up_after: {1m: 完}
      完: {end: true}
  quick:
    states:
      等: {wait: 25s, next: 說}
      說: {push: 到了, end: true}
  care:
    when: {tag_added: VIP}
    once_per: person
    quiet_hours: 21:00-09:00
    states:
      等: {wait: 1d at 22:00, next: 問候}
      問候: {push: 用得還習慣嗎？輸入「停止推播」就不再打擾。, end: true}
"""


@pytest.fixture
def play() -> Played:
    return Played(compiled(SHOP))


def written(play: Played, *, exact: bool = False) -> str:
    told = recorded("玩過的", play.happenings, play.playbook)
    if exact:
        told = recorded("玩過的", play.happenings, play.playbook, ways(told.pauses)[-1])
    return told.text


def holds(text: str, playbook: str = SHOP) -> bool:
    found = result(playbook, text)
    assert all(problem.level == "warning" for problem in found.problems), (found.problems, text)
    assert underlined(text) == [], text
    return found.failure is None


def held(play: Played) -> str:
    """The file, which must hold."""
    text = written(play)
    found = result(SHOP, text)
    assert found.holds, (text, found.problems, in_words(found))
    assert underlined(text) == [], text
    return text


def in_a_quiz(play: Played) -> None:
    """A friend who took the coupon and let the quiz wait."""
    play.follows()
    play.says("優惠")
    play.taps("~coupon/領取")
    play.says("測膚質")
    play.passes(minutes=11)
    play.says("油性")
    play.says("ok")


def test_a_conversation_as_it_is_written_by_hand(play: Played) -> None:
    in_a_quiz(play)
    play.says("隨便")
    play.passes(days=2)
    assert held(play) == (
        "# recorded in the simulator; oaflow test plays it again\n"
        "scenario: 玩過的\n"
        "given:\n"
        "  now: 2026-11-20 14:00\n"
        "  contact: {name: 小美}\n"
        "steps:\n"
        "  - user: follows\n"
        "  - bot:\n"
        "      - 小美，歡迎！\n"
        "      - coupon\n"
        "  - user: 優惠\n"
        "  - bot: coupon\n"
        "  - contact: {tags_exactly: [看過]}\n"
        "  - user: {taps: 領取}\n"
        "  - bot: nothing\n"
        "  - contact: {tags_exactly: [看過, VIP]}\n"
        "  - user: 測膚質\n"
        "  - bot: 您的膚質？\n"
        "  - wait: 10m\n"
        "  - bot: 還在嗎？\n"
        "  - wait: 1m\n"
        "  - user: 油性\n"
        "  - bot: 油性專用。\n"
        "  - user: {says: ok}\n"
        "  - bot: {text: fine}\n"
        "  - user: 隨便\n"
        "  - bot: nothing\n"
        "  - wait: until 2026-11-22 09:00\n"
        "  - bot: 用得還習慣嗎？輸入「停止推播」就不再打擾。\n"
        "  - wait: 5h11m\n"
        "  - flow: {care: 問候}\n"
        "  - flow: {quiz: 完成}\n"
        "  - cost: 2\n"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{text: fine}", "{text: finer}"),
        ("after: 10m", "after: 12m"),
        ("add_tags: [看過]", "remove_tags: [看過]"),
        ("        save: skin\n", ""),
    ],
)
def test_it_fails_when_the_bot_does_something_else(play: Played, old: str, new: str) -> None:
    in_a_quiz(play)
    text = held(play)
    assert SHOP.count(old) == 1
    assert not holds(text, SHOP.replace(old, new))


def test_a_card_is_named_whatever_it_says_and_a_text_by_its_words(play: Played) -> None:
    """So the look of a card may change without a recording: what is filled into a text may not."""
    play.says("兩則")
    play.says("優惠")
    text = held(play)
    assert "- bot: both\n" in text
    assert "- bot: coupon\n" in text
    assert holds(text, SHOP.replace("本週全館 85 折", "本週全館 9 折"))


def test_a_button_that_says_something_is_tapped_not_said(play: Played) -> None:
    """Typed, the same words are said: whether there was a button does not matter then."""
    play.says("測膚質")
    play.says("乾性")
    assert "- user: 乾性\n" in held(play)
    last = play.happenings[-1]
    assert isinstance(last, PlayedTurn)
    play.happenings[-1] = replace(last, tapped="乾性")
    assert "- user: {taps: 乾性}\n" in held(play)


def test_a_picked_date(play: Played) -> None:
    play.says("選日子")
    play.taps("day", date="2026-12-24")
    assert '  - user: {taps: 選日期, picks: "2026-12-24"}\n  - bot: "12/24 收到"\n' in held(play)


def test_a_hook_that_fails(play: Played) -> None:
    """As every one does as long as nobody carries hooks out."""
    play.says("庫存")
    assert "  - user: 庫存\n  - hook: {stock: failed}\n  - bot: 查不到\n" in held(play)


def test_what_a_hook_answers_wherever_it_stands(play: Played) -> None:
    """Fields of `returns`, and what `save` takes from elsewhere in the answer."""
    hook = play.playbook.hooks["stock"]
    answer = {"left": 3, "since": "2026-09-01 10:00", "card": {"left": 80}}

    def answers(asked: EffectRequest) -> Outcome:
        assert isinstance(asked, CallHook)
        return hook_outcome(hook, answer, asked.origin, play.playbook.zone)

    play.answers = answers
    play.says("庫存")
    assert '  - hook: {stock: {left: "3", since: "2026-09-01 10:00", card: {left: "80"}}}\n' in held(play)


def test_what_another_system_told(play: Played) -> None:
    """F2: a signal from outside, with values of all types."""
    at = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
    fields: dict[str, Value] = {"no": "0012", "weight": 1.5, "at": at, "day": "2026-11-21", "cold": True}
    play.hears(News("signal", "parcel", fields))
    play.hears(News("signal", "ping"))
    text = held(play)
    assert '  - signal: {parcel: {no: "0012", weight: ' in text
    assert "  - signal: ping\n" in text


def test_seconds_are_written_where_it_does_not_hold_without_them(play: Played) -> None:
    play.says("快")
    play.passes(seconds=30)
    assert not holds(written(play))
    text = written(play, exact=True)
    assert "- wait: 25s\n  - bot: 到了" in text
    assert holds(text)


def test_who_was_known_before_it_began(play: Played) -> None:
    """Tags, attributes, and where the person stands, are given."""
    play.follows()
    play.says("測膚質")
    play.says("油性")
    play.taps("~coupon/領取")
    play.says("測膚質")
    play.happenings.clear()
    play.says("油性")
    play.says("優惠")
    text = held(play)
    assert "{name: 小美, tags: [VIP], attributes: {skin: 油性}, flow: {care: 等, quiz: 膚質}}" in text


@pytest.mark.parametrize("seed", [5, 4_000, 9_999])
def test_the_group_that_was_drawn(seed: int) -> None:
    play = Played(compiled(SHOP), seed=seed)
    play.says("分組")
    group = group_of(play.playbook, "試驗", seed)
    text = held(play)
    assert f"split: {{試驗: {group}}}" in text
    assert f"- bot: {group}組" in text


def test_every_seed_has_a_group(play: Played) -> None:
    groups = [group_of(play.playbook, "試驗", seed) for seed in range(SEEDS)]
    assert abs(groups.count("甲") - groups.count("乙")) <= 1


def test_several_people(play: Played) -> None:
    play.follows("小美")
    play.follows("大明")
    play.says("測膚質", "大明")
    play.says("優惠", "小美")
    play.passes(minutes=30)
    play.says("ok", "小美")
    text = held(play)
    assert "  people:\n    小美:\n    大明:\n" in text
    assert "  - wait: 10m\n  - as: 大明\n  - bot: 還在嗎？\n" in text


def test_blocking_and_coming_back(play: Played) -> None:
    play.follows()
    play.hears(Unfollow())
    play.passes(hours=1)
    play.says("優惠")
    assert "- user: blocks\n" in held(play)


def test_what_no_scenario_knows_is_told(play: Played) -> None:
    play.follows()
    play.hears(OtherMessage("hologram", {}))
    play.hears(Join())
    play.says("ok")
    text = held(play)
    assert "  # left out: (hologram)\n" in text
    assert "  # left out: joins\n" in text


def test_two_who_are_found_to_be_one_need_no_step(play: Played) -> None:
    """In a scenario it follows from the binding, too."""
    play.follows()
    play.hears(Rewritten("merged", "outlet:V1"))
    play.says("優惠")
    text = held(play)
    assert "left out" not in text
    assert "merged" not in text


def test_staff_and_the_bot_takes_turns(play: Played) -> None:
    play.follows()
    play.hears(StaffActs(takes_over=True))
    play.says("優惠")
    play.hears(StaffActs(takes_over=False))
    play.says("ok")
    assert "- staff: takes_over\n  - user: 優惠\n  - bot: nothing\n  - staff: hands_back\n" in held(play)


def test_what_staff_change_by_hand(play: Played) -> None:
    play.follows()
    play.hears(StaffTags("command:root", add=("VIP",)))
    play.hears(StaffTags("command:root", add=("新客",), remove=("VIP",)))
    play.hears(StaffSets("points", 120))
    play.hears(StaffSets("points"))
    text = held(play)
    assert "left out" not in text
    steps = [line.strip() for line in text.splitlines() if "- staff" in line]
    assert steps == [
        "- staff: {add_tags: VIP}",
        "- staff: {add_tags: 新客, remove_tags: VIP}",
        '- staff: {set: {points: "120"}}',
        "- staff: {set: {points: }}",
    ]


def test_an_address_of_this_machine_is_not_pinned() -> None:
    playbook = SHOP.replace("{text: fine}", '"看 {{ link.poster }} 這裡，謝謝您"')
    playbook += "links: {poster: {title: 海報, send: 優惠}}\n"
    play = Played(compiled(playbook))
    play.says("ok")
    text = written(play)
    assert "https://" not in text
    assert holds(text, playbook)


def test_a_playbook_that_was_changed_meanwhile_is_told(play: Played) -> None:
    play.follows()
    play.playbook = compiled(SHOP.replace("{text: fine}", "{text: finer}"))
    play.says("ok")
    assert "# the playbook was changed while this was played" in written(play)


TEXTS = st.one_of(
    st.sampled_from(
        ["優惠", "測膚質", "油性", "ok", "兩則", "選日子", "庫存", "分組", "follows", "code_from_sms2"]
    ),
    st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=20),
)
PEOPLE = st.sampled_from(["小美", "大明"])
ACTS = st.one_of(
    st.tuples(st.just("says"), TEXTS, PEOPLE),
    st.tuples(st.just("taps"), st.just("~coupon/領取"), PEOPLE),
    st.tuples(st.just("sticker"), st.just(""), PEOPLE),
    st.tuples(st.just("passes"), st.integers(1, 3 * 24 * 60), PEOPLE),
)


@settings(max_examples=examples(60))
@given(st.lists(ACTS, max_size=12))
def test_whatever_is_played_holds(acts: list[tuple[str, object, str]]) -> None:
    play = Played(compiled(SHOP))
    play.follows("小美")
    play.follows("大明")
    for kind, what, who in acts:
        if kind == "passes":
            assert isinstance(what, int)
            play.passes(minutes=what)
        elif kind == "sticker":
            play.hears(OtherMessage("sticker", {}), who)
        elif kind == "taps":
            play.taps(str(what), who)
        else:
            play.says(str(what), who)
    assert holds(written(play)) or holds(written(play, exact=True)), written(play, exact=True)


def test_time_never_runs_ahead_of_what_was_played(play: Played) -> None:
    """A scenario that waited longer than was waited would decide what was not due yet."""
    play.follows()
    play.says("測膚質")
    for _ in range(29):
        play.passes(minutes=1)
        play.now += timedelta(seconds=1)
    play.says("油性")
    assert "油性專用。" in held(play)


def test_time_that_passed_by_itself_is_waited_for_as_well(play: Played) -> None:
    """Nobody moved the clock: the person was simply away, and the quiz gave up without a word."""
    play.follows()
    play.says("測膚質")
    play.passes(minutes=31)
    play.happenings.pop()
    assert "- wait: 20m\n  - flow: {quiz: 放棄}\n" in held(play)
    play.says("ok")
    assert "- wait: 20m\n  - user: {says: ok}\n" in held(play)


def test_photos_sent_at_once_are_one_step_whatever_came_between_them() -> None:
    """F9: a recording says how many they were, where the first of them came."""
    playbook = "rules: [{when: image, reply: 收到照片}, {when: {text: 在嗎}, reply: 在}]"
    played = Played(compiled(playbook))
    photos = [OtherMessage("image", {"id": f"m{n}", "imageSet": {"id": "SET"}}) for n in range(3)]
    played.hears(photos[0])
    played.hears(photos[1])
    played.says("在嗎")
    played.hears(photos[2])
    played.hears(OtherMessage("image", {"id": "m9"}))
    found = recorded("照片", played.happenings, played.playbook)
    steps = [line.strip() for line in found.text.splitlines() if "sends" in line or "bot:" in line]
    assert steps == [
        "- user: {sends: {images: 3}}",
        "- bot: 收到照片",
        "- bot: 在",
        "- user: {sends: image}",
        "- bot: 收到照片",
    ]
    assert holds(found.text, playbook)


def test_whom_a_broadcast_has_reached_is_named_also_where_nobody_else_plays(play: Played) -> None:
    """L4: the reader refuses a name in `sent` that `given` has not."""
    play.says("ok")
    [turn] = [one for one in play.happenings if isinstance(one, PlayedTurn)]
    person = turn.decision.contact
    came = BroadcastCame(play.now, "週年慶", "週年慶", False, (CameTo("小美", (), person, person),))
    play.happenings.append(came)
    text = written(play)
    assert "  people:\n    小美:" in text, text
    assert "contact: {name: 小美}" not in text, text
