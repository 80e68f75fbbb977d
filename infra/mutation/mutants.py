"""The changes themselves: mutmut's, without those that say nothing here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any, Final

import libcst
from babel.messages.pofile import read_po
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

ROOT: Final = Path(__file__).parents[2]
_TYPES: Final = re.compile(r"\w+ = (TypeVar\(|Literal\[)")
_STRICT: Final = re.compile(r",\s*(strict=\w+)?(?=\s*\))")
ENGLISH: Final = ROOT / "web/eorder_web/look/locale/en"


@dataclass(frozen=True)
class Mutant:
    """A module with one change; `change` names it whatever else moves in the file."""

    module: str
    lines: range
    change: str
    code: CodeType
    functions: tuple[CodeType, ...] | None
    """The functions that differ, as changed, outer before inner; None where something that runs on import differs."""

    @property
    def name(self) -> str:
        return f"{Path(self.module).name}: {self.change}"


def mutants_of(module: str) -> Iterator[Mutant]:
    """Every change of a module, in the order of its lines.

    Left out: a text in capitals or small letters alone, which to SQL is the same text; the words of a sentence on
    screen, because a sentence without its English stops the tests of translation; the `strict` of a zip, which says
    that two lengths agree; and names for the type checker.
    """
    text = (ROOT / module).read_text()
    wrapper = MetadataWrapper(libcst.parse_module(text))
    visitor = MutationVisitor(mutation_operators, IgnoredCode(set(), set(), set()))
    tree = wrapper.visit(visitor)
    spans, whole = wrapper.resolve(ByteSpanPositionProvider), text.encode()
    unchanged = compile(text, module, "exec", dont_inherit=True)
    seen = {text}
    for mutation in visitor.mutations:
        if _says_nothing(mutation.original_node, mutation.mutated_node):
            continue
        if isinstance(
            mutation.original_node, libcst.BaseCompoundStatement
        ):  # its lines know their depth in the tree
            source = tree.deep_replace(mutation.original_node, mutation.mutated_node).code
        else:
            span = spans[mutation.original_node]
            before, after = whole[: span.start], whole[span.start + span.length :]
            source = (before + tree.code_for_node(mutation.mutated_node).encode() + after).decode()
        if source not in seen and _STRICT.sub("", source) != _STRICT.sub("", text):
            seen.add(source)
            lines, change = _difference(text, source)
            if _TYPES.match(change):
                continue
            code = compile(source, str(ROOT / module), "exec", dont_inherit=True)
            yield Mutant(module, lines, change, code, _functions_that_differ(unchanged, code))


def _says_nothing(original: Any, mutated: Any) -> bool:
    if not isinstance(original, libcst.SimpleString) or not isinstance(mutated, libcst.SimpleString):
        return False
    words = original.evaluated_value
    on_screen = isinstance(words, str) and " " in words and any(words in text for text in _on_screen())
    return on_screen or original.value.lower() == mutated.value.lower()


@cache
def _on_screen() -> frozenset[str]:
    texts = set[str]()
    for catalogue in ENGLISH.glob("*.po"):
        with catalogue.open("rb") as file:
            for message in read_po(file):
                texts.update([message.id] if isinstance(message.id, str) else message.id)
    return frozenset(texts)


def _difference(before: str, after: str) -> tuple[range, str]:
    """The numbers of the changed lines, and these lines: `old → new`."""
    old, new = ([" ".join(line.split()) for line in text.splitlines()] for text in (before, after))
    first = next(number for number, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1])
    last = next(
        number for number, pair in enumerate(zip(old[::-1], new[::-1], strict=False)) if pair[0] != pair[1]
    )
    changed = (lines[first : max(first + 1, len(lines) - last)] for lines in (old, new))
    change = " → ".join(map(" ".join, changed))
    return range(first + 1, max(first + 1, len(old) - last) + 1), change


def inner(code: CodeType) -> list[CodeType]:
    """The functions and classes that are made in it, in their order."""
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _functions_that_differ(before: CodeType, after: CodeType) -> tuple[CodeType, ...] | None:
    """See `Mutant.functions`: a class or a module runs on import, a function later."""
    pairs = list(zip(inner(before), inner(after), strict=False))
    if _essence(before) != _essence(after) or [a.co_qualname for a, _ in pairs] != [
        b.co_qualname for _, b in pairs
    ]:
        return None
    found: list[CodeType] = []
    for old, new in pairs:
        if old.co_flags & _FUNCTION:
            found += _all_that_differ(old, new)
        elif (deeper := _functions_that_differ(old, new)) is None:
            return None
        else:
            found += deeper
    return tuple(found)


def _all_that_differ(before: CodeType, after: CodeType) -> list[CodeType]:
    if _deep_essence(before) == _deep_essence(after):
        return []
    within = [
        code
        for old, new in zip(inner(before), inner(after), strict=False)
        for code in _all_that_differ(old, new)
    ]
    return [after, *within]


_FUNCTION: Final = 0x2  # CO_NEWLOCALS, which a module's and a class's code lack


def _essence(code: CodeType) -> tuple[object, ...]:
    """What it does, wherever it stands, without what is made in it."""
    constants = tuple(repr(one) for one in code.co_consts if not isinstance(one, CodeType))
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars, len(inner(code))


def _deep_essence(code: CodeType) -> tuple[object, ...]:
    return *_essence(code), *map(_deep_essence, inner(code))
