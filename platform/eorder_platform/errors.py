"""Expected refusals: sentences for the person, never for the log."""

from collections.abc import Iterable


class Expected(Exception):
    """Something a person may meet; the edge turns it into a page and a rollback."""

    message: str

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(Expected):
    """A rule said no. The sentence stands beside `field` where it names one, else at the top of the form."""

    problems: list[tuple[str | None, str]]

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.problems = [(field, message)]

    @classmethod
    def several(cls, problems: Iterable[tuple[str | None, str]]) -> "Refused":
        """One refusal that names every problem at once, so that a form is corrected in one go."""
        listed = list(problems)
        refusal = cls(listed[0][1], listed[0][0])
        refusal.problems = listed
        return refusal


class NotVisible(Expected):
    """Not there, or not for this person: both are told alike (404)."""

    def __init__(self, message: str = "Halaman atau data ini tidak ditemukan.") -> None:
        super().__init__(message)


class NotAllowed(Expected):
    """The person is known and may see it, but may not do this (403)."""


class StaleForm(NotAllowed):
    """The form was shown to somebody who has signed in or out since (403)."""


class Suspended(Expected):
    """The region is suspended: everything can be read, nothing be changed (423)."""

    def __init__(self) -> None:
        super().__init__(
            "Wilayah ini sedang ditangguhkan: datanya tetap dapat dibaca, tetapi tidak ada yang dapat diubah."
            " Yang baru saja dikirim tidak disimpan."
        )


class Conflict(Expected):
    """Somebody else was first: the state has moved on since the page was shown (409)."""


class Unavailable(Expected):
    """A part of the service is down; the sentence says which and what is safe (503)."""
