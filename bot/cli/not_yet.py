"""What a playbook asks for that this version does not carry out yet, said once when `oaflow run` starts."""

from __future__ import annotations

from bot.engine.playbook import Playbook
from bot.model.settings import Settings


def not_carried_out(playbook: Playbook, settings: Settings) -> str | None:
    """One line that names it; `None` where everything is carried out."""
    flows = (*playbook.flows.values(), *playbook.variants.values())
    channels = playbook.channels.values()
    fail = {
        "sms": any(channel.has_sms for channel in channels),
        "shops": any(channel.shop is not None for channel in channels),
        "clerks": bool(playbook.stores),
        "hooks": bool(playbook.hooks),
    }
    wait = {
        "pages": bool(playbook.forms or playbook.member_card) or any(flow.page for flow in flows),
        "rich menus": bool(playbook.menus),
        "broadcasts": bool(playbook.broadcasts),
        "short links": bool(playbook.links),
        "events from outside": settings.api_token is not None,
        "alerts": bool(settings.alerts),
    }
    failing, waiting = (", ".join(name for name in words if words[name]) for words in (fail, wait))
    told = [f"{failing} (their actions end as failed)"] if failing else []
    told += [f"{waiting} (nothing is done about them)"] if waiting else []
    return f"with a later version come: {'; '.join(told)}" if told else None
