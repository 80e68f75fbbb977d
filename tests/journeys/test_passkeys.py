"""A passkey in a real browser: Chromium plays the device (CDP's virtual authenticator), the pages ask it."""

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Welcome
from tests.journeys.walking import NATION

if TYPE_CHECKING:
    from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser
PERSON = "admin2@nasional.example"
DEVICE: dict[str, Any] = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_made_signs_in_alone_and_is_the_second_step(welcome: Welcome) -> None:
    person = welcome(NATION, phone=True)
    person.signs_in(PERSON)
    chromium = person.context.new_cdp_session(person.page)
    chromium.send("WebAuthn.enable")
    device = chromium.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    person.opens("/akun/kunci-sandi")
    person.presses("Pasang di perangkat ini")
    person.opens("/akun/kunci-sandi")
    person.sees("Terpasang")

    leaves(person)
    person.opens("/masuk")
    person.presses("Masuk dengan kunci sandi")
    assert not person.path.startswith("/masuk"), person.main.inner_text()

    leaves(person)
    person.opens("/masuk")
    person.answers(email=PERSON, password="belanja dari tetangga")
    person.presses("Masuk", person.main.locator("form", has=person.page.locator("[name=password]")))
    with person.page.expect_event("load"):
        person.main.get_by_role("button", name="Buktikan dengan kunci sandi").click()
    person.arrives()
    assert not person.path.startswith("/masuk"), person.main.inner_text()

    leaves(person)
    chromium.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    person.opens("/masuk")
    person.main.get_by_role("button", name="Masuk dengan kunci sandi").click()
    expect(person.main.get_by_text("tidak memberi kunci sandi")).to_be_visible()
    assert person.path == "/masuk"


def leaves(person: "Visitor") -> None:
    """The browser forgets that anybody was signed in."""
    person.context.clear_cookies()
