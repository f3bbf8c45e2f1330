"""Reports addresses in messages that carry personal data of the reader to a host that the shop has not
named."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.personal_addresses import connected_hosts, flex_files, linked_hosts, personal_addresses
from bot.playbook.similar import quoted


def check_addresses(scope: Scope) -> None:
    """Warn of them. A host is named where the bot is connected to it (`hooks`, `shops`) or `links` lead to
    it."""
    root = scope.book.root
    known = connected_hosts(root) | linked_hosts(root)
    for one in personal_addresses(root, flex_files(root, scope.book.folder)):
        if one.host in known:
            continue
        where = quoted(one.host) if one.host else tr("a host that is not known here")
        message = tr("who opens this address hands {what} to {host}", what=quoted(one.what), host=where)
        hint = tr("leave it out, or name the shop's own site by an address in  links")
        scope.wrong(one.node, "personal-in-address", message, hint, level="warning")
