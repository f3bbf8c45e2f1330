"""The audit log in words, for `oaflow audit` and its page: what was done, to what, how it changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.model.audit import ELSEWHERE, EVERYWHERE, AuditEntry, AuditEntryState, AuditKind
from bot.model.brake import PushStop
from bot.model.translatable import Translatable, TranslatableValue, plural, row, tr
from bot.operations.actors import by_name
from bot.operations.admins.role_names import ROLE_NAMES
from bot.operations.brake import STOPPED
from bot.operations.privacy import amount_words
from bot.operations.promotions import OPERATIONS_PARTS
from bot.operations.recorded_words import about_words, messages, people, recorded_words
from bot.wording.stop_words import which

_SCOPE = re.compile(r"(?:channel (?P<channel>\S+))? ?(?:flow (?P<flow>.+))?")
"""The scope of a stop of pushes, as the log has it: `channel main flow care`."""
_COUNTS = re.compile(r"new (?P<new>\d+), changed (?P<changed>\d+), refused (?P<refused>\d+)")
"""The numbers of an import, as the log has them: `new 3, changed 1, refused 0`."""
_VERSION = re.compile(r"(?P<number>\d+) \((?P<version>\w+)\)")
"""A version as the log has it: `2 (1197f66dd724)`."""
_MADE_LIVE: Mapping[str, Translatable] = {
    "start": tr("when the program started"),
    "untested": tr("untested"),
    "unserved": tr("unserved"),
    "leave-people": tr("people left where they were"),
}
_SECOND_FACTOR: Mapping[str, Translatable] = {
    "on": tr("turned on"),
    "off": tr("turned off"),
    "codes": tr("other codes for a lost phone"),
}
_SIGNED_OUT: Mapping[str, Translatable] = {
    ELSEWHERE: tr("everywhere else"),
    EVERYWHERE: tr("everywhere"),
}


def about(entry: AuditEntry) -> TranslatableValue:
    """What it was done to; what is a name of the shop's stays as it is."""
    match entry.kind:
        case "pushes_stopped" | "pushes_resumed":
            scope = _SCOPE.fullmatch(entry.about)
            named = ("", "") if scope is None else (scope["channel"], scope["flow"])
            return which(PushStop(named[0] or None, named[1] or None, entry.by, entry.at))
        case "published" | "rolled_back":
            recorded = [_MADE_LIVE.get(word, word) for word in entry.about.split()]
            return row(recorded)
        case "draft_handed_in" | "draft_withdrawn":
            return ""
        case "draft_approved" | "draft_returned":
            return tr("by {who}", who=by_name(entry.about))
        case "admin_password_wrong" if not entry.about:
            return tr("a name that nobody has")
        case "people_searched":
            return SEARCHES.get(entry.about, entry.about)
        case _:
            return about_words(entry)


def change(entry: AuditEntry) -> TranslatableValue:
    """What was so before it and is so after it, where that says more than the kind does."""
    match entry.kind:
        case str(kind) if kind.startswith("draft_"):
            return tr("Files: {number}", number=entry.after)
        case "pushes_stopped":
            return (
                ""
                if entry.after == STOPPED
                else tr("why: {reason}", reason=recorded_words(entry.kind, entry.after))
            )
        case "binding_paused":
            return ""
        case "flow_closed" | "flow_paused" | "menu_paused":
            return tr("why: {reason}", reason=entry.after) if entry.after else ""
        case "flow_opened" | "flow_resumed" | "menu_resumed":
            by = tr("stopped by {who}", who=by_name(entry.before))
            return tr("{by}; why: {reason}", by=by, reason=entry.after) if entry.after else by
        case "published" | "rolled_back":
            before, after = _version(entry.before), _version(entry.after)
            return tr("{before} → {after}", before=before, after=after) if before else after
        case "binding_resumed":
            return tr("paused by {who}", who=by_name(entry.before))
        case "pushes_resumed":
            actor = entry.before.removeprefix(STOPPED).removeprefix(", ")
            return tr("stopped by {who}", who=by_name(actor)) if actor else ""
        case "data_expired":
            amounts = (one.partition(" ") for one in entry.after.split(", "))
            return row([amount_words(kind, number) for kind, _, number in amounts])
        case "admin_role":
            return tr("{before} → {after}", before=_role(entry.before), after=_role(entry.after))
        case "admin_added" | "token_made":
            return _role(entry.after)
        case "admin_second_factor":
            return _SECOND_FACTOR.get(entry.after, entry.after)
        case "admin_recovery_code":
            return tr("{number} of them left", number=entry.after)
        case "admin_signed_out":
            return _SIGNED_OUT.get(entry.after, entry.after)
        case "audit_listed":
            return plural("1 line", "{number} lines", int(entry.after)) if entry.after else ""
        case (
            "data_exported"
            | "audience_listed"
            | "incident_listed"
            | "many_tagged"
            | "many_untagged"
            | "many_exported"
        ):
            return _exported(entry.after)
        case _:
            counted = _COUNTS.fullmatch(entry.after)
    if counted is not None:
        return tr("{new} new, {changed} changed, {refused} refused", **counted.groupdict())
    before, after = (recorded_words(entry.kind, one) for one in (entry.before, entry.after))
    return tr("{before} → {after}", before=before, after=after) if before and after else before or after


def how_often(entry: AuditEntry, moment: Callable[[datetime], str]) -> TranslatableValue:
    """Of one that is counted: how often, and when last; nothing of what was done once."""
    if entry.times < 2 or entry.last is None:
        return ""
    return tr("{number} times, last at {moment}", number=entry.times, moment=moment(entry.last))


def _exported(recorded: str) -> TranslatableValue:
    """How many people, and how many messages, from the text of the log."""
    number, _, said = recorded.partition(" ")
    if not number:
        return ""
    return row([people(number), messages(said)]) if said else people(number)


def _version(recorded: str) -> TranslatableValue:
    """A version as the log records it: `2 (1197f66dd724)`."""
    found = _VERSION.fullmatch(recorded)
    return recorded if found is None else tr("number {number} ({version})", **found.groupdict())


def _role(recorded: str) -> TranslatableValue:
    """A role, and the group or store that it sees, from the text of the log: `group north`."""
    role, _, whose = recorded.partition(" ")
    named = next((sentence for one, sentence in ROLE_NAMES.items() if one == role), None)
    if named is None:
        return recorded
    return tr("{role} ({whose})", role=named, whose=whose) if whose else named


SEARCHES: Mapping[str, Translatable] = {
    "list": tr("a list of people"),
    "name": tr("a name searched for"),
    "phone": tr("a phone searched for"),
    "end": tr("the last digits of a phone searched for"),
    "find": tr("by name, phone or number"),
    "matches": tr("possible matches"),
    "audit": tr("names in the audit log"),
    "bindings": tr("who was bound lately"),
    "broadcast": tr("who did not get a broadcast"),
    "forms": tr("the answers of a form"),
    **OPERATIONS_PARTS.table(lambda part: part.lists),
}
KINDS: Mapping[AuditKind, Translatable] = {
    "published": tr("a playbook was made live"),
    "draft_handed_in": tr("draft of the playbook handed in"),
    "draft_approved": tr("draft of the playbook approved"),
    "draft_returned": tr("draft of the playbook given back"),
    "draft_withdrawn": tr("draft of the playbook withdrawn"),
    "draft_taken_over": tr("draft of an account that has ended taken over"),
    "draft_discarded": tr("draft of an account that has ended discarded"),
    "draft_expired": tr("draft of an account that has ended removed after 30 days"),
    "rolled_back": tr("an earlier playbook was made live again"),
    "keys_added": tr("the database got to know keys"),
    "keys_rotated": tr("new keys"),
    "keys_retired": tr("old keys taken out"),
    "pushes_stopped": tr("pushes stopped"),
    "pushes_resumed": tr("pushes go on again"),
    "binding_paused": tr("binding paused"),
    "binding_resumed": tr("binding goes on again"),
    "flow_closed": tr("flow closed to new people"),
    "flow_opened": tr("flow open to new people again"),
    "flow_paused": tr("flow paused"),
    "flow_resumed": tr("flow goes on again"),
    "menu_paused": tr("rich menu paused"),
    "menu_resumed": tr("rich menu shown again"),
    "setup_answered": tr("an answer about the set-up at LINE"),
    "chat_view_saved": tr("view of chats saved"),
    "chat_view_removed": tr("view of chats removed"),
    "ready_answer_written": tr("ready answer written"),
    "ready_answer_removed": tr("ready answer removed"),
    "channel_linked": tr("official account linked"),
    "channel_resumed": tr("official account heard again"),
    "channel_rotated": tr("official account: new secret or token"),
    "channel_stopped": tr("official account not heard any more"),
    "channel_unlinked": tr("official account unlinked"),
    "binding_checked": tr("a line of the binding checklist"),
    "question_ignored": tr("a question that nobody answered was ignored"),
    "question_restored": tr("an ignored question is shown again"),
    "clerks_imported": tr("clerks imported"),
    "clerk_added": tr("clerk added"),
    "clerk_changed": tr("clerk changed"),
    **OPERATIONS_PARTS.table(lambda part: part.audit),
    "clerk_suspended": tr("clerk suspended"),
    "clerk_resumed": tr("clerk suspended no more"),
    "clerk_codes": tr("new codes of a clerk"),
    "members_imported": tr("members imported"),
    "friends_imported": tr("friends imported"),
    "erased": tr("people erased"),
    "data_exported": tr("data of people exported"),
    "data_expired": tr("removed by privacy.keep"),
    "expiry_confirmed": tr("erasing people who left agreed to"),
    "people_searched": tr("people listed or searched for"),
    "audience_listed": tr("people of an audience listed"),
    "many_tagged": tr("tag put on many people"),
    "many_untagged": tr("tag taken off many people"),
    "many_exported": tr("table of people exported"),
    "many_stopped": tr("what many people were to get stopped"),
    "incident_listed": tr("concerned people of an incident listed"),
    "audit_listed": tr("the audit log downloaded"),
    "shop_synced": tr("a shop's members read"),
    "resent": tr("given up, and made once more"),
    "dropped": tr("given up, and dropped"),
    "sms_cap_raised": tr("today's SMS cap raised"),
    "sms_phone_freed": tr("a phone may have codes again"),
    "menus_synced": tr("rich menus synced"),
    "menus_relinked": tr("rich menus linked anew"),
    "shop_linked": tr("shop linked"),
    "shop_unlinked": tr("shop unlinked"),
    "shop_account_chosen": tr("shop's account chosen"),
    "secret_kept": tr("secret kept"),
    "secret_dropped": tr("secret dropped"),
    "broadcast_sent": tr("broadcast sent"),
    "broadcast_tested": tr("broadcast tested"),
    "broadcast_paused": tr("broadcast paused"),
    "broadcast_resumed": tr("broadcast resumed"),
    "broadcast_agreed": tr("broadcast sent all the same"),
    "broadcast_cancelled": tr("broadcast cancelled"),
    "admin_added": tr("account added"),
    "admin_suspended": tr("account suspended"),
    "admin_resumed": tr("account suspended no more"),
    "admin_unlocked": tr("wrong tries at an account forgotten"),
    "admin_reset": tr("account given a new start password"),
    "admin_role": tr("account given another role"),
    "admin_password": tr("own password changed"),
    "admin_second_factor": tr("second factor changed"),
    "admin_recovery_code": tr("code for a lost phone used"),
    "admin_confirmed": tr("password or code given again"),
    "admin_signed_in": tr("signed in"),
    "admin_signed_out": tr("has signed out"),
    "admin_password_wrong": tr("wrong password when signing in"),
    "admin_code_wrong": tr("wrong code of the second step"),
    "token_made": tr("API token made"),
    "token_revoked": tr("API token revoked"),
    "notices_on": tr("notices of a browser switched on"),
    "notices_off": tr("notices of a browser switched off"),
    "backup_made": tr("backup made"),
    "restored": tr("database restored from a backup"),
}
STATES: Mapping[AuditEntryState, Translatable] = {
    "began": tr("begun: nobody has written down how it ended"),
    "refused": tr("refused: nothing was changed"),
}
"""The words for a deed that is not done, as far as is known."""
