"""Reading replies: nothing is taken for granted, and what is not exactly as agreed is no answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from eorder_platform.adapters.systems import Unreadable

LONGEST = 300


def at(body: Any, *names: str) -> Any:
    """What stands at that place of nested objects."""
    for name in names:
        if not isinstance(body, Mapping) or name not in body:
            raise Unreadable(f"no {name}")
        body = body[name]
    return body


def text_at(body: Any, *names: str) -> str:
    """A text that is not blank."""
    found = at(body, *names)
    if not isinstance(found, str) or not found.strip() or len(found) > LONGEST:
        raise Unreadable(f"no text: {names[-1]}")
    return found.strip()


def list_at(body: Any, *names: str) -> Sequence[Mapping[str, Any]]:
    """A list of objects."""
    found = at(body, *names)
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise Unreadable(f"no list: {names[-1]}")
    return found


def one_of_at(body: Any, choices: Sequence[Any], *names: str) -> Any:
    """One of the values that the contract knows, of its own type: 1 is not true."""
    found = at(body, *names)
    for choice in choices:
        if type(found) is type(choice) and found == choice:
            return found
    raise Unreadable(f"neither of {choices}: {names[-1]}")


def is_same_name(one: str, other: str) -> bool:
    """Do two writings name the same, apart from capitals, blanks and points?"""
    return _plain(one) == _plain(other) != ""


def _plain(name: str) -> str:
    return "".join(mark for mark in name.casefold() if mark.isalnum())
