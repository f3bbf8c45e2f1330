"""The page's files: let in nothing foreign, ask no other host, speak both languages. L4."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.simulator.control import page
from tests.simulator.conftest import World

STATIC = Path(page.__file__).parent.parent / "static"
FILES = sorted(path for path in STATIC.rglob("*") if path.is_file())


async def test_the_page_comes_under_a_strict_policy(world: World) -> None:
    async with world.http.get(world.url + "/simulator") as response:
        assert response.url.path == "/simulator/"
        assert response.status == 200
        assert response.content_type == "text/html"
        policy = response.headers["Content-Security-Policy"]
        html = await response.text()
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=|<style", html)
    for name in re.findall(r'(?:src|href)="(static/[^"]+)"', html):
        async with world.http.get(f"{world.url}/simulator/{name}") as response:
            assert response.status == 200
            assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_the_page_comes_in_its_language_before_its_script_runs(language: str) -> None:
    html = page._translated(language).decode()
    assert f'<html lang="{language}">' in html
    assert bool(re.search("[\u4e00-\u9fff]", html)) is (language == "zh-TW")
    title, hint = {"zh-TW": ("模擬器", "輸入訊息"), "en": ("Simulator", "Type a message")}[language]
    assert f'<title data-word="Simulator">{title}</title>' in html
    assert f'placeholder="{hint}" data-hint="Type a message"></textarea>' in html


async def test_a_file_that_has_not_changed_is_not_sent_again(world: World) -> None:
    url = world.url + "/simulator/static/main.js"
    async with world.http.get(url) as response:
        tag = response.headers["ETag"]
    async with world.http.get(url, headers={"If-None-Match": tag}) as response:
        assert response.status == 304


@pytest.mark.parametrize("name", ["..%2fpage.py", "page.py", "none.js", "%2e%2e%2f%2e%2e%2fbot.yaml"])
async def test_no_other_file_is_given_out(world: World, name: str) -> None:
    async with world.http.get(f"{world.url}/simulator/static/{name}") as response:
        assert response.status == 404


FOREIGN = re.compile(
    r"https?://|//[a-z0-9-]+\.[a-z]|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\("
)


def test_nothing_is_asked_of_another_host_and_nothing_is_put_in_as_markup() -> None:
    assert len(FILES) > 50
    culprits = []
    for path in FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        code = [
            line for line in lines if not line.lstrip().startswith(("//", "/*", "*"))
        ]  # comments name sources
        text = "\n".join(code).replace("http://www.w3.org/2000/svg", "")
        culprits += [f"{path.relative_to(STATIC)}: {found[0]}" for found in FOREIGN.finditer(text)]
    assert culprits == []
