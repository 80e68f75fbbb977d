"""The changes themselves: mutmut's, without those that say nothing here."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import libcst
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode


@dataclass(frozen=True)
class Mutant:
    """A module with one change; `change` names it whatever else moves in the file."""

    module: str
    line: int
    change: str
    source: str


def mutants_of(module: str, root: Path) -> Iterator[Mutant]:
    """Every change of a module, in the order of its lines.

    Left out: a text in capitals or small letters alone, which to SQL is the same text.
    """
    code = (root / module).read_text()
    wrapper = MetadataWrapper(libcst.parse_module(code))
    visitor = MutationVisitor(mutation_operators, IgnoredCode(set(), set(), set()))
    tree = wrapper.visit(visitor)
    seen = set[str]()
    for mutation in visitor.mutations:
        if _only_the_case_differs(mutation.original_node, mutation.mutated_node):
            continue
        source = tree.deep_replace(mutation.original_node, mutation.mutated_node).code
        if source not in seen:
            seen.add(source)
            line, change = _difference(code, source)
            yield Mutant(module, line, change, source)


def _only_the_case_differs(original: Any, mutated: Any) -> bool:
    both = isinstance(original, libcst.SimpleString) and isinstance(mutated, libcst.SimpleString)
    return both and original.value.lower() == mutated.value.lower()


def _difference(before: str, after: str) -> tuple[int, str]:
    """The first changed line's number, and the changed lines: `old → new`."""
    old, new = before.splitlines(), after.splitlines()
    first = next(number for number, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1])
    last = next(
        number for number, pair in enumerate(zip(old[::-1], new[::-1], strict=False)) if pair[0] != pair[1]
    )
    changed = (lines[first : max(first + 1, len(lines) - last)] for lines in (old, new))
    return first + 1, " → ".join(" ".join(line.strip() for line in lines) for lines in changed)
