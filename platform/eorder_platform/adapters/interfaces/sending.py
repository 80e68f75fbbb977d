"""What others do for us: BSrE signs a hash with an official's certificate, WhatsApp carries a message.

For them "confirmed" means done. BSrE's call is that of its e-sign service (hash, NIK, and a passphrase that is kept
nowhere); WhatsApp's is the messages call of its business platform with a template that was approved beforehand.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from eorder_platform.adapters.reading import list_at, one_of_at, text_at
from eorder_platform.adapters.systems import Found, Outcome, Request, System, Unreadable

SIGNATURE: Final = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}")


class Bsre:
    """Sign this SHA-256. Facts: hash, national_identity_number, passphrase."""

    system = System.BSRE
    key = "hash"

    def request(self, facts: Mapping[str, str]) -> Request:
        return Request(
            "POST",
            "esign/v2/api/entity/sign/hash-v2",
            {
                "hash": facts["hash"],
                "nik": facts["national_identity_number"],
                "passphrase": facts["passphrase"],
            },
        )

    def read(self, facts: Mapping[str, str], body: Any) -> Found:
        if one_of_at(body, ("success", "wrong_passphrase", "no_certificate"), "status") != "success":
            return Found(Outcome.CONTRADICTED, {"status": text_at(body, "status")}, text_at(body, "id"))
        if text_at(body, "hash") != facts["hash"]:
            raise Unreadable("of another hash")
        signature = body.get("signature")
        if not isinstance(signature, str) or not SIGNATURE.fullmatch(signature):
            raise Unreadable("no signature")
        return Found(Outcome.CONFIRMED, {"signature": signature}, text_at(body, "id"))


class Messages:
    """Send this template to this number. Facts: to, template, text."""

    system = System.MESSAGES
    key = "to"

    def request(self, facts: Mapping[str, str]) -> Request:
        parameters = [{"type": "text", "text": facts["text"]}]
        return Request(
            "POST",
            "messages",
            {
                "messaging_product": "whatsapp",
                "to": facts["to"],
                "type": "template",
                "template": {
                    "name": facts["template"],
                    "language": {"code": "id"},
                    "components": [{"type": "body", "parameters": parameters}],
                },
            },
        )

    def read(self, facts: Mapping[str, str], body: Any) -> Found:
        contacts = list_at(body, "contacts")
        if len(contacts) != 1 or text_at(contacts[0], "input") != facts["to"]:
            raise Unreadable("to somebody else")
        if not contacts[0].get("wa_id"):
            return Found(Outcome.UNKNOWN, {})
        sent = list_at(body, "messages")
        if len(sent) != 1:
            raise Unreadable("not one message")
        return Found(Outcome.CONFIRMED, {}, text_at(sent[0], "id"))
