"""Binding a phone put into a draft: flow, cards, rules, the privacy notice, SMS, tests (B1, L8)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.connectors.manifest import variable_of
from bot.connectors.sms.providers import PROVIDERS
from bot.engine.texts.text import fold
from bot.model.translatable import tr
from bot.operations.drafts.draft import OnlyInEditor
from bot.operations.drafts.forms.entry import (
    NewEntry,
    changed,
    free_file,
    having,
    in_lines,
    put_rules,
    section_in,
    set_entry,
    titles_in,
)
from bot.operations.drafts.forms.rules import rule
from bot.operations.drafts.free_names import free_name
from bot.playbook.syntax.folder_names import BOT_YAML, SCENARIOS
from bot.playbook.syntax.nodes import List, Map, Scalar, scalars
from bot.playbook.syntax.written_entry import WrittenEntry, entry_in, with_key
from bot.playbook.syntax.yaml_text import YamlWord, one_or_list, scalar

WORDS = ("綁定手機", "手機綁定", "綁定")
"""What customers say to begin it; the first stands on the invitation's button."""
INVITING = ("會員", "加入會員")
"""What customers say to be invited."""
UNDOING = "解除綁定"
"""What customers say to undo it."""
CARDS = {"question": "binding_question", "thanks": "binding_done", "invitation": "binding_invitation"}
"""The card that says each text of the form; with a number behind it where that name was taken."""
NOTICE = ("controller", "url", "rights_contact", "purpose", "kinds", "period", "recipients", "terms")
"""The lines of the privacy notice."""
_TESTS = {
    f"{SCENARIOS}/綁定手機": ("binds.yaml", tr("How it goes")),
    f"{SCENARIOS}/綁定手機_打錯": ("wrong_code.yaml", tr("With a wrong code")),
    f"{SCENARIOS}/綁定手機_解除": ("unbinds.yaml", tr("Undoing it")),
}
"""By the path of a scenario without its ending: its template, and what it tests."""
_TEMPLATES = Path(__file__).parent / "templates"
_BLANK = re.compile(r"«(\w+)»")
"""A blank of a template, with its name."""
_SMS_NAME = "codes"
"""The name of the new entry of `sms`."""
_SMS_TEXT = "【{{ bot.name }}】驗證碼 {{ sms.code }}，5 分鐘內有效，請勿提供給任何人。"
"""The text of the SMS."""
_SMS_FITS = 40
"""Characters of a bot's name with which that text is still one SMS."""


@dataclass(frozen=True, slots=True)
class BindingNeeds:
    """What the playbook does not have yet: a privacy notice; who sends codes, on which accounts."""

    notice: bool = False
    provider: bool = False
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenBinding:
    """Where a playbook binds a phone: the file, and the name of the flow."""

    file: str
    flow: str


def binding_in(sources: Mapping[str, str]) -> WrittenBinding | None:
    """The first flow of the playbook's `sources` that binds a phone."""
    for path, flows in having(sources, "flows"):
        for name, (_, flow) in flows.pairs.items():
            if any(one.value == "bind_member" for one in scalars(flow, with_keys=True)):
                return WrittenBinding(path, name)
    return None


def needs_of(sources: Mapping[str, str]) -> BindingNeeds:
    """What the form has to ask for, besides texts."""
    notice = any(set(found.pairs) - {"keep"} for _, found in having(sources, "privacy"))
    silent = tuple(
        name
        for _, channels in having(sources, "channels")
        for name, (_, account) in channels.pairs.items()
        if isinstance(account, Map) and account.get("sms") is None
    )
    return BindingNeeds(not notice, bool(silent) and not titles_in(sources, "sms"), silent)


def shop_name(sources: Mapping[str, str]) -> str:
    """What the bot is called; empty where a variable says so."""
    name = section_in(sources.get(BOT_YAML, ""), "bot")
    return "" if not isinstance(name, Scalar) or "$" in name.value else name.value


def new_binding(sources: Mapping[str, str], form: Mapping[str, str], version: str) -> NewEntry:
    """All of it, as the fields of the form say; `version` is that of a notice that is new.

    Raises `OnlyInEditor` where a file cannot be changed by a form.
    """
    texts, needs, blanks = dict(sources), needs_of(sources), _blanks(sources, form)
    if needs.notice:
        _put_notice(texts, form, version)
    if needs.channels:
        _put_provider(texts, form["provider"], needs)
    texts[free_file(sources, "flows/phone_binding")] = _filled("phone_binding.yaml", blanks)
    put_rules(texts, _rules(sources, blanks), "")
    tests = {}
    for stem, (template, says) in _TESTS.items():
        path = free_file(sources, stem)
        texts[path], tests[path] = _filled(template, blanks), says
    return NewEntry("", changed(sources, texts), tests)


@dataclass(frozen=True, slots=True)
class WrittenTexts:
    """What customers read where they bind: the file, the card of each text, the texts by the form's names."""

    file: str
    cards: Mapping[str, str]
    texts: Mapping[str, str]


def texts_in(sources: Mapping[str, str]) -> WrittenTexts | None:
    """Those of the playbook's binding; `None` where the form has not written them."""
    there = binding_in(sources)
    if there is None:
        return None
    text, cards, texts = sources[there.file], dict[str, str](), dict[str, str]()
    for name in titles_in({there.file: text}, "cards"):
        field = next((one for one, stem in CARDS.items() if re.fullmatch(rf"{stem}(_\d+)?", name)), "")
        said = _said(entry_in(text, "cards", name), field) if field else None
        if said is not None:
            cards[field], texts[field] = name, said
    return WrittenTexts(there.file, cards, texts) if len(cards) == len(CARDS) else None


def _said(entry: WrittenEntry | None, field: str) -> str | None:
    """The text of such a card; `None` where it says more."""
    value = entry.value if entry is not None and isinstance(entry.value, dict) else {}
    inside = value.get("buttons") if field == "invitation" else value
    said = inside.get("text") if isinstance(inside, dict) else None
    return said if isinstance(said, str) and value == _card(field, said) else None


def _card(field: str, text: str) -> Mapping[str, Any]:
    if field == "invitation":
        return {"buttons": {"text": text, "taps": [WORDS[0]]}}
    return {"text": text, "staff": YamlWord("false")}


def changed_texts(sources: Mapping[str, str], written: WrittenTexts, form: Mapping[str, str]) -> NewEntry:
    """The playbook's file with the form's texts; the tests are those that the form once wrote.

    Raises `OnlyInEditor`.
    """
    texts = dict(sources)
    for field, name in written.cards.items():
        set_entry(texts, written.file, "cards", name, _card(field, form[field]))
    tests = {f"{stem}.yaml": says for stem, (_, says) in _TESTS.items() if f"{stem}.yaml" in sources}
    return NewEntry("", {written.file: texts[written.file]}, tests)


def with_picture(sources: Mapping[str, str], made: NewEntry, path: str) -> NewEntry:
    """With this file as the picture on top of the page of binding. Raises `OnlyInEditor`."""
    texts = {**sources, **made.texts}
    if (there := binding_in(texts)) is None:
        return made
    text = texts[there.file]
    flows = section_in(text, "flows")
    flow = flows.get(there.flow) if isinstance(flows, Map) else None
    page = flow.get("page") if isinstance(flow, Map) else None
    old = page.get("picture") if isinstance(page, Map) else page
    if not isinstance(old, Scalar) or (old is page and old.value != "true"):
        raise OnlyInEditor(there.file)
    new = scalar(path) if isinstance(page, Map) else f"{{picture: {scalar(path)}}}"
    changed_text = f"{text[: old.start]}{new}{text[old.end :]}"
    return replace(made, texts={**made.texts, there.file: changed_text})


def _blanks(sources: Mapping[str, str], form: Mapping[str, str]) -> Mapping[str, str]:
    cards, flows = titles_in(sources, "cards"), {*titles_in(sources, "flows"), *titles_in(sources, "forms")}
    return {
        "flow": free_name("phone_binding", flows),
        "invite": free_name("binding_invitation", cards),
        "ask": free_name("binding_question", cards),
        "done": free_name("binding_done", cards),
        "undo": free_name("binding_undo", cards),
        "word": WORDS[0],
        **{field: scalar(form[field]) for field in CARDS},
        "channel": scalar(next(iter(titles_in(sources, "channels")), "main")),
    }


def _put_notice(texts: dict[str, str], form: Mapping[str, str], version: str) -> None:
    path = next((path for path, _ in having(texts, "privacy")), BOT_YAML)
    written = {name: form[name] for name in NOTICE}
    for name, value in {**written, "terms": form["terms"] or form["url"], "version": version}.items():
        set_entry(texts, path, "privacy", name, value)


def _put_provider(texts: dict[str, str], provider: str, needs: BindingNeeds) -> None:
    """Who sends the codes, for the accounts that have nobody; secrets by the names of variables alone."""
    known = next(iter(titles_in(texts, "sms")), None)
    if known is None and not provider:
        return
    if known is None:
        credentials = {name: f"${{{variable_of(provider, name)}}}" for name in PROVIDERS[provider].settings}
        name = shop_name(texts)
        text = {"text": _SMS_TEXT} if name and len(name) <= _SMS_FITS else {}
        set_entry(texts, BOT_YAML, "sms", _SMS_NAME, {"provider": provider, **credentials, **text})
    for path, channels in [*having(texts, "channels")]:
        for channel in (one for one in channels.pairs if one in needs.channels):
            with in_lines(path):
                texts[path] = with_key(texts[path], "channels", channel, "sms", known or _SMS_NAME)


def _rules(sources: Mapping[str, str], blanks: Mapping[str, str]) -> Sequence[str]:
    return [
        *rule({"text": one_or_list(WORDS)}, "start", blanks["flow"]),
        *rule({"text": one_or_list(inviting_words(sources))}, "reply", blanks["invite"]),
        *rule({"text": UNDOING}, "reply", blanks["undo"], "{bound: phone}"),
        *rule({"text": UNDOING}, "reply", "您還沒有綁定手機。"),
    ]


def inviting_words(sources: Mapping[str, str]) -> Sequence[str]:
    """What customers say to be invited: what no rule answers yet, or all where rules answer all."""
    heard = {fold(text) for path in sources for text in _texts_heard(path, sources[path])}
    return [one for one in INVITING if fold(one) not in heard] or INVITING


def _texts_heard(path: str, text: str) -> Iterator[str]:
    rules = None if path.startswith(f"{SCENARIOS}/") else section_in(text, "rules")
    for one in rules.items if isinstance(rules, List) else ():
        when = one.get("when") if isinstance(one, Map) else None
        for trigger in when.items if isinstance(when, List) else [when]:
            said = trigger.get("text") if isinstance(trigger, Map) else None
            yield from (word.value for word in ([] if said is None else scalars(said)))


def _filled(template: str, blanks: Mapping[str, str]) -> str:
    return _BLANK.sub(lambda found: blanks[found[1]], (_TEMPLATES / template).read_text("utf-8"))
