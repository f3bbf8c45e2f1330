"""The certificate: one page to print, in both languages, with nothing of the person (J4)."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser

from bot.model.contact import Consent
from bot.model.erasure import Erasure, new_number
from bot.model.translatable import ENGLISH, Language
from bot.operations.erasure_certificate import KINDS, page
from bot.translations.chinese import CHINESE
from tests.conftest import NOW

DONE = Erasure(
    "7QF3-9KTM-2A4X",
    NOW,
    "command:mei <Mei>",
    "done",
    NOW,
    NOW + timedelta(minutes=1),
    dict.fromkeys(KINDS, 1_234),
    [Consent("2026-08", NOW, "main", on_page=True)],
    "removed",
)


def test_a_number_can_be_read_out() -> None:
    numbers = {new_number() for _ in range(100)}
    assert len(numbers) == 100
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", one) for one in numbers)


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["en", "zh-TW"])
async def test_it_is_one_page_of_paper_and_runs_nothing(chromium: Browser, words: Language) -> None:
    html = page(DONE, "森活選品", ZoneInfo("Asia/Taipei"), words)
    assert f'lang="{words.name}"' in html
    assert "&lt;Mei&gt;" in html
    assert not re.search(r"<script|https?:|src=", html)
    shown = await chromium.new_page()
    try:
        await shown.set_content(html)
        pdf = await shown.pdf(prefer_css_page_size=True)
    finally:
        await shown.close()
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == 1
