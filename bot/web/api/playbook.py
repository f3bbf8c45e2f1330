"""Drafts of the playbook: read, written, checked, looked at, handed in, published (L8)."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import dataclass

from bot.model.admin import CONSOLE
from bot.model.api_token import BY_TOKEN
from bot.model.draft import DraftFile
from bot.model.proposal import SENTENCE_MOST
from bot.model.published_version import AcceptedPlaybook
from bot.model.translatable import tr
from bot.operations.drafts.approval import hand_in
from bot.operations.drafts.draft import (
    DraftRefused,
    EditedFile,
    PlaybookDraft,
    drop,
    remove,
    revert,
    save,
)
from bot.operations.drafts.patch import draft_patch, git_patch
from bot.operations.drafts.publishing import DraftContext
from bot.operations.drafts.rights import Publisher, is_admin_now
from bot.operations.payload import Payload, pick
from bot.playbook.report import problem_data
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ApiFile, ConsoleCall, action, get
from bot.web.api.problem_details import ApiProblem
from bot.web.api.shapes import NUMBER, TEXT, YES, list_of, maybe
from bot.web.openapi_schema import JsonSchema, object_of

_PATH: JsonSchema = {"type": "string", "minLength": 1, "maxLength": 400}
_SEEN: JsonSchema = {"type": "string", "minLength": 1, "maxLength": 64, "description": "`stamp` of a review."}
_SAYS: JsonSchema = {"type": "string", "maxLength": SENTENCE_MOST}
_OPENED = {"revision": {"type": "integer", "minimum": 0}, "base": maybe({"type": "string", "maxLength": 64})}
_EDIT = object_of({**dict.fromkeys(("line", "column", "end_line", "end_column"), NUMBER), "text": TEXT})
_PROBLEM = object_of(
    {
        **dict.fromkeys(("file", "path", "level", "code", "message"), TEXT),
        **dict.fromkeys(("line", "column", "width"), NUMBER),
        **dict.fromkeys(("hint", "note"), maybe(TEXT)),
        "repair": list_of(_EDIT),
    }
)
_STATE: JsonSchema = {"enum": ["live", "new", "changed", "removed"]}
_LISTED = object_of({"path": TEXT, "state": _STATE, "behind": YES})
_LIVE = {"number": NUMBER, "version": TEXT}
_FILE = {
    "path": TEXT,
    "state": _STATE,
    "text": maybe(TEXT),
    "base64": maybe(TEXT),
    "revision": NUMBER,
    "base": maybe(TEXT),
}
_SAVED = object_of({"path": TEXT, "state": _STATE, "revision": NUMBER, "base": maybe(TEXT)})


@dataclass(frozen=True, slots=True)
class PlaybookApi:
    """`/playbook`: a token has a draft of its own."""

    context: ApiContext

    @property
    def drafts(self) -> DraftContext:
        """What drafts are read and published with."""
        return self.context.drafts

    @get("/playbook", answer=object_of({"live": object_of(_LIVE), "files": list_of(_LISTED)}))
    async def playbook(self, call: ConsoleCall) -> Payload:
        """The files of the playbook, as this token's draft has them."""
        draft = await self._draft(call)
        files = [
            {"path": path, "state": draft.state(path), "behind": draft.is_behind(path)}
            for path in draft.paths
        ]
        return {"live": _live(draft.base.accepted), "files": files}

    @get("/playbook/file", query={"file": _PATH}, answer=object_of(_FILE))
    async def playbook_file(self, call: ConsoleCall) -> Payload:
        """One of them: text of YAML, else base64."""
        path, draft = call.query.get("file", ""), await self._draft(call)
        if path not in draft.paths:
            raise ApiProblem("not_found", tr("the draft has no such file"), field="query/file")
        text, raw = draft.text(path), None
        own = draft.files.get(path)
        if text is None and draft.state(path) != "removed":
            found = own.content if own else (await self.drafts.live.contents([draft.base.files[path]]))[path]
            raw = b64encode(found).decode()
        return {**_saved(draft, path, own), "text": text, "base64": raw}

    @get("/playbook/check", answer=object_of({"problems": list_of(_PROBLEM)}))
    async def playbook_check(self, call: ConsoleCall) -> Payload:
        """Mistakes and warnings of the draft."""
        problems = await self.drafts.check(await self._draft(call))
        return {"problems": [problem_data(one, call.words) for one in problems]}

    @get(
        "/playbook/review",
        answer=object_of(
            {
                "stamp": TEXT,
                "wrong": YES,
                "behind": list_of(TEXT),
                "problems": list_of(_PROBLEM),
                "people": list_of(_PROBLEM),
                "things": list_of(object_of({"section": TEXT, "name": TEXT, "how": TEXT})),
                "reserved": list_of(object_of({"path": TEXT, "file": TEXT, "line": NUMBER, "why": TEXT})),
                "scenarios": list_of(object_of({"title": TEXT, "holds": YES})),
            }
        ),
    )
    async def playbook_review(self, call: ConsoleCall) -> Payload:
        """What the draft changes, whom it concerns, its scenarios, lines of an administrator's."""
        draft = await self._draft(call)
        found = await self.drafts.review(draft)
        return {
            "stamp": draft.stamp,
            "wrong": found.is_wrong,
            "behind": draft.behind,
            "problems": [problem_data(one, call.words) for one in found.problems],
            "people": [problem_data(one, call.words) for one in found.people],
            "things": [pick(one, "section", "name", "how") for one in found.things],
            "reserved": [
                {
                    "path": one.path,
                    "file": one.place.file,
                    "line": one.place.line,
                    "why": call.words.text(one.why),
                }
                for one in found.reserved
            ],
            "scenarios": [pick(one, "title", "holds") for one in found.scenarios],
        }

    @get("/playbook/patch", file="text/x-diff")
    async def playbook_patch(self, call: ConsoleCall) -> ApiFile:
        """The draft as a patch for `git apply`."""
        files = await draft_patch(self.drafts.live, await self._draft(call))
        text = await asyncio.to_thread(git_patch, files)
        return ApiFile(text.encode(), "text/x-diff", "draft.patch")

    @action(
        "/playbook/file",
        body=object_of(
            {"path": _PATH, "text": TEXT, "base64": TEXT, "remove": YES, **_OPENED},
            *("text", "base64", "remove", "revision", "base"),
        ),
        answer=_SAVED,
    )
    async def save_playbook_file(self, call: ConsoleCall) -> Payload:
        """Save a file in the draft: `text`, or `base64`; or `remove` it. `revision` and `base` as they were
        read: what was saved since is not overwritten."""
        body, drafts = call.body, self.drafts
        opened = EditedFile(body.get("revision", 0), body.get("base"))
        given = (drafts.stores, drafts.live, call.caller.by, body["path"])
        if body.get("remove"):
            stored = await remove(*given, opened, drafts.now())
        else:
            stored = await save(*given, _content(call), opened, drafts.now())
        return _saved(await self._draft(call), body["path"], stored)

    @action("/playbook/revert", body=object_of({"path": _PATH}), answer=object_of({"was_changed": YES}))
    async def revert_playbook_file(self, call: ConsoleCall) -> Payload:
        """A file is as it is live again."""
        return {"was_changed": await revert(self.drafts.stores, call.caller.by, call.body["path"])}

    @action("/playbook/drop", body=object_of({}), answer=object_of({"files": NUMBER}))
    async def drop_playbook_draft(self, call: ConsoleCall) -> Payload:
        """The whole draft is dropped."""
        return {"files": await drop(self.drafts.stores, call.caller.by)}

    @action(
        "/playbook/propose",
        body=object_of({"seen": _SEEN, "says": _SAYS}, "says"),
        answer=object_of({"files": NUMBER}),
    )
    async def propose_playbook(self, call: ConsoleCall) -> Payload:
        """Hand the draft in, as the review (`seen`) showed it: somebody at the console publishes it."""
        draft, publisher = await self._seen(call), await self._publisher(call)
        done = await hand_in(self.drafts, draft, call.caller.by, publisher, call.body.get("says", ""))
        return {"files": done.files}

    @action(
        "/playbook/publish",
        body=object_of({"seen": _SEEN, "untested": YES}, "untested"),
        answer=object_of(_LIVE),
    )
    async def publish_playbook(self, call: ConsoleCall) -> Payload:
        """Make the draft live, as the review (`seen`) showed it; `untested`: although scenarios fail."""
        draft, publisher = await self._seen(call), await self._publisher(call)
        untested = bool(call.body.get("untested"))
        await self.drafts.make_live(draft, call.caller.by, publisher, untested=untested)
        return _live((await self.drafts.live.now()).accepted)

    async def _draft(self, call: ConsoleCall) -> PlaybookDraft:
        return await self.drafts.draft(call.caller.by)

    async def _seen(self, call: ConsoleCall) -> PlaybookDraft:
        return await self.drafts.seen(call.caller.by, call.body["seen"])

    async def _publisher(self, call: ConsoleCall) -> Publisher:
        """The token; behind it stands who made it."""
        stores = self.drafts.stores
        token = await stores.api_tokens.named(call.caller.by.removeprefix(BY_TOKEN))
        by = call.caller.by if token is None else token.by
        maker = by.removeprefix(CONSOLE)

        async def is_admin() -> bool:
            if call.caller.role != "admin" or not await call.may_still():
                return False
            return maker == by or await is_admin_now(stores, maker)

        return Publisher(maker, call.caller.by, is_admin)


def _content(call: ConsoleCall) -> bytes:
    """What is to stand in the file. Raises `DraftRefused`."""
    text, raw = call.body.get("text"), call.body.get("base64")
    if (text is None) == (raw is None):
        raise DraftRefused(tr("either text or base64"))
    if text is not None:
        return str(text).encode("utf-8", "surrogatepass")
    try:
        return b64decode(str(raw), validate=True)
    except Error as error:
        raise DraftRefused(tr("this is no base64")) from error


def _saved(draft: PlaybookDraft, path: str, stored: DraftFile | None) -> Payload:
    return {
        "path": path,
        "state": draft.state(path),
        "revision": 0 if stored is None else stored.revision,
        "base": draft.base.digest_of(path) if stored is None else stored.base,
    }


def _live(live: AcceptedPlaybook) -> Payload:
    return {"number": live.number, "version": live.version}
