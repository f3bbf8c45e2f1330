"""Browser notices of an account: what the script `static/notices.js` requests to switch them on and off (web
push)."""

from __future__ import annotations

from bot.model.push_subscription import subscription_id
from bot.model.translatable import Refusal, tr
from bot.operations.admins.own_notices import BrowserGiven, OwnNotices
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Json, Redirect, Visit

ME = "/admin/me"


class NoticePages(AdminPages):
    """`/admin/notices/…`. The endpoint of a browser's messages is a secret: no address has it."""

    def __init__(self, notices: OwnNotices) -> None:
        self._notices = notices

    async def notices_state(self, visit: Visit) -> AdminAnswer:
        """Our public key (empty where notices are not set up), and whether this browser is notified, and with
        sound."""
        endpoint = visit.form.get("endpoint", "")
        mine = {one.id: one for one in await self._notices.of(visit.signed)} if endpoint else {}
        there = mine.get(subscription_id(endpoint))
        is_heard = there is not None and there.sound
        return Json({"key": await self._notices.key(), "on": there is not None, "sound": is_heard})

    async def notices_on(self, visit: Visit) -> AdminAnswer:
        """Notify this browser, or store its new keys and settings."""
        form = visit.form
        given = BrowserGiven(
            form.get("endpoint", ""),
            form.get("key", ""),
            form.get("secret", ""),
            visit.words.name,
            form.get("sound") == "1",
        )
        try:
            await self._notices.switch_on(visit.signed, given)
        except Refusal as error:
            return Json({"error": visit.words.text(error.message)}, 409)
        return Json({"on": True})

    async def notices_off(self, visit: Visit) -> AdminAnswer:
        """Stop notifying this browser, or one of the list on the page of the account."""
        form = visit.form
        id = form.get("browser") or subscription_id(form.get("endpoint", ""))
        await self._notices.switch_off(visit.signed, id)
        if form.get("script") == "1":
            return Json({"on": False})
        return Redirect(ME, flash=Flash(tr("This browser is not notified any more")))
