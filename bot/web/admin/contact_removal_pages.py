"""Merging, unmerging, exporting and erasing contacts, by admins and supervisors (requirement J2)."""

from __future__ import annotations

from pathlib import Path

from bot.model.translatable import Refusal, Translatable, tr
from bot.operations import erasing
from bot.operations.actors import done_by
from bot.operations.contact_changes import check_mergeable
from bot.operations.contact_list import readable
from bot.operations.contact_profile import ContactProfile, ProfileWords, account_name
from bot.operations.contact_view import history, masked_view
from bot.operations.declared.contacts import merge_contacts, unmerge_contacts
from bot.operations.declared.erasures import erase_contact
from bot.operations.erasing import NoSuchCertificate, PlaybookLists
from bot.operations.erasure_certificate import KINDS, counted, page, state_words, stays
from bot.operations.find_contacts import ContactAmbiguous, LocatedContact, one
from bot.operations.person_archive import person_archive
from bot.translations.chinese import CHINESE
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.contact_person_pages import title_of
from bot.web.admin.visit import AdminAnswer, AdminPages, Download, Flash, Redirect, RenderedPage, Undo, Visit

MERGE = tr("Merge two customers")
ERASE = tr("Erase a customer")
CERTIFICATE = tr("Certificate of erasure")
WORD = tr("erase")
"""What is typed to confirm, in either language."""
ZIP = "application/zip"


class ContactRemovalPages(AdminPages):
    """The pages and forms below `/admin/contacts/{contact}` that merge, export or erase the contact."""

    def __init__(self, context: ContactContext) -> None:
        self._context = context

    async def contact_merge(self, visit: Visit) -> AdminAnswer:
        """Two contacts side by side before they are merged: that of the address, and the one that was
        written."""
        context, found = self._context, await self._context.found(visit)
        written = visit.form.get("who", "").strip()
        other, refused = None, None
        if written:
            try:
                other = await one([context.stores], context.playbook(), written, None)
                if other.contact.id == found.contact.id:
                    other, refused = None, tr("that is the same customer")
                else:
                    check_mergeable(found, other)
            except ContactAmbiguous:
                refused = tr("several customers are meant: write the LINE id, or the contact id of one")
            except Refusal as error:
                refused = error.message
        return await self._pair(visit, found, other, refused)

    async def contact_merged(self, visit: Visit) -> AdminAnswer:
        """Merge the two."""
        context, found = self._context, await self._context.found(visit)
        other = await self._context.found(visit, visit.form.get("other", ""))
        into, gone = (other, found) if visit.form.get("swap") else (found, other)
        try:
            made = (await merge_contacts(visit.call(context), into, gone)).contact.contact
        except Refusal as error:
            return await self._pair(visit, found, other, error.message)
        done = Flash(tr("The two are one customer now"), Undo(context.address(visit, made, "merge/undo")))
        return Redirect(context.address(visit, made), flash=done)

    async def contact_parted(self, visit: Visit) -> AdminAnswer:
        """Undo the last merge."""
        context, found = self._context, await self._context.found(visit)
        undone = await unmerge_contacts(visit.call(context), found)
        two, phone = tr("They are two customers again"), tr("Both have the phone as before")
        said = two if undone.undone == "merged" else phone
        return Redirect(context.address(visit, undone.contact.contact), flash=Flash(said))

    async def contact_export(self, visit: Visit) -> AdminAnswer:
        """A ZIP of all that is stored of the contact; the audit log records it first."""
        found = await self._context.found(visit)
        content = await person_archive(found, self._context.playbook(), visit.words, visit.signed.by)
        return Download(content, ZIP, f"customer-{self._context.now():%Y%m%d}.zip")

    async def contact_erase(self, visit: Visit) -> AdminAnswer:
        """What would be erased, and the word to be typed."""
        return await self._removal(visit, await self._context.found(visit))

    async def contact_erased(self, visit: Visit) -> AdminAnswer:
        """Erase the contact, once the word is typed, and go on to the certificate."""
        context, found = self._context, await self._context.found(visit)
        typed = visit.form.get("typed", "").strip().casefold()
        if typed not in (str(WORD), CHINESE.text(WORD)):
            return await self._removal(visit, found, tr("Nobody was erased: the word is another one"))
        done = await erase_contact(visit.call(context), found, "erase")
        flash = Flash(tr("Erased: this is the certificate"))
        return Redirect(f"/admin/certificates/{done.certificate}", flash=flash)

    async def certificate(self, visit: Visit) -> AdminAnswer:
        """The certificate of an erasure: a page to be printed, or a file."""
        context, number = self._context, visit.path["number"]
        try:
            found = await erasing.certificate(context.stores, number)
        except NoSuchCertificate as error:
            return RenderedPage("message.html", CERTIFICATE, status=404, refused=error.message)
        zone = context.playbook().zone
        if visit.query("file"):
            content = page(found, context.playbook().bot, zone, visit.words).encode()
            return Download(content, "text/html", f"certificate-{found.number}.html")
        over = "" if found.over is None else f"{found.over.astimezone(zone):%Y-%m-%d %H:%M}"
        data = {
            "erasure": found,
            "by": done_by(account_name(found.by)),
            "state": state_words(found, over),
            "counted": counted(found),
            "stays": list(stays(found)),
            "file_address": f"/admin/certificates/{found.number}?file=html",
        }
        return RenderedPage("certificate.html", CERTIFICATE, data)

    async def _pair(
        self,
        visit: Visit,
        found: LocatedContact,
        other: LocatedContact | None,
        refused: Translatable | None,
    ) -> RenderedPage:
        context = self._context
        may = other is not None and refused is None
        data = {
            "one": await self._profile(visit, found),
            "other": None if other is None else await self._profile(visit, other),
            "has_choice": other is not None and other.contact.has_line == found.contact.has_line,
            "stays": visit.form.get("swap", ""),
            "other_part": context.address(visit, other.contact.id).rpartition("/")[2]
            if other and may
            else "",
            "back": context.address(visit, found.contact.id),
            "here_merge": context.address(visit, found.contact.id, "merge"),
            "written": visit.form.get("who", ""),
        }
        return RenderedPage("contact_merge.html", MERGE, data, 200 if refused is None else 409, refused)

    async def _profile(self, visit: Visit, found: LocatedContact) -> ContactProfile:
        now = self._context.now()
        contact = readable(masked_view(found).contact)
        words = ProfileWords(self._context.playbook(), visit.words)
        return words.profile(contact, await history(found, now, rows=0), now)

    async def _removal(
        self, visit: Visit, found: LocatedContact, refused: Translatable | None = None
    ) -> RenderedPage:
        shown = await erasing.preview(found)
        data = {
            "called": title_of(readable(masked_view(found).contact)),
            "kinds": [(KINDS[name], shown.counts[name]) for name in KINDS if shown.counts.get(name)],
            "rows": shown.rows,
            "lists": self._lists().naming(found.contact),
            "word": WORD,
            "back": self._context.address(visit, found.contact.id),
            "here_erase": self._context.address(visit, found.contact.id, "erase"),
        }
        return RenderedPage("contact_erase.html", ERASE, data, 200 if refused is None else 422, refused)

    def _lists(self) -> PlaybookLists:
        contents = self._context.contents()
        return PlaybookLists(self._context.playbook(), Path() if contents is None else contents.folder)
