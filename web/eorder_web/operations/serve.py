"""The web server: `python -m eorder_web.operations.serve` runs the application under granian."""

import os

from granian.constants import Interfaces, Loops
from granian.server import Server


def main() -> None:
    """Serve on EORDER_LISTEN (127.0.0.1:8000, or [::1]:8000) with EORDER_WEB_WORKERS processes (2)."""
    host, _, port = os.environ.get("EORDER_LISTEN", "127.0.0.1:8000").rpartition(":")
    Server(
        "eorder_web.app:create_app",
        address=host.strip("[]"),
        port=int(port),
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        factory=True,
        workers=int(os.environ.get("EORDER_WEB_WORKERS", "2")),
        respawn_failed_workers=True,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main()
