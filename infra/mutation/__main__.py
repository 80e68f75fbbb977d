"""`python -m infra.mutation money taxes …`: the changes that no test notices, and the share that is noticed.

Survivors that were looked at stand in survivors.toml, each with the reason why it may live; others are printed and make
the command fail, as does a share below 85 %. Needs mutmut, which is no part of the project's environment:
`.venv/bin/pip install mutmut==3.8.1`.
"""

import argparse
import os
import sys
import tomllib
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from infra.mutation.subjects import NEED_SERVERS, SUBJECTS

ROOT: Final = Path(__file__).parents[2]
SURVIVORS: Final = Path(__file__).with_name("survivors.toml")
GOAL_PERCENT: Final = 85


def main() -> int:
    parser = argparse.ArgumentParser(prog="infra.mutation", description=__doc__)
    parser.add_argument("subjects", nargs="+", choices=SUBJECTS)
    parser.add_argument("--module", default="", help="only modules whose path ends so")
    asked = parser.parse_args()
    if find_spec("mutmut") is None:
        print("mutmut is missing: .venv/bin/pip install mutmut==3.8.1", file=sys.stderr)
        return 1
    os.nice(5)
    known = tomllib.loads(SURVIVORS.read_text())
    return max([_try_all(subject, asked.module, known.get(subject, {})) for subject in asked.subjects])


def _try_all(subject: str, module_end: str, known: dict[str, str]) -> int:
    from infra.mutation.mutants import mutants_of
    from infra.mutation.trying import tries

    counts, strangers = Counter[bool](), list[str]()
    with tries(with_servers=subject in NEED_SERVERS) as made:
        for module, tests in SUBJECTS[subject].items():
            if not module.endswith(module_end):
                continue
            patience = 10 + 5 * made.seconds_unchanged(tests)
            for mutant in mutants_of(module, ROOT):
                noticed = made.is_noticed(mutant, tests, patience)
                counts[noticed] += 1
                name = f"{Path(module).name}: {mutant.change}"
                if not noticed and name not in known:
                    strangers.append(name)
                    print(f"{module}:{mutant.line}: {mutant.change}", flush=True)
    total = counts.total()
    share = 100 * counts[True] / total if total else 100
    print(
        f"{subject}: {counts[True]} of {total} noticed ({share:.1f} %), {len(strangers)} survivors not looked at"
    )
    return int(bool(strangers) or share < GOAL_PERCENT)


if __name__ == "__main__":
    sys.exit(main())
