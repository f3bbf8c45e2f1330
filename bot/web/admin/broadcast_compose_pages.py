"""A broadcast is composed in the console, and written into the playbook's draft (E4, I1, I2, L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

import orjson

from bot.engine.broadcasts.content import content_and_people, for_everybody, for_person
from bot.engine.broadcasts.schedule import begins
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import All
from bot.model.contact import Contact, Identity
from bot.model.message import Message
from bot.model.money import money_text, sending_cost
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.audiences import AudienceCount, TargetAudience, counts_of
from bot.operations.broadcasts.composed import (
    ALONE,
    BUBBLES_MOST,
    CONDITIONS_MOST,
    HOLDOUT,
    TAPS_MOST,
    BubbleKind,
    ComposedBroadcast,
    ConditionKind,
)
from bot.operations.broadcasts.composing import (
    LISTS,
    PICTURES,
    ComposedTrial,
    DraftNames,
    EditedBroadcast,
    composed_in,
    find,
    names_of,
    new_place,
    save_beside,
    save_composed,
    save_list,
    text_with,
    tried,
)
from bot.operations.broadcasts.steering import open_sending
from bot.operations.drafts.draft import DraftRefused, EditedFile, PlaybookDraft
from bot.operations.drafts.live_files import BaseMissing
from bot.operations.drafts.paths import PICTURES as PICTURE_ENDINGS
from bot.operations.drafts.publishing import DraftDesk
from bot.web.admin.broadcast_compose_form import GROUPS, composed_from, stepped, with_picture
from bot.web.admin.broadcast_desk import AT_ONCE, BroadcastDesk
from bot.web.admin.broadcast_list_pages import COMPOSE, ONE, PAGE, people_words
from bot.web.admin.broadcast_pages import INVENTED
from bot.web.admin.message_view import shown_messages
from bot.web.admin.visit import (
    AdminAnswer,
    AdminHandler,
    Flash,
    Fragment,
    Redirect,
    RenderedPage,
    Visit,
    page_address,
)

EDITOR, REVIEW = "/admin/playbook", "/admin/playbook/review"
NEW = tr("A new broadcast")
KINDS: Mapping[BubbleKind, Translatable] = {
    "text": tr("Text"),
    "card": tr("Card of the playbook"),
    "picture": tr("Picture"),
    "buttons": tr("Buttons"),
}
LACKS: Mapping[BubbleKind, Translatable] = {
    "text": tr("write a text"),
    "card": tr("choose a card"),
    "picture": tr("choose a picture, or upload one"),
    "buttons": tr("it needs a text, and a button with what it opens or says"),
}
CONDITIONS: Mapping[ConditionKind, Translatable] = {
    "tag": tr("has the tag"),
    "!tag": tr("does not have the tag"),
    "bound": tr("has bound a phone"),
    "!bound": tr("has bound no phone"),
    "audience": tr("is in the audience"),
    "!audience": tr("is not in the audience"),
    "ordered": tr("has bought within … days"),
    "!ordered": tr("has not bought within … days"),
    "followed": tr("became a friend within … days"),
    "agreed": tr("has said yes to marketing"),
    "!refused": tr("has not said no to marketing"),
    "written": tr("as the playbook writes it"),
}
COLUMNS: Mapping[str, Translatable] = {
    "phone": tr("Mobile numbers"),
    "member_no": tr("Member numbers"),
    "line_id": tr("LINE user ids"),
}
WAY_OUT = "不想收到活動訊息？輸入「停止推播」即可。"
"""The last message of a new broadcast: without one `check` warns."""
_GONE = RenderedPage("message.html", tr("The playbook has no such broadcast"), status=404)


@dataclass(frozen=True, slots=True)
class ComposePages:
    """`/admin/broadcasts/compose`."""

    desk: BroadcastDesk
    drafts: DraftDesk

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {"broadcast_compose": self.shown, "broadcast_composed": self.composed}

    async def shown(self, visit: Visit) -> AdminAnswer:
        """A new one, one of the draft (`name`), or what a former one said (`from`)."""
        try:
            draft, names = await self._draft(visit)
        except BaseMissing as error:
            return RenderedPage("playbook_missing.html", NEW, refused=error.message)
        name, former = visit.query("name"), visit.query("from")
        if not (name or former):
            return await self._page(visit, draft, names, None, self._first(visit))
        found = find(draft, names, name or former, copies=not name)
        if found is None:
            return _GONE
        if found.composed is None:
            return _in_editor(found.at, copies=not name)
        if name:
            return await self._page(visit, draft, names, found.at, found.composed)
        again = replace(found.composed, at="", title=visit.words.text(_again(found.composed.title)))
        return await self._page(visit, draft, names, None, again)

    async def composed(self, visit: Visit) -> AdminAnswer:
        """Looked at as it is by now, changed by one of its small buttons, or saved."""
        draft, names = await self._draft(visit)
        composed, at, act = composed_from(visit.form), _edited(visit), visit.form.get("act", "")
        if act == "look" and visit.form.get("part") == "side":
            return Fragment(
                "broadcast_compose_side.html", await self._side(visit, draft, names, at, composed)
            )
        try:
            if act == "save":
                return await self._saved(visit, draft, names, at, composed)
            composed = await self._changed(visit, draft, names, composed, act)
        except Refusal as error:
            return await self._page(visit, draft, names, at, composed, error.message)
        draft, names = await self._draft(visit)
        return await self._page(visit, draft, names, at, composed)

    async def _saved(
        self,
        visit: Visit,
        draft: PlaybookDraft,
        names: DraftNames,
        at: EditedBroadcast | None,
        composed: ComposedBroadcast,
    ) -> AdminAnswer:
        if not composed.title:
            raise DraftRefused(tr("Nothing was saved: give it a name first"))
        at = at or new_place(draft, names, composed.title)
        await save_composed(self.drafts, visit.signed.name, draft, names, at, composed)
        said = tr("Saved in your draft: it goes out once that is published")
        return Redirect(page_address(COMPOSE, name=at.name), flash=Flash(said))

    async def _changed(
        self,
        visit: Visit,
        draft: PlaybookDraft,
        names: DraftNames,
        composed: ComposedBroadcast,
        act: str,
    ) -> ComposedBroadcast:
        """What a small button does; a file that came goes into the draft."""
        file, account = visit.file, visit.signed.name
        if act.startswith("picture:"):
            if file is None or not file.name or not file.content:
                raise DraftRefused(tr("Choose a picture first: PNG or JPEG"))
            ending = PurePosixPath(file.name).suffix
            if ending.lower() not in PICTURE_ENDINGS:
                raise DraftRefused(tr("Choose a picture first: PNG or JPEG"))
            path = f"{PICTURES}/{PurePosixPath(file.name).name}"
            stored = await save_beside(self.drafts, account, draft, path, file.content)
            return with_picture(composed, act.removeprefix("picture:"), stored)
        if act == "list":
            table = _table(visit)
            title = visit.form.get("list_name", "").strip() or composed.title
            column = visit.form.get("column", "")
            if column not in COLUMNS or not table.strip():
                raise DraftRefused(tr("Nothing was added: paste the list, or choose its file"))
            saved = await save_list(self.drafts, account, draft, names, title, table, column)
            return replace(composed, whom="audience", audience=saved)
        return stepped(composed, act)

    async def drafted(self, account: str) -> Sequence[tuple[str, str]]:
        """The broadcasts that an account's draft changes, with their titles."""
        try:
            draft = await self.drafts.draft(account)
        except BaseMissing:
            return ()
        return await asyncio.to_thread(composed_in, draft)

    # -- showing

    async def _draft(self, visit: Visit) -> tuple[PlaybookDraft, DraftNames]:
        draft = await self.drafts.draft(visit.signed.name)
        return draft, await asyncio.to_thread(names_of, self.desk.playbook(), draft)

    def _first(self, visit: Visit) -> ComposedBroadcast:
        channels = self.desk.channels()
        channel = visit.channel if visit.channel in channels else next(iter(channels), "")
        text = composed_from({"a0": "text", "a1": "text", "a1_text": WAY_OUT})
        return replace(text, channel=channel)

    async def _page(
        self,
        visit: Visit,
        draft: PlaybookDraft,
        names: DraftNames,
        at: EditedBroadcast | None,
        composed: ComposedBroadcast,
        refused: Translatable | None = None,
    ) -> RenderedPage:
        desk = self.desk
        title = NEW if at is None else tr("Edit: {name}", name=at.name)
        known = None if at is None else desk.playbook().broadcasts.get(at.name)
        going = None if known is None else await open_sending(desk.stores, known)
        data = {
            "composed": composed,
            "at": at,
            "address": COMPOSE if at is None else page_address(COMPOSE, name=at.name),
            "list": PAGE,
            "one": "" if known is None else page_address(ONE, name=known.name),
            "is_going": going is not None and going.began is not None,
            "accounts": desk.channels(),
            "names": names,
            "kinds": KINDS,
            "condition_kinds": CONDITIONS,
            "alone": ALONE,
            "columns": COLUMNS,
            "groups": GROUPS,
            "goals": _goals(names),
            "most": {"bubbles": BUBBLES_MOST, "taps": TAPS_MOST, "conditions": CONDITIONS_MOST},
            "lists": LISTS,
            **await self._side(visit, draft, names, at, composed),
        }
        return RenderedPage("broadcast_compose.html", title, data, 200 if refused is None else 422, refused)

    async def _side(
        self,
        visit: Visit,
        draft: PlaybookDraft,
        names: DraftNames,
        at: EditedBroadcast | None,
        composed: ComposedBroadcast,
    ) -> Mapping[str, Any]:
        """What goes out, to how many, for how much, and what is wrong with it."""
        where, finished = at or new_place(draft, names, composed.title), composed.finished
        try:
            text = await asyncio.to_thread(text_with, draft, names, where, composed)
            shown_text = await asyncio.to_thread(text_with, draft, names, where, finished)
            trial = await tried(self.drafts, draft, where, shown_text)
        except Refusal as error:
            return {
                "unread": error.message,
                "phones": (),
                "problems": (),
                "can_publish": False,
                "yaml": "",
                "unfinished": (),
            }
        playbook, broadcast = trial.playbook, trial.broadcast
        unfinished = list(_unfinished(composed))
        nothing = any(not any(one.is_finished for one in group) for group in composed.messages)
        shown: dict[str, Any] = {
            "unread": None,
            "problems": () if nothing else trial.problems,
            "unfinished": unfinished,
            "invented": INVENTED,
            "say": visit.words.words,
            "phones": (),
            "can_publish": playbook is not None and not unfinished and at is not None and draft.files,
            "review": REVIEW,
            "yaml": text,
        }
        if playbook is None or broadcast is None:
            return shown
        now = self.desk.now()
        return {
            **shown,
            "phones": [self._phone(visit, trial, playbook, broadcast, one) for one in broadcast.messages],
            **await self._size(playbook, broadcast, composed),
            **_when(playbook, broadcast, now),
            "last": await self._last(broadcast),
        }

    def _phone(
        self, visit: Visit, trial: ComposedTrial, playbook: Playbook, broadcast: Broadcast, group: str
    ) -> Mapping[str, Any]:
        now = self.desk.now()
        alike = for_everybody(playbook, broadcast, group, now)
        somebody = Contact("", name=visit.words.text(INVENTED), identities=(Identity(broadcast.channel),))
        messages = for_person(playbook, broadcast, group, somebody, now) if alike is None else alike
        return {
            "name": group,
            "gets_nothing": not broadcast.messages[group],
            "is_personal": alike is None,
            "messages": shown_messages(
                _with_pictures(messages, playbook.public, self.desk.playbook().public, trial.pictures)
            ),
        }

    async def _size(
        self, playbook: Playbook, broadcast: Broadcast, composed: ComposedBroadcast
    ) -> Mapping[str, Any]:
        """About how many would get it now, by group, and what that costs at most beside the plan."""
        meant = TargetAudience(broadcast.to or All(()), (broadcast.channel,), broadcast.priority)
        settings = self.desk.settings().channels.get(broadcast.channel)
        plan = None if settings is None else settings.plan
        try:
            counts = await asyncio.wait_for(counts_of(self.desk.stores, playbook, meant), AT_ONCE)
        except TimeoutError:
            return {"people": tr("too many to be counted at once"), "price": "", "shares": ()}
        count = counts[broadcast.channel]
        shares = [(name, share, round(count.people * share / 100)) for name, share in composed.groups.items()]
        get = count.people - sum(number for name, _, number in shares if name == HOLDOUT)
        cost = sending_cost(plan, get, None)
        extra = None if cost is None else cost.extra
        return {
            "people": people_words(AudienceCount(get, count.about or bool(shares))),
            "price": "" if extra is None else money_text(extra),
            "shares": [
                (name, share, people_words(AudienceCount(number, about=True)))
                for name, share, number in shares
            ],
        }

    async def _last(self, broadcast: Broadcast) -> Mapping[str, Any]:
        stores = self.desk.stores
        same = await stores.sendings.claimed_by(content_and_people(broadcast))
        sent = await stores.sendings.last_sent(broadcast.name)
        return {
            "same": None if same is None else same.began or same.moment,
            "sent": None if sent is None else sent.began or sent.moment,
        }


def _edited(visit: Visit) -> EditedBroadcast | None:
    """What of the draft the form was opened from; `None`: nothing, it is new."""
    form, name = visit.form, visit.form.get("name", "")
    if not name:
        return None
    revision = form.get("revision", "")
    number = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 16 else 0
    opened = EditedFile(number, form.get("base", "")[:64] or None)
    return EditedBroadcast(name, form.get("path", ""), 1, form.get("split", "") or name, opened)


def _in_editor(at: EditedBroadcast, *, copies: bool) -> RenderedPage:
    """It says more than the form knows: the editor has all of it."""
    data = {
        "editor": f"{page_address(EDITOR, file=at.path)}#line-{at.line}",
        "path": at.path,
        "line": at.line,
        "name": at.name,
        "copies": copies,
        "list": PAGE,
    }
    return RenderedPage("broadcast_compose_more.html", tr("Edit: {name}", name=at.name), data)


def _again(title: str) -> Translatable:
    return tr("{title}, once more", title=title)


def _unfinished(composed: ComposedBroadcast) -> Iterator[Translatable]:
    """What each message lacks, in words."""
    for group, messages in enumerate(composed.messages):
        for number, one in enumerate(messages, 1):
            if not one.is_finished:
                lacks = LACKS[one.kind]
                is_second = tr("second text, message {number}: {lacks}", number=number, lacks=lacks)
                yield is_second if group else tr("message {number}: {lacks}", number=number, lacks=lacks)


def _table(visit: Visit) -> bytes:
    """The list that was pasted, under the name of its column, or the file that was chosen."""
    if visit.file is not None and visit.file.content:
        return visit.file.content
    lines = [line.strip() for line in visit.form.get("list_text", "").splitlines()]
    listed = [line for line in lines if line]
    return "\n".join([visit.form.get("column", ""), *listed, ""]).encode() if listed else b""


def _goals(names: DraftNames) -> Sequence[tuple[str, Translatable]]:
    return [
        ("shop=order_paid", tr("an order is paid")),
        ("bound=phone", tr("a phone is bound")),
        *((f"form_sent={one}", tr("the form {name} is sent", name=one)) for one in names.of("forms")),
        *((f"tag_added={one}", tr("gets the tag {name}", name=one)) for one in names.of("tags")),
    ]


def _when(playbook: Playbook, broadcast: Broadcast, now: datetime) -> Mapping[str, Any]:
    """When it goes out, and when that is put off to by quiet hours."""
    if broadcast.at is None:
        return {"goes_at": None, "begins": None, "is_past": False}
    starts = begins(broadcast, broadcast.at, playbook.zone)
    later = starts if starts is not None and starts > broadcast.at else None
    return {"goes_at": broadcast.at, "begins": later, "is_past": broadcast.at <= now}


def _with_pictures(
    messages: Sequence[Message], unserved: str, public: str, pictures: Mapping[str, str]
) -> Sequence[Message]:
    """The messages with the draft's pictures: the public addresses of a draft's files do not exist yet.

    What the app puts behind the address of a picture in several widths is not part of the file's name there.
    """
    written = orjson.dumps(list(messages)).decode()
    for address, path in pictures.items():
        drafted = page_address(f"{EDITOR}/picture", file=path)
        written = written.replace(f"{unserved}/{address}", f"{public}{drafted}&of=")
    found: Sequence[Message] = orjson.loads(written.replace(unserved, public))
    return found
