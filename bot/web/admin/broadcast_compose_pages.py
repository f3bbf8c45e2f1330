"""A broadcast is composed in the console, and written into the playbook's draft (E4, I1, I2, L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from bot.engine.compiled.playbook import Playbook
from bot.model.plain_text import visible
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.broadcasts.broadcast_form import (
    ALONE,
    BUBBLES_MOST,
    CONDITIONS_MOST,
    TAPS_MOST,
    BubbleKind,
    ComposedBroadcast,
    ConditionKind,
)
from bot.operations.broadcasts.composed_rhythm import WEEKDAYS, ComposedRhythm, RhythmKind
from bot.operations.broadcasts.composer import (
    LISTS,
    EditedBroadcast,
    OpenForm,
    composed_in,
    find,
    save_beside,
    save_composed,
    save_list,
)
from bot.operations.broadcasts.steering import open_sending
from bot.operations.chat.canned import card_titles
from bot.operations.drafts.draft import DraftRefused, EditedFile, PlaybookDraft
from bot.operations.drafts.draft_names import names_to_choose
from bot.operations.drafts.live_files import BaseMissing
from bot.operations.drafts.paths import PICTURE_FOLDER, PICTURES
from bot.operations.drafts.publishing import DraftContext
from bot.operations.payload import pick
from bot.playbook.section_names import SectionNames
from bot.web.admin.broadcast_compose_form import GROUPS, composed_from, more_set, stepped, with_picture
from bot.web.admin.broadcast_compose_side import ComposedCounts, ComposeSide, why_none
from bot.web.admin.broadcast_context import BroadcastContext
from bot.web.admin.broadcast_list_pages import COMPOSE, ONE, PAGE, TESTERS
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Flash,
    Fragment,
    Redirect,
    RenderedPage,
    Visit,
    page_address,
    whole_number,
)
from bot.wording.conversation import WEEKDAYS as WEEKDAY_WORDS

EDITOR = "/admin/playbook"
NEW = tr("A new broadcast")
KINDS: Mapping[BubbleKind, Translatable] = {
    "text": tr("Text"),
    "card": tr("Card of the playbook"),
    "picture": tr("Picture"),
    "buttons": tr("Buttons"),
}
"""The kinds of messages that can be composed."""
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
    "!refused": tr("has not said no to marketing"),
    "written": tr("as the playbook writes it"),
}
"""The kinds of conditions; `!`: not."""
RHYTHMS: Mapping[RhythmKind, Translatable] = {
    "day": tr("each day"),
    "week": tr("each week on"),
    "month": tr("each month on"),
}
COLUMNS: Mapping[str, Translatable] = {
    "phone": tr("Mobile numbers"),
    "member_no": tr("Member numbers"),
    "line_id": tr("LINE user ids"),
}
"""The columns by which a list names people."""
WAY_OUT = "不想收到活動訊息？輸入「停止推播」即可。"
"""The last message of a new broadcast: without one `check` warns."""
_GONE = RenderedPage("message.html", tr("The playbook has no such broadcast"), status=404)
"""404 for a broadcast that the playbook does not have."""


@dataclass(frozen=True, slots=True)
class ComposePages(AdminPages):
    """`/admin/broadcasts/compose`."""

    context: BroadcastContext
    drafts: DraftContext
    counts: ComposedCounts

    async def broadcast_compose(self, visit: Visit) -> AdminAnswer:
        """The form: of a new broadcast, of one in the draft (`name`), or filled with what a former one said
        (`from`)."""
        try:
            draft, names = await self._draft(visit)
        except BaseMissing as error:
            return RenderedPage("playbook_missing.html", NEW, refused=error.message)
        name, former = visit.query("name"), visit.query("from")
        if not (name or former):
            return await self._page(visit, OpenForm(draft, names, None, self._first(visit)))
        found = find(draft, names, name or former, copies=not name)
        if found is None:
            return _GONE
        if found.composed is None:
            return _in_editor(found.at, copies=not name)
        if name:
            return await self._page(visit, OpenForm(draft, names, found.at, found.composed))
        again = replace(found.composed, at="", title=visit.words.text(_again(found.composed.title)))
        return await self._page(visit, OpenForm(draft, names, None, again))

    async def broadcast_composed(self, visit: Visit) -> AdminAnswer:
        """The form was sent, by its `act`: `look` gives it as it is by now, `save` stores it in the draft,
        others are small buttons that change it."""
        form = OpenForm(*await self._draft(visit), _edited(visit), composed_from(visit.form))
        act = visit.form.get("act", "")
        if act == "look" and visit.form.get("part") == "side":
            return Fragment("broadcast_compose_side.html", await self._side().shown(visit, form))
        try:
            if act == "save":
                return await self._saved(visit, form)
            composed = await self._changed(visit, form, act)
        except Refusal as error:
            return await self._page(visit, form, error.message, pressed=act == "save")
        return await self._page(visit, OpenForm(*await self._draft(visit), form.at, composed))

    async def _saved(self, visit: Visit, form: OpenForm) -> AdminAnswer:
        """Store the broadcast in the draft. Raises `DraftRefused` where it lacks a name or conditions."""
        if not form.composed.title:
            raise DraftRefused(tr("Nothing was saved: give it a name first"))
        if (lacks := why_none(form.composed)) is not None:
            raise DraftRefused(tr("Nothing was saved: {why}", why=lacks))
        await save_composed(self.drafts, visit.signed.name, form)
        said = tr("Saved in your draft: it goes out once that is published")
        return Redirect(page_address(COMPOSE, name=form.place.name), flash=Flash(said))

    async def _changed(self, visit: Visit, form: OpenForm, act: str) -> ComposedBroadcast:
        """The broadcast after a small button was pressed; a file that was sent is stored in the draft. Raises
        `Refusal`."""
        file, account, composed = visit.file, visit.signed.name, form.composed
        if act.startswith("picture:"):
            if file is None or not file.name or not file.content:
                raise DraftRefused(tr("Choose a picture first: PNG or JPEG"))
            ending = PurePosixPath(file.name).suffix
            if ending.lower() not in PICTURES:
                raise DraftRefused(tr("Choose a picture first: PNG or JPEG"))
            path = f"{PICTURE_FOLDER}/{PurePosixPath(file.name).name}"
            stored = await save_beside(self.drafts, account, form.draft, path, file.content)
            return with_picture(composed, act.removeprefix("picture:"), stored)
        if act == "list":
            table = _table(visit)
            title = visit.form.get("list_name", "").strip() or composed.title
            column = visit.form.get("column", "")
            if column not in COLUMNS or not table.strip():
                raise DraftRefused(tr("Nothing was added: paste the list, or choose its file"))
            saved = await save_list(self.drafts, account, form, title, table, column)
            return replace(composed, audience_kind="audience", audience=saved)
        return stepped(composed, act)

    async def drafted(self, account: str) -> Sequence[tuple[str, str]]:
        """The broadcasts that an account's draft changes, with their titles."""
        try:
            draft = await self.drafts.draft(account)
        except BaseMissing:
            return ()
        return await asyncio.to_thread(composed_in, draft)

    # -- showing

    async def _draft(self, visit: Visit) -> tuple[PlaybookDraft, SectionNames]:
        draft = await self.drafts.draft(visit.signed.name)
        return draft, await asyncio.to_thread(names_to_choose, self.context.playbook(), draft)

    def _first(self, visit: Visit) -> ComposedBroadcast:
        """A new broadcast, with the text that says how to stop messages."""
        channels = self.context.shop().channels
        channel = visit.channel if visit.channel in channels else next(iter(channels), "")
        text = composed_from({"a0": "text", "a1": "text", "a1_text": WAY_OUT})
        return replace(text, channel=channel)

    def _card_words(self, visit: Visit, playbook: Playbook, channel: str) -> Mapping[str, str]:
        """What cards say, by their names."""
        words = visit.words
        titles = card_titles(playbook, channel, self.context.now())
        return {
            name: visible(f"{words.words(title)}：{text}" if text else words.words(title))
            for name, (title, text) in titles.items()
        }

    def _side(self) -> ComposeSide:
        return ComposeSide(self.context, self.drafts, self.counts)

    async def _page(
        self, visit: Visit, form: OpenForm, refused: Translatable | None = None, *, pressed: bool = False
    ) -> RenderedPage:
        context, names, at, composed = self.context, form.names, form.at, form.composed
        title = NEW if at is None else tr("Edit: {name}", name=at.name)
        known = None if at is None else context.playbook().broadcasts.get(at.name)
        going = None if known is None else await open_sending(context.stores, known)
        side = await self._side().shown(visit, form, pressed=pressed)
        drafted = side["playbook"] or context.playbook()
        data = {
            "composed": composed,
            "at": at,
            "address": COMPOSE if at is None else page_address(COMPOSE, name=at.name),
            "list": PAGE,
            "testers": TESTERS if known is None else page_address(TESTERS, **{"for": known.name}),
            "one": "" if known is None else page_address(ONE, name=known.name),
            "is_going": going is not None and going.began is not None,
            "accounts": context.shop().channels,
            "names": names,
            "audience_titles": {
                name: visible(one.title or name) for name, one in context.playbook().audiences.items()
            },
            "card_words": self._card_words(visit, drafted, composed.channel),
            "way_out": WAY_OUT,
            "more_set": more_set(composed),
            "kinds": KINDS,
            "condition_kinds": CONDITIONS,
            "alone": ALONE,
            "columns": COLUMNS,
            "groups": GROUPS,
            "repeats": composed.rhythm or ComposedRhythm(),
            "rhythm_kinds": RHYTHMS,
            "weekdays": dict(zip(WEEKDAYS, WEEKDAY_WORDS, strict=True)),
            "goals": _goals(names),
            "most": {"bubbles": BUBBLES_MOST, "taps": TAPS_MOST, "conditions": CONDITIONS_MOST},
            "lists": LISTS,
            **side,
        }
        return RenderedPage("broadcast_compose.html", title, data, 200 if refused is None else 422, refused)


def _edited(visit: Visit) -> EditedBroadcast | None:
    """The broadcast of the draft from which the form was opened; `None`: it is a new one."""
    form, name = visit.form, visit.form.get("name", "")
    if not name:
        return None
    revision = whole_number(form.get("revision", ""), 10**15)
    opened = EditedFile(revision, form.get("base", "")[:64] or None, form.get("content", "")[:64] or None)
    return EditedBroadcast(name, form.get("path", ""), 1, form.get("split", "") or name, opened)


def _in_editor(at: EditedBroadcast, *, copies: bool) -> RenderedPage:
    """The page that leads to the editor: the broadcast has more than this form knows."""
    data = {
        "editor": f"{page_address(EDITOR, file=at.path)}#line-{at.line}",
        **pick(at, "path", "line", "name"),
        "copies": copies,
        "list": PAGE,
    }
    return RenderedPage("broadcast_compose_more.html", tr("Edit: {name}", name=at.name), data)


def _again(title: str) -> Translatable:
    return tr("{title}, once more", title=title)


def _table(visit: Visit) -> bytes:
    """The list as CSV: the file that was chosen, or what was pasted, below the name of its column."""
    if visit.file is not None and visit.file.content:
        return visit.file.content
    lines = [line.strip() for line in visit.form.get("list_text", "").splitlines()]
    listed = [line for line in lines if line]
    return "\n".join([visit.form.get("column", ""), *listed, ""]).encode() if listed else b""


def _goals(names: SectionNames) -> Sequence[tuple[str, Translatable]]:
    """The goals that can be chosen, with their titles."""
    return [
        ("shop=order_paid", tr("an order is paid")),
        ("bound=phone", tr("a phone is bound")),
        *((f"form_sent={one}", tr("the form {name} is sent", name=one)) for one in names.of("forms")),
        *((f"tag_added={one}", tr("gets the tag {name}", name=one)) for one in names.of("tags")),
    ]
