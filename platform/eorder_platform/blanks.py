"""What people paste without seeing it: blanks of every kind, and marks that say only how letters join or run."""

from typing import Final

_MARKS: Final = (
    range(0x20),
    range(0x7F, 0xA0),
    range(0x200B, 0x2010),
    range(0x202A, 0x202F),
    range(0x2060, 0x206A),
)
"""Control characters; zero-width spaces, joiners and marks of direction."""
_BYTE_ORDER_MARK: Final = "\ufeff"
_UNSEEN: Final = (
    "".join(chr(code) for codes in _MARKS for code in codes)
    + _BYTE_ORDER_MARK
    + "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
)


def trimmed(text: str) -> str:
    """The text without what cannot be seen at its two ends. Inside it stays, for its reader to refuse."""
    return text.strip(_UNSEEN)
