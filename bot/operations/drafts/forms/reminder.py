"""A reminder by a form: a journey of one message, so many days after something happened (H1, L8)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.translatable import tr
from bot.operations.drafts.forms.entry import EntryPlace
from bot.operations.drafts.forms.form import DraftForm, Filled, Heading, Input, title_field
from bot.operations.drafts.forms.needs import SHOP, condition_of, groups, tags
from bot.operations.drafts.forms.written import value_of
from bot.playbook.syntax.yaml_text import YamlWord

BEGINS = {
    "follow": tr("somebody adds the account as a friend"),
    "bound": tr("their phone is bound"),
    "tag": tr("they get a tag"),
    "order": tr("they have paid an order"),
}
STOPS = "不想收到？輸入「停止推播」"
_TRIGGERS = {"follow": {"follow": "first"}, "bound": {"bound": "phone"}, "order": {"shop": "order_paid"}}


def _journey(filled: Filled, texts: dict[str, str]) -> Mapping[str, object]:
    """It waits, and says the message once; whoever is late gets it on the next morning."""
    days, time, message = (value_of(filled, filled.form.field(one)) for one in ("days", "at", "message"))
    unless = {"unless": condition_of(filled["unless"])} if filled["unless"] else {}
    return {
        "when": _TRIGGERS.get(filled["begins"], {"tag_added": filled["tag"]}),
        **unless,
        "once_per": "person",
        "if_late": "next_morning",
        "states": {
            "等待": {"wait": f"{days}d at {time}", "next": "提醒"},
            "提醒": {"push": message, "end": YamlWord("true")},
        },
    }


REMINDER = DraftForm(
    name="reminder",
    page="/admin/flows",
    new="reminder/new",
    title=tr("A new reminder"),
    definition="flow",
    place=EntryPlace("flows", "flows/reminders", "reminder", names="latin"),
    keys=("title", "when", "unless", "once_per", "if_late", "states"),
    parts=(
        Heading("when", tr("When it begins")),
        title_field(
            tr("Name (only your team reads it)"), "flow.title", tr("for example  Three days after joining")
        ),
        Input("begins", tr("When it begins"), usual="follow", says=BEGINS, needs={"order": SHOP}),
        Input("tag", tr("Tag"), options=tags, required=True, only="begins=tag"),
        Input("unless", tr("Who gets none"), options=groups, empty=tr("nobody is left out")),
        Heading("then", tr("What it says")),
        Input("days", tr("So many days later"), kind="number", usual="3", most=3, required=True),
        Input("at", tr("At this time"), kind="time", usual="10:00", required=True),
        Input(
            *("message", tr("The message"), ""),
            tr("Say at its end how to stop such messages: {words}", words=STOPS),
            kind="lines",
            most=500,
            required=True,
        ),
    ),
    more=_journey,
    shown=lambda filled: [{"type": "text", "text": filled["message"] or "…"}],
    beside=lambda filled: tr("Each person gets it once; it costs a message"),
    done=lambda name: tr("The reminder is in your draft. Have a look: with Publish it is live"),
)
