"""N3: odds are exact, and a person's tries are those of one, merged or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.compiled.playbook import TAIPEI
from bot.engine.members.merge import merged, parted
from bot.engine.types.odds import odds_of, percent_of
from bot.model.contact import Contact, Identity
from bot.model.held import held_items
from bot.model.place import Place
from bot.promotions.draws.engine.declared import Draw, Prize
from bot.promotions.draws.engine.held import chance_of, refusal
from bot.promotions.draws.model import HELD_DRAWS, HeldDraw
from tests.engine.chat import NOON

PLACE = Place("bot.yaml", 1, 1, "draws.抽")
SHARES = st.lists(st.integers(1, 40), min_size=1, max_size=6).map(
    lambda parts: [Fraction(part, max(sum(parts), 100)) for part in parts]
)
CHANCES = st.integers(0, 2**64 - 1).map(lambda number: Fraction(number, 2**64))


def draw(odds: list[Fraction], *, for_all: bool = False) -> Draw:
    prizes = [Prize(f"p{n}", f"c{n}", one, PLACE) for n, one in enumerate(odds)]
    prizes += [Prize("rest", "c", None, PLACE)] if for_all else []
    return Draw("抽", "抽", "", None, "wheel", None, None, "day", tuple(prizes), PLACE)


@given(odds=SHARES, chance=CHANCES, for_all=st.booleans())
def test_s42_a_chance_has_the_prize_below_whose_odds_it_lies(
    odds: list[Fraction], chance: Fraction, for_all: bool
) -> None:
    """Never two, the one that is for all last, and none where the chance lies above all."""
    won = [prize.name for prize in draw(odds, for_all=for_all).drawn(chance)]
    drawn = [name for name in won if name != "rest"]
    below = [n for n in range(len(odds)) if sum(odds[:n]) <= chance < sum(odds[: n + 1])]
    assert drawn == [f"p{n}" for n in below]
    assert len(drawn) <= 1
    assert won[len(drawn) :] == (["rest"] if for_all else [])


def test_chances_of_calls_are_spread_evenly_and_always_the_same() -> None:
    chances = [chance_of(f"call {n}") for n in range(4000)]
    assert chances == [chance_of(f"call {n}") for n in range(4000)]
    tenths = [sum(n <= chance * 10 < n + 1 for chance in chances) for n in range(10)]
    assert all(320 <= number <= 480 for number in tenths), tenths


def test_odds_as_people_write_them() -> None:
    assert odds_of("5%") == Fraction(1, 20)
    assert odds_of(" 0.1 ％") == Fraction(1, 1000)
    assert odds_of("1/3") == Fraction(1, 3)
    assert odds_of("100%") == 1
    assert [odds_of(one) for one in ("0%", "101%", "5", "1/0", "3/2", "五%", "", "-1%")] == [None] * 8
    assert [percent_of(one) for one in (Fraction(1, 3), Fraction(1, 20), Fraction(1, 1000))] == [
        "33.3333%",
        "5%",
        "0.1%",
    ]


HELD = st.builds(
    HeldDraw,
    st.just("抽"),
    st.integers(1, 9),
    st.integers(0, 5).map(lambda hours: NOON.replace(hour=hours)),
    st.integers(0, 2),
    st.sampled_from(("won", "nothing", "")),
)


def somebody(user: str, *held: HeldDraw) -> Contact:
    return Contact(
        f"main:{user}", identities=(Identity("main", user, friend=True),), held=held_items({"draws": held})
    )


@given(ours=st.lists(HELD, max_size=1), theirs=st.lists(HELD, max_size=1))
def test_s42_two_who_become_one_have_no_second_try_of_a_day(
    ours: list[HeldDraw], theirs: list[HeldDraw]
) -> None:
    one, other = somebody("U1", *ours), somebody("U2", *theirs)
    both = merged(one, other)
    assert sum(held.tries for held in HELD_DRAWS.of(both)) == sum(held.tries for held in (*ours, *theirs))
    for held in (*ours, *theirs):
        assert refusal(draw([Fraction(1, 2)]), HELD_DRAWS.of(both)[0], NOON.replace(hour=6), TAIPEI) == "had"
        last = HELD_DRAWS.of(both)[0].last
        assert last is not None
        assert held.last is not None
        assert last >= held.last
    first, gone = parted(both, one, other)
    waiting = sum(held.waits for held in theirs)  # what comes of these the first hears
    mine = ours or ([HeldDraw("抽")] if waiting else [])
    assert HELD_DRAWS.of(first) == tuple(replace(held, waits=held.waits + waiting) for held in mine)
    assert HELD_DRAWS.of(gone) == tuple(replace(held, waits=0) for held in HELD_DRAWS.of(other))


def test_nobody_who_was_parted_waits_for_a_try_that_the_first_has_heard_of() -> None:
    one, other = somebody("U1"), somebody("U2", HeldDraw("抽", 1, NOON, waits=1))
    both = merged(one, other)
    heard = replace(
        both, held={**both.held, "draws": (replace(HELD_DRAWS.of(both)[0], waits=0, result="nothing"),)}
    )
    _, gone = parted(heard, one, other)
    held = HELD_DRAWS.of(gone)[0]
    every_day = draw([Fraction(1, 2)])
    assert (held.tries, refusal(every_day, held, NOON, TAIPEI)) == (1, "had"), "the try was made"
    assert refusal(every_day, held, NOON + timedelta(days=1), TAIPEI) is None
