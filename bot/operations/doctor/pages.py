"""The LIFF app by which members' pages open, as LINE has it, judged (A3, B1). Pure.

https://developers.line.biz/en/docs/liff/registering-liff-apps/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.line.setup_calls import SetupAnswer
from bot.model.channel import Liff
from bot.model.translatable import Translatable, row, tr
from bot.operations.doctor.finding import AGAIN, SetupFinding, SetupItem, silent

LOGIN = SetupItem(
    "login_channel",
    "pages",
    tr("LINE Login channel of the pages"),
    tr("it proves who opens a page; what the app is like can be seen with its secret only"),
)
APP = SetupItem("liff_app", "pages", tr("LIFF app"), tr("members' pages open by it: binding, card, forms"))
SIZE = SetupItem(
    "liff_size", "pages", tr("Size of the LIFF app"), tr("in a smaller window the pages are cut off")
)
ENDPOINT = SetupItem(
    "liff_endpoint", "pages", tr("Endpoint URL of the LIFF app"), tr("the pages are opened there")
)
SCOPES = SetupItem(
    "liff_scopes",
    "pages",
    tr("Scopes of the LIFF app"),
    tr("openid proves who it is; chat_message.write says the result in the member's name, for free"),
)

WANTED_SCOPES = ("openid", "profile", "chat_message.write")
PAGE = tr("LINE Developers Console › the LINE Login channel › tab “LIFF” › the app")


@dataclass(frozen=True, slots=True)
class PagesAnswers:
    """`issued`: a token for the Login channel's id and secret, `apps`: its LIFF apps; `None`: not asked.
    `wanted`: the address of this channel's pages, empty while ours is unknown."""

    wanted: str
    issued: SetupAnswer | None
    apps: SetupAnswer | None


def pages_findings(liff: Liff | None, seen: PagesAnswers) -> Iterator[SetupFinding]:
    """All of the pages, as far as the app is seen; nothing for a channel that names none."""
    if liff is None:
        return
    login = _login(liff, seen)
    yield login
    app = None if login.state != "fine" else _app(liff, seen)
    yield _there(liff, seen, app)
    if app is not None:
        yield _size(app)
        yield _endpoint(app, seen.wanted)
        yield _scopes(app)


def _login(liff: Liff, seen: PagesAnswers) -> SetupFinding:
    page = tr("LINE Developers Console › the LINE Login channel › tab “Basic settings”")
    if not liff.login_channel_id:
        return LOGIN.wrong(tr("login_channel_id is not set"), page)
    if not liff.login_channel_secret:
        return LOGIN.unknown(
            tr("without  login_channel_secret  at liff: in bot.yaml the app cannot be seen"),
            page,
            tr("copy “Channel secret” to where bot.yaml takes login_channel_secret from (.env)"),
        )
    if seen.issued is None or not (seen.issued.is_fine or seen.issued.status in (400, 401)):
        return LOGIN.unknown(silent(seen.issued or SetupAnswer(None)), AGAIN)
    if not seen.issued.is_fine:
        return LOGIN.wrong(
            tr("LINE does not know this pair of ID and secret ({why})", why=seen.issued.says),
            page,
            tr("it is the Login channel's, not that of the Messaging API: copy both again"),
        )
    return LOGIN.fine(tr("LINE issues a token for it"))


def _app(liff: Liff, seen: PagesAnswers) -> Mapping[str, Any] | None:
    apps = seen.apps.body.get("apps") if seen.apps is not None else None
    listed = apps if isinstance(apps, list) else []
    return next((one for one in listed if isinstance(one, dict) and one.get("liffId") == liff.liff_id), None)


def _there(liff: Liff, seen: PagesAnswers, app: Mapping[str, Any] | None) -> SetupFinding:
    if app is not None:
        return APP.fine(tr("{id} is an app of this Login channel", id=liff.liff_id))
    apps = seen.apps
    if apps is None or not (apps.is_fine or apps.status == 404):
        return APP.unknown(tr("the Login channel has to be good first") if apps is None else silent(apps))
    return APP.wrong(
        tr("{id} is no app of this Login channel", id=liff.liff_id),
        tr(
            "LINE Developers Console › the LINE Login channel › tab “LIFF”: copy the “LIFF ID”, or add an app"
        ),
        tr("size “Full”, the endpoint below, scopes {scopes}", scopes=row(WANTED_SCOPES)),
    )


def _size(app: Mapping[str, Any]) -> SetupFinding:
    size = _view(app).get("type")
    if size == "full":
        return SIZE.fine(tr("it is {size}", size="full"))
    return SIZE.wrong(tr("it is {size}", size=str(size)), PAGE, tr("set “Size” to “Full”"))


def _endpoint(app: Mapping[str, Any], wanted: str) -> SetupFinding:
    there = str(_view(app).get("url") or "")
    if not wanted:
        return ENDPOINT.unknown(tr("this server's address has to be known first"))
    if there.rstrip("/") == wanted.rstrip("/"):
        return ENDPOINT.fine(tr("it is {address}", address=there))
    return ENDPOINT.wrong(
        tr("it is {address}", address=there), PAGE, tr("set “Endpoint URL” to  {wanted}", wanted=wanted)
    )


def _scopes(app: Mapping[str, Any]) -> SetupFinding:
    given = app.get("scope")
    there = [str(one) for one in given] if isinstance(given, list) else []
    lacking = [one for one in WANTED_SCOPES if one not in there]
    if not lacking:
        return SCOPES.fine(_scopes_in_words(there))
    return SCOPES.wrong(
        tr("{scopes} is not ticked", scopes=row(lacking)), PAGE, tr("tick them under “Scopes”, and save")
    )


def _scopes_in_words(there: list[str]) -> Translatable:
    return tr("ticked: {scopes}", scopes=row(there))


def _view(app: Mapping[str, Any]) -> Mapping[str, Any]:
    view = app.get("view")
    return view if isinstance(view, dict) else {}
