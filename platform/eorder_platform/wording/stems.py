"""A light stemmer of Indonesian, and spellings of loanwords: under which other forms a word is the same word.

It does not decide: where a prefix swallowed a letter (potret: pemotretan) every reading is a form, of which the wrong
ones are no words. Both sides of a search are cut so, and meet in the right one. Few roots of goods look like something
with an ending; those are named.
"""

import re
from functools import lru_cache
from typing import Final

SHORTEST: Final = 4
"""Letters that must be left of a word; three where a prefix was taken from it too."""

ROOTS: Final = frozenset(
    """
    tangan papan makan minum lapangan jalan bulan badan taman hutan ikan santan intan berlian jaringan ruangan bahan
    depan dengan kanan teman bukan dan akan atasan tahan medan pesan kesan alasan halaman harian ujian padan ringan
    kapan satuan peran paten durian tepian selokan rotan selatan bangunan pengan kacangan anggrekan hiasan rambutan
    tahunan awan kawan lawan dewan hewan sawan perawan wartawan karyawan gelombang persen pensil pentul pena penuh
    pepaya petai peta pete permen perak perkakas perkedel perban pertamax peniti penyet pepes pelat pelek peluru
    pelampung pesta pestisida peti petis petani melon melati meja mebel media medali menara mentega menu merah meter
    meteran mesin metal mentimun memori membran sepatu sepeda semen semangka semprot sendok senter seragam
    sertifikat serbet sero selada selang selai seledri selimut selotip sekat sekop sekolah sekring seng sengkang
    sensor serai seri server serum seruling besi beras berita berkas beton bensin benang bendera benih bento terigu
    teri terasi terpal terong termos termometer terminal teras telur tempe tenda tenun tepung disket disinfektan
    dispenser display diesel digital dinding diska kertas kemeja kecap kedelai kelapa keju kelambu kelas keranjang
    keramik kerupuk keripik kering kereta kemasan kemiri kentang kendaraan kesehatan keyboard sekretaris selendang
    seminar permadani peraga pelantang berkah
    """.split()
)
_DASHES: Final = ("nya", "lah", "kah")
_NASAL: Final = re.compile(
    r"^(?:me|pe)(?:ny(?P<s>[aiueo].+)|ng(?P<k>[aiueo].*)|ng(?P<g>[ghk].+)|m(?P<p>[aiueo].+)|m(?P<b>[bpf].+)"
    r"|n(?P<t>[aiueo].+)|n(?P<d>[dtcjsz].+)|(?P<l>[lrwymn][aiueo].+))$"
)
_PREFIX: Final = re.compile(
    r"^(?:pember|pemper|memper|keber|penge|menge|per|ber|ter|di(?=.{5})|ke(?=.{4,}an$))(?=[a-z]{4})"
)
_SWALLOWED: Final = {"s": ("s",), "k": ("k", ""), "p": ("p", "m"), "t": ("t", "n")}

_SPELLINGS: Final = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"ck"), "k"),
    (re.compile(r"qu?(?=[aiueo])|q"), "k"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"ch(?=[aiueo]?[lrm])"), "k"),
    (re.compile(r"c(?=[ie])"), "s"),
    (re.compile(r"c(?!h)"), "k"),
    (re.compile(r"sh"), "s"),
    (re.compile(r"th"), "t"),
    (re.compile(r"v"), "f"),
    (re.compile(r"z"), "s"),
    (re.compile(r"ue$"), "u"),
    (re.compile(r"ie|ee|ea"), "i"),
    (re.compile(r"oo|ou"), "u"),
    (re.compile(r"(?<=[b-df-hj-np-tv-z])y(?![aiueo])"), "i"),
    (re.compile(r"([b-df-hj-np-tv-z])(?<!ng)\1(?=.)"), r"\1"),
)


@lru_cache(maxsize=50_000)
def forms(word: str) -> tuple[str, ...]:
    """Other forms of a word of small letters, the likeliest first: its stems, its spelling by ear. Often none."""
    if len(word) < SHORTEST or not word.isalpha():
        return ()
    found = dict.fromkeys(_stems(word))
    found.setdefault(by_ear(word))
    found.pop(word, None)
    return tuple(found)


def by_ear(word: str) -> str:
    """As one would write it in Indonesian on hearing it: photocopy is fotokopi."""
    for pattern, heard in _SPELLINGS:
        word = pattern.sub(heard, word)
    return word


def _stems(word: str) -> list[str]:
    if word in ROOTS:
        return []
    bare = word
    for ending in _DASHES:
        if bare.endswith(ending) and len(bare) - len(ending) >= SHORTEST:
            bare = bare.removesuffix(ending)
            break
    without = list(_without_prefix(bare))
    found = [ending for one in without for ending in _without_ending(one, prefixed=True)]
    found += without
    found += _without_ending(bare, prefixed=False)
    return [one for one in [*found, bare] if one != word and len(one) >= 3]


def _without_prefix(word: str) -> list[str]:
    if word in ROOTS:
        return []
    if (nasal := _NASAL.match(word)) and len(word) > SHORTEST + 2:
        (kind, rest), *_ = [(kind, rest) for kind, rest in nasal.groupdict().items() if rest]
        short = [word[5:]] if word.startswith(("penge", "menge")) else []
        return [*(letter + rest for letter in _SWALLOWED.get(kind, ("",))), *short]
    if prefix := _PREFIX.match(word):
        return [word[prefix.end() :]]
    return []


def _without_ending(word: str, *, prefixed: bool) -> list[str]:
    if word in ROOTS:
        return []
    if word.endswith("kan") and prefixed and len(word) - 3 >= SHORTEST:
        return [word[:-3], word[:-2]]
    if word.endswith("an") and len(word) - 2 >= (3 if prefixed else SHORTEST):
        return [word[:-2]]
    if word.endswith("i") and prefixed and len(word) - 1 >= SHORTEST + 1:
        return [word[:-1]]
    return []
