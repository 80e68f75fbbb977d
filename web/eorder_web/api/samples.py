"""The code of the guide's pages. A test runs every piece as it stands here."""

from typing import Final

READING: Final = """\
import httpx

with httpx.Client() as api:
    address = "https://dki.eorder.example/api/v1/products?q=kertas&limit=10"
    while address:
        answer = api.get(address)
        for product in answer.json()["items"]:
            print(product["name"], product["price_rupiah"])
        following = answer.links.get("next")
        address = answer.url.join(following["url"]) if following else None
"""

DRAFTING: Final = """\
import uuid

import httpx

with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as api:
    begun = api.post(
        f"{region}/api/v1/orders",
        json={"offer_id": offer_id, "quantity": "5"},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    order = begun.json()
    saved = api.put(
        f"{region}/api/v1/orders/{order['id']}/draft",
        json={
            "title": "Kertas untuk rapat anggaran",
            "package_id": package_id,
            "budget_line_id": budget_line_id,
            "delivery_address": "Jalan Merdeka Barat 12, lantai 3",
            "delivery_region_code": "31",
            "delivery_due_on": due_on,
        },
        headers={"If-Match": begun.headers["ETag"]},
    )
    if saved.status_code == 422:
        for fault in saved.json()["errors"]:
            print(fault["pointer"], fault["detail"])
"""

STEPPING: Final = """\
import httpx

with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as api:
    order = api.get(f"{region}/api/v1/orders/{number}").json()
    for step in order["steps"]:
        if step["awaited"] and step["allowed"]:
            taken = api.post(
                f"{region}{step['href']}",
                headers={"If-Match": f'"{order["version"]}"'},
            )
            if taken.status_code == 412:
                print("changed meanwhile:", taken.json()["detail"])
"""

VERIFYING: Final = """\
import base64
import hashlib
import hmac
import time


def is_genuine(headers, body, secret):
    sent_at = int(headers["webhook-timestamp"])
    if abs(time.time() - sent_at) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{sent_at}.".encode() + body
    mine = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    theirs = headers["webhook-signature"].split()
    return any(hmac.compare_digest(one, f"v1,{mine}") for one in theirs)
"""

SAMPLES: Final = {"reading": READING, "drafting": DRAFTING, "stepping": STEPPING, "verifying": VERIFYING}
