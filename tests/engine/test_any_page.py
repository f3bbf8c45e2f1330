"""Pages, whatever is done on them in any order: always shown, a step further each time, answered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

import pytest

from bot.engine.compiled.pages import pages_of
from bot.engine.decide import decide
from bot.engine.pages.screen import screen_of
from bot.model.contact import Binding, BindingKind
from bot.model.event import Outcome, PageAnswer, PageOpened, TextMessage, What
from bot.model.screen import Screen
from bot.model.staff_order import StaffUnbinds
from tests.depth import examples, one_of
from tests.engine.any_event import AnyEvent
from tests.engine.anything import CHANNELS, PAGES
from tests.engine.chat import NOON, somebody
from tests.engine.page_member import BINDING, PHONE, Member, example
from tests.engine.test_decide_is_total import EVERYTHING, world

EXPECTED = {"phone": "0912345678", "code": "123456"}
TEXTS = ("我的手機", "更換手機號碼", "😀")
RESULTS = {
    "SendCode": ("sent", "too_soon", "refused", "failed"),
    "CheckCode": ("right", "wrong", "locked", "expired"),
    "FindMember": ("found", "missing", "taken", "shop_failed"),
    "MoveMember": ("found", "missing", "shop_failed"),
    "FindClerk": ("bound", "unknown"),
    "CheckClerk": ("valid", "unknown"),
}
ASKED = {"SendCode": "code", "CheckCode": "code", "FindClerk": "clerk", "CheckClerk": "clerk"}


@dataclass
class Clumsy(Member):
    """A member who does about anything on pages, while the world answers anything, sooner or later."""

    dice: Random = field(default_factory=Random)
    page: str = BINDING

    def lets_time_pass(self) -> None:
        self.waits(seconds=self.dice.choice((0, 0, 0, 0, 0, 0, 1, 5, 30, 61, 4_000, 90_000)))

    def goes_on(self) -> None:
        if self.dice.random() < 0.2:
            self.page = self.dice.choice(pages_of(self.playbook, self.channel))
        if self.sees(self.page).kind == "busy" and self.dice.random() < 0.8:
            self.is_notified()
        elif self.dice.random() < 0.2:
            self.says_something()
        else:
            self.looks()

    def looks(self) -> None:
        page, before = self.page, self.sees(self.page)
        if before.step == 0 or self.dice.random() < 0.2:
            self.steps_on(PageOpened(page, self.dice.choice(({}, {"fresh": "1"}, {"clerk_code": "A"}))))
            return
        visit = self.dice.choice((before.visit, before.visit, before.visit, before.visit - 1, None))
        expected = EXPECTED.get(before.answer or "", "unbind")
        text = expected if self.dice.random() < 0.7 else self.dice.choice((*before.choices, *TEXTS))
        where = self.standing()
        self.steps_on(PageAnswer(page, text, visit))
        assert visit in (None, before.visit) or self.standing() == where

    def standing(self) -> list[object]:
        return [(i.flow, i.state, i.visit, i.answers, i.tries) for i in self.contact.flows]

    def steps_on(self, what: What) -> None:
        before = self.sees(self.page).step
        self.hears(what, token=False)
        assert self.sees(self.page).step > before

    def says_something(self) -> None:
        say = self.sees(self.page).say
        texts = (say or "嗨", "手機綁定")
        self.hears(self.dice.choice((TextMessage(texts[0]), TextMessage(texts[1]), StaffUnbinds("phone"))))

    def is_notified(self) -> None:
        waiting = [asked for asked in self.asked if asked.origin is not None]
        if not waiting:
            return
        asked = self.dice.choice((waiting[-1], waiting[-1], *waiting[-2:]))  # also one that comes too late
        kind = type(asked).__name__
        usual, *others = RESULTS.get(kind, ("ok",))
        result = usual if self.dice.random() < 0.7 or not others else self.dice.choice(others)
        found = self.found() if "Member" in kind else None
        proven = PHONE if result == "right" else None
        outcome = Outcome(ASKED.get(kind, "member"), result, asked.origin, proven=proven, found=found)
        self.hears(outcome, token=False)

    def screens(self) -> dict[str, Screen]:
        return {page: self.sees(page) for page in pages_of(self.playbook, self.channel)}


@pytest.mark.parametrize("seed", one_of(4, ((seed,) for seed in range(40))))
def test_s31_any_way_over_the_pages_of_the_example(seed: int) -> None:
    """No step falls; what changes on a screen is a step; only what waits is to be said."""
    chat = Clumsy(example(), somebody(), dice=Random(seed))
    for _ in range(80):
        earlier = chat.screens()
        chat.lets_time_pass()
        before = chat.screens()
        chat.goes_on()
        after = chat.screens()
        for page, screen in after.items():
            is_kept = chat.contact.page(page, "main") is not None
            assert earlier[page].step <= before[page].step
            assert before[page].step <= screen.step or not is_kept  # forgotten after a day
            assert before[page].step < screen.step or screen == before[page] or not is_kept
            if screen.say is not None:
                assert chat.contact.results
        kept = [(page.page, page.channel) for page in chat.contact.pages]
        assert len(set(kept)) == len(kept)


@pytest.mark.ring("all", "many random or generated cases")
def test_what_the_clumsy_do_reaches_every_kind_of_screen() -> None:
    """Else the test above would say less than it seems to. Few bind by chance: every other one is bound."""
    kinds = set()
    phone: Mapping[BindingKind, Binding] = {"phone": Binding(NOON - timedelta(days=1))}
    bound = replace(somebody(), phone=PHONE, bindings=phone, member_no="8001")
    for seed in range(60):
        chat = Clumsy(example(), bound if seed % 2 else somebody(), dice=Random(seed))
        for _ in range(80):
            chat.lets_time_pass()
            chat.goes_on()
            kinds |= {screen.kind for screen in chat.screens().values()}
    assert kinds == {
        *("question", "busy", "done", "problem", "card", "unbind", "coupons", "stamps", "draws", "invites"),
        *("appointments", "in_chat", "incomplete"),
    }


@pytest.mark.ring("test", "a law")
@pytest.mark.parametrize("seed", one_of(2, ((seed,) for seed in range(4))))
def test_there_is_a_screen_of_anything_that_is_stored(seed: int) -> None:
    """Total, also for what no turn of ours has made; and a turn never takes a step back."""
    anything = AnyEvent(seed)
    for _ in range(examples(1_000)):
        contact = anything.contact()
        event, now = anything.event(contact), anything.moment()
        after = decide(EVERYTHING, contact, event, now, world(anything)).contact
        for one in (contact, after):
            for channel in CHANNELS:
                screens = [screen_of(EVERYTHING, one, page, channel, now) for page in PAGES]
                assert all(screen.step >= 0 for screen in screens)
        once = {(page.page, page.channel): page.step for page in reversed(contact.pages)}
        for page in after.pages:
            assert page.step >= min(once.get((page.page, page.channel), 0), page.step)
