"""What staff did, as a step of a recorded scenario."""

from __future__ import annotations

from typing import TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.format import formatted
from bot.model.event import StaffActs, StaffBinds, StaffDraws, StaffSets, StaffTags, StaffUnbinds
from bot.scenario.yaml_text import braces, one_or_list, scalar
from bot.sms.phone import national

StaffDid: TypeAlias = StaffActs | StaffUnbinds | StaffTags | StaffSets | StaffBinds | StaffDraws


def staff_step(what: StaffDid, playbook: Playbook) -> str:
    """The step, as YAML."""
    match what:
        case StaffActs(takes_over=takes):
            return f"- staff: {'takes_over' if takes else 'hands_back'}"
        case StaffUnbinds(kind=kind):
            return f"- staff: {{unbinds: {kind}}}"
        case StaffTags(add=add, remove=remove):
            told = {"add_tags": add, "remove_tags": remove}
            return f"- staff: {braces({key: one_or_list(map(scalar, t)) for key, t in told.items() if t})}"
        case StaffSets(attribute=key, value=value):
            written = "" if value is None else scalar(formatted(value, None, playbook.zone))
            return f"- staff: {{set: {{{key}: {written}}}}}"
        case StaffBinds(found=found):
            return f"- staff: {{binds: {scalar(national(found.phone or ''))}}}"
        case StaffDraws(split=split, group=group):
            return f"- staff: {{draws: {{{scalar(split)}: {scalar(group)}}}}}"
