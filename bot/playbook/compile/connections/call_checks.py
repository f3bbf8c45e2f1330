"""Checks `hooks`, `alerts` and `testers`: whether web hooks can be called, and alerts can arrive, as they are
written."""

from __future__ import annotations

import re

from bot.connectors.mail.server import is_mail_address, mail_server
from bot.hooks.addresses import is_surely_inside
from bot.hooks.signature import OUR_HEADERS
from bot.line.objects.addresses import host_of
from bot.model.translatable import tr
from bot.playbook.compile import times
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import Map, Scalar

MOST_TRIES = 10
"""Most calls of a hook for one event, the first included."""
MOST_SECONDS = 60
"""Longest `timeout` of one call."""
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
"""The begin of an address with a scheme."""
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header's name, a token: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2"""


def check_hooks(scope: Scope) -> None:
    """Report what is wrong in each hook: address, `tries`, `timeout`, headers."""
    for _, node in scope.book.section("hooks").values():
        if isinstance(node, Map):
            check_address(scope, scope.scalar(node.get("url")))
            _numbers(scope, node)
            _headers(scope, node)


def host_name(host: str) -> str:
    """A host in the form in which hosts are compared: lower case, without brackets and final dot."""
    return host.strip("[]").rstrip(".").lower()


def check_address(scope: Scope, url: Scalar | None) -> None:
    """Report an address of a hook or shop that is not whole, or in our own network and not among
    `private_hosts`."""
    if url is None or url.unset:
        return
    private = {host_name(scalar.value) for scalar in scope.scalars(scope.book.root.get("private_hosts"))}
    host = host_of(url.value) if _ADDRESS.match(url.value) else None
    if not host:
        message = tr("a hook is called at an address that begins with https://")
        scope.wrong(url, "uri-scheme", message, tr("write it whole, such as  https://crm.example/oaflow"))
    elif is_surely_inside(host) and host_name(host) not in private:
        message = tr("{host} lies in our own network, where no hook is called", host=quoted(host))
        hint = tr("if that is meant, write in bot.yaml:  private_hosts: [{host}]", host=_as_yaml(host))
        scope.wrong(url, "hook-inside", message, hint)


def _as_yaml(host: str) -> str:
    """A host as it is written in YAML: quoted where it would be read as something else."""
    return f'"{host}"' if ":" in host or host.replace(".", "").isdigit() else host


def _numbers(scope: Scope, node: Map) -> None:
    tries, timeout = scope.scalar(node.get("tries")), scope.scalar(node.get("timeout"))
    if tries is not None and not tries.unset and not 1 <= (scope.whole(tries) or 0) <= MOST_TRIES:
        message = tr("a hook is tried from 1 to {most} times", most=MOST_TRIES)
        scope.wrong(tries, "bad-value", message, tr("write  tries: 3"))
    span = None if timeout is None or timeout.unset else times.duration(timeout.value)
    if timeout is not None and span is not None and not 0 < span.about.total_seconds() <= MOST_SECONDS:
        message = tr("a hook may take {most} seconds at most", most=MOST_SECONDS)
        scope.wrong(timeout, "bad-value", message, tr("write  timeout: 10s"))


def _headers(scope: Scope, node: Map) -> None:
    headers = node.get("headers")
    for name, (key, value) in (headers.pairs if isinstance(headers, Map) else {}).items():
        if name.lower() in OUR_HEADERS:
            message = tr("oaflow sets the header {name} itself", name=quoted(name))
            scope.wrong(key, "bad-value", message, tr("leave it out"))
        elif not _HEADER.fullmatch(name):
            message = tr("{name} is no name of a header", name=quoted(name))
            hint = tr("use letters, digits and -, such as  X-Shop")
            scope.wrong(key, "bad-value", message, hint)
        elif isinstance(value, Scalar) and re.search(r"[\x00-\x1f\x7f]", value.value):
            message = tr("a header is one line")
            hint = tr("write it on one line; secrets come from the environment:  ${NAME}")
            scope.wrong(value, "bad-value", message, hint)


_OF_MAIL, _OF_HOOKS = "through", "secret"
"""Keys that only an alert by mail has, and only one to a web hook."""


def check_alerts(scope: Scope) -> None:
    """Report alerts that lack what their way of sending needs, and testers that are listed twice."""
    for node in scope.items(scope.book.root.get("alerts")):
        to, recipient = scope.text(node.get("to")), scope.scalar(node.get("who"))
        _alone(scope, node, to)
        _something(scope, node, to)
        if to == "mail":
            _mail(scope, node, recipient)
        elif recipient is not None and not recipient.unset:
            (_hook if to == "webhook" else _tester)(scope, recipient)
    _twice(scope)
    _promise(scope)


def _promise(scope: Scope) -> None:
    """Report alerts with different times in `waiting` or `during`: how long people may wait is one promise of
    the shop, so all recipients are alerted at the same time."""
    first: tuple[str | None, str | None] | None = None
    for node in scope.items(scope.book.root.get("alerts")):
        during, waiting = node.get("during"), node.get("waiting")
        if isinstance(during, Scalar):
            scope.has_name("hours", during)
        if waiting is None:
            if during is not None:
                message = tr("{key} stands beside  waiting", key="during")
                scope.wrong(
                    node.pairs["during"][0], "refinement-elsewhere", message, tr("write  waiting: 30m")
                )
            continue
        said = scope.text(waiting), scope.text(during)
        if first is not None and said != first:
            message = tr("waiting is told to everybody at the same time, and here stands another one")
            scope.wrong(waiting, "bad-value", message, tr("write the same in each of these alerts"))
        first = first or said


def _something(scope: Scope, node: Map, to: str) -> None:
    """Report an alert that names no event; inform that a digest at LINE costs a message each day."""
    if node.pairs.keys().isdisjoint(("when", "digest", "waiting")):
        message = tr("an alert says of what it tells: when, or digest")
        hint = tr("write  when: [handed_over, notified]  or  digest: 09:00")
        scope.wrong(node, "missing-key", message, hint)
    elif to == "line" and "digest" in node.pairs:
        message = tr("this digest costs a message each day, about 30 a month")
        hint = tr("by mail, or to a web hook, it costs none")
        scope.wrong(node.pairs["digest"][0], "costs-quota", message, hint, level="info")


def _alone(scope: Scope, node: Map, to: str) -> None:
    """Report keys that belong to another way of sending."""
    for key, way in ((_OF_MAIL, "mail"), (_OF_HOOKS, "webhook")):
        if to != way and key in node.pairs:
            message = tr("{key} belongs to  to: {way}", key=key, way=way)
            scope.wrong(node.pairs[key][0], "refinement-elsewhere", message, tr("leave it out"))


def _mail(scope: Scope, node: Map, recipient: Scalar | None) -> None:
    """Check the recipient's address and the mail server."""
    if recipient is not None and not recipient.unset and not is_mail_address(recipient.value):
        message = tr("{who} is not one mail address", who=quoted(recipient.value))
        hint = tr("write one, such as  who: ops@forest.example;  for another person write another alert")
        scope.wrong(recipient, "bad-value", message, hint)
    example = tr("write  through: {example}", example='"${SMTP_URL}"')
    if _OF_MAIL not in node.pairs:
        message = tr("a mail needs a mail server that takes it")
        scope.wrong(node, "missing-key", message, example)
        return
    through = scope.scalar(node.get(_OF_MAIL))
    if through is None or through.names or "${" in through.value:  # what fills it is not known here
        return
    if mail_server(through.value) is None:
        message = tr("this is no mail server")
        hint = tr("it looks so:  smtps://USER:PASSWORD@HOST:465;  an @ in USER is written  %40")
        scope.wrong(through, "bad-value", message, hint)


def _hook(scope: Scope, recipient: Scalar) -> None:
    """Check the address of an alert to a web hook."""
    private = {host_name(scalar.value) for scalar in scope.scalars(scope.book.root.get("private_hosts"))}
    host = host_of(recipient.value) if recipient.value.lower().startswith(("https://", "http://")) else None
    if not host:
        message = tr("an alert goes to an address that begins with https://")
        scope.wrong(
            recipient, "uri-scheme", message, tr("write it whole, such as  https://crm.example/alerts")
        )
    elif is_surely_inside(host) and host_name(host) not in private:
        message = tr("{host} lies in our own network, where no hook is called", host=quoted(host))
        hint = tr("if that is meant, name the host in bot.yaml under  private_hosts")
        scope.wrong(recipient, "hook-inside", message, hint)


def _tester(scope: Scope, recipient: Scalar) -> None:
    """Check that the recipient at LINE is one of `testers`."""
    testers = [scalar.value for scalar in scope.scalars(scope.book.root.get("testers"))]
    if recipient.value not in testers:
        message = tr("{who} is no name of  testers", who=quoted(recipient.value))
        hint = hint_for(recipient.value, testers) or tr("write  testers: [{who}]", who=f'"{recipient.value}"')
        scope.wrong(recipient, "bad-value", message, hint)


def _twice(scope: Scope) -> None:
    """Report a tester that is listed twice."""
    seen: set[str] = set()
    for tester in scope.scalars(scope.book.root.get("testers")):
        if tester.value in seen:
            message = tr("the tester {name} is there twice", name=quoted(tester.value))
            scope.wrong(tester, "bad-value", message, tr("leave one of them out"))
        seen.add(tester.value)
