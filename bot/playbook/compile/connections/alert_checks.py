"""Whether whoever is to be told can be: an address, a mail server, a web hook, a tester (section 10)."""

from __future__ import annotations

from bot.hooks.addresses import is_surely_inside
from bot.line.objects.addresses import host_of
from bot.mail.server import is_mail_address, mail_server
from bot.model.said import say
from bot.playbook.compile.connections.hook_checks import host_name
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.similar import hint_for, shown
from bot.playbook.syntax.nodes import Map, Scalar

_OF_MAIL, _OF_HOOKS = "through", "secret"


def check_alerts(scope: Scope) -> None:
    """Each alert, as its way needs it; and that no tester has a name twice."""
    for node in scope.items(scope.book.root.get("alerts")):
        to, who = scope.text(node.get("to")), scope.scalar(node.get("who"))
        _alone(scope, node, to)
        if to == "mail":
            _mail(scope, node, who)
        elif who is not None and not who.unset:
            (_hook if to == "webhook" else _tester)(scope, who)
    _twice(scope)


def _alone(scope: Scope, node: Map, to: str) -> None:
    for key, way in ((_OF_MAIL, "mail"), (_OF_HOOKS, "webhook")):
        if to != way and key in node.pairs:
            message = say("{key} belongs to  to: {way}", key=key, way=way)
            scope.wrong(node.pairs[key][0], "refinement-elsewhere", message, say("leave it out"))


def _mail(scope: Scope, node: Map, who: Scalar | None) -> None:
    if who is not None and not who.unset and not is_mail_address(who.value):
        message = say("{who} is not one mail address", who=shown(who.value))
        hint = say("write one, such as  who: ops@forest.example;  for another person write another alert")
        scope.wrong(who, "bad-value", message, hint)
    example = say("write  through: {example}", example='"${SMTP_URL}"')
    if _OF_MAIL not in node.pairs:
        message = say("a mail needs a mail server that takes it")
        scope.wrong(node, "missing-key", message, example)
        return
    through = scope.scalar(node.get(_OF_MAIL))
    if through is None or through.names or "${" in through.value:  # what fills it is not known here
        return
    if mail_server(through.value) is None:
        message = say("this is no mail server")
        hint = say("it looks so:  smtps://USER:PASSWORD@HOST:465;  an @ in USER is written  %40")
        scope.wrong(through, "bad-value", message, hint)


def _hook(scope: Scope, who: Scalar) -> None:
    private = {host_name(one.value) for one in scope.scalars(scope.book.root.get("private_hosts"))}
    host = host_of(who.value) if who.value.lower().startswith(("https://", "http://")) else None
    if not host:
        message = say("an alert goes to an address that begins with https://")
        scope.wrong(who, "uri-scheme", message, say("write it whole, such as  https://crm.example/alerts"))
    elif is_surely_inside(host) and host_name(host) not in private:
        message = say("{host} lies in our own network, where no hook is called", host=shown(host))
        hint = say("if that is meant, name the host in bot.yaml under  private_hosts")
        scope.wrong(who, "hook-inside", message, hint)


def _tester(scope: Scope, who: Scalar) -> None:
    testers = [one.value for one in scope.scalars(scope.book.root.get("testers"))]
    if who.value not in testers:
        message = say("{who} is no name of  testers", who=shown(who.value))
        hint = hint_for(who.value, testers) or say("write  testers: [{who}]", who=f'"{who.value}"')
        scope.wrong(who, "bad-value", message, hint)


def _twice(scope: Scope) -> None:
    seen: set[str] = set()
    for tester in scope.scalars(scope.book.root.get("testers")):
        if tester.value in seen:
            message = say("the tester {name} is there twice", name=shown(tester.value))
            scope.wrong(tester, "bad-value", message, say("leave one of them out"))
        seen.add(tester.value)
