"""As many requests as one likes against the whole API, made by schemathesis from its OpenAPI document.

    python -m infra.fuzzing [--cases 50000] [--seed 20261201]

runs tests/api/test_any_request.py with so many cases: servers of its own, everybody's tokens, no answer that the
document does not name, no 500.
"""

import argparse
import os
import subprocess
import sys


def main() -> int:
    """Read the options and run."""
    options = argparse.ArgumentParser(description="Requests without end")
    options.add_argument("--cases", type=int, default=50_000)
    options.add_argument("--seed", type=int, default=20261201)
    asked = options.parse_args()
    environment = os.environ | {"EORDER_FUZZ_CASES": str(asked.cases), "EORDER_FUZZ_SEED": str(asked.seed)}
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/api/test_any_request.py"]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
