"""The playbook: a draft of the caller's own is written, checked, looked at, handed in, published (L8)."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from annotated_types import Ge, MaxLen, MinLen

from bot.model.admin import CONSOLE
from bot.model.answer_fields import Help
from bot.model.api_token import BY_TOKEN
from bot.model.draft import DraftFile
from bot.model.problem import Level, Problem, TextEdit
from bot.model.proposal import SENTENCE_MOST
from bot.model.translatable import Translatable, tr
from bot.operations.catalog.answers import filled
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import OperationFace, ParameterRefused
from bot.operations.drafts.approval import hand_in
from bot.operations.drafts.draft import (
    DraftFileState,
    DraftRefused,
    EditedFile,
    PlaybookDraft,
    drop,
    revert,
    save,
)
from bot.operations.drafts.draft import remove as take_out
from bot.operations.drafts.patch import draft_patch, git_patch
from bot.operations.drafts.rights import Publisher, is_admin_now
from bot.operations.payload import pick
from bot.playbook.comparison import HowDiffers

IN_FILES: Mapping[OperationFace, str] = {
    "command": "a terminal has the files: oaflow check, test, publish and diff are of them"
}
FilePath: TypeAlias = Annotated[str, MinLen(1), MaxLen(400), Help("a file of the playbook, from its folder")]
SeenStamp: TypeAlias = Annotated[str, MinLen(1), MaxLen(64), Help("`stamp` of the review that was looked at")]


@dataclass(frozen=True, slots=True)
class ListedDraftFile:
    """A file of the draft."""

    file: str
    state: DraftFileState
    behind: Annotated[bool, Help("Something else was published in it since the draft has it.")]


@dataclass(frozen=True, slots=True)
class LiveVersion:
    """What is live."""

    number: int
    version: str


@dataclass(frozen=True, slots=True)
class DraftFiles:
    """What is live, and all files as the draft has them."""

    live: LiveVersion
    files: Sequence[ListedDraftFile]


@dataclass(frozen=True, slots=True)
class SavedDraftFile:
    """A file as the draft has it now; `revision` and `base` are sent back with what is saved next."""

    file: str
    state: DraftFileState
    revision: int
    base: str | None


@dataclass(frozen=True, slots=True)
class DraftFileContent(SavedDraftFile):
    """The same with what stands in it: text of YAML, else base64."""

    text: str | None
    base64: str | None


@dataclass(frozen=True, slots=True)
class DraftProblem:
    """A mistake, or a warning."""

    file: str
    path: str
    line: int
    column: int
    width: int
    level: Level
    code: str
    message: Translatable
    hint: Translatable | None
    note: Translatable | None
    repair: Annotated[Sequence[TextEdit], Help("What mends it, made together.")]


@dataclass(frozen=True, slots=True)
class DraftProblems:
    """All of them."""

    problems: Sequence[DraftProblem]


@dataclass(frozen=True, slots=True)
class ChangedThing:
    """A rule, a state, a card that is new, gone or another."""

    section: str
    name: str
    how: HowDiffers


@dataclass(frozen=True, slots=True)
class ReservedLine:
    """A line that only an administrator publishes."""

    path: str
    file: str
    line: int
    why: Translatable


@dataclass(frozen=True, slots=True)
class PlayedScenario:
    """A scenario, played on the draft."""

    title: str
    holds: bool


@dataclass(frozen=True, slots=True)
class DraftReview:
    """What a draft would do."""

    stamp: Annotated[str, Help("To be sent back as `seen`.")]
    wrong: Annotated[bool, Help("It cannot be published.")]
    behind: Annotated[Sequence[str], Help("Files in which something else was published.")]
    problems: Sequence[DraftProblem]
    people: Annotated[Sequence[DraftProblem], Help("What it does to those who are in flows.")]
    things: Sequence[ChangedThing]
    reserved: Sequence[ReservedLine]
    scenarios: Sequence[PlayedScenario]


@dataclass(frozen=True, slots=True)
class DraftPatch:
    """For `git apply`."""

    patch: str


@dataclass(frozen=True, slots=True)
class RevertedFile:
    """A file that is as it is live."""

    was_changed: bool


@dataclass(frozen=True, slots=True)
class DroppedDraft:
    """How many files were in it."""

    files: int


@dataclass(frozen=True, slots=True)
class HandedInDraft:
    """How many files it changes."""

    files: int


@operation("playbook.list", not_in=IN_FILES)
async def list_files(call: OperationCall) -> DraftFiles:
    """The files of the playbook, as the caller's own draft has them."""
    draft = await _draft(call)
    files = [ListedDraftFile(path, draft.state(path), draft.is_behind(path)) for path in draft.paths]
    return DraftFiles(filled(LiveVersion, draft.base.accepted), files)


@operation("playbook.file", not_in=IN_FILES)
async def draft_file(call: OperationCall, file: FilePath) -> DraftFileContent:
    """One of them: text of YAML, else base64."""
    draft = await _draft(call)
    if file not in draft.paths:
        raise ParameterRefused("file", tr("the draft has no such file"))
    text, own, raw = draft.text(file), draft.files.get(file), None
    if text is None and draft.state(file) != "removed":
        live = call.server.drafts.live
        raw = own.content if own else (await live.contents([draft.base.files[file]]))[file]
    coded = None if raw is None else b64encode(raw).decode()
    return filled(DraftFileContent, _saved(draft, file, own), text=text, base64=coded)


@operation("playbook.check", not_in=IN_FILES)
async def check_draft(call: OperationCall) -> DraftProblems:
    """Mistakes and warnings of the draft."""
    return DraftProblems(_listed(await call.server.drafts.check(await _draft(call))))


@operation("playbook.review", not_in=IN_FILES)
async def review_draft(call: OperationCall) -> DraftReview:
    """What the draft changes, whom it concerns, its scenarios, lines of an administrator's."""
    draft = await _draft(call)
    found = await call.server.drafts.review(draft)
    reserved = [ReservedLine(one.path, one.place.file, one.place.line, one.why) for one in found.reserved]
    return DraftReview(
        *(draft.stamp, found.is_wrong, draft.behind, _listed(found.problems), _listed(found.people)),
        things=[filled(ChangedThing, one) for one in found.things],
        reserved=reserved,
        scenarios=[filled(PlayedScenario, one) for one in found.scenarios],
    )


@operation("playbook.patch", not_in=IN_FILES)
async def patch_of_draft(call: OperationCall) -> DraftPatch:
    """The draft as a patch for `git apply`."""
    files = await draft_patch(call.server.drafts.live, await _draft(call))
    return DraftPatch(await asyncio.to_thread(git_patch, files))


@operation("playbook.save", changes=True, audit="of_caller", not_in=IN_FILES)
async def save_file(
    call: OperationCall,
    file: FilePath,
    text: Annotated[str | None, Help("what is to stand in it")] = None,
    base64: Annotated[str | None, Help("the same of what is no text")] = None,
    remove: Annotated[bool, Help("it is to be no part of the playbook any more")] = False,
    revision: Annotated[int, Ge(0), Help("as it was read")] = 0,
    base: Annotated[Annotated[str, MaxLen(64)] | None, Help("as it was read")] = None,
) -> SavedDraftFile:
    """Save a file in the draft, or remove it; what was saved since it was read is not overwritten."""
    drafts, opened = call.server.drafts, EditedFile(revision, base)
    about = (drafts.stores, drafts.live, call.by, file)
    if remove:
        stored = await take_out(*about, opened, drafts.now())
    else:
        stored = await save(*about, _content(text, base64), opened, drafts.now())
    return _saved(await _draft(call), file, stored)


@operation("playbook.revert", changes=True, audit="of_caller", not_in=IN_FILES)
async def revert_file(call: OperationCall, file: FilePath) -> RevertedFile:
    """A file is as it is live again."""
    return RevertedFile(await revert(call.stores, call.by, file))


@operation("playbook.drop", changes=True, audit="of_caller", not_in=IN_FILES)
async def drop_draft(call: OperationCall) -> DroppedDraft:
    """The whole draft is dropped."""
    return DroppedDraft(await drop(call.stores, call.by))


@operation("playbook.propose", changes=True, audit="draft_handed_in", not_in=IN_FILES)
async def propose_draft(
    call: OperationCall,
    seen: SeenStamp,
    says: Annotated[str, MaxLen(SENTENCE_MOST), Help("a sentence for those who publish it (none)")] = "",
) -> HandedInDraft:
    """Hand the draft in, as the review showed it: somebody at the console publishes it."""
    drafts = call.server.drafts
    draft, publisher = await drafts.seen(call.by, seen), await _publisher(call)
    return filled(HandedInDraft, await hand_in(drafts, draft, call.by, publisher, says))


@operation("playbook.publish", changes=True, audit="published", not_in=IN_FILES)
async def publish_draft(
    call: OperationCall,
    seen: SeenStamp,
    untested: Annotated[bool, Help("although scenarios fail")] = False,
) -> LiveVersion:
    """Make the draft live, as the review showed it."""
    drafts = call.server.drafts
    draft, publisher = await drafts.seen(call.by, seen), await _publisher(call)
    await drafts.make_live(draft, call.by, publisher, untested=untested)
    return filled(LiveVersion, (await drafts.live.now()).accepted)


async def _draft(call: OperationCall) -> PlaybookDraft:
    return await call.server.drafts.draft(call.by)


async def _publisher(call: OperationCall) -> Publisher:
    """The caller; behind a token stands who made it."""
    stores = call.stores
    token = await stores.api_tokens.named(call.by.removeprefix(BY_TOKEN))
    by = call.by if token is None else token.by
    maker = by.removeprefix(CONSOLE)

    async def is_admin() -> bool:
        if call.role != "admin" or not await call.may_still():
            return False
        return maker == by or await is_admin_now(stores, maker)

    return Publisher(maker, call.by, is_admin)


def _listed(problems: Sequence[Problem]) -> Sequence[DraftProblem]:
    place = ("file", "path", "line", "column")
    return [filled(DraftProblem, one, **pick(one.place, *place)) for one in problems]


def _content(text: str | None, base64: str | None) -> bytes:
    """What is to stand in the file. Raises `DraftRefused`."""
    if text is not None and base64 is None:
        return text.encode()
    if text is not None or base64 is None:
        raise DraftRefused(tr("either text or base64"))
    try:
        return b64decode(base64, validate=True)
    except Error as error:
        raise DraftRefused(tr("this is no base64")) from error


def _saved(draft: PlaybookDraft, path: str, stored: DraftFile | None) -> SavedDraftFile:
    revision = 0 if stored is None else stored.revision
    base = draft.base.digest_of(path) if stored is None else stored.base
    return SavedDraftFile(path, draft.state(path), revision, base)
