"""Who signs the values that leave this application and come back: links in mail, cookies, form tokens.

Each purpose has a key of its own (itsdangerous calls it the salt), so that what was signed for one fits no other.
"""

import hashlib
from typing import Any, Final

from itsdangerous import Signer, TimestampSigner, URLSafeSerializer, URLSafeTimedSerializer

from eorder_platform import clock
from eorder_platform.settings import settings

METHOD: Final[dict[str, Any]] = {"key_derivation": "hmac", "digest_method": hashlib.sha256}


class _ClockSigner(TimestampSigner):
    """By this application's clock, which travels in tests and in the demo."""

    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


def signer(purpose: str) -> Signer:
    """Signs short texts that stay readable."""
    return Signer(settings().secret_key, salt=purpose, **METHOD)


def serializer(purpose: str) -> URLSafeSerializer:
    """Makes signed text of values that JSON can keep."""
    return URLSafeSerializer(settings().secret_key, salt=purpose, signer_kwargs=METHOD)


def timed_serializer(purpose: str) -> URLSafeTimedSerializer:
    """The same with the moment of signing."""
    return URLSafeTimedSerializer(
        settings().secret_key, salt=purpose, signer=_ClockSigner, signer_kwargs=METHOD
    )
