"""The person's bindings: one-time codes, members of the shop, clerks; bound, read anew and unbound."""

from __future__ import annotations

from bot.engine.actions.clerks import AskClerk, CheckClerkCode
from bot.engine.actions.codes import AskForCode, TryCode
from bot.engine.actions.members import AskMember, AskMove, AskRegistration, BindMember, Refresh, Unbind
from bot.playbook.compile.actions.derived import derived
from bot.playbook.compile.actions.readers import Readers

CLERKS: Readers = {"bind_clerk": derived(AskClerk), "check_clerk": derived(CheckClerkCode)}
"""What binds the person to a clerk."""
ON_PAGES: Readers = {
    "send_code": derived(AskForCode),
    "check_code": derived(TryCode),
    "find_member": derived(AskMember),
    "register_member": derived(AskRegistration),
    "move_member": derived(AskMove),
    "bind_member": derived(BindMember),
    **CLERKS,
}
"""What belongs to a flow with a page (language, 8.3)."""
READ: Readers = {**ON_PAGES, "refresh_member": derived(Refresh), "unbind": derived(Unbind)}
