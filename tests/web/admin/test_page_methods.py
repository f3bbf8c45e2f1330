"""Which methods of a class of pages answer rows of the table."""

from __future__ import annotations

from typing import cast

import pytest

from bot.model.clock import SystemClock
from bot.model.translatable import tr
from bot.operations.admins.own_account import OwnAccount
from bot.operations.admins.sessions import SignedSessions
from bot.web.admin.authorization import AdminGate
from bot.web.admin.cookies import AdminCookies
from bot.web.admin.frame import AdminFrame
from bot.web.admin.visit import AdminAnswer, AdminPages, RenderedPage, Visit

ANSWER = RenderedPage("message.html", tr("Done"))


class SomePages(AdminPages):
    async def start(self, visit: Visit) -> AdminAnswer:
        return ANSWER

    async def clerks(self, visit: Visit) -> AdminAnswer:
        return ANSWER

    async def page(self, visit: Visit, refused: bool) -> AdminAnswer:
        return ANSWER

    async def close(self) -> None:
        """No answer to anybody."""

    async def _list(self, visit: Visit) -> AdminAnswer:
        return ANSWER


def test_each_that_takes_a_visit_alone_answers_the_row_of_its_name() -> None:
    assert SomePages().handlers().keys() == {"start", "clerks"}


def test_no_row_is_without_an_answer() -> None:
    nothing, nobody = cast(SignedSessions, None), cast(OwnAccount, None)
    frame = cast(AdminFrame, None)
    with pytest.raises(ValueError, match="rows without an answer"):
        AdminGate(nothing, nobody, frame, AdminCookies(secure=True), SystemClock(), SomePages().handlers())
