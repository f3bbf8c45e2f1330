"""The links between documents lead somewhere: to a file, and to a heading in it; places in the code, too."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]

FENCED = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!\w+:)([^)#]*)(?:#([^)]*))?\)")
PLACE = re.compile(r"`(\w[\w.]*/[\w./]*)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchor(heading: str) -> str:
    """As GitHub makes it: small letters, no punctuation, hyphens for blanks."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip()).lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


@cache
def prose(page: Path) -> str:
    """A page without its examples."""
    return FENCED.sub("", page.read_text("utf-8"))


@cache
def anchors(page: Path) -> frozenset[str]:
    return frozenset(map(anchor, HEADING.findall(prose(page))))


def leads_nowhere(page: Path, path: str, heading: str) -> bool:
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return True
    return bool(heading) and target.suffix == ".md" and heading not in anchors(target)


def test_an_anchor_is_made_as_on_github() -> None:
    assert anchor("App 市集安裝：CYBERBIZ 擴充服務市集") == "app-市集安裝cyberbiz-擴充服務市集"


def test_every_link_leads_somewhere() -> None:
    lost = [
        f"{page.name}: {path}#{heading}"
        for page in PAGES
        for path, heading in LINK.findall(prose(page))
        if leads_nowhere(page, path, heading)
    ]
    assert lost == []


def test_the_navigation_of_the_site_names_pages() -> None:
    readers = tomllib.loads((ROOT / "docs" / "site" / "readers.toml").read_text("utf-8"))["readers"]
    pages = [page for reader in readers for page in reader["pages"]]
    assert pages == list(dict.fromkeys(pages))
    assert [page for page in pages if not {ROOT / f"{page}.md", ROOT / f"{page}.zh-TW.md"} & {*PAGES}] == []


def is_there(place: str) -> bool:
    """A module or folder of `bot/`, or a file of the repository."""
    return any((ROOT / path).exists() for path in (place, f"bot/{place}", f"bot/{place}.py"))


def test_every_place_in_the_code_is_there() -> None:
    """Architecture and decisions name modules within `bot/`, and tests."""
    pages = [ROOT / "docs" / "architecture.md", *sorted(ROOT.glob("docs/decisions/*.md"))]
    lost = [
        f"{page.name}: {place}"
        for page in pages
        for place in PLACE.findall(page.read_text("utf-8"))
        if not is_there(place)
    ]
    assert lost == []


def test_every_page_of_operations_says_where_it_is_carried_out() -> None:
    """In its last line: modules within `bot/`, and tests."""
    lists = {"README.md", "commands.md", "json.md", "staff-addresses.md", "backup.zh-TW.md"}
    for page in sorted(ROOT.glob("docs/operations/*.md")):
        last = page.read_text("utf-8").splitlines()[-1]
        places = PLACE.findall(last)
        assert page.name in lists or (last.startswith("**Where**: ") and places), page.name
        assert [place for place in places if not is_there(place)] == [], page.name
