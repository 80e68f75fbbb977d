"""A program as a stranger would write it: it sends a browser, gets a code, and shows it for tokens."""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from eorder_platform.identity.openid.codes import challenge_of
from tests.identity.arriving import hidden, led, sign_in
from tests.identity.openid.factories import RETURN, AProgram
from tests.identity.test_signing_in import PASSWORD, Person

NATION = "http://localhost"


@dataclass
class Asking:
    """One program and one browser. `verifier`, `state` and `nonce` are of the request at hand."""

    program: AProgram
    browser: httpx.AsyncClient
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(8))

    def parameters(self, **different: Any) -> dict[str, str]:
        """Of an authorization request; None leaves one out."""
        usual = {
            "response_type": "code",
            "client_id": self.program.client_id,
            "redirect_uri": RETURN,
            "scope": "openid profile email offline_access orders:read",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in {**usual, **different}.items() if value is not None}

    async def asks(self, **different: Any) -> httpx.Response:
        """The first answer to the request."""
        return await self.browser.get(f"{NATION}/openid/masuk", params=self.parameters(**different))

    async def is_led(self, **different: Any) -> httpx.Response:
        """To the page that the person meets, or to the redirect that leaves us."""
        answer = await self.asks(**different)
        while answer.status_code == 303 and not answer.headers["location"].startswith("https://"):
            answer = await self.browser.get(answer.url.join(answer.headers["location"]))
        return answer

    async def signs_in(self, person: Person) -> None:
        """The browser's person signs in with the nation."""
        await sign_in(self.browser, person.email, PASSWORD)

    async def allows(self, page: httpx.Response, **ticked: Any) -> httpx.Response:
        """Send the consent page's form; by default everything that is ticked on it."""
        form: dict[str, Any] = {
            "_csrf": hidden(page, "_csrf"),
            "jawaban": "izinkan",
            "days": "90",
            "scopes": ["profile", "email", "offline_access", "orders:read"],
            **ticked,
        }
        return await self.browser.post(f"{page.url.copy_with(query=None)}/izin", data=form)

    async def code(self, **different: Any) -> str:
        """A code, by whatever is asked on the way."""
        answer = await self.is_led(**different)
        if answer.status_code == 200:
            answer = await self.allows(answer)
        return returned(answer)["code"]

    async def shows(self, shown: str, **different: Any) -> httpx.Response:
        """The token endpoint's answer to a code."""
        form = {
            "grant_type": "authorization_code",
            "code": shown,
            "redirect_uri": RETURN,
            "code_verifier": self.verifier,
        }
        return await self.calls("token", {**form, **different})

    async def refreshes(self, refresh_token: str, **different: Any) -> httpx.Response:
        """The token endpoint's answer to a refresh token."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return await self.calls("token", {**form, **different})

    async def calls(self, name: str, form: dict[str, Any], **headers: str) -> httpx.Response:
        """POST to an endpoint, as the program (HTTP Basic), with no cookie."""
        proof = base64.b64encode(f"{self.program.client_id}:{self.program.secret}".encode()).decode()
        async with httpx.AsyncClient(transport=self.browser._transport, base_url=NATION) as server:
            sent = {name: value for name, value in form.items() if value is not None}
            return await server.post(
                f"/openid/{name}", data=sent, headers={"authorization": f"Basic {proof}", **headers}
            )

    async def userinfo(self, token: str, **headers: str) -> httpx.Response:
        """What the nation tells for this token."""
        async with httpx.AsyncClient(transport=self.browser._transport, base_url=NATION) as server:
            return await server.get("/openid/saya", headers={"authorization": f"Bearer {token}", **headers})


def returned(answer: httpx.Response) -> dict[str, str]:
    """What stands in the address that leads back to the program."""
    assert answer.status_code == 303, answer.text
    location = answer.headers["location"]
    assert location.startswith(RETURN), location
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


__all__ = ["NATION", "Asking", "led", "returned"]
