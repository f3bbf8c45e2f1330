"""What people say in random schedules, and by which playbooks they are answered."""

from __future__ import annotations

from tests.playbooks import compiled

PLAYBOOK = compiled("""\
rules:
  - {when: {text: 回}, reply: 答}
  - {when: {text: 推}, do: [push: 通知]}
  - {when: {text: 標}, do: [add_tags: [標過], reply: 記下了]}
""")

RULE, WANTED, PLACES = "名額", "標", 3
FEW_PLACES = compiled("""\
rules:
  - {when: {text: 回}, reply: 答}
  - {when: {text: 推}, do: [push: 通知]}
  - {when: {text: 標}, first: 3, name: 名額, reply: 您是前三位}
  - {when: {text: 標}, reply: 額滿了}
""")

ANSWERED, PUSHED, NOTHING = ("回", "標"), "推", "嗯嗯"
WISH, GIFTS = "要", ("一", "二")
"""Whoever says so gets these pushes later, each once (`braked_schedules`)."""
