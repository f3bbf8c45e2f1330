"""The documentation as a site, in English and Chinese: `make site`, by Sphinx, Furo and MyST."""

import gettext
import re
import tomllib
from html import escape
from pathlib import Path
from typing import Any

import sphinx
from docutils import nodes
from pygments.lexers.special import TextLexer
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

HERE = Path(__file__).parent
READERS = tomllib.loads((HERE / "readers.toml").read_text("utf-8"))["readers"]
LOCALE = Path(sphinx.__file__).parent / "locale"
CATALOGUE = gettext.translation("sphinx", LOCALE, ["zh_TW"])
# what Sphinx has no Chinese for
FURO = {"On this page": "本頁內容", "Back to top": "回到最上面", "Skip to content": "跳到內容"}
CHINESE = ".zh-TW"
HAN = re.compile("[㐀-鿿]")

project = html_title = "oaflow"
extensions = ["myst_parser"]
include_patterns = ["*.md", "docs/**.md"]
exclude_patterns = [".*", "build"]  # not even looked into
root_doc = "README"
myst_heading_anchors = 6  # links lead to headings as on GitHub
# the navigation is ours; headings that skip a level are GitHub's smaller letters
suppress_warnings = ["toc.not_included", "myst.header"]

html_theme = "furo"
templates_path = ["templates"]
html_static_path = ["site.css", str(LOCALE / "zh_TW" / "LC_MESSAGES" / "sphinx.js")]
html_css_files = ["site.css"]
html_additional_pages = {"index": "index.html", "search.zh-TW": "search.html"}
html_search_language = "both"
html_copy_source = html_show_copyright = html_use_index = False


class SearchBoth(SearchEnglish):
    """English words by their stems, and pairs of neighbouring Chinese characters: Chinese has no blanks."""

    lang = "both"
    js_splitter_code = (HERE / "search.js").read_text("utf-8")

    def split(self, text: str) -> list[str]:
        runs = re.findall(r"[㐀-鿿]+|(?:(?![㐀-鿿])\w)+", text)
        return [word for run in runs for word in (re.findall("(?=([㐀-鿿]{2}))", run) or [run])]

    def stem(self, word: str) -> str:
        # Sphinx finds pages without words of one or two letters, too
        return word + "··" if HAN.match(word) else super().stem(word)


def language_of(page: str) -> str:
    return "zh-TW" if page.endswith(CHINESE) else "en"


def in_language(page: str, language: str, there: set[str]) -> str:
    """A page in a language, or in the other where there is no such translation."""
    first, second = (page + CHINESE, page) if language == "zh-TW" else (page, page + CHINESE)
    return first if first in there else second


def pages_of_readers(there: set[str]) -> list[tuple[dict[str, Any], list[str]]]:
    """The readers with the names of their pages; what is named nowhere belongs to the last."""
    names = sorted({page.removesuffix(CHINESE) for page in there})
    readers = [(reader, list(reader["pages"])) for reader in READERS]
    folders = {str(Path(page).parent) for _, pages in readers for page in pages if page.endswith("/README")}
    named = {page for _, pages in readers for page in pages}
    readers[-1][1].extend(
        page for page in names if page not in named and str(Path(page).parent) not in folders
    )
    return readers


def navigation(app: Sphinx, current: str, language: str, pathto: Any) -> str:
    """The tree of the sidebar, in the classes of Sphinx's own."""
    there = app.env.found_docs

    def item(page: str) -> str:
        found = in_language(page, language, there)
        folder = page.removesuffix("README") if page.endswith("/README") else None
        names = {each.removesuffix(CHINESE) for each in there if folder and each.startswith(folder)} - {page}
        below = "".join(item(name) for name in sorted(names))
        here = " current" if current == found or "li class='current" in below else ""
        title = escape(app.env.titles[found].astext())
        if language_of(found) != language and not (language == "zh-TW" and HAN.search(title)):
            title += "（英文）" if language == "zh-TW" else " (Chinese)"
        return f"<li class='{here.strip()}'><a class='reference' href='{pathto(found)}'>{title}</a>" + (
            f"<ul>{below}</ul></li>" if below else "</li>"
        )

    return "".join(
        f"<p class='caption'>{reader[language]}</p><ul>{''.join(map(item, pages))}</ul>"
        for reader, pages in pages_of_readers(there)
    )


def in_its_language(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: object) -> None:
    """Give a page the words and navigation of its language, and the way to the other language."""
    language = language_of(page)
    other = "en" if language == "zh-TW" else "zh-TW"
    there = app.env.found_docs | {"search", "search.zh-TW"}
    twin = in_language(page.removesuffix(CHINESE), other, there)
    start = {"en": "README", "zh-TW": "README.zh-TW"}
    pathto = context["pathto"]
    context |= {
        "language": language,
        "master_doc": start[language],
        "search_page": in_language("search", language, there),
        "toctree": lambda **_: navigation(app, page, language, pathto),
        "twin": pathto(twin if twin in there and twin != page else start[other]),
    }
    if language == "zh-TW":
        app.add_js_file("sphinx.js")  # the words of the search page; of this page alone, as this is its event
        context["_"] = context["gettext"] = lambda text: FURO.get(text) or CATALOGUE.gettext(text)


def as_site(app: Sphinx, tree: nodes.document) -> None:
    """Make a site's page of a document: one title, links by the titles of pages, no links to folders."""
    for part in [child for child in tree.children if isinstance(child, nodes.section)][1:]:
        tree.remove(part)
        tree.next_node(nodes.section).append(part)
    for link in list(tree.findall(pending_xref)):
        if (Path(app.env.doc2path(link["refdoc"])).parent / link["reftarget"]).is_dir():
            link.replace_self(link.children)
        elif link.astext().endswith(".md") and "README" not in link.astext():
            link["refexplicit"] = False


def setup(app: Sphinx) -> None:
    app.add_lexer("csv", TextLexer)
    app.add_search_language(SearchBoth)
    app.connect("html-page-context", in_its_language, priority=400)  # before Furo's
    app.connect("doctree-read", as_site, priority=400)  # before titles are collected
