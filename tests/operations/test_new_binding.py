"""B1, L8: binding a phone by a form, as files of a playbook that has no mistake and whose tests hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.connectors.sms.providers import COMPANIES
from bot.model.translatable import Refusal
from bot.operations.drafts.draft import OnlyInEditor
from bot.operations.drafts.forms.binding import BINDING, CHANGED_BINDING
from bot.operations.drafts.forms.entry import NewEntry
from bot.operations.drafts.forms.form import DraftForm
from bot.operations.drafts.forms.written import FieldRefused, looked_at
from bot.operations.drafts.forms.written import made as saved
from bot.operations.drafts.new_binding import (
    CARDS,
    INVITING,
    NOTICE,
    BindingNeeds,
    binding_in,
    inviting_words,
    needs_of,
    shop_name,
    texts_in,
)
from bot.operations.new_playbook.starter import DEFAULTS, files
from bot.playbook.load import load
from bot.scenario.folder import PlaybookFiles
from bot.scenario.result import all_played
from tests.cli.oaflow import ROOT
from tests.depth import examples, one_of
from tests.pictures import jpeg, png
from tests.web.admin.filled_forms import filled, written

FORM = {
    "controller": "阿美早餐店",
    "url": "https://amei.example/privacy",
    "rights_contact": "amei@amei.example",
}
TITLES = {one.name: one.label for one in BINDING.fields() if one.label}
ONE_FILE = """\
bot: 森活選品
channels:
  main: {id: "@forest", channel_id: "1234567890", channel_secret: opaque}
"""
LANGUAGES = ("zh-TW", "en")


def new_bot(language: str = "zh-TW") -> dict[str, str]:
    """The YAML of a playbook as it begins."""
    made = files(DEFAULTS[language], language)
    return {path: text for path, text in made.items() if path.endswith(".yaml")}


def new_binding(sources: Mapping[str, str], **fields: str) -> NewEntry:
    """What the form writes in a simulator, or with a `provider` elsewhere."""
    form = filled(BINDING, sources, **{**FORM, **fields})
    return saved(replace(form, simulated="provider" not in fields))


def sound(folder: Path, sources: Mapping[str, str], made: NewEntry) -> None:
    """With it the playbook has not even a warning, and all tests hold."""
    for path, text in {**sources, **made.texts}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    filled = dict.fromkeys(("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN"), "opaque")
    found = load(folder, {"LINE_CHANNEL_ID": "1234567890", **filled}, lambda name: f"stand-in-{name.lower()}")
    assert [str(problem) for problem in found.problems] == []
    there = PlaybookFiles(folder, {})
    results = all_played(there, there.load())
    assert {one.file for one in results} >= set(made.tests)
    assert [(one.file, one.failure or one.problems) for one in results if not one.holds or one.problems] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_bot_binds_a_phone_without_a_warning(tmp_path: Path, language: str) -> None:
    sources = new_bot(language)
    assert binding_in(sources) is None
    assert needs_of(sources) == BindingNeeds(notice=True, provider=True, channels=("main",))
    made = new_binding(sources)
    sound(tmp_path, sources, made)
    found = binding_in({**sources, **made.texts})
    assert found is not None
    assert (found.file, found.flow) == ("flows/phone_binding.yaml", "phone_binding")


def test_what_stands_in_a_file_stays_as_it_is() -> None:
    """With its comments; one line is put into the account, the rules stand above the others."""
    sources = new_bot()
    made = new_binding(sources)
    bot = made.texts["bot.yaml"]
    assert bot.replace("    sms: codes\n", "", 1).startswith(sources["bot.yaml"].rstrip("\n"))
    assert "included: 3000\n    sms: codes\n" in bot
    rules = made.texts["rules/answers.yaml"]
    written = (
        "  - when: {text: [綁定手機, 手機綁定, 綁定]}\n    start: phone_binding\n"
        "  - when: {text: [會員, 加入會員]}\n    reply: binding_invitation\n"
        "  - when: {text: 解除綁定}\n    if: {bound: phone}\n    reply: binding_undo\n"
        "  - when: {text: 解除綁定}\n    reply: 您還沒有綁定手機。\n"
    )
    assert rules.replace(written, "", 1) == sources["rules/answers.yaml"]
    assert f"rules:\n{written}" in rules


@pytest.mark.parametrize("provider", COMPANIES)
def test_a_real_provider_stands_by_its_variables(tmp_path: Path, provider: str) -> None:
    """No secret is written, and none is asked for."""
    sources = new_bot()
    made = new_binding(sources, provider=provider)
    sound(tmp_path, sources, made)
    assert f'"${{{provider.upper()}_' in made.texts["bot.yaml"]
    assert "console" not in made.texts["bot.yaml"]


def test_a_long_name_leaves_the_sms_one_sms(tmp_path: Path) -> None:
    sources = {**new_bot(), "bot.yaml": new_bot()["bot.yaml"].replace("我的商店", "長" * 50)}
    assert shop_name(sources) == "長" * 50
    sound(tmp_path, sources, new_binding(sources))


def test_what_is_there_is_used(tmp_path: Path) -> None:
    """A notice, a way to send codes, names that are taken; a notice that says only how long is none."""
    sources = {
        **new_bot(),
        "rules/more.yaml": "sms: {ours: {provider: console}}\nprivacy:\n  keep: {traces: 7d}\n"
        "rules:\n  - {when: {text: 再見}, reply: binding_done}\n",
        "cards/done.yaml": "cards:\n  binding_done: {text: 好了}\n",
        "flows/phone_binding.yaml": "# 還沒寫\n",
    }
    assert needs_of(sources) == BindingNeeds(notice=True, provider=False, channels=("main",))
    made = new_binding(sources)
    assert "    sms: ours\n" in made.texts["bot.yaml"]
    assert "keep: {traces: 7d}\n  controller: 阿美早餐店\n" in made.texts["rules/more.yaml"]
    assert "binding_done_2:" in made.texts["flows/phone_binding_2.yaml"]
    sound(tmp_path, sources, made)
    after = {**sources, **made.texts}
    assert needs_of(after) == BindingNeeds(notice=False, provider=False)


def test_a_word_that_is_answered_already_is_left_to_its_rule(tmp_path: Path) -> None:
    """A bot whose customers ask most for members' prices goes on answering that."""
    sources = {path: text.replace("營業時間", "會員") for path, text in new_bot().items()}
    made = new_binding(sources)
    assert "- when: {text: 加入會員}\n" in made.texts["rules/answers.yaml"]
    sound(tmp_path, sources, made)
    assert (
        inviting_words({"rules/a.yaml": "rules:\n  - when: [follow, {text: [會員, 加入會員]}]\n"}) == INVITING
    )


def test_two_accounts_both_send_codes(tmp_path: Path) -> None:
    """The rules go into a file that is for both, or into one of their own."""
    sources = {
        "bot.yaml": ONE_FILE.replace('main: {id: "@forest", ', "main:\n    id: forest\n    ").replace(
            ", channel_secret: opaque}", "\n    channel_secret: opaque"
        )
        + '  outlet:\n    id: outlet\n    channel_id: "2"\n    channel_secret: opaque\n',
        "rules/outlet.yaml": "channel: outlet\nrules:\n  - {when: {text: 再見}, reply: 再見}\n",
    }
    made = new_binding(sources)
    assert made.texts["bot.yaml"].count("    sms: codes\n") == 2
    assert "rules/outlet.yaml" not in made.texts
    sound(tmp_path, sources, made)


def test_an_account_between_braces_is_left_to_the_editor() -> None:
    with pytest.raises(OnlyInEditor, match=r"bot\.yaml is written so that only the editor"):
        new_binding({"bot.yaml": ONE_FILE})


def test_the_example_binds_already() -> None:
    paths = [*ROOT.glob("flows/*.yaml"), *ROOT.glob("rules/*.yaml"), ROOT / "bot.yaml"]
    found = binding_in({str(one.relative_to(ROOT)): one.read_text("utf-8") for one in paths})
    assert found is not None
    assert (found.file, found.flow) == ("flows/phone_binding.yaml", "phone_binding")


def test_its_texts_are_changed_in_their_place(tmp_path: Path) -> None:
    """All else in the file stays, the tests hold as they are; what others wrote is theirs."""
    sources = {**new_bot(), "cards/done.yaml": "cards:\n  binding_done: {text: 好了}\n"}
    sources["rules/answers.yaml"] += "  - {when: {text: 再見}, reply: binding_done}\n"
    sources.update(new_binding(sources).texts)
    there = texts_in(sources)
    assert there is not None
    assert there.cards["thanks"] == "binding_done_2"
    said = {**there.texts, "thanks": "綁好了: {謝謝}\n再見", "invitation": "來吧"}
    changed = written(CHANGED_BINDING, sources, **said)
    [(path, text)] = changed.texts.items()
    assert path == "flows/phone_binding.yaml"
    assert text.partition("flows:")[2] == sources[path].partition("flows:")[2]
    assert [*changed.tests] == [f"tests/scenarios/綁定手機{which}.yaml" for which in ("", "_打錯", "_解除")]
    sound(tmp_path, sources, changed)
    again = texts_in({**sources, **changed.texts})
    assert again is not None
    assert again.texts == said
    other = text.replace("    staff: false\n", "    quick_replies: [會員]\n", 1)
    assert texts_in({**sources, path: other}) is None
    assert texts_in(new_bot()) is None
    with pytest.raises(FieldRefused, match="means something") as refused:
        written(CHANGED_BINDING, sources, **{**said, "invitation": "{{ x }}"})
    assert refused.value.field == "invitation"


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"thanks": " "}, "thanks", "nothing is written there"),
        ({"rights_contact": ""}, "rights_contact", "nothing is written there"),
        ({"terms": "amei"}, "terms", "it begins with https://"),
        *(
            ({"url": one}, "url", "it begins with https://")
            for one in ("http://a.example", "https://", "https://a b.example", "javascript:1", "https://a")
        ),
        ({"provider": ""}, "provider", "choose who sends the codes"),
    ],
)
def test_what_is_missing_is_said_at_its_field(wrong: Mapping[str, str], field: str, says: str) -> None:
    with pytest.raises(FieldRefused, match=says) as refused:
        new_binding(new_bot(), **wrong)
    assert refused.value.field == field


def test_to_be_looked_at_each_field_holds_something() -> None:
    """What is empty is filled in; what is wrong, too, and said."""
    looked, refused = looked_at(filled(BINDING, new_bot(), thanks="", url="forest"))
    assert looked["thanks"] == BINDING.field("thanks").usual
    assert (looked["url"], looked["provider"]) == (BINDING.field("url").example, COMPANIES[0])
    assert isinstance(refused, FieldRefused)
    assert refused.field == "url"


@settings(max_examples=examples(60))
@given(st.dictionaries(st.sampled_from([*TITLES]), st.text(min_size=1, max_size=80)))
def test_whatever_is_taken_makes_a_sound_playbook(
    tmp_path_factory: pytest.TempPathFactory, texts: Mapping[str, str]
) -> None:
    taken(tmp_path_factory, texts)


ELSEWHERE = (
    "no",
    "null",
    "- a",
    "a: b # c",
    "{a}",
    "'\"\\",
    "🍞👨‍👩‍👧",
    "code from sms",
    "{ a",
    "{contains: x}",
    "@",
    "%",
    "*a",
    "welcome",
    "offer",
    "privacy_notice",
    "第一行\n\n第二行 ",
    "停止推播",
    "1.10",
    "0912345678",
    "|",
    ">-",
    "「」",
    "#1",
)
"""What YAML, the language, and the playbook itself take for something else."""


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("text", one_of(3, ((text,) for text in ELSEWHERE)))
def test_words_that_mean_something_elsewhere(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    lines = [name for name in TITLES if name not in NOTICE]
    taken(tmp_path_factory, dict.fromkeys(TITLES if "\n" not in text else lines, text))
    taken(tmp_path_factory, {"question": text})


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("thanks", "{{ contact.name }}", "means something in a playbook"),
        ("controller", "第一行\n第二行", "that nobody can see"),
        ("invitation", "字" * 161, "at most 160"),
        ("url", "https://a.example/${HOME}", "means something in a playbook"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(name: str, text: str, says: str) -> None:
    with pytest.raises(FieldRefused, match=says) as refused:
        new_binding(new_bot(), **{name: text})
    assert refused.value.field == name


def taken(tmp_path_factory: pytest.TempPathFactory, texts: Mapping[str, str]) -> None:
    sources = new_bot()
    try:
        made = new_binding(sources, **texts)
    except Refusal:
        return
    sound(tmp_path_factory.mktemp("binding"), sources, made)
    found = texts_in({**sources, **made.texts})
    assert found is not None
    assert found.texts == {field: texts.get(field, BINDING.field(field).usual).strip() for field in CARDS}


WITH_PAGE = {
    "bot.yaml": """\
bot: 森活選品
channels:
  main:
    id: "@forest"
    channel_id: "1234567890"
    channel_secret: opaque
    liff: {login_channel_id: "1", liff_id: 1-a}
"""
}


def sent(form: DraftForm, sources: Mapping[str, str], picture: bytes, **fields: str) -> NewEntry:
    """What the form writes of a picture that came with it, where no other is called so."""
    return saved(replace(filled(form, sources, file="店.PNG", **fields), simulated=True, picture=picture))


def test_the_picture_of_its_page_comes_with_the_form() -> None:
    """B1: part of the draft as other files are; afterwards another one takes its place."""
    new = sent(BINDING, WITH_PAGE, png(1200, 640), **FORM)
    assert new.files == {"cards/binding.png": png(1200, 640)}
    flow = "flows/phone_binding.yaml"
    assert '    page: {picture: "cards/binding.png"}  ' in new.texts[flow]
    texts = {"question": "?", "thanks": "!", "invitation": "…"}
    after = {**WITH_PAGE, **new.texts}
    changed = replace(filled(CHANGED_BINDING, after, file="b.jpg", **texts), paths=["cards/binding.png"])
    there = saved(replace(changed, picture=jpeg(1200, 640)))
    assert there.files.keys() == {"cards/binding_2.jpg"}
    assert 'page: {picture: "cards/binding_2.jpg"}' in there.texts[flow]
    assert saved(replace(changed, texts={**changed.texts, "file": ""})).files == {}


@pytest.mark.parametrize("picture", [png(1200, 600), png(600, 320), b"no picture"])
def test_a_picture_of_another_size_is_refused_at_its_field(picture: bytes) -> None:
    with pytest.raises(FieldRefused, match="1200 × 640") as refused:
        sent(BINDING, WITH_PAGE, picture, **FORM)
    assert refused.value.field == "file"
