"""A shop with a system of its own, which has no way to tell what changes there."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Map, text_at
from bot.shops.platforms import OWN_SYSTEM


def shops_never_heard(survey: Survey) -> Iterator[Problem]:
    """`shop-not-heard`: `platform: hook` without an `api_token`; once for each."""
    shops = survey.root.get("shops")
    if survey.is_written("api_token") or not isinstance(shops, Map):
        return
    for name, (_, shop) in shops.pairs.items():
        if isinstance(shop, Map) and text_at(shop, "platform") == OWN_SYSTEM:
            yield mistake(
                survey.place("shops", name),
                "shop-not-heard",
                say("the shop {shop} cannot tell what changes there", shop=shown(name)),
                hint=say(
                    "write  api_token: ${EVENTS_TOKEN:-}  in bot.yaml; else only the night's look finds it"
                ),
                level="warning",
            )
