"""The scenarios of one's own draft, played and shown as conversations (requirement L8)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.model.translatable import Language, Refusal, Translatable, tr
from bot.operations.drafts.draft import DraftRefused, PlaybookDraft
from bot.operations.drafts.draft_work import ScenarioRun, run_scenarios
from bot.operations.drafts.live_files import BaseMissing
from bot.operations.drafts.publishing import DraftContext
from bot.operations.drafts.scenario_runs import renew_answers
from bot.operations.payload import pick
from bot.playbook.syntax.folder_names import SCENARIOS
from bot.playbook.syntax.source import lines_of
from bot.scenario.transcript import ShownScenario
from bot.web.admin.playbook_pages import PAGE, TITLE
from bot.web.admin.playbook_review_pages import REVIEW
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
from bot.wording.conversation import WEEKDAYS
from bot.wording.trace_words import step_words

_MARKS: Mapping[str, Translatable] = {"-": tr("was expected"), "+": tr("was not expected")}
"""What a line of a failed scenario is, by its mark."""


@dataclass(frozen=True, slots=True)
class PlaybookScenarioPages(AdminPages):
    """`/admin/playbook/scenarios`."""

    context: DraftContext

    async def playbook_scenarios(self, visit: Visit) -> AdminAnswer:
        """The list of the draft's scenarios, with the button that plays them."""
        try:
            draft = await self.context.draft(visit.signed.name)
        except BaseMissing as error:
            return RenderedPage("playbook_missing.html", TITLE, refused=error.message)
        return _page(draft, None, visit.words)

    async def playbook_played(self, visit: Visit) -> AdminAnswer:
        """Play some of them, from number `begun` on. The script gets a part of the page, and then asks for
        the next ones."""
        begun = whole_number(visit.form.get("begun", ""), 99_999)
        try:
            draft = await self.context.draft(visit.signed.name)
            run = await self.context.apart(draft, run_scenarios, begun)
        except DraftRefused as error:
            return RenderedPage("message.html", error.message, status=409)
        if visit.form.get("as") == "part":
            return Fragment("playbook_played.html", _data(draft, run, visit.words))
        return _page(draft, run, visit.words)

    async def playbook_answers_renewed(self, visit: Visit) -> AdminAnswer:
        """Change a scenario of the draft so that it expects what the bot says by now; the review shows the
        change."""
        file, draft = visit.form.get("file", ""), await self.context.draft(visit.signed.name)
        try:
            text = await renew_answers(self.context, draft, file)
            await self.context.save(draft, {file: text.encode()})
        except Refusal as error:
            return Redirect(REVIEW, flash=Flash(error.message))
        done = tr("The scenario in your draft expects what the bot says now. Have a look, then publish")
        return Redirect(REVIEW, flash=Flash(done))


def _page(draft: PlaybookDraft, run: ScenarioRun | None, words: Language) -> RenderedPage:
    own = [
        path for path in draft.paths if path.startswith(f"{SCENARIOS}/") and draft.state(path) != "removed"
    ]
    data: dict[str, Any] = (
        {"own": own, "run": None} if run is None else {"own": own, **_data(draft, run, words)}
    )
    return RenderedPage("playbook_scenarios.html", tr("Scenarios"), data)


def _data(draft: PlaybookDraft, run: ScenarioRun, words: Language) -> dict[str, Any]:
    own = frozenset(draft.texts())
    return {"run": run, "conversations": [_conversation(one, own, words) for one in run.played]}


def _conversation(one: ShownScenario, own: Collection[str], words: Language) -> dict[str, Any]:
    result, failure = one.result, one.result.failure
    return {
        **pick(result, "title", "file", "holds"),
        "address": page_address(PAGE, file=result.file),
        "problems": result.problems,
        "lines": list(spoken_lines(one, words)),
        "failure": failure,
        "is_own": result.file in own,
        "line": None if failure is None else _line(result.text, failure.place.line),
        "why": []
        if failure is None
        else [(str(why.place or ""), step_words(why.note, words)) for why in failure.why],
    }


def _line(text: str, number: int) -> str:
    """The line of this number (from 1), without blanks around it; empty where there is none."""
    lines: Sequence[str] = lines_of(text)
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def spoken_lines(one: ShownScenario, words: Language) -> Iterator[dict[str, Any]]:
    """The lines of a conversation for the template; day and minute only where they differ from the line
    above."""
    speakers, day, minute = words.within("conversation"), "", ""
    for line in one.lines:
        at = line.at.astimezone(one.zone)
        new_day = "" if day == f"{at:%Y-%m-%d}" else f"{at:%Y-%m-%d} {words.text(WEEKDAYS[at.weekday()])}"
        new_minute = "" if not new_day and minute == f"{at:%H:%M}" else f"{at:%H:%M}"
        day, minute = f"{at:%Y-%m-%d}", f"{at:%H:%M}"
        yield {
            "day": new_day,
            "minute": new_minute,
            "side": line.side,
            "who": speakers.words(line.speaker),
            "text": line.said(words),
            "buttons": line.buttons,
            "mark": line.mark,
            "says": _MARKS.get(line.mark),
        }
