"""Who may open which address of the console, as `docs/operations/staff-addresses.md` lists it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.model.admin import ROLES
from bot.web.admin.route import AdminRoute
from bot.web.admin.table import ROUTES


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
