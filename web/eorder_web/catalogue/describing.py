"""A product as search engines read it (schema.org Product, JSON-LD).

It stands in a script element of a type that no browser runs: data, of which a Content-Security-Policy says nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from eorder_platform.settings import settings
from eorder_web.look.addresses import stem
from eorder_web.look.rendering import Chrome


def product_facts(page: Chrome, offer: Mapping[str, Any], photos: Sequence[str]) -> dict[str, Any]:
    """What it is, who sells it and for how much, tax not included."""
    assert page.tenant is not None
    host = page.tenant.hosts[0]
    pictures = [settings().public_url(host, f"{stem('catalogue.photo')}{one}-960.webp") for one in photos]
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": offer["name"],
        "category": offer["category_name"],
        **({"description": offer["description"]} if offer["description"] else {}),
        **({"image": pictures} if pictures else {}),
        "offers": {
            "@type": "Offer",
            "url": page.public_url(page.locale),
            "price": offer["price_rupiah"],
            "priceCurrency": "IDR",
            "availability": "https://schema.org/InStock",
            "seller": {"@type": "Organization", "name": offer["vendor_name"]},
        },
    }
