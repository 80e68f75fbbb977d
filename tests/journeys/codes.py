"""The codes that the demo's people read in their apps. Each is used once, so a helper remembers which it gave."""

import time
from collections import defaultdict
from typing import Final

from eorder_platform.identity.authenticator import DRIFT_STEPS, STEP_SECONDS, code_at
from eorder_web.operations.demo.people import app_secret_of

_used: Final[defaultdict[str, int]] = defaultdict(int)


def next_code(email: str) -> str:
    """A code of that person that was not used yet, good for half a minute at least on a busy machine.

    A third within half a minute waits for the app's next.
    """
    step = max(_now(), _used[email] + 1)
    while step > _now() + DRIFT_STEPS:
        time.sleep(0.2)
    _used[email] = step
    return code_at(app_secret_of(email), step)


def _now() -> int:
    return int(time.time()) // STEP_SECONDS
