"""The first page, and how the pages look: language, light or dark."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.said import say
from bot.operations.admins.role_names import ROLE_DOES
from bot.web.admin.frame import LANGUAGES, THEMES
from bot.web.admin.table import is_own, page_of_form
from bot.web.admin.visit import AdminAnswer, AdminHandler, Goes, Shown, Visit


class StartPage:
    """What one finds after signing in."""

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {"start": self.start, "look": self.look}

    async def start(self, visit: Visit) -> AdminAnswer:
        """What whoever asks may open."""
        signed = visit.signed
        return Shown("start.html", say("Welcome, {name}", name=signed.name), {"does": ROLE_DOES[signed.role]})

    async def look(self, visit: Visit) -> AdminAnswer:
        """Another language, or light or dark; then the same page again."""
        known = {"language": LANGUAGES.keys(), "theme": set(THEMES)}
        chosen = {
            name: value for name, values in known.items() if (value := visit.form.get(name, "")) in values
        }
        to = visit.form.get("to", "")
        return Goes(to if is_own(to) else page_of_form(to) or "/admin", remember=chosen)
