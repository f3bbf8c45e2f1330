"""A person of a scenario fills in the form that is open, field after field, and sends it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.compiled.card import Card
from bot.engine.compiled.form import Form
from bot.model.event import FormAct, PageAnswer
from bot.model.said import row, say
from bot.model.screen import Screen
from bot.playbook.similar import shown
from bot.scenario.conversation import OURS
from bot.scenario.failure import Failed
from bot.scenario.open_page import screen
from bot.scenario.player import Player
from bot.scenario.steps import FillsForm


def fills_form(player: Player, step: FillsForm) -> None:
    """Answer each field that is asked, leave the others out, and send all; an invalid answer is the end."""
    form = player.playbook.forms.get(player.person.page or "")
    if form is None:
        raise Failed(step.place, say("no form is open"), notes=[say("open it first:  user: {opens: …}")])
    wanted = _by_key(form, step)
    fields = row(f"{key}: {value}" for key, value in step.answers.items())
    player.tell(
        player.person.name or OURS["user"],
        say("fills in the form {form}: {fields}", form=form.name, fields=fields),
    )
    for _ in range(2 * len(form.fields) + 1):
        now = screen(player, player.person)
        if now is None or not _goes_on(player, step, form, wanted, now):
            return


def _goes_on(player: Player, step: FillsForm, form: Form, wanted: dict[str, str], now: Screen) -> bool:
    """Do the next thing on the page; whether there may be another."""
    if now.kind == "review":
        changed = next(iter(wanted), None)
        _acts(player, now, "send" if changed is None else "change", changed or "")
        return changed is not None
    if now.kind != "question" or now.state is None or now.form is None:
        return False
    if now.state in wanted:
        _happens(player, PageAnswer(form.name, wanted.pop(now.state), now.visit))
        after = screen(player, player.person)
        return after is not None and after.visit != now.visit
    if not now.form.optional:
        asked = shown(now.question or now.state)
        raise Failed(step.place, say("the form also asks {question}", question=asked))
    _acts(player, now, "skip")
    return True


def _acts(player: Player, now: Screen, act: FormAct, subject: str = "") -> None:
    _happens(player, PageAnswer(player.person.page or "", subject, now.visit, act))


def _happens(player: Player, what: PageAnswer) -> None:
    player.happens(player.person, what)


def _by_key(form: Form, step: FillsForm) -> dict[str, str]:
    """The answers by what their fields are called: by a field's text, too."""
    keys: Mapping[str, str] = {
        **{_words(one.question.ask): one.key for one in form.fields},
        **{one.key: one.key for one in form.fields},
    }
    unknown = next((name for name in step.answers if name not in keys), None)
    if unknown is not None:
        raise Failed(
            step.place,
            say("the form {form} has no field {name}", form=form.name, name=shown(unknown)),
            notes=[say("its fields: {names}", names=row(keys))],
        )
    return {keys[name]: answer for name, answer in step.answers.items()}


def _words(ask: tuple[Card, ...]) -> str:
    """The words of a question that needs nothing filled in."""
    ready = ask[0].bubbles[0].ready if ask and ask[0].bubbles else None
    return str(ready.get("text", "")) if ready is not None else ""
