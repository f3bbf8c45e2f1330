"""Somebody who looks at the pages of the worked example."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot.engine.compiled.playbook import Playbook
from bot.engine.pages.screen import screen_of
from bot.model.event import Facts, PageAnswer, PageOpened
from bot.model.instance import ReservedMember
from bot.model.screen import Screen
from bot.playbook.load import load
from tests.engine.chat import Chat, somebody

PHONE = "+886912345678"
BINDING, CARD, UNBIND = "phone_binding", "member_card", "unbind"


@cache
def example() -> Playbook:
    """With the shop's login trusted, so that each page of it can be reached."""
    top = Path(__file__).parents[2]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(top / "bot.yaml", folder)
        for part in ("flows", "rules", "cards"):
            shutil.copytree(top / part, Path(folder, part))
        binding = Path(folder, "flows", "phone_binding.yaml")
        text = binding.read_text("utf-8")
        assert "trust_shop_login: false" in text
        binding.write_text(text.replace("trust_shop_login: false", "trust_shop_login: true"), "utf-8")
        playbook = load(Path(folder), {}, unset="warning").playbook
    assert playbook is not None
    return playbook


def with_flow(playbook: Playbook, name: str, **changes: Any) -> Playbook:
    """The playbook with this flow otherwise: another version of it."""
    flow = replace(playbook.flows[name], **changes)
    return replace(playbook, flows={**playbook.flows, name: flow}, version=repr(changes))


class Member(Chat):
    """Somebody who looks at pages."""

    def sees(self, page: str = BINDING) -> Screen:
        return screen_of(self.playbook, self.contact, page, self.channel, self.now, self.world.taken)

    def opens(self, page: str = BINDING, facts: Facts | None = None, **inputs: str) -> Screen:
        self.hears(PageOpened(page, inputs, facts), token=False)
        return self.sees(page)

    def answers(self, text: str, page: str = BINDING, visit: int | None = None) -> Screen:
        shown = self.sees(page).visit if visit is None else visit
        self.hears(PageAnswer(page, text, shown), token=False)
        return self.sees(page)

    def proves(self, page: str = BINDING) -> None:
        """From the phone to the member, on a page that asks for the phone."""
        self.answers("0912345678", page)
        self.comes_back("code", "sent")
        self.answers("123456", page)
        self.comes_back("code", "right", proven=PHONE)

    def binds(self, page: str = BINDING) -> Screen:
        self.proves(page)
        self.comes_back("member", "found", found=self.found())
        return self.sees(page)

    def found(self) -> ReservedMember:
        return ReservedMember(
            PHONE, "M77", {"n.points": 1200, "t.tier": "金卡"}, until=self.now + timedelta(minutes=2)
        )


def member(**changes: Any) -> Member:
    return Member(example(), replace(somebody(), **changes))


def bound_with(**changes: Any) -> Member:
    chat = member()
    chat.opens()
    chat.binds()
    chat.says("我已完成手機綁定")
    chat.contact = replace(chat.contact, **changes)
    return chat
