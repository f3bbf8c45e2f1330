"""Tokens of the API in the console, for administrators: made, shown once, revoked (requirement K1)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.api_token import DAYS, TOKEN_ROLES
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.actors import by_name
from bot.operations.declared.tokens import list_tokens, make_token, revoke_tokens
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, RenderedPage, Visit

PAGE = "/admin/tokens"
TITLE = tr("API tokens")
SPANS = (30, 90, 365, 730)
"""The choice of days for which a token is valid."""
LONGEST = 200
"""The most characters of a field that is read."""
_NOT_TYPED = tr("Nothing was revoked: the name that was typed is another one")
_NO_ROLE = tr("Choose what it may do")


@dataclass(frozen=True, slots=True)
class TokenPages(AdminPages):
    """`/admin/tokens`."""

    context: ConsoleContext

    async def tokens(self, visit: Visit) -> AdminAnswer:
        """The list of all tokens; with `revoke` in the address the form that revokes one."""
        return await self._list(visit)

    async def token_made(self, visit: Visit) -> AdminAnswer:
        """Make a token, shown this once."""
        written, role, days = (visit.form.get(name, "")[:LONGEST] for name in ("name", "role", "days"))
        known = next((one for one in TOKEN_ROLES if one == role), None)
        if known is None:
            return await self._list(visit, _NO_ROLE)
        number = next((one for one in SPANS if str(one) == days), DAYS)
        made = await make_token(visit.call(self.context), written, known, number)
        return RenderedPage("api_token_new.html", tr("A new API token"), {"made": made, "to": PAGE})

    async def token_revoked(self, visit: Visit) -> AdminAnswer:
        """Revoke a token, once its name is typed."""
        name = visit.form.get("name", "")[:LONGEST]
        if not name or visit.form.get("typed", "").strip().casefold() != name:
            return await self._list(visit, _NOT_TYPED, name)
        changed = (await revoke_tokens(visit.call(self.context), (name,))).revoked
        done = tr("{name} is revoked: its next call is refused", name=name)
        return Redirect(PAGE, flash=Flash(done if changed else tr("that was so already")))

    async def _refusal(self, visit: Visit, error: Refusal) -> AdminAnswer:
        return await self._list(visit, error.message)

    async def _list(
        self, visit: Visit, refused: Translatable | None = None, revoking: str = ""
    ) -> RenderedPage:
        found = (await list_tokens(visit.call(self.context))).tokens
        wanted = revoking or visit.query("revoke")
        data = {
            "alive": [one for one in found if not one.is_over],
            "over": [one for one in found if one.is_over],
            "revoking": next((one.name for one in found if one.name == wanted), ""),
            "roles": TOKEN_ROLES,
            "spans": SPANS,
            "days": DAYS,
            "wanted": {name: visit.form.get(name, "")[:LONGEST] for name in ("name", "role", "days")},
            "who": lambda by: visit.words.words(by_name(by)),
        }
        return RenderedPage("api_tokens.html", TITLE, data, 200 if refused is None else 422, refused)
