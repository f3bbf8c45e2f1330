"""Binding a phone put into a draft: flow, cards, rules, the privacy notice, SMS, tests (B1, L8)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.connectors.manifest import variable_of
from bot.connectors.sms.providers import PROVIDERS
from bot.engine.texts.text import fold
from bot.operations.drafts.binding_form import NOTICE, BindingNeeds, FormBinding, as_written
from bot.operations.drafts.draft import OnlyInEditor
from bot.operations.drafts.free_names import free_name
from bot.playbook.syntax.folder_names import BOT_YAML, SCENARIOS
from bot.playbook.syntax.nodes import List, Map, scalars, text_at
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.written_entry import EntriesUnread, WrittenEntry, entry_in, with_entry, with_key
from bot.playbook.syntax.yaml_text import YamlWord, one_or_list, scalar
from bot.wording.rule_to_paste import pasted, placed

WORDS = ("綁定手機", "手機綁定", "綁定")
"""What customers say to begin it; the first stands on the invitation's button."""
INVITING = ("會員", "加入會員")
"""What customers say to be invited."""
UNDOING = "解除綁定"
"""What customers say to undo it."""
CARDS = {"question": "binding_question", "thanks": "binding_done", "invitation": "binding_invitation"}
"""The card that says each text of the form; with a number behind it where that name was taken."""
_TESTS = {
    f"{SCENARIOS}/綁定手機": "binds.yaml",
    f"{SCENARIOS}/綁定手機_打錯": "wrong_code.yaml",
    f"{SCENARIOS}/綁定手機_解除": "unbinds.yaml",
}
_TEMPLATES = Path(__file__).parent / "templates"
_BLANK = re.compile(r"«(\w+)»")
_SMS_NAME = "codes"
_SMS_TEXT = "【{{ bot.name }}】驗證碼 {{ sms.code }}，5 分鐘內有效，請勿提供給任何人。"
_SMS_FITS = 40
"""Characters of a bot's name with which that text is still one SMS."""


@dataclass(frozen=True, slots=True)
class WrittenBinding:
    """Where a playbook binds a phone: the file, and the name of the flow."""

    file: str
    flow: str


def binding_in(sources: Mapping[str, str]) -> WrittenBinding | None:
    """The first flow of the playbook's `sources` that binds a phone."""
    for path, flows in _having(sources, "flows"):
        for name, (_, flow) in flows.pairs.items():
            if any(one.value == "bind_member" for one in scalars(flow, with_keys=True)):
                return WrittenBinding(path, name)
    return None


def needs_of(sources: Mapping[str, str]) -> BindingNeeds:
    """What the form has to ask for, besides texts."""
    notice = any(set(found.pairs) - {"keep"} for _, found in _having(sources, "privacy"))
    silent = tuple(
        name
        for _, channels in _having(sources, "channels")
        for name, (_, account) in channels.pairs.items()
        if isinstance(account, Map) and account.get("sms") is None
    )
    return BindingNeeds(not notice, bool(silent) and not _declared(sources, "sms"), silent)


def shop_name(sources: Mapping[str, str]) -> str:
    """What the bot is called; empty where a variable says so."""
    root = _root(BOT_YAML, sources.get(BOT_YAML, ""))
    name = text_at(root, "bot") if root is not None else ""
    return "" if "$" in name else name


@dataclass(frozen=True, slots=True)
class NewBinding:
    """What saving would write: the files by path, and the tests among them, the one that binds first."""

    texts: Mapping[str, str]
    tests: Sequence[str]

    @property
    def contents(self) -> Mapping[str, bytes]:
        """The files as they are stored."""
        return {path: text.encode() for path, text in self.texts.items()}


def new_binding(sources: Mapping[str, str], form: FormBinding, version: str) -> NewBinding:
    """All of it, as the form has it; `version` is that of a notice that is new.

    Raises `Refusal` where a text cannot stand in a playbook, or a file cannot be changed by a form.
    """
    form, changed = as_written(form), dict[str, str]()

    def now() -> Mapping[str, str]:
        return {**sources, **changed}

    needs = needs_of(sources)
    if needs.notice:
        changed.update(_with_notice(now(), form, version))
    if needs.channels:
        changed.update(_with_provider(now(), form, needs))
    blanks = _blanks(sources, form)
    changed[_free_file(sources, "flows/phone_binding")] = _filled("phone_binding.yaml", blanks)
    changed.update(_with_rules(now(), blanks))
    tests = [_free_file(sources, stem) for stem in _TESTS]
    for path, template in zip(tests, _TESTS.values(), strict=True):
        changed[path] = _filled(template, blanks)
    return NewBinding(changed, tests)


@dataclass(frozen=True, slots=True)
class WrittenTexts:
    """What customers read where they bind: the file, the card of each text, the texts as a form has them."""

    file: str
    cards: Mapping[str, str]
    form: FormBinding


def texts_in(sources: Mapping[str, str]) -> WrittenTexts | None:
    """Those of the playbook's binding; `None` where the form has not written them."""
    there = binding_in(sources)
    if there is None:
        return None
    text, cards, texts = sources[there.file], dict[str, str](), dict[str, str]()
    for name in _declared({there.file: text}, "cards"):
        field = next((one for one, stem in CARDS.items() if re.fullmatch(rf"{stem}(_\d+)?", name)), "")
        said = _said(entry_in(text, "cards", name), field) if field else None
        if said is not None:
            cards[field], texts[field] = name, said
    if len(cards) < len(CARDS):
        return None
    return WrittenTexts(there.file, cards, replace(FormBinding(), **texts))


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


def changed_texts(sources: Mapping[str, str], written: WrittenTexts, form: FormBinding) -> NewBinding:
    """The playbook's file with the form's texts; the tests are those that the form once wrote.

    Raises `Refusal`.
    """
    form, text = as_written(form), sources[written.file]
    for field, name in written.cards.items():
        text = _entered(written.file, text, "cards", name, _card(field, getattr(form, field)))
    return NewBinding(
        {written.file: text}, [path for path in map("{}.yaml".format, _TESTS) if path in sources]
    )


def _blanks(sources: Mapping[str, str], form: FormBinding) -> Mapping[str, str]:
    cards, flows = _declared(sources, "cards"), {*_declared(sources, "flows"), *_declared(sources, "forms")}
    return {
        "flow": free_name("phone_binding", flows),
        "invite": free_name("binding_invitation", cards),
        "ask": free_name("binding_question", cards),
        "done": free_name("binding_done", cards),
        "undo": free_name("binding_undo", cards),
        "word": WORDS[0],
        **{field: scalar(getattr(form, field)) for field in CARDS},
        "channel": scalar(next(iter(_declared(sources, "channels")), "main")),
    }


def _with_notice(sources: Mapping[str, str], form: FormBinding, version: str) -> Mapping[str, str]:
    written = {name: getattr(form, name) for name in NOTICE}
    path = next((path for path, _ in _having(sources, "privacy")), BOT_YAML)
    text = sources[path]
    for name, value in {**written, "terms": form.terms or form.url, "version": version}.items():
        text = _entered(path, text, "privacy", name, value)
    return {path: text}


def _with_provider(sources: Mapping[str, str], form: FormBinding, needs: BindingNeeds) -> Mapping[str, str]:
    """Who sends the codes, for the accounts that have nobody; secrets by the names of variables alone."""
    changed = dict(sources)
    known = next(iter(_declared(sources, "sms")), None)
    if known is None and not form.provider:
        return {}
    if known is None:
        settings = PROVIDERS[form.provider].settings
        credentials = {name: f"${{{variable_of(form.provider, name)}}}" for name in settings}
        name = shop_name(sources)
        text = {"text": _SMS_TEXT} if name and len(name) <= _SMS_FITS else {}
        entry = {"provider": form.provider, **credentials, **text}
        changed[BOT_YAML] = _entered(BOT_YAML, changed[BOT_YAML], "sms", _SMS_NAME, entry)
    for path, channels in _having(sources, "channels"):
        for channel in (one for one in channels.pairs if one in needs.channels):
            try:
                changed[path] = with_key(changed[path], "channels", channel, "sms", known or _SMS_NAME)
            except EntriesUnread:
                raise OnlyInEditor(path) from None
    return {path: text for path, text in changed.items() if text != sources[path]}


def _with_rules(sources: Mapping[str, str], blanks: Mapping[str, str]) -> Mapping[str, str]:
    of_rules = {path: text for path, text in sources.items() if _has_rules_of_all(path, text)}
    lines = [
        f"- when: {{text: {one_or_list(WORDS)}}}",
        f"  start: {blanks['flow']}",
        f"- when: {{text: {one_or_list(inviting_words(sources))}}}",
        f"  reply: {blanks['invite']}",
        f"- when: {{text: {UNDOING}}}",
        "  if: {bound: phone}",
        f"  reply: {blanks['undo']}",
        f"- when: {{text: {UNDOING}}}",
        "  reply: 您還沒有綁定手機。",
    ]
    place = placed(lines, of_rules, "")
    return {place.file: pasted(place, of_rules)}


def inviting_words(sources: Mapping[str, str]) -> Sequence[str]:
    """What customers say to be invited: what no rule answers yet, or all where rules answer all."""
    heard = {fold(text) for path in sources for text in _texts_heard(path, sources[path])}
    return [one for one in INVITING if fold(one) not in heard] or INVITING


def _texts_heard(path: str, text: str) -> Iterator[str]:
    root = None if path.startswith(f"{SCENARIOS}/") else _root(path, text)
    rules = None if root is None else root.get("rules")
    for rule in rules.items if isinstance(rules, List) else ():
        when = rule.get("when") if isinstance(rule, Map) else None
        for trigger in when.items if isinstance(when, List) else [when]:
            said = trigger.get("text") if isinstance(trigger, Map) else None
            yield from (one.value for one in ([] if said is None else scalars(said)))


def _has_rules_of_all(path: str, text: str) -> bool:
    """Whether it is a file for rules, and those in it are for all accounts."""
    if not (path == BOT_YAML or path.startswith("rules/")):
        return False
    root = _root(path, text)
    return root is None or root.get("channel") is None


def _entered(path: str, text: str, section: str, name: str, value: Any) -> str:
    try:
        return with_entry(text, section, name, value)
    except EntriesUnread:
        raise OnlyInEditor(path) from None


def _filled(template: str, blanks: Mapping[str, str]) -> str:
    return _BLANK.sub(lambda found: blanks[found[1]], (_TEMPLATES / template).read_text("utf-8"))


def _free_file(sources: Collection[str], stem: str) -> str:
    return f"{free_name(stem, [path.removesuffix('.yaml') for path in sources])}.yaml"


def _declared(sources: Mapping[str, str], section: str) -> tuple[str, ...]:
    """The names of a section, in all files."""
    return tuple(name for _, found in _having(sources, section) for name in found.pairs)


def _having(sources: Mapping[str, str], section: str) -> Iterator[tuple[str, Map]]:
    """The files of the playbook with this section, `bot.yaml` first."""
    for path in sorted(sources, key=lambda one: (one != BOT_YAML, one)):
        if section not in sources[path] or path.startswith(f"{SCENARIOS}/"):
            continue
        root = _root(path, sources[path])
        found = None if root is None else root.get(section)
        if isinstance(found, Map):
            yield path, found


def _root(path: str, text: str) -> Map | None:
    root = parsed(SourceFile(path, text)).root
    return root if isinstance(root, Map) else None
