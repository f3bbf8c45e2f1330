"""The first minutes of a stranger: `make run`, in a real browser."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.cli.oaflow import ROOT, serving


async def test_follow_type_and_see_the_answers(shop: Path, browser: Browser, tmp_path: Path) -> None:
    """L4, F1, F4: follow, 營業時間, 優惠; each answered by the ten lines of the README, free of charge.

    Stopped while the page is open, it ends without a word of complaint.
    """
    async with serving(str(shop), "--simulator") as served:
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"{served.address}/simulator/")
        answers = page.locator(".said:not(.mine) .bubble")
        await page.locator("#enter").click()
        await expect(answers).to_have_text([re.compile("^歡迎 .+！$")])
        for said, answered in (("營業時間", "每天 11:00–21:00"), ("有什麼優惠嗎？", "本週全館 85 折")):
            await page.locator("#text").fill(said)
            await page.locator("#text").press("Enter")
            await expect(answers.last).to_have_text(answered)
        await expect(page.locator(".turn-head", has_text="免費")).to_have_count(3)
        await page.screenshot(path=tmp_path / "first-run.png")
        assert errors == []
        end = await served.stop()
        assert (end.code, "Traceback" in end.err) == (0, False)


async def test_the_shop_that_make_run_starts(tmp_path: Path, data: Path, browser: Browser) -> None:
    """The top-level playbook, as it is: it greets, asks its questions, and answers in between."""
    assert re.search(r"oaflow run .*--simulator", (ROOT / "Makefile").read_text("utf-8"))
    shutil.copy(ROOT / "bot.yaml", tmp_path)
    for part in ("flows", "rules", "cards"):
        shutil.copytree(ROOT / part, tmp_path / part)
    async with serving(str(tmp_path), "--simulator", OAFLOW_DATA=str(data)) as served:
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        await page.goto(f"{served.address}/simulator/")
        answers = page.locator(".said:not(.mine) .bubble")
        await page.locator("#enter").click()
        await expect(answers.first).to_have_text(re.compile("歡迎來到森活選品"))
        await page.locator("#to-keys").click()
        for said, answered in (
            ("測膚質", "您的膚質是哪一種？"),
            ("我會不會過敏", "請點選下方按鈕，擇一即可。"),
            ("油性", "每個月的保養預算大約多少元？"),
            ("１，５００", "油性，每月 1,500 元，對嗎？"),
            ("沒錯", re.compile("油性肌膚適合「晨露」系列。")),
        ):
            await page.locator("#text").fill(said)
            await page.locator("#text").press("Enter")
            await expect(answers.last).to_have_text(answered)
