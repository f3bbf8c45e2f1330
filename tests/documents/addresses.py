"""The pages of the console, and who may open which address, as the documents list them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.model.admin import ROLES
from bot.model.translatable import ENGLISH, Language, Translatable
from bot.operations.admins.role_names import ROLE_NAMES
from bot.translations.chinese import CHINESE
from bot.web.admin.navigation import titled
from bot.web.admin.route import AdminRoute
from bot.web.admin.table import ROUTES


def english_pages() -> str:
    """What has an entry in the navigation, in its order."""
    return _pages(ENGLISH, "| page | address | who | what |")


def chinese_pages() -> str:
    """The same in Chinese."""
    return _pages(CHINESE, "| 頁面 | 網址 | 誰能用 | 做什麼 |")


def _pages(language: Language, head: str) -> str:
    rows = [_page(row, language) for row in ROUTES if row.title is not None]
    return "\n".join([head, "|---|---|---|---|", *rows])


def _page(row: AdminRoute, language: Language) -> str:
    allowed = [role for role in ROLES if role in row.roles]
    titles = dict.fromkeys(_text(titled(row, role).title, language) for role in allowed)
    roles = (language.text(ROLE_NAMES[role]) for role in allowed)
    separator = ", " if language is ENGLISH else "、"
    says = _text(row.says, language)
    return f"| {' / '.join(titles)} | `{row.path}` | {separator.join(roles)} | {says} |"


def _text(said: Translatable | None, language: Language) -> str:
    return language.text(said) if said is not None else ""


def address_list() -> str:
    """A heading for each set of roles; below it, by what the addresses begin with, those that it opens."""
    of_roles: dict[tuple[str, ...], list[AdminRoute]] = defaultdict(list)
    for row in ROUTES:
        if row.at == "signed_in":
            of_roles[tuple(role for role in ROLES if role in row.roles)].append(row)
    return "\n\n".join(
        f"## {', '.join(roles)}\n\n{_lines(of_roles[roles])}"
        for roles in sorted(of_roles, key=len, reverse=True)
    )


def _lines(rows: Sequence[AdminRoute]) -> str:
    of_page: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        of_page["/".join(row.path.split("/")[:3])][row.method].append(f"`{row.path}`")
    return "\n".join(f"- {_of_methods(methods)}" for methods in of_page.values())


def _of_methods(methods: Mapping[str, Sequence[str]]) -> str:
    return " · ".join(f"{method} {' '.join(paths)}" for method, paths in methods.items())
