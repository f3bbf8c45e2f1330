"""What other systems are told without a signature: nobody there can know that it comes from the bot."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.said import Said, say
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import List, Map, Scalar, place_of


def unsigned_calls(survey: Survey) -> Iterator[Problem]:
    """`hook-unsigned`: a hook, or an alert that goes to one, without a `secret`.

    A hook with a header that the environment fills shows by that who calls.
    """
    hooks, alerts = survey.root.get("hooks"), survey.root.get("alerts")
    for name, (_, hook) in (hooks.pairs if isinstance(hooks, Map) else {}).items():
        if isinstance(hook, Map) and "secret" not in hook.pairs and not _has_token(hook):
            what = say("calls of {name} are not signed: nobody there knows that it is you", name=shown(name))
            yield _unsigned(survey.place("hooks", name), what)
    for alert in alerts.items if isinstance(alerts, List) else []:
        if isinstance(alert, Map) and _is_webhook(alert) and "secret" not in alert.pairs:
            what = say("this alert is not signed: nobody there knows that it is you")
            yield _unsigned(place_of(alert), what)


def _unsigned(place: Place, what: Said) -> Problem:
    example = 'secret: "${HOOK_SECRET}"'
    hint = say("write  {example}, and have it checked there (docs/hooks.md)", example=example)
    return mistake(place, "hook-unsigned", what, hint=hint, level="warning")


def _has_token(hook: Map) -> bool:
    headers = hook.get("headers")
    values = [value for _, value in headers.pairs.values()] if isinstance(headers, Map) else []
    return any(isinstance(value, Scalar) and value.names for value in values)


def _is_webhook(alert: Map) -> bool:
    to = alert.get("to")
    return isinstance(to, Scalar) and to.value == "webhook"
