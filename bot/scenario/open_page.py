"""The page that a person of a scenario has open, and how its form is filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.engine.compiled.card import Card
from bot.engine.compiled.form import Form
from bot.engine.pages.screen import screen_of
from bot.model.event import FormAct, PageAnswer
from bot.model.screen import STATELESS, Screen
from bot.model.translatable import row, tr
from bot.playbook.similar import quoted
from bot.scenario.failure import Failed
from bot.scenario.people import Person
from bot.scenario.player import Player
from bot.scenario.steps import FillsForm
from bot.wording.conversation import OURS


def screen(player: Player, person: Person) -> Screen | None:
    """What the open page shows; `None`: none is open."""
    page, playbook = person.page, player.playbook
    if page is None:
        return None
    contact, taken = player.contact(person), player.allowance.taken
    return screen_of(playbook, contact, page, person.channel, player.now, taken)


def page_text(player: Player, person: Person) -> str | None:
    """What the open page says now in the person's name."""
    shown = screen(player, person)
    return None if shown is None else shown.say


def called(player: Player, person: Person) -> str | None:
    """The name in a scenario of what the page shows: a state, else the page itself; `None`: no page is
    open."""
    shown = screen(player, person)
    return person.page if shown is None or person.page is None else name_of(shown, person.page)


def name_of(shown: Screen, page: str) -> str:
    """The name in a scenario of this screen of the page: a state, else the page itself."""
    if shown.state is not None:
        return shown.state
    return shown.kind if shown.kind in STATELESS else page


def readable(shown: Screen) -> Iterator[str]:
    """All texts on a screen."""
    yield from shown.texts
    if shown.question is not None:
        yield shown.question
    yield from (*shown.choices, *shown.links, *shown.tags_gone)
    for one in shown.form.rows if shown.form is not None else ():
        yield f"{one.question} {one.text or ''}".strip()
    if shown.card is not None:
        yield from (text for text in (shown.card.name, shown.card.number) if text is not None)
        for field in shown.card.fields:
            yield f"{field.title} {field.text}"


def fills_form(player: Player, step: FillsForm) -> None:
    """Answer each field that is asked, leave the others out, and send all; an invalid answer is the end."""
    form = player.playbook.forms.get(player.person.page or "")
    if form is None:
        raise Failed(step.place, tr("no form is open"), notes=[tr("open it first:  user: {opens: …}")])
    wanted = _by_key(form, step)
    fields = row(f"{key}: {value}" for key, value in step.answers.items())
    player.add_line(
        player.person.name or OURS["user"],
        tr("fills in the form {form}: {fields}", form=form.name, fields=fields),
    )
    for _ in range(2 * len(form.fields) + 1):
        now = screen(player, player.person)
        if now is None or not _advance(player, step, form, wanted, now):
            return


def _advance(player: Player, step: FillsForm, form: Form, wanted: dict[str, str], now: Screen) -> bool:
    """Answer, change, skip or send, as the page asks; returns whether another act may follow."""
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
        question = quoted(now.question or now.state)
        raise Failed(step.place, tr("the form also asks {question}", question=question))
    _acts(player, now, "skip")
    return True


def _acts(player: Player, now: Screen, act: FormAct, subject: str = "") -> None:
    _happens(player, PageAnswer(player.person.page or "", subject, now.visit, act))


def _happens(player: Player, what: PageAnswer) -> None:
    player.happens(player.person, what)


def _by_key(form: Form, step: FillsForm) -> dict[str, str]:
    """The answers by the keys of their fields; a step may also name a field by its text. Raises `Failed` for
    an unknown one."""
    keys: Mapping[str, str] = {
        **{_words(one.question.ask): one.key for one in form.fields},
        **{one.key: one.key for one in form.fields},
    }
    unknown = next((name for name in step.answers if name not in keys), None)
    if unknown is not None:
        raise Failed(
            step.place,
            tr("the form {form} has no field {name}", form=form.name, name=quoted(unknown)),
            notes=[tr("its fields: {names}", names=row(keys))],
        )
    return {keys[name]: answer for name, answer in step.answers.items()}


def _words(ask: tuple[Card, ...]) -> str:
    """The words of a question that needs nothing filled in."""
    ready = ask[0].bubbles[0].ready if ask and ask[0].bubbles else None
    return str(ready.get("text", "")) if ready is not None else ""
