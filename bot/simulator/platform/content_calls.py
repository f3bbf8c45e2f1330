"""The pictures that friends have sent, as the bot reads them.

https://developers.line.biz/en/reference/messaging-api/#getting-content
"""

from __future__ import annotations

from bot.simulator.platform.call import Answered, ApiCall, Route
from bot.simulator.platform.refusal import LineRefusal
from bot.simulator.state.pictures import PictureBytes, Pictures


class ContentCalls:
    """The calls that read what came with a message. Only pictures are kept: all else is not found."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures

    def rows(self) -> list[Route]:
        """The calls, as `LineApi` serves them."""
        content = "/v2/bot/message/{id}/content"
        return [
            Route("GET", content, "content", self._content),
            Route("GET", content + "/preview", "preview", self._content),  # as large as the picture itself
            Route("GET", content + "/transcoding", "transcoding", self._transcoding),
        ]

    async def _content(self, call: ApiCall) -> Answered:
        return Answered(body=self._picture(call))

    async def _transcoding(self, call: ApiCall) -> Answered:
        self._picture(call)
        raise LineRefusal(400, "Transcoding status doesn't support this type of content")

    def _picture(self, call: ApiCall) -> PictureBytes:
        message, channel = call.path["id"], call.account.channel.name
        picture = self._pictures.find(message, channel)
        if picture is not None:
            return picture
        if self._pictures.is_gone(message, channel):
            raise LineRefusal(410, "The content is gone")
        raise LineRefusal(404, "not found")
