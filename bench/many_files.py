"""A large playbook, made up: 200 files of 50 lines each, with flows, rules, cards, tags and conditions."""

from __future__ import annotations

from pathlib import Path

FILES = 200
RULES_IN_FILE = 5

HEAD = """\
bot: 大店
channels:
  main: {id: forest, channel_id: "1234", channel_secret: opaque, access_token: opaque}
hours:
  門市時間: 11:00-21:00
attributes:
  points: number
  tier: text
"""

RULES = """\
rules:
"""

RULE = """\
  - when: {{text: [第{n}個問題, 問{n}, question {n}]}}
    if: {{attribute: {{points: {{at_least: {n}}}}}}}
    do:
      - add_tags: [問過{n}]
      - reply: 這是第 {n} 個答案，{{{{ contact.name }}}}您好。
  - when: {{text_pattern: "查第{n}單 {{no:digits}}"}}
    unless: {{during: 門市時間}}
    reply: card_{f}
"""

CARD = """\
cards:
  card_{f}:
    buttons:
      title: 第 {f} 張
      text: 請選擇。
      taps:
        - {{label: 看看, send: 問{n}}}
        - {{label: 網站, open: "https://shop.example/{f}"}}
"""


def write(folder: Path) -> int:
    """Write the playbook into this folder; how many lines it has."""
    (folder / "rules").mkdir(parents=True)
    (folder / "bot.yaml").write_text(HEAD, "utf-8")
    lines = HEAD.count("\n")
    for file in range(FILES):
        numbers = range(file * RULES_IN_FILE, (file + 1) * RULES_IN_FILE)
        text = CARD.format(f=file, n=numbers[0]) + RULES + "".join(RULE.format(n=n, f=file) for n in numbers)
        if file % 4 == 0:
            text = _flow(file) + text
        (folder / "rules" / f"part_{file:03}.yaml").write_text(text, "utf-8")
        lines += text.count("\n")
    return lines


def _flow(file: int) -> str:
    return f"""\
flows:
  flow_{file}:
    rules:
      - when: {{text: 離開{file}}}
        to: 結束
    states:
      第一問:
        ask: 您喜歡哪一種？
        answer: [茶, 咖啡]
        otherwise: 請選一個。
        give_up_after: {{30m: 結束}}
        next: {{茶: 結束, 咖啡: 第二問}}
      第二問:
        ask: 一天幾杯？
        answer: number
        save: points
        give_up_after: {{30m: 結束}}
        next: 結束
      結束:
        end: true
"""
