"""Somebody before the page of appointments (N5)."""

from __future__ import annotations

from bot.promotions.appointments.model import AppointmentsView
from tests.engine.chat import Chat
from tests.playbooks import compiled


class OnAppointments(Chat):
    """Has opened the page of this shop."""

    def __init__(self, shop: str) -> None:
        super().__init__(compiled(shop))
        self.goes_to("my_appointments")

    def presses(self, *lines: str) -> object:
        """What the world is asked for by this press."""
        self.does("my_appointments", "\n".join(lines))
        asked = [one for one in self.last.actions if hasattr(one, "question")]
        return asked[0] if asked else None

    @property
    def asked_there(self) -> str:
        return self.view.asked

    @property
    def view(self) -> AppointmentsView:
        shown = self.screen("my_appointments").content["appointments"]
        assert isinstance(shown, AppointmentsView)
        return shown
