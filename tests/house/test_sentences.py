"""A sentence is a finished Indonesian one that keeps its parts, so that it can be said again in another language."""

import copy
from datetime import date
from decimal import Decimal
from gettext import NullTranslations

import pytest

from eorder_platform.errors import Conflict, Refused
from eorder_platform.sentences import Rate, Rupiah, Sentence, as_json, counted, from_json, joined, term


class Foreign(NullTranslations):
    """A language of few words."""

    WORDS = {
        "paling banyak %(most)s": "at most %(most)s",
        "%(name)s ada": "there is %(name)s",
        "nama": "a name",
    }

    def gettext(self, message: str) -> str:
        return self.WORDS.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return "%(n)s second" if n == 1 else "%(n)s seconds"


FOREIGN = Foreign()


def test_a_sentence_is_a_finished_string() -> None:
    assert Sentence("Paling banyak %(most)s.", most=Rupiah(50_000_000)) == "Paling banyak Rp\u00a050.000.000."
    assert Sentence("Tarif %(rate)s mulai %(day)s.", rate=Rate(15), day=date(2026, 8, 5)) == (
        "Tarif 1,5% mulai 5\u00a0Agustus\u00a02026."
    )
    assert Sentence("100% selesai") == "100% selesai"


def test_it_is_said_again_with_the_other_languages_figures() -> None:
    sentence = Sentence("paling banyak %(most)s", most=Decimal("1250.5"))
    assert sentence == "paling banyak 1.250,5"
    assert sentence.translated(FOREIGN, "en") == "at most 1,250.5"


def test_our_words_among_the_facts_are_translated_and_names_are_not() -> None:
    ours, theirs = Sentence("%(name)s ada", name=term("nama")), Sentence("%(name)s ada", name="budi")
    assert ours.translated(FOREIGN, "en") == "there is a name"
    assert theirs.translated(FOREIGN, "en") == "there is budi"


def test_counting_knows_one_and_many() -> None:
    assert counted("%(n)s detik", 1) == "1 detik"
    assert counted("%(n)s detik", 1).translated(FOREIGN, "en") == "1 second"
    assert (
        joined(", ", [counted("%(n)s detik", 2), term("nama")]).translated(FOREIGN, "en")
        == "2 seconds, a name"
    )


@pytest.mark.parametrize(
    "sentence",
    [
        Sentence("%(a)s %(b)s %(c)s", a=Rupiah(1, short=True), b=Rate(110), c=Decimal("2.5")),
        Sentence("%(a)s %(b)s %(c)s", a=date(2026, 8, 5), b=term("nama"), c=7),
        counted("%(n)s menit dari %(name)s", 3, name="Budi"),
        "Kalimat tanpa fakta.",
    ],
)
def test_what_is_kept_to_be_said_later_keeps_its_facts(sentence: str) -> None:
    for kept in (from_json(as_json(sentence)), copy.deepcopy(sentence)):
        assert kept == sentence
        assert isinstance(kept, Sentence) == isinstance(sentence, Sentence)
        if isinstance(sentence, Sentence):
            assert isinstance(kept, Sentence)
            assert kept.translated(FOREIGN, "en") == sentence.translated(FOREIGN, "en")


def test_a_refusal_carries_its_message_and_its_facts() -> None:
    refusal = Refused("Paling banyak %(most)s.", "quantity", most=Rupiah(1_000))
    assert str(refusal) == refusal.message == "Paling banyak Rp\u00a01.000."
    assert refusal.problems == [("quantity", refusal.message)]
    assert isinstance(refusal.message, Sentence)
    assert Conflict("Sudah diubah oleh %(who)s.", who="Budi").message == "Sudah diubah oleh Budi."
    assert Refused("Hanya 100% yang diterima.").message == "Hanya 100% yang diterima."
