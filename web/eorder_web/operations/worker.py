"""The job worker: `python -m eorder_web.operations.worker` runs Dramatiq over every job of every region.

It lives in web because it is an entry point: only here may everything be imported at once.
"""

import sys

from dramatiq import cli

from eorder_platform.broker import broker
from eorder_platform.logs import configure_logs
from eorder_web.operations import jobs

__all__ = ["broker", "jobs"]

PROCESSES, THREADS = "1", "8"

configure_logs()  # the worker processes import this module


def main() -> int:
    """Run Dramatiq's own command line with this module as its broker's home."""
    sys.argv = [
        "dramatiq",
        "eorder_web.operations.worker",
        "--processes",
        PROCESSES,
        "--threads",
        THREADS,
        "--skip-logging",
    ]
    return int(cli.main(cli.make_argument_parser().parse_args(sys.argv[1:])) or 0)


if __name__ == "__main__":
    sys.exit(main())
