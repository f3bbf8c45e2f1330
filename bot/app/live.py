"""What this process serves just now: a playbook and its channels, and how another one takes their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.app.database import GENERATED
from bot.engine.compiled.by_staff import with_restrictions
from bot.engine.compiled.pages import with_paused_binding
from bot.engine.compiled.playbook import Playbook
from bot.line.client import LineClient
from bot.line.reissued import BOTH_GOOD, Former, formers, secrets
from bot.model.brake import OFF, Brake
from bot.model.channel import Channel
from bot.model.clock import Clock
from bot.model.problem import Problem
from bot.model.settings import Settings
from bot.model.translatable import Refusal, Translatable, tr
from bot.playbook.read import PlaybookContents
from bot.playbook.valid import ValidPlaybook


class NeedsStart(Refusal):
    """A change that cannot be taken over while the process runs; the message says which, and what helps."""


@dataclass(eq=False, repr=False)
class Live:
    """The playbook and settings that this process serves, with a LINE client for each channel.

    Read them anew for each turn or call: they may be replaced at any time. A turn or call ends with the
    version that it began with.
    """

    _served: ValidPlaybook
    _public: str
    """Our own address, as the world reaches it."""
    _new_account: Callable[[Channel, Sequence[Former]], LineClient]
    """Makes a channel's LINE client, which may fall back on former tokens."""
    _clock: Clock
    _formers: dict[str, tuple[Former, ...]] = field(init=False, default_factory=dict)
    """By channel: its former secrets and tokens, accepted for a while (A11)."""
    _former_api_tokens: list[tuple[str, datetime]] = field(init=False, default_factory=list)
    """Former tokens of `POST /api/events`, the newest first, each with the end of its validity (UTC)."""
    _accounts: dict[str, LineClient] = field(init=False, default_factory=dict)
    """The LINE clients by channel."""
    _retired: list[LineClient] = field(init=False, default_factory=list)
    """Clients of channels that have changed or gone, which end their calls; closed with the others."""
    _brake: Brake = field(init=False, default=OFF)
    playbook: Playbook = field(init=False)
    """The served playbook, with what staff have paused left out (`follow`)."""
    on_channels: Callable[[Iterable[Channel]], None] = field(
        init=False, default_factory=lambda: lambda channels: None
    )
    """Called with all channels when another playbook, settings or stops of accounts apply."""
    refused: Callable[[Settings], Translatable | None] = field(
        init=False, default_factory=lambda: lambda settings: None
    )
    """Gives the reason why this process never serves these settings; `None`: it may."""
    on_take: list[Callable[[], None]] = field(init=False, default_factory=list)
    """Called when another playbook or other settings are served, or stops of menus or accounts change."""

    def __post_init__(self) -> None:
        self.playbook = self._in_force(self._served)
        self._meet(self._served.settings)

    @property
    def served(self) -> ValidPlaybook:
        """The served playbook as it was read, with its files, settings and warnings."""
        return self._served

    @property
    def settings(self) -> Settings:
        """The settings that are served: channels, shops, providers, secrets."""
        return self._served.settings

    def playbook_now(self) -> Playbook:
        """`playbook` as a function, for callers that read it anew each time."""
        return self.playbook

    def settings_now(self) -> Settings:
        """`settings` as a function, for callers that read them anew each time."""
        return self.settings

    @property
    def contents(self) -> PlaybookContents | None:
        """The files of the served playbook as they are stored; `None`: it was read from the database."""
        return self._served.contents

    @property
    def sources(self) -> Mapping[str, str]:
        """The texts of the files that are served."""
        return self._served.sources

    @property
    def warnings(self) -> Sequence[Problem]:
        """The problems of the files that are served: no mistakes."""
        return self._served.warnings

    @property
    def files(self) -> Iterable[str]:
        """The files that were read, by path from the playbook's folder."""
        return self._served.files

    def account(self, channel: str) -> LineClient | None:
        """LINE for one channel; `None` where the playbook has no such channel, or it is unlinked (A7)."""
        return None if self._is_unlinked(channel) else self._accounts.get(channel)

    def secrets(self, channel: str) -> Iterable[str] | None:
        """The secrets by which a webhook of this channel may be signed; `None`: no such channel, or it is
        unlinked (A7)."""
        if self._is_unlinked(channel):
            return None
        found = self.settings.channels.get(channel)
        return None if found is None else secrets(found, self._formers.get(channel, ()), self._clock.now())

    def _is_unlinked(self, channel: str) -> bool:
        found = self.settings.channels.get(channel)
        return found is not None and self._brake.channel_stop(found.channel_id) is not None

    def api_tokens(self) -> list[str]:
        """The tokens that `POST /api/events` accepts now, the newest first; none: it is closed.

        Without `api_token` in the playbook it is closed at once, for former tokens, too.
        """
        token, now = self.settings.api_token, self._clock.now()
        return [token, *(old for old, until in self._former_api_tokens if now < until)] if token else []

    def titled_channels(self) -> list[Channel]:
        """The channels, each with a name that people see."""
        channels = self.settings.channels.values()
        return [replace(one, app_name=one.app_name or self.playbook.bot) for one in channels]

    def may_take(self, read: ValidPlaybook) -> None:
        """Raises `NeedsStart` where these settings cannot be taken over."""
        if (why := self.refused(read.settings)) is not None:
            raise NeedsStart(why)
        new, old = read.settings, self.settings
        if (new.database, new.keys == GENERATED) != (old.database, old.keys == GENERATED):
            raise NeedsStart(
                tr('"database" and "keys" are read when oaflow starts: stop it, and start it again')
            )

    def renew(self, settings: Settings) -> None:
        """Serve these settings, which differ in secrets only, from now on."""
        self._meet(settings)
        self._served = replace(self._served, settings=settings)
        self._notify_listeners()

    def take(self, read: ValidPlaybook) -> list[str]:
        """Serve `read` from now on; returns the differences, for the log. Old secrets stay valid for a while
        (A11)."""
        changes = _changes(self._served, read)
        self._meet(read.settings)
        self._served, self.playbook = read, self._in_force(read)
        self._notify_listeners()
        return changes

    def follow(self, brake: Brake) -> None:
        """Apply what staff have paused from the next decision on: binding (B8), flows (H6), menus (G3); and
        which accounts they have unlinked (A7)."""
        before, self._brake = self._brake, brake
        if _paused(brake) != _paused(before):
            self.playbook = self._in_force(self._served)
        if (brake.menus, brake.channels) != (before.menus, before.channels):
            self._notify_listeners()

    def _in_force(self, read: ValidPlaybook) -> Playbook:
        brake, playbook = self._brake, replace(read.playbook, public=self._public)
        playbook = with_restrictions(playbook, brake.restrictions, brake.menus)
        return with_paused_binding(playbook, {one.channel for one in brake.bindings})

    def _notify_listeners(self) -> None:
        self.on_channels(self.titled_channels())
        for notify in self.on_take:
            notify()

    def _meet(self, settings: Settings) -> None:
        """Make the LINE clients that new settings need, and note the secrets that they replace."""
        known, token = self.settings.channels, self.settings.api_token
        if token and token != settings.api_token:
            now = self._clock.now()
            still = [one for one in self._former_api_tokens if now < one[1]]
            self._former_api_tokens = [(token, now + BOTH_GOOD), *still]
        for name in [n for n in self._accounts if settings.channels.get(n) != known.get(n)]:
            self._retired.append(self._accounts.pop(name))  # calls under way are still its own
        for name, channel in settings.channels.items():
            if name not in self._accounts:
                before = self._before(channel, known.get(name))
                self._formers[name] = before
                self._accounts[name] = self._new_account(channel, before)

    def _before(self, new: Channel, old: Channel | None) -> tuple[Former, ...]:
        return () if old is None else formers(old, new, self._formers.get(new.name, ()), self._clock.now())

    def close(self) -> None:
        """End all connections to LINE."""
        for client in (*self._accounts.values(), *self._retired):
            client.close()


def _paused(brake: Brake) -> tuple[object, ...]:
    """The stops that change the playbook which is in force."""
    return brake.bindings, brake.restrictions, brake.menus


def _changes(old: ValidPlaybook, new: ValidPlaybook) -> list[str]:
    changes = []
    for what, before, after in (
        ("", old.sources, new.sources),
        ("channel ", old.settings.channels, new.settings.channels),
        ("list ", _lists(old), _lists(new)),
    ):
        changes += [f"{what}{name} is new" for name in after if name not in before]
        changes += [f"{what}{name} is gone" for name in before if name not in after]
        changes += [
            f"{what}{name} changed" for name in after if name in before and before[name] != after[name]
        ]
    return changes


def _lists(served: ValidPlaybook) -> Mapping[str, str]:
    """The lists of people by name, each as it was read."""
    return {one.name: one.key for one in served.playbook.lists}
