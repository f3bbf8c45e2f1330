"""What a playbook asks for that this version does not carry out yet, said once when `oaflow run` starts."""

from __future__ import annotations

from bot.engine.playbook import Playbook
from bot.model.settings import Settings
from bot.shops.members import PLATFORMS


def not_carried_out(playbook: Playbook, settings: Settings) -> str | None:
    """One line that names it; `None` where everything is carried out."""
    channels = playbook.channels.values()
    fail = {
        **{f"shops on {platform}": True for platform in _shops_unbuilt(playbook, settings)},
        "clerks": bool(playbook.stores),
        "hooks": bool(playbook.hooks),
    }
    wait = {
        "forms": bool(playbook.forms),
        "broadcasts": bool(playbook.broadcasts),
        "news from shops": any(channel.shop is not None for channel in channels),
        "writing attributes to shops": any(
            field.write for shop in settings.shops.values() for field in shop.attributes.values()
        ),
        "events from outside": settings.api_token is not None,
        "alerts": bool(settings.alerts),
    }
    failing, waiting = (", ".join(name for name in words if words[name]) for words in (fail, wait))
    told = [f"{failing} (their actions end as failed)"] if failing else []
    told += [f"{waiting} (nothing is done about them)"] if waiting else []
    return f"with a later version come: {'; '.join(told)}" if told else None


def _shops_unbuilt(playbook: Playbook, settings: Settings) -> list[str]:
    used = {channel.shop for channel in playbook.channels.values()}
    return sorted({shop.platform for name, shop in settings.shops.items() if name in used} - PLATFORMS)
