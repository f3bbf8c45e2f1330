"""What was published in the console since the folder was published last, and whether the folder has it.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.model.admin import CONSOLE
from bot.model.api_token import BY_TOKEN
from bot.model.published_version import AcceptedPlaybook
from bot.model.translatable import row, tr
from bot.operations.drafts.live_files import BaseMissing, LiveFiles, PlaybookBase
from bot.operations.drafts.merging import merged
from bot.operations.publishing import PublishRefused, which
from bot.playbook.read import PlaybookContents
from bot.store.cluster.playbooks import Playbooks

NAMED = 8
"""Files that a refusal names."""


@dataclass(frozen=True, slots=True)
class ConsoleVersions:
    """`made` are those of the console that are live on top of `base`, the last first; `None`: of nothing."""

    made: Sequence[AcceptedPlaybook]
    base: AcceptedPlaybook | None


class OverwritesConsole(PublishRefused):
    """These files lack what was published in the console: `versions`, of which `files` differ."""

    def __init__(self, versions: Sequence[AcceptedPlaybook], files: Sequence[str]) -> None:
        super().__init__(
            tr(
                "the files of this folder lack what was published in the console meanwhile, {live}: {files}",
                live=which(versions[0]),
                files=row([*files[:NAMED], *(["…"] if len(files) > NAMED else [])]),
            )
        )
        self.versions = versions


async def console_versions(playbooks: Playbooks) -> ConsoleVersions:
    """Those that the folder, published last before them, knows nothing of."""
    return _on_top(await playbooks.all())


def _on_top(accepted: Sequence[AcceptedPlaybook]) -> ConsoleVersions:
    """Of all that was accepted, the last first. What was brought back counts as what it was made as, and
    what was live before that does not."""
    places = {one.number: place for place, one in enumerate(accepted)}
    made: list[AcceptedPlaybook] = []
    place, back = 0, None
    while place < len(accepted):
        one = accepted[place]
        if one.how == "rollback" and (origin := places.get(one.of or 0)) is not None and origin > place:
            back, place = back or one, origin
        elif one.by.startswith((CONSOLE, BY_TOKEN)):
            made.append(back or one)
            back, place = None, place + 1
        else:
            return ConsoleVersions(made, back or one)
    return ConsoleVersions(made, None)


async def check_has_console_versions(
    playbooks: Playbooks, contents: PlaybookContents, over: int | None
) -> None:
    """Raise `OverwritesConsole` where publishing these files would take back what the console has published,
    unless it is the number `over` that is live."""
    found = await console_versions(playbooks)
    if not found.made or found.made[0].number == over:
        return
    files = LiveFiles(playbooks)
    live, before = await _stored(files, found.made[0]), await _stored(files, found.base)
    missing = ["…"] if live is None else await asyncio.to_thread(_missing, before, live, contents)
    if missing:
        raise OverwritesConsole(found.made, missing)


async def _stored(files: LiveFiles, one: AcceptedPlaybook | None) -> PlaybookBase | None:
    """The files of a version; `None` where they are not there as they were."""
    try:
        return None if one is None else await files.of(one)
    except BaseMissing:
        return None


def _missing(before: PlaybookBase | None, live: PlaybookBase, here: PlaybookContents) -> list[str]:
    """The files that the console has changed, and that are not so here."""
    digests = {path: sha256(_raw(text)).hexdigest() for path, text in here.texts.items()}
    digests |= {path: one.sha256 for path, one in here.beside.items()}
    was: Mapping[str, object] = {} if before is None else before.files
    changed = [
        path
        for path in sorted({*was, *live.files})
        if (None if before is None else before.digest_of(path)) != live.digest_of(path)
    ]
    return [
        path
        for path in changed
        if digests.get(path) != live.digest_of(path) and not _is_within(path, before, live, here)
    ]


def _is_within(path: str, before: PlaybookBase | None, live: PlaybookBase, here: PlaybookContents) -> bool:
    """Whether the console's change of a text is in what stands here, beside others."""
    old = None if before is None else before.texts.get(path)
    new, mine = live.texts.get(path), here.texts.get(path)
    if old is None or new is None or mine is None:
        return False
    both = merged(old, mine, new, "")
    return not both.conflicts and both.text == mine


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
