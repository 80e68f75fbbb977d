"""Sleeping below a moved clock: libfaketime 0.9.10 refuses how Python 3.11 sleeps when the monotonic clock stays true.

Python imports a module of this name at its start; `infra/setup/moving.py` says where it lies.
"""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex, /) -> None:
    seconds = float(seconds)
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    until = time.monotonic() + seconds
    select.select([], [], [], seconds)
    while (left := until - time.monotonic()) > 0:
        select.select([], [], [], left)


time.sleep = _sleep
