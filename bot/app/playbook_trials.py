"""Trials of drafts (L8), wired: pages that start and record them, and the proxy to their processes."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.app.context import AppContext
from bot.app.trial_process import TrialProcess
from bot.model.admin import Signed
from bot.model.translatable import tr
from bot.operations.admins.sessions import SignedSessions
from bot.operations.drafts.publishing import DraftContext
from bot.operations.drafts.shared_trials import SharedTrials
from bot.operations.drafts.trials import RunningTrial, TrialRefused, Trials
from bot.store.mongod.mongod_binary import find_mongod
from bot.store.unavailable import DatabaseUnavailable
from bot.web.admin.cookies import AdminCookies
from bot.web.admin.frame import AdminFrame
from bot.web.admin.route import COMMERCE
from bot.web.admin.trial_pages import TrialPages
from bot.web.admin.trial_proxy import PHONE, TrialProxy
from bot.web.admin.trial_recording import TrialRecordingPages


@dataclass(frozen=True, slots=True)
class PlaybookTrials:
    """`trials` are those that run, `pages` start and end them, `recording` stores a conversation as a
    scenario, `proxy` passes requests on to their simulators."""

    trials: Trials
    pages: TrialPages
    recording: TrialRecordingPages
    proxy: TrialProxy


def playbook_trials(
    serving: AppContext,
    context: DraftContext,
    sessions: SignedSessions,
    cookies: AdminCookies,
    frame: AdminFrame,
    stack: AsyncExitStack,
) -> PlaybookTrials:
    """The trials of this process, which end with the stack."""
    public = serving.begun.public + PHONE

    async def start(folder: Path, token: str, language: str) -> RunningTrial:
        try:
            await asyncio.to_thread(find_mongod)
        except DatabaseUnavailable as error:
            raise TrialRefused(
                tr(
                    "a draft is tried on the embedded database, which is not installed on this server: ask"
                    " whoever looks after it"
                )
            ) from error
        return await TrialProcess.begun(folder, public, token, language)

    async def still(signed: Signed) -> Signed | None:
        return await sessions.still(signed, listens=True)

    siblings = serving.begun.siblings
    shared = SharedTrials(None if siblings is None else siblings / "trials")
    trials = Trials(context, still, COMMERCE, start, shared)
    # answers are passed on as they come, compressed or not; cookies of the trial's pages are not stored here
    http = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
    )
    stack.push_async_callback(http.close)
    stack.push_async_callback(trials.close)
    return PlaybookTrials(
        trials,
        TrialPages(trials),
        TrialRecordingPages(context, trials, http),
        TrialProxy(sessions, cookies, COMMERCE, trials, http, frame),
    )
