"""`python -m infra.embedded start|stop|status --data .data`: prints NAME=URL of the running servers."""

import argparse
import sys
from pathlib import Path

from infra.embedded import NotStarted, Postgres, Valkey


def main() -> int:
    parser = argparse.ArgumentParser(prog="infra.embedded", description=__doc__)
    parser.add_argument("action", choices=["start", "stop", "status"])
    parser.add_argument("--data", type=Path, default=Path(".data"), help="folder of the servers' files")
    parser.add_argument("--only", choices=["postgres", "valkey"], help="one of the two")
    parser.add_argument("--forgetful", action="store_true", help="for tests: fast, loses data in a power cut")
    asked = parser.parse_args()
    servers = {
        "DATABASE_URL": Postgres(asked.data, durable=not asked.forgetful),
        "REDIS_URL": Valkey(asked.data, durable=not asked.forgetful),
    }
    try:
        for variable, server in servers.items():
            if asked.only in (None, server.name):
                if asked.action == "stop":
                    server.stop()
                elif asked.action == "start" or server.pid() is not None:
                    print(f"{variable}={server.start()}", flush=True)
    except NotStarted as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
