"""The pictures that friends have sent, as the bot reads them.

https://developers.line.biz/en/reference/messaging-api/#getting-content
"""

from __future__ import annotations

from bot.simulator.platform.call import Answered, Call, Row
from bot.simulator.platform.refusal import Refusal
from bot.simulator.state.pictures import Picture, Pictures


class ContentCalls:
    """The calls that read what came with a message. Only pictures are kept: all else is not found."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures

    def rows(self) -> list[Row]:
        """The calls, as `LineApi` serves them."""
        content = "/v2/bot/message/{id}/content"
        return [
            Row("GET", content, "content", self._content),
            Row("GET", content + "/preview", "preview", self._content),  # as large as the picture itself
            Row("GET", content + "/transcoding", "transcoding", self._transcoding),
        ]

    async def _content(self, call: Call) -> Answered:
        return Answered(body=self._picture(call))

    async def _transcoding(self, call: Call) -> Answered:
        self._picture(call)
        raise Refusal(400, "Transcoding status doesn't support this type of content")

    def _picture(self, call: Call) -> Picture:
        message, channel = call.path["id"], call.account.channel.name
        picture = self._pictures.find(message, channel)
        if picture is not None:
            return picture
        if self._pictures.is_gone(message, channel):
            raise Refusal(410, "The content is gone")
        raise Refusal(404, "not found")
