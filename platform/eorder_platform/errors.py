"""Expected refusals: sentences for the person, never for the log."""

from collections.abc import Iterable

from eorder_platform.sentences import Fact, Sentence

Problem = tuple[str | None, str]
"""A field, or None for the whole form, and what is wrong with it."""


class Expected(Exception):
    """Something a person may meet; the edge turns it into a page and a rollback.

    `message` is the finished Indonesian sentence; where `facts` fill its places it is a :class:`Sentence`, which the
    pages can say in another language.
    """

    message: str

    def __init__(self, message: str, /, **facts: Fact) -> None:
        self.message = Sentence(message, **facts) if facts else message
        super().__init__(self.message)


class Refused(Expected):
    """A rule said no. The sentence stands beside `field` where it names one, else at the top of the form."""

    problems: list[Problem]

    def __init__(self, message: str, field: str | None = None, /, **facts: Fact) -> None:
        super().__init__(message, **facts)
        self.problems = [(field, self.message)]

    @classmethod
    def several(cls, problems: Iterable[Problem]) -> "Refused":
        """One refusal that names every problem at once, so that a form is corrected in one go."""
        listed = list(problems)
        refusal = cls(listed[0][1], listed[0][0])
        refusal.problems = listed
        return refusal


class NotVisible(Expected):
    """Not there, or not for this person: both are told alike (404)."""

    def __init__(self, message: str = "Halaman atau data ini tidak ditemukan.", /, **facts: Fact) -> None:
        super().__init__(message, **facts)


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


class Outdated(Conflict):
    """What was shown is not what stands there now; whoever looks again may still do it (409)."""


class Unavailable(Expected):
    """A part of the service is down; the sentence says which and what is safe (503)."""
