"""Where LINE sends webhooks, and whether they arrive: address, switch, test (A2, A3, A6). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.line.setup_calls import SetupAnswer
from bot.model.translatable import Translatable, plural, tr
from bot.operations.doctor.finding import AGAIN, SetupFinding, SetupItem, needs_token, silent

PUBLIC_ADDRESS = SetupItem(
    "public_address",
    "webhook",
    tr("This server's address on the internet"),
    tr("LINE calls it for every message, and members' pages are opened there"),
)
CERTIFICATE = SetupItem(
    "certificate",
    "webhook",
    tr("Certificate of this server"),
    tr("once it has run out LINE calls no more, and no page opens"),
)
ARRIVES = SetupItem(
    "webhook_arrives",
    "webhook",
    tr("A signed webhook arrives as it was sent"),
    tr("what is changed on the way does not fit its signature any more, and is refused"),
)
ADDRESS = SetupItem(
    "webhook_address",
    "webhook",
    tr("Webhook URL at LINE"),
    tr("LINE sends what customers write there, and nowhere else"),
)
SWITCH = SetupItem(
    "use_webhook",
    "webhook",
    tr("Use webhook (Webhook)"),
    tr("while it is off LINE sends nothing, and the bot answers nobody; now and then it goes off by itself"),
)
TEST = SetupItem(
    "webhook_test",
    "webhook",
    tr("LINE's test of the webhook"),
    tr("it shows whether LINE reaches this server, and gets its answer within 2 seconds"),
)

CERTIFICATE_ENDS = SetupItem("certificate_ends", "webhook", CERTIFICATE.title, CERTIFICATE.why)
"""The same, within days: who has not renewed it is told once more."""

CERTIFICATE_LEFT, CERTIFICATE_LAST = timedelta(days=21), timedelta(days=7)
"""A certificate that ends sooner is to be renewed: by then a renewal by itself would have happened."""
PAGE = tr("LINE Developers Console › the Messaging API channel › tab “Messaging API” › “Webhook settings”")
SET_HERE = tr("have it set from here, or write it there yourself:")
PAGE_IN_MANAGER = tr(
    "or LINE Official Account Manager › Settings › Response settings (回應設定) › Webhook: on"
)


@dataclass(frozen=True, slots=True)
class OwnCall:
    """What our own server answered to a signed webhook without events, sent to its address on the internet.

    `status`: `None` where nothing answered, then `trouble` says why; `moved_to`: the host that it redirects
    to; `certificate_until`: until when its certificate is good, `None` without one.
    """

    status: int | None
    trouble: str = ""
    moved_to: str = ""
    certificate_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class WebhookAnswers:
    """`wanted`: the address that LINE is to have, empty while ours is unknown. `endpoint`: what LINE has,
    `tested`: its own test of it; `None`: not asked. `ours`: addresses that this bot has set there before."""

    wanted: str
    own: OwnCall | None
    endpoint: SetupAnswer | None
    tested: SetupAnswer | None
    ours: Collection[str] = ()


def webhook_findings(seen: WebhookAnswers, now: datetime, *, is_simulated: bool) -> Iterator[SetupFinding]:
    """All of the webhook, in the order in which one mends them; a simulator's LINE needs no certificate."""
    yield _public_address(seen, is_simulated=is_simulated)
    if not is_simulated:
        yield _certificate(seen, now)
    yield _arrives(seen)
    yield _address(seen)
    yield _switch(seen)
    yield _test(seen)


def webhook_at(public: str, channel: str) -> str:
    """The address of a channel's webhook on the server at `public`; empty while that is unknown."""
    return f"{public}/webhook/{channel}" if public else ""


def host_of(address: str) -> str:
    """What people are shown of another system's address: the rest may hold its secret."""
    return urlsplit(address).hostname or "?"


def is_public(address: str) -> bool:
    """Whether LINE takes it: `https`, with the name of a host."""
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.hostname) and "." in (parts.hostname or "")


def _public_address(seen: WebhookAnswers, *, is_simulated: bool) -> SetupFinding:
    if not seen.wanted:
        return PUBLIC_ADDRESS.wrong(
            tr("it is not known: OAFLOW_PUBLIC_URL is not set"),
            tr("set  OAFLOW_PUBLIC_URL=https://your-host  in .env, without anything behind the host"),
        )
    if not (is_simulated or is_public(seen.wanted)):
        return PUBLIC_ADDRESS.wrong(
            tr("{address}: LINE calls addresses with https and a host's name only", address=seen.wanted),
            tr("put a proxy with a certificate before this server, and its address into OAFLOW_PUBLIC_URL"),
        )
    own = seen.own
    if own is None or own.status is None:
        why = "" if own is None else own.trouble
        return PUBLIC_ADDRESS.wrong(
            tr("{address} does not answer: {why}", address=seen.wanted, why=why),
            tr("start the bot (oaflow run); the name has to lead to this machine, and the proxy to its port"),
        )
    if own.moved_to:
        return PUBLIC_ADDRESS.wrong(
            tr("it redirects to {host}: LINE follows no redirect", host=own.moved_to),
            tr("put the address that it leads to into OAFLOW_PUBLIC_URL, or have the proxy answer itself"),
        )
    return PUBLIC_ADDRESS.fine(tr("it answers: {address}", address=seen.wanted))


def _certificate(seen: WebhookAnswers, now: datetime) -> SetupFinding:
    until = None if seen.own is None else seen.own.certificate_until
    if until is None:
        return CERTIFICATE.unknown(tr("this server's address has to answer with https first"))
    days = (until - now).days
    saw = plural("good for 1 day more", "good for {number} days more", days)
    if until - now < CERTIFICATE_LEFT:
        return CERTIFICATE.wrong(
            saw, tr("see why the proxy has not renewed it by itself (its log), and have it renewed")
        )
    return CERTIFICATE.fine(saw)


def in_its_last_days(found: SetupFinding, until: datetime | None, now: datetime) -> SetupFinding:
    """The finding of a certificate that is good `until` then: in its last days it is another item."""
    if until is None or until - now >= CERTIFICATE_LAST:
        return found
    return replace(found, item=CERTIFICATE_ENDS.name)


def _arrives(seen: WebhookAnswers) -> SetupFinding:
    own = seen.own
    if own is None or own.status is None or own.moved_to:
        return ARRIVES.unknown(tr("this server's address has to answer first"))
    if own.status == 200:
        return ARRIVES.fine(tr("this server took it"))
    if own.status == 401:
        return ARRIVES.wrong(
            tr("this server refused its signature (401)"),
            tr("the proxy has to hand on the header X-Line-Signature and the body as they came"),
            tr("and the server that runs has to have the same channel secret: start it again"),
        )
    if own.status == 404:
        return ARRIVES.wrong(
            tr("nothing is there (404): another program answers, or another playbook"),
            tr("see that the proxy leads to the port of oaflow run, and that it serves this playbook"),
        )
    return ARRIVES.wrong(
        tr("it was answered with {status}", status=str(own.status)),
        tr("see the log of oaflow run, and that of the proxy"),
    )


def _address(seen: WebhookAnswers) -> SetupFinding:
    endpoint = seen.endpoint
    if endpoint is None or not (endpoint.is_fine or endpoint.status == 404):
        return ADDRESS.unknown(needs_token(endpoint))
    there = str(endpoint.body.get("endpoint") or "")
    if there and there == seen.wanted:
        return ADDRESS.fine(tr("it is {address}", address=there))
    if there and not seen.wanted:
        return ADDRESS.unknown(
            tr("LINE sends to {host}; whether that is this server nobody can tell", host=host_of(there)),
            tr("set  OAFLOW_PUBLIC_URL=https://your-host  in .env, without anything behind the host"),
        )
    ways = (SET_HERE, PAGE, tr("the address: {wanted}", wanted=seen.wanted)) if seen.wanted else (PAGE,)
    if not there:
        return replace(ADDRESS.wrong(tr("none is set"), *ways), can_set_here=bool(seen.wanted))
    host = host_of(there)
    if there in seen.ours:
        saw = tr(
            "LINE sends to {host}, where this bot was before: {wanted} is ours", host=host, wanted=seen.wanted
        )
        return replace(ADDRESS.wrong(saw, *ways), can_set_here=True)
    if host == host_of(seen.wanted):
        saw = tr(
            "LINE sends to another address at {host}: that of another system, or a typing mistake", host=host
        )
    else:
        saw = tr("LINE sends to {host}: another system answers this account", host=host)
    step = tr("agree with who runs it, and take it over: its address is stored, and can be given back")
    return replace(ADDRESS.wrong(saw, step), can_take_over=True)


def _switch(seen: WebhookAnswers) -> SetupFinding:
    endpoint = seen.endpoint
    if endpoint is None or not endpoint.is_fine:
        return SWITCH.unknown(needs_token(endpoint))
    if endpoint.body.get("active") is True:
        return SWITCH.fine(tr("it is on"))
    return SWITCH.wrong(
        tr("it is off"),
        PAGE,
        tr("switch “Use webhook” on, load the page again, and see that it is still on"),
        PAGE_IN_MANAGER,
    )


def _test(seen: WebhookAnswers) -> SetupFinding:
    tested = seen.tested
    if tested is None:
        return TEST.unknown(tr("the address has to be set first"))
    if tested.status == 429:
        return TEST.unknown(tr("LINE tests 60 times an hour at most: try again later"))
    if not tested.is_fine:
        return TEST.unknown(silent(tested), AGAIN)
    if tested.body.get("success") is True:
        return TEST.fine(tr("LINE reached this server"))
    reason, status = str(tested.body.get("reason")), tested.body.get("statusCode")
    return TEST.wrong(_tested_in_words(reason, status), *_steps_for(reason))


def _tested_in_words(reason: str, status: object) -> Translatable:
    match reason:
        case "COULD_NOT_CONNECT":
            return tr("LINE could not connect")
        case "REQUEST_TIMEOUT":
            return tr("no answer within 2 seconds")
        case "ERROR_STATUS_CODE":
            return tr("LINE was answered with {status}", status=str(status))
        case _:
            return tr("LINE says: {reason}", reason=reason)


def _steps_for(reason: str) -> tuple[Translatable, ...]:
    match reason:
        case "COULD_NOT_CONNECT":
            return (
                tr(
                    "the certificate has to be of a known authority, with its chain; no firewall may bar LINE"
                ),
            )
        case "REQUEST_TIMEOUT":
            return (tr("see that the proxy leads to oaflow run, and how loaded the machine is"),)
        case _:
            return (tr("see the item above, and the log of oaflow run"),)
