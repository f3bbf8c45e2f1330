"""The rows of the console's table for *Chat*, and who may open each (E3)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.admin import TEAM
from bot.model.translatable import tr
from bot.web.admin.route import UPLOAD_MOST, AdminRoute

CHAT_ROUTES: Sequence[AdminRoute] = (
    AdminRoute(
        *("GET", "/admin/chat", "chat", TEAM),
        title=tr("Chat"),
        says=tr("Who waits, what was said, and answering"),
        known_as=tr("inbox, messages, conversations, customer service, reply"),
        often=True,
        section="service",
        icon="chat",
        badge="waiting",
        on_phone=True,
        by_channel="or all",
    ),
    AdminRoute("GET", "/admin/chat/part", "chat_part", TEAM, by_channel="or all"),
    AdminRoute("GET", "/admin/chat/file", "chat_file", TEAM),
    AdminRoute(
        *("GET", "/admin/chat/report", "chat_report", TEAM), task=tr("Chat in figures"), by_channel="or all"
    ),
    AdminRoute("GET", "/admin/chat/report/file", "chat_report_file", TEAM, by_channel="or all"),
    AdminRoute("POST", "/admin/chat/do", "chat_do", TEAM, file_most=UPLOAD_MOST),
    AdminRoute("POST", "/admin/chat/picture", "chat_picture", TEAM, file_most=UPLOAD_MOST),
    AdminRoute("POST", "/admin/chat/picture/dropped", "chat_picture_dropped", TEAM),
    AdminRoute("POST", "/admin/chat/view", "chat_view_save", TEAM),
    AdminRoute("POST", "/admin/chat/view/remove", "chat_view_remove", TEAM),
    AdminRoute("GET", "/admin/chat/ready/picture", "chat_ready_picture", TEAM),
    AdminRoute("POST", "/admin/chat/ready", "chat_ready_write", TEAM),
    AdminRoute("POST", "/admin/chat/ready/remove", "chat_ready_remove", TEAM),
    AdminRoute("POST", "/admin/chat/ready/put", "chat_ready_put", TEAM),
    AdminRoute("POST", "/admin/chat/several", "chat_several", TEAM),
    AdminRoute("POST", "/admin/chat/sign", "chat_sign", TEAM),
)
