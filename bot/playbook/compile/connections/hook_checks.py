"""Whether a web hook can be called as it is written (language, section 10)."""

from __future__ import annotations

import re

from bot.hooks.addresses import is_surely_inside
from bot.hooks.signature import OUR_HEADERS
from bot.line.objects.addresses import host_of
from bot.model.said import say
from bot.playbook.compile import times
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Map, Scalar

MOST_TRIES = 10
MOST_SECONDS = 60
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2"""


def check_hooks(scope: Scope) -> None:
    """Each hook's address, and the numbers and headers that go with it."""
    for _, node in scope.book.section("hooks").values():
        if isinstance(node, Map):
            check_address(scope, scope.scalar(node.get("url")))
            _numbers(scope, node)
            _headers(scope, node)


def host_name(host: str) -> str:
    """As hosts are compared."""
    return host.strip("[]").rstrip(".").lower()


def check_address(scope: Scope, url: Scalar | None) -> None:
    """Where a hook is called: a whole address, and none in our own network but `private_hosts`."""
    if url is None or url.unset:
        return
    private = {host_name(one.value) for one in scope.scalars(scope.book.root.get("private_hosts"))}
    host = host_of(url.value) if _ADDRESS.match(url.value) else None
    if not host:
        message = say("a hook is called at an address that begins with https://")
        scope.wrong(url, "uri-scheme", message, say("write it whole, such as  https://crm.example/oaflow"))
    elif is_surely_inside(host) and host_name(host) not in private:
        message = say("{host} lies in our own network, where no hook is called", host=shown(host))
        hint = say("if that is meant, write in bot.yaml:  private_hosts: [{host}]", host=_as_yaml(host))
        scope.wrong(url, "hook-inside", message, hint)


def _as_yaml(host: str) -> str:
    return f'"{host}"' if ":" in host or host.replace(".", "").isdigit() else host


def _numbers(scope: Scope, node: Map) -> None:
    tries, timeout = scope.scalar(node.get("tries")), scope.scalar(node.get("timeout"))
    if tries is not None and not tries.unset and not 1 <= (scope.whole(tries) or 0) <= MOST_TRIES:
        message = say("a hook is tried from 1 to {most} times", most=MOST_TRIES)
        scope.wrong(tries, "bad-value", message, say("write  tries: 3"))
    span = None if timeout is None or timeout.unset else times.duration(timeout.value)
    if timeout is not None and span is not None and not 0 < span.about.total_seconds() <= MOST_SECONDS:
        message = say("a hook may take {most} seconds at most", most=MOST_SECONDS)
        scope.wrong(timeout, "bad-value", message, say("write  timeout: 10s"))


def _headers(scope: Scope, node: Map) -> None:
    headers = node.get("headers")
    for name, (key, value) in (headers.pairs if isinstance(headers, Map) else {}).items():
        if name.lower() in OUR_HEADERS:
            message = say("oaflow sets the header {name} itself", name=shown(name))
            scope.wrong(key, "bad-value", message, say("leave it out"))
        elif not _HEADER.fullmatch(name):
            message = say("{name} is no name of a header", name=shown(name))
            hint = say("use letters, digits and -, such as  X-Shop")
            scope.wrong(key, "bad-value", message, hint)
        elif isinstance(value, Scalar) and re.search(r"[\x00-\x1f\x7f]", value.value):
            message = say("a header is one line")
            hint = say("write it on one line; secrets come from the environment:  ${NAME}")
            scope.wrong(value, "bad-value", message, hint)
