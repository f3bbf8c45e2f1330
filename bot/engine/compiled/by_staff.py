"""The playbook with what staff have paused: flows, forms, menus, as their `status` and `paused` have it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.form import form_of_flow, is_of_form
from bot.engine.compiled.playbook import Playbook
from bot.model.brake import FlowRestriction, MenuPause


def with_restrictions(
    playbook: Playbook, restrictions: Collection[FlowRestriction], menus: Collection[MenuPause]
) -> Playbook:
    """The playbook with these flows closed or paused on all channels, these menus paused, and forms closed
    whose flows are.

    What the playbook itself restricts more stays so; names that it does not have are ignored. As the place of
    a pause, traces show that of the flow.
    """
    halted = {one.flow for one in restrictions if one.limit == "paused"}
    paused, off = halted & playbook.flows.keys(), {form_of_flow(one) for one in halted if is_of_form(one)}
    closed = {one.flow for one in restrictions if one.limit == "closed"}
    hidden = {one.menu for one in menus}
    flows, menus_there = playbook.flows.keys(), {menu.name for menu in playbook.menus}
    if not (paused or off & playbook.forms.keys() or closed & flows or hidden & menus_there):
        return playbook
    places = {name: playbook.flows[name].place for name in paused}
    return replace(
        playbook,
        channels={
            name: replace(rules, paused={**places, **rules.paused})
            for name, rules in playbook.channels.items()
        },
        flows={name: _closed(flow, closed) for name, flow in playbook.flows.items()},
        variants={at: _closed(flow, closed) for at, flow in playbook.variants.items()},
        forms={name: replace(one, open=one.open and name not in off) for name, one in playbook.forms.items()},
        menus=tuple(replace(one, paused=True) if one.name in hidden else one for one in playbook.menus),
    )


def _closed(flow: Flow, closed: Collection[str]) -> Flow:
    return replace(flow, status="closed") if flow.name in closed and flow.status == "live" else flow
