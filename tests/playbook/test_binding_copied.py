"""How a playbook of `oaflow new` comes to bind phones: what docs/pages.zh-TW.md says to copy. B1"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from bot.operations.new_playbook.starter import DEFAULTS, files
from bot.playbook.compile.scope.unknown_names import BINDING, BINDING_FILES
from bot.playbook.load import load

ROOT = Path(__file__).parent.parent.parent
CHINESE = (ROOT / "docs" / "pages.zh-TW.md").read_text("utf-8")
ENGLISH = (ROOT / "docs" / "pages.md").read_text("utf-8")
PASTED = next(
    piece for piece in re.findall(r"```yaml\n(.*?)```", CHINESE, re.DOTALL) if f"{BINDING}: {{match" in piece
)


def test_a_page_that_binds_is_told_where_it_is_copied_from(tmp_path: Path) -> None:
    tap = f"{{label: 綁定, page: {BINDING}}}"
    (tmp_path / "bot.yaml").write_text(
        'bot: 茶舖\nchannels: {main: {id: "@tea", channel_id: "1", channel_secret: abc}}\n'
        f"rules:\n  - {{when: {{text: 一}}, start: {BINDING}}}\n"
        f"  - {{when: {{text: 二}}, reply: {{buttons: {{text: 二, taps: [{tap}]}}}}}}\n",
        "utf-8",
    )
    problems = load(tmp_path, {}).problems
    assert [one.code for one in problems if one.level == "error"] == ["unknown-flow", "unknown-page"]
    for problem in problems:
        hint = str(problem.hint)
        assert all(file in hint for file in BINDING_FILES), problem


def test_what_the_documents_say_to_copy_and_to_paste_has_no_mistake(tmp_path: Path) -> None:
    for name, text in files(DEFAULTS["zh-TW"], "zh-TW").items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    for name in BINDING_FILES:
        assert f"`{name}`" in CHINESE
        assert f"`{name}`" in ENGLISH
        shutil.copy(ROOT / name, tmp_path / name)
    of_channel = re.search(r"    # …\n((?:    .*\n)+)", PASTED)
    assert of_channel is not None
    rest, _, rules = PASTED[of_channel.end() :].partition("rules:\n")
    bot = (tmp_path / "bot.yaml").read_text("utf-8")
    token = "    access_token: ${LINE_CHANNEL_ACCESS_TOKEN}\n"
    assert token in bot
    (tmp_path / "bot.yaml").write_text(bot.replace(token, token + of_channel[1]) + rest, "utf-8")
    (tmp_path / "rules" / "binding.yaml").write_text(f"rules:\n{rules}", "utf-8")
    found = load(tmp_path, {}, unset="warning")
    assert found.playbook is not None, found.problems
    assert {one.code for one in found.problems if one.level != "info"} == {"env-unset", "nobody-told"}
