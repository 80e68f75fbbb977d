"""`python -m infra.mutation money taxes …`: the changes that no test notices, and the share that is noticed.

Survivors that were looked at stand in survivors.toml, each with the reason why it may live; others are printed and make
the command fail, as does a share below 85 %. Needs mutmut, which is no part of the project's environment:
`.venv/bin/pip install mutmut==3.8.1`.
"""

import argparse
import os
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from infra.mutation.subjects import SUBJECTS

SURVIVORS: Final = Path(__file__).with_name("survivors.toml")
GOAL_PERCENT: Final = 85


def main() -> int:
    parser = argparse.ArgumentParser(prog="infra.mutation", description=__doc__)
    parser.add_argument("subjects", nargs="+", choices=SUBJECTS)
    parser.add_argument("--module", default="", help="only modules whose path ends so")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth change: a sample")
    asked = parser.parse_args()
    if find_spec("mutmut") is None:
        print("mutmut is missing: .venv/bin/pip install mutmut==3.8.1", file=sys.stderr)
        return 1
    os.nice(5)
    known = tomllib.loads(SURVIVORS.read_text())
    return max([_try_all(one, asked.module, asked.every, known.get(one, {})) for one in asked.subjects])


def _try_all(name: str, module_end: str, every: int, known: dict[str, str]) -> int:
    from infra.mutation.mutants import mutants_of
    from infra.mutation.trying import tries

    subject = SUBJECTS[name]
    modules = [module for module in subject.modules if module.endswith(module_end)]
    mutants = [mutant for module in modules for mutant in mutants_of(module)][::every]
    survivors = []
    with tries(with_servers=subject.servers) as made:
        for mutant, noticed in made.each(mutants, subject.tests):
            if not noticed:
                survivors.append(mutant.name)
                if mutant.name not in known:
                    print(f"{mutant.module}:{mutant.lines.start}: {mutant.change}", flush=True)
    strangers = [one for one in survivors if one not in known]
    share = 100 * (1 - len(survivors) / len(mutants)) if mutants else 100
    print(
        f"{name}: {len(mutants)} changes, {len(mutants) - len(survivors)} noticed ({share:.1f} %); of the survivors "
        f"{len(survivors) - len(strangers)} are named, {len(strangers)} are not",
        flush=True,
    )
    if not module_end and every == 1:
        for one in known.keys() - survivors:
            print(f"no longer in need of a name: {one}", flush=True)
    return int(bool(strangers) or share < GOAL_PERCENT)


if __name__ == "__main__":
    sys.exit(main())
