"""The privacy notice in front of personal data: which version was shown, and so agreed to. B16"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.screen import Screen
from bot.model.staff_order import StaffUnbinds
from tests.engine.chat import somebody
from tests.engine.page_member import BINDING, Member, bound_with, example, member


def test_only_a_valid_answer_agrees_to_the_notice() -> None:
    chat = member()
    chat.opens()
    assert chat.answers("我不要").notice
    assert not chat.contact.consents
    chat.answers("0912345678")
    (consent,) = chat.contact.consents
    assert (consent.version, consent.channel, consent.on_page) == ("2026-08", "main", True)
    chat.comes_back("code", "sent")
    assert chat.answers("更換手機號碼").notice is False


def test_it_is_shown_once_per_version() -> None:
    """Also to who has unbound, and binds anew."""
    chat = bound_with()
    chat.hears(StaffUnbinds("phone"), token=False)
    assert chat.says("手機綁定") == ["請輸入註冊會員時的手機號碼"]


def newer() -> Playbook:
    privacy = example().privacy
    assert privacy is not None
    return replace(example(), version="edited", privacy=replace(privacy, version="2027-01"))


def test_s31_what_is_agreed_to_is_the_notice_that_was_shown() -> None:
    """Edited between the question and its answer: nobody has agreed to what he has not seen."""
    chat = member()
    chat.opens()
    chat.edited(newer())
    chat.answers("0912345678")
    assert [consent.version for consent in chat.contact.consents] == ["2026-08"]
    chat.comes_back("code", "sent")
    assert chat.answers("更換手機號碼").notice
    chat.answers("0912345678")
    assert [consent.version for consent in chat.contact.consents] == ["2026-08", "2027-01"]


@pytest.mark.parametrize("again", [lambda chat: chat.opens(), lambda chat: chat.answers("我不要")])
def test_a_page_that_is_drawn_anew_shows_the_notice_as_it_is_now(again: Callable[[Member], Screen]) -> None:
    """Opened again, or after an answer that was none: that is the notice which is agreed to."""
    chat = member()
    chat.opens()
    chat.edited(newer())
    assert again(chat).notice
    chat.answers("0912345678")
    assert [consent.version for consent in chat.contact.consents] == ["2027-01"]


def test_in_chat_too() -> None:
    chat = member()
    chat.says("手機綁定")
    chat.edited(newer())
    chat.says("0912345678")
    assert [(c.version, c.on_page) for c in chat.contact.consents] == [("2026-08", False)]


def test_who_has_not_seen_the_notice_has_not_agreed_to_it() -> None:
    """A notice that came into the playbook after the question was asked."""
    without = replace(example(), version="without", privacy=None)
    chat = Member(without, somebody())
    chat.opens()
    chat.edited(example())
    assert chat.answers("0912345678").state == "ask_phone"  # asked again, with the notice
    assert not chat.contact.consents
    assert chat.answers("0912345678").state == "sending"
    assert [consent.version for consent in chat.contact.consents] == ["2026-08"]


def test_nor_in_chat() -> None:
    chat = Member(replace(example(), version="without", privacy=None), somebody())
    assert chat.says("手機綁定") == ["請輸入註冊會員時的手機號碼"]
    chat.edited(example())
    notice, question = chat.says("0912345678")
    assert "同意" in notice
    assert question == "請輸入註冊會員時的手機號碼"
    chat.says("0912345678")
    assert [consent.on_page for consent in chat.contact.consents] == [False]
    assert chat.state(BINDING) == "sending"
