"""K1: what is pressed twice on a slow network is sent once; a form whose answer is a file stays as it is."""

from __future__ import annotations

import asyncio

from playwright.async_api import Browser, expect

from bot.model.settings import Settings
from bot.model.translatable import tr
from bot.web.admin.account_pages import AccountPages
from bot.web.admin.visit import AdminAnswer, RenderedPage, Visit
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.screens import seen_by
from tests.web.admin.staff_world import PLAYBOOK


async def test_a_button_is_disarmed_until_the_answer_is_there(worlds: StaffWorlds, browser: Browser) -> None:
    came: list[str] = []
    answers = asyncio.Event()

    async def slow(visit: Visit) -> AdminAnswer:
        came.append(visit.form["name"])
        await answers.wait()
        return RenderedPage("message.html", tr("Done"))

    demanding = Settings({}, second_factor=frozenset({"admin"}))
    pages = AccountPages(worlds.accounts, worlds.console(lambda: PLAYBOOK, demanding))
    staff = await worlds({**pages.handlers(), "account_added": slow})
    page = await seen_by(await staff.signed_in(await staff.account("admin")), browser)
    await page.goto("/admin/accounts")
    await page.get_by_label("登入名稱").fill("amy")
    await page.get_by_label("角色").select_option(value="agent")
    disarmed = await page.evaluate(
        """async () => {
          const button = document.querySelector("form[action='/admin/accounts'] button");
          button.click();
          await new Promise((done) => setTimeout(done));
          const disarmed = button.disabled;
          button.click();
          return disarmed;
        }"""
    )
    assert disarmed
    answers.set()
    await expect(page.locator("form[action='/admin/accounts']")).to_have_count(0)
    assert came == ["amy"]
