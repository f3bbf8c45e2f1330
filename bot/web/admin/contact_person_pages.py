"""The page of one contact, and what the team does there: tags, attributes, marketing, a full look (J1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.model.contact import Contact
from bot.model.conversation import TranscriptCursor
from bot.model.money import money_text
from bot.model.staff_order import StaffEnds, StaffSets, StaffStops, StaffTags, StaffUnbinds
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.catalog.answers import Pending
from bot.operations.contact_changes import Carried, UnbindKind, attribute_change
from bot.operations.contact_cost import cost_of
from bot.operations.contact_list import readable
from bot.operations.contact_profile import ProfileWords
from bot.operations.contact_timeline import TimelineWords, timeline_page
from bot.operations.contact_view import ContactHistory, history, masked_view, revealed
from bot.operations.contact_words import BOUND
from bot.operations.conversation import conversation
from bot.operations.conversation_text import NoMoment, place_code, place_of
from bot.operations.declared.contacts import (
    allow_marketing_to_contact,
    clear_contact,
    leave_flow,
    restart_flow,
    set_contact,
    stop_marketing_to_contact,
    tag_contact,
    unbind_contact,
    untag_contact,
)
from bot.operations.declared.testers import end_tester, make_tester
from bot.operations.find_contacts import LocatedContact
from bot.operations.flow_orders import FlowUnchanged, run_of
from bot.operations.heard_at_once import StaffChange, heard_at_once
from bot.operations.looks import record_look
from bot.operations.testers import NAME_MOST, all_testers, tester_names, why_no_tester
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.contact_note_action import note_action, note_data
from bot.web.admin.customer_hears import ActionQuestion, asked_before, is_sure, shown_texts
from bot.web.admin.open_chat import CHAT
from bot.web.admin.route import COMMERCE
from bot.web.admin.tester_pages import own_name
from bot.web.admin.visit import (
    AdminAnswer,
    AdminHandler,
    AdminPages,
    Flash,
    Redirect,
    RenderedPage,
    Undo,
    Visit,
    page_address,
)
from bot.web.promotions import contact_actions, contact_data
from bot.wording.titles import NamedThing, speaking_titles

TABS: Mapping[str, Translatable] = {
    "": tr("What happened"),
    "conversation": tr("Conversation"),
    "log": tr("Done by staff"),
}
"""The tabs of the page, by `show` in its address."""
_KINDS: Mapping[str, UnbindKind] = {"phone": "phone", "shop": "shop", "clerk": "clerk"}
"""What can be unbound, by the form's `kind`."""

PersonAction: TypeAlias = Callable[[Visit, LocatedContact], Awaitable[Flash | RenderedPage]]
"""A change to a contact: gives what was done, or a page that asks before it is, since it would send
something."""


class ContactPersonPages(AdminPages):
    """`/admin/contacts/{contact}`, and the changes below it that can be taken back or repeated."""

    def __init__(self, context: ContactContext) -> None:
        self._context = context

    def handlers(self) -> Mapping[str, AdminHandler]:
        """The handlers of the page and of changes, those of promotions, too."""
        entries: Mapping[str, PersonAction] = {
            "contact_tag": self._tag,
            "contact_set": self._set,
            "contact_marketing": self._marketing,
            "contact_unbind": self._unbind,
            "contact_tester": self._tester,
            "contact_flow": self._flow,
            "contact_note": partial(note_action, self._context),
            **{name: partial(action, self._context) for name, action in contact_actions().items()},
        }
        return {
            **AdminPages.handlers(self),
            **{name: self._handler(action) for name, action in entries.items()},
        }

    async def contact(self, visit: Visit) -> AdminAnswer:
        """The page of a contact, masked."""
        found = await self._context.found(visit)
        if self._context.was_merged(visit, found):
            merged = Flash(tr("That customer was merged: this is whom they are part of now"))
            return Redirect(self._context.address(visit, found.contact.id), flash=merged)
        await record_look(
            self._context.stores, found.contact.id, visit.signed.by, self._context.now(), "looked_at"
        )
        return await self._page(visit, found)

    async def contact_reveal(self, visit: Visit) -> AdminAnswer:
        """The page of a contact in full, this once; the audit log records it first."""
        found = await self._context.found(visit)
        await revealed(found, visit.signed.by, self._context.now())
        return await self._page(visit, found, reveal=True)

    async def _page(
        self,
        visit: Visit,
        found: LocatedContact,
        *,
        reveal: bool = False,
        refused: Translatable | None = None,
    ) -> RenderedPage:
        context, playbook, now = self._context, self._context.playbook(), self._context.now()
        words = ProfileWords(playbook, visit.words)
        show = visit.query("show") if visit.query("show") in TABS else ""
        past = await history(found, now, reveal=reveal, rows=0)
        data = {
            **await self._known(visit, found, past, reveal=reveal),
            "chats": self._chats(visit, found),
            "tabs": [
                (name, says, context.address(visit, found.contact.id, show=name))
                for name, says in TABS.items()
            ],
            "show": show,
            "may_all": visit.signed.role in COMMERCE,
            **await self._testing(visit, found),
            "messages": [],
            "cost": await cost_of(found, playbook, context.prices(), now),
            "money": money_text,
            "earlier": "",
            "is_last": True,
        }
        if not show:
            data |= await self._happened(visit, found, reveal=reveal)
        if show == "conversation":
            await record_look(context.stores, found.contact.id, visit.signed.by, now, "conversation_read")
            before = _place(visit.query("before"), playbook.zone)
            page = await conversation(found, now, before=before, zone=playbook.zone, reveal=reveal)
            data["messages"] = list(words.messages(page))
            data["is_last"] = before is None
            if page.earlier is not None:
                data["earlier"] = context.address(
                    visit, found.contact.id, show=show, before=place_code(page.earlier)
                )
        title, status = title_of(found.contact), 200 if refused is None else 409
        return RenderedPage("contact.html", title, data, status, refused)

    async def _known(
        self, visit: Visit, found: LocatedContact, past: ContactHistory, *, reveal: bool
    ) -> dict[str, object]:
        """What is known of a contact, and what they have of promotions; masked, but with `reveal`."""
        context, playbook = self._context, self._context.playbook()
        contact = readable(masked_view(found, reveal=reveal).contact)
        profile = ProfileWords(playbook, visit.words).profile(contact, past, context.now())
        here = context.address(visit, found.contact.id)
        return {
            "one": profile,
            "contact": contact,
            "at": here,
            "is_full": reveal,
            "is_short": False,
            "channels_of": context.shop().channels,
            "may_tag": sorted(playbook.tag_names - {tag.name for tag in profile.tags}),
            **await note_data(context, visit, found, past.parts, reveal=reveal),
            **await contact_data(context, visit, found, reveal=reveal),
        }

    async def _testing(self, visit: Visit, found: LocatedContact) -> Mapping[str, object]:
        """Whether somebody is a tester; else what they would be called as one, where they can be."""
        stores, id = self._context.stores, found.contact.id
        tester = (await tester_names(stores, [id])).get(id, "")
        offered = not tester and visit.signed.role in COMMERCE and why_no_tester(found.contact) is None
        free = await all_testers(stores, self._context.playbook()) if offered else ()
        return {
            "tester": tester,
            "tester_name": await own_name(found, visit) if offered else "",
            "tester_most": NAME_MOST,
            "free_names": [one.name for one in free if one.contact is None],
        }

    def _chats(self, visit: Visit, found: LocatedContact) -> Mapping[str, str]:
        """Where the team writes to somebody, by channel."""
        parts, channels = self._context.parts, self._context.shop().channels
        return {
            channel: page_address(
                CHAT,
                list="all",
                channel=channel,
                chat=parts.sealed(visit.signed.name, "chat", found.contact.id, channel),
            )
            for channel in channels
            if found.contact.identity(channel).user is not None
        }

    async def _happened(self, visit: Visit, found: LocatedContact, *, reveal: bool) -> Mapping[str, object]:
        """A page of the timeline. With `steps` in the address the steps of the machine are open."""
        context, now = self._context, self._context.now()
        before, steps = _moment(visit.query("before")), "1" if visit.query("steps") else ""
        page = await timeline_page(found, now, before, reveal=reveal)
        here, more = found.contact.id, {"steps": steps}
        at = "" if before is None else _moment_text(before)
        return {
            "days": TimelineWords(context.playbook(), visit.words).days(page, now),
            "is_open": bool(steps),
            "other_steps": context.address(visit, here, before=at, steps="" if steps else "1"),
            "earlier": ""
            if page.earlier is None
            else context.address(visit, here, before=_moment_text(page.earlier), **more),
            "latest": context.address(visit, here, **more),
            "is_last": before is None,
        }

    def _handler(self, action: PersonAction) -> AdminHandler:
        """The handler of a change to the contact of the address; a refusal is shown on the contact's page."""

        async def answer(visit: Visit) -> AdminAnswer:
            found = await self._context.found(visit)
            try:
                done = await action(visit, found)
            except Pending as error:
                done = Flash(error.message)
            except Refusal as error:
                return await self._page(visit, await self._context.found(visit), refused=error.message)
            if isinstance(done, RenderedPage):
                return done
            return Redirect(self._context.address(visit, found.contact.id), flash=done)

        return answer

    def _question(
        self,
        visit: Visit,
        found: LocatedContact,
        action: StaffChange,
        title: Translatable,
        channel: str | None = None,
    ) -> RenderedPage | None:
        """The page that asks before a change that sends messages to the customer; `None`: it was confirmed,
        or nothing is sent."""
        if is_sure(visit):
            return None
        context, contact, playbook = self._context, found.contact, self._context.playbook()
        heard = heard_at_once(playbook, contact, action, context.now(), channel)
        if not heard.messages:
            return None
        about = (readable(contact).name or tr("no name"),)
        question = ActionQuestion(
            title, about, tr("Do it, and send this"), context.address(visit, contact.id)
        )
        return asked_before(visit, question, shown_texts(visit.words, playbook, contact, heard))

    async def _tag(self, visit: Visit, found: LocatedContact) -> Flash | RenderedPage:
        name, adds = visit.form.get("tag", "").strip(), visit.form.get("action") != "remove"
        playbook, undo = self._context.playbook(), None
        by, tags = visit.signed.by, (name,)
        order = StaffTags(by, add=tags) if adds else StaffTags(by, remove=tags)
        title = tr("Put on {tag}?", tag=name) if adds else tr("Take off {tag}?", tag=name)
        if name in playbook.tag_names and (asked := self._question(visit, found, order, title)):
            return asked
        change = tag_contact if adds else untag_contact
        carried = (await change(visit.call(self._context), found, name)).carried
        if adds or name in playbook.tag_names:
            back = {"tag": name, "action": "remove" if adds else "add"}
            undo = Undo(self._context.address(visit, found.contact.id, "tag"), back)
        done = tr("Tag {tag} is on", tag=name) if adds else tr("Tag {tag} is off", tag=name)
        return Flash(_said(done, carried), undo)

    async def _set(self, visit: Visit, found: LocatedContact) -> Flash | RenderedPage:
        key, clears = visit.form.get("key", ""), "clear" in visit.form
        playbook = self._context.playbook()
        text = None if clears else visit.form.get("value", "")
        change, call = attribute_change(playbook, key, text), visit.call(self._context)
        title = playbook.attributes[key].title or key
        order = StaffSets(key, change.value)
        if asked := self._question(visit, found, order, tr("Change {attribute}?", attribute=title)):
            return asked
        set_to = clear_contact(call, found, key) if text is None else set_contact(call, found, key, text)
        carried = (await set_to).carried
        if change.value is None:
            done = tr("{attribute} is cleared", attribute=title)
        elif change.shown is None:
            done = tr("{attribute} is set", attribute=title)
        else:
            done = tr("{attribute}: {value}", attribute=title, value=change.shown)
        return Flash(_said(done, carried))

    async def _marketing(self, visit: Visit, found: LocatedContact) -> Flash | RenderedPage:
        allows = visit.form.get("action") == "allow"
        title = tr("Allow marketing again?") if allows else tr("Stop marketing?")
        if asked := self._question(visit, found, StaffStops(allows), title):
            return asked
        change = allow_marketing_to_contact if allows else stop_marketing_to_contact
        done = await change(visit.call(self._context), found)
        said = tr("Marketing is not stopped any more") if allows else tr("No more marketing goes to them")
        to, back = self._context.address(visit, found.contact.id, "marketing"), "stop" if allows else "allow"
        if done.at_shop == "says_no":
            said = tr("{done}; but the shop's record says no", done=said)
        elif done.at_shop == "asked":
            said = tr("{done}; the shop's record is changed, too", done=said)
        return Flash(_said(said, done.carried), Undo(to, {"action": back}))

    async def _tester(self, visit: Visit, found: LocatedContact) -> Flash:
        to, call = self._context.address(visit, found.contact.id, "tester"), visit.call(self._context)
        if visit.form.get("action") == "end":
            name, *_ = (await end_tester(call, found)).lost
            back = Undo(to, {"action": "make", "called": name})
            return Flash(tr("{name} is no tester any more", name=name), back)
        name = visit.form.get("called", "").strip() or await own_name(found, visit)
        lost = (await make_tester(call, found, name)).lost
        back = Undo(to, {"action": "make", "called": lost[0]} if lost else {"action": "end"})
        return Flash(tr("{name} is a tester now", name=name), back)

    async def _flow(self, visit: Visit, found: LocatedContact) -> Flash | RenderedPage:
        playbook, form = self._context.playbook(), visit.form
        run = run_of(found, playbook, form.get("flow", ""), form.get("on", ""), self._context.now())
        if run.began.isoformat() != form.get("began"):
            raise FlowUnchanged(tr("nothing was done: that run is over, look again"))
        anew = form.get("action") == "restart"
        called = NamedThing(run.flow, "flow")
        words = speaking_titles(visit.words, playbook).called(called)
        order = StaffEnds(run.flow, run.began, anew)
        title = tr("Begin {flow} anew?", flow=words) if anew else tr("Out of {flow}?", flow=words)
        if asked := self._question(visit, found, order, title, run.channel):
            return asked
        change = restart_flow if anew else leave_flow
        carried = (await change(visit.call(self._context), found, run.flow, run.channel)).carried
        done = tr("{flow} has begun anew", flow=words) if anew else tr("They are out of {flow}", flow=words)
        return Flash(_said(done, carried))

    async def _unbind(self, visit: Visit, found: LocatedContact) -> Flash | RenderedPage:
        kind = _KINDS.get(visit.form.get("kind", ""), "phone")
        keep = "keep" in visit.form
        title = tr("Unbind: {kind}?", kind=BOUND[kind])
        if asked := self._question(visit, found, StaffUnbinds(kind, keep_tags=keep), title):
            return asked
        done = await unbind_contact(visit.call(self._context), found, kind, keep_tags=keep)
        tags = tr("its tags stay") if keep else tr("the tags that it put on go with it")
        return Flash(_said(tr("Unbound: {kind}; {tags}", kind=BOUND[kind], tags=tags), done.carried))


def _said(done: Translatable, carried: Carried) -> Translatable:
    if carried == "done":
        return done
    if carried == "stored":
        return tr("Stored: {done}, as soon as oaflow runs", done=done)
    return tr("Stored: {done}, when its turn comes", done=done)


def _place(text: str, zone: ZoneInfo) -> TranscriptCursor | None:
    """A place in a conversation; `None`, its end, for what names none."""
    with suppress(NoMoment):
        return place_of(text, zone)
    return None


def title_of(contact: Contact) -> Translatable:
    """What a page about somebody is called."""
    return tr("{name}", name=readable(contact).name or tr("A person without a name"))


def _moment(text: str) -> datetime | None:
    """A moment from milliseconds since 1970 (UTC); `None` for anything else."""
    try:
        return datetime.fromtimestamp(int(text) / 1000, UTC) if text.isascii() and len(text) < 16 else None
    except (ValueError, OverflowError):
        return None


def _moment_text(moment: datetime) -> str:
    """A moment as milliseconds since 1970."""
    return str(round(moment.timestamp() * 1000))
