"""Replies that have no token: they would never arrive."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.step import Say
from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.graph.ways import WaysIn


def replies_without_token(survey: Survey, ways: WaysIn) -> Iterator[Problem]:
    """`reply-without-token`: a way to a `reply` begins at a timer, an outcome, or news without a token."""
    for site in survey.sites:
        into = ways.to(site)
        without = into.without or into.page
        if without is None or site.result is not None:
            continue  # a result's replies are said as a push where there is no token
        for step in site.steps:
            if isinstance(step, Say) and step.how == "reply" and not step.or_push:
                message = say("LINE takes no reply {when}: one follows a message or a tap", when=without.when)
                hint = say("write  push:  or  reply: {message: …, or_push: true};  either may cost a message")
                note = say("that way begins at {place}", place=str(without.place))
                yield mistake(step.place, "reply-without-token", message, hint=hint, note=note)
