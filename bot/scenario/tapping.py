"""What a person can tap on the phone: buttons of messages, quick replies, the rich menu."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.engine.compiled.card import TAP, CountedAddress, PageAddress, Tap
from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Identity
from bot.model.message import Message
from bot.model.translatable import tr
from bot.playbook.shape import times
from bot.playbook.shape.suggest_times import suggest_clocks, suggest_dates
from bot.playbook.shape.vocabulary import FormatCheck
from bot.playbook.similar import quoted
from bot.scenario.failure import Failed
from bot.scenario.naming import fits_form
from bot.scenario.steps import TapsButton
from bot.wording.conversation import actions_of

_GIVES: Mapping[str, tuple[FormatCheck, str]] = {
    "date": (times.day, "2026-12-01"),
    "time": (times.time, "09:30"),
    # LINE's picker gives no 24:00
    "datetime": (lambda text: times.moment(text) or times.time(text[-5:]), "2026-12-01 09:30"),
}
"""By the mode of a date picker: the check of its value, and an example."""


def picked(step: TapsButton, action: Mapping[str, Any]) -> dict[str, str]:
    """What the picker of this button gives, by its mode. Raises `Failed` where it cannot give that."""
    if step.picks is None:
        raise Failed(
            step.place, tr("this opens a date picker"), notes=[tr("add what is picked:  picks: 2026-09-01")]
        )
    mode = str(action.get("mode", "datetime"))
    _check_form(step, step.picks, mode)
    pick = step.picks.replace(" ", "T") if mode == "datetime" else step.picks
    least, most = str(action.get("min", pick)), str(action.get("max", pick))
    if not least.upper() <= pick <= most.upper():
        offers = {"least": str(action.get("min", "…")), "most": str(action.get("max", "…"))}
        raise Failed(
            step.place,
            tr("{picked} cannot be picked here", picked=quoted(step.picks)),
            notes=[tr("the picker offers {least} to {most}", **offers)],
        )
    return {mode: pick}


def _check_form(step: TapsButton, picks: str, mode: str) -> None:
    """Fail where a picker of this mode gives nothing that looks so: `12/1` has no year."""
    wrong, example = _GIVES[mode]
    if wrong(picks.replace("T", " ")) is None:
        return
    meant = suggest_clocks(picks) if mode == "time" else suggest_dates(picks)
    raise Failed(
        step.place,
        tr(
            "{picked} is not what this picker gives, such as {example}", picked=quoted(picks), example=example
        ),
        notes=[tr("write  picks: {meant}", meant=meant)] if wrong(meant) is None else [],
    )


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be tapped: LINE's action, and the playbook's tap where it does more.

    `name` is another word for it: an area of the rich menu.
    """

    action: Mapping[str, Any]
    tap: Tap | None = None
    name: str | None = None

    def is_called(self, what: str) -> bool:
        """Whether this is the button with that label, data, text or area."""
        words = [self.action.get(key) for key in ("label", "data", "text")]
        return what in (*words, self.name)

    @property
    def label(self) -> str:
        """What the button is called in the conversation."""
        return str(
            self.name or self.action.get("label") or self.action.get("data") or self.action.get("text")
        )


def buttons(screen: list[Message], playbook: Playbook, identity: Identity) -> Iterator[Button]:
    """All that can be tapped, the newest message first; quick replies only below the last one."""
    for number, message in enumerate(reversed(screen)):
        shown = message if number == 0 else {k: v for k, v in message.items() if k != "quickReply"}
        for action in actions_of(shown):
            yield Button(action, _counted(action, playbook))
    yield from _menu(playbook, identity)


def _counted(action: Mapping[str, Any], playbook: Playbook) -> Tap | None:
    """The tap whose address this is, where opening it is counted and does something."""
    if action.get("type") != "uri":
        return None
    for tap in playbook.taps.values():
        if tap.do and tap.label == action.get("label") and fits_form(dict(action), tap.action):
            return tap
    return None


def _menu(playbook: Playbook, identity: Identity) -> Iterator[Button]:
    for menu in playbook.menus:
        if menu.name == identity.menu:
            tab = menu.tabs.get(identity.tab or "") or next(iter(menu.tabs.values()))
            for area in tab.areas:
                yield Button(area.tap.action, area.tap, area.name)


def page_of(action: Mapping[str, Any], pages: Mapping[str, str]) -> str | None:
    """The page that an action opens; `pages` are their names by address."""
    uri = action.get("uri") or action.get("linkUri")
    while isinstance(uri, CountedAddress):
        uri = uri.to
    if isinstance(uri, PageAddress):
        return uri.page
    return pages.get(str(uri).partition("?")[0])


def is_counted(button: Button) -> bool:
    """Whether opening its address does something: then the address is a counted one of ours that leads
    there."""
    return button.tap is not None and bool(button.tap.do) and button.action.get("type") == "uri"


def data_of(tap: Tap) -> str:
    """The `data` that a postback of this tap carries."""
    return TAP + tap.key
