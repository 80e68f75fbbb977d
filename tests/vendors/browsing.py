"""A browser without JavaScript on the national host: it opens a page, fills the form it finds there and sends it."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx

from eorder_platform.identity import sessions

NATION = "localhost"


class Visitor:
    """One browser with its cookies; remembers the page it looks at."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = httpx.Response(204)

    async def signs_in(self, account_id: UUID, name: str, *roles: str) -> None:
        """Carry a session of that account at the national place, as signing in leaves it."""
        token = await sessions.start("national", account_id, name, "orang@contoh.id", roles, "")
        self.client.cookies.set("eorder_masuk", token)

    async def opens(self, path: str) -> httpx.Response:
        self.page = await self.client.get(path, follow_redirects=True)
        return self.page

    async def sends(
        self, action: str, answers: Mapping[str, Any] | None = None, files: Any = None, *, again: bool = False
    ) -> httpx.Response:
        """Send the form of the page that leads to `action`, with its hidden fields; `again`: a double click."""
        form = {**self.hidden_fields(action), **(answers or {})}
        clicks = (self.client.post(action, data=form, files=files) for _ in range(2 if again else 1))
        *_, answer = await asyncio.gather(*clicks)
        if answer.is_redirect:
            return await self.opens(answer.headers["location"])
        self.page = answer
        return answer

    def hidden_fields(self, action: str) -> dict[str, str]:
        """The token and the key of that form; a page without it fails the test."""
        found = re.search(
            rf'<form method="post" action="{re.escape(action)}".*?</form>', self.page.text, re.DOTALL
        )
        assert found, f"no form to {action} on {self.page.url}"
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found[0]))

    def sees(self, text: str) -> bool:
        return text in re.sub(r"\s+", " ", self.page.text)
