"""Every value of the seeded law carries its days and its source; one that does not is refused where it is written."""

import pytest

from eorder_platform.rules import UNITS
from eorder_platform.seeds.rules import LAW, LAWS, laws, national_rules, rules_of

RULE = """
[stamp_duty]
unit = "rupiah"

[[stamp_duty.values]]
value = 6_000
since = 2020-01-01
until = 2020-12-31
law = "PP 24/2000"
unverified = true

[[stamp_duty.values]]
value = 10_000
since = 2021-01-01
law = "UU 10/2020"
article = "5"
looked_up = "2026-11 pasal.id"
"""


def test_every_value_of_the_law_says_since_when_by_which_law_and_in_which_unit() -> None:
    found = list(national_rules())
    assert len(found) > 100
    for rule in found:
        assert rule.legal_basis and rule.valid_from and rule.unit in UNITS, rule
        assert rule.unit != "flag" or rule.value in (0, 1), rule


def test_a_subject_has_a_file_of_its_own_and_every_law_that_is_listed_is_cited() -> None:
    texts = {file.name: file.read_text() for file in LAW.iterdir()}
    del texts[LAWS]
    assert len(texts) > 10
    cited = "".join(texts.values())
    assert [law for law in laws() if f'"{law}"' not in cited] == []


def test_a_value_is_cited_by_its_law_as_amended_and_its_article() -> None:
    first, second = rules_of("stamp_duty.toml", RULE)
    assert (first.legal_basis, first.verified) == ("PP 24/2000", False)
    assert (second.legal_basis, second.verified) == ("UU 10/2020 ps. 5", True)
    amended = RULE.replace(
        'law = "UU 10/2020"', 'law = "Perpres 16/2018"\namended_by = ["Perpres 12/2021", "UU 7/2021"]'
    )
    assert rules_of("x", amended)[1].legal_basis == "Perpres 16/2018 jo. 12/2021 jo. UU 7/2021 ps. 5"
    own = RULE.replace(
        'law = "UU 10/2020"', 'law = "Ketentuan layanan e-Order"\nfollowing = "SIPLah"\nnote = "lihat KPP"'
    )
    assert rules_of("x", own)[1].legal_basis == "Ketentuan layanan e-Order ps. 5 (SIPLah); lihat KPP"


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ('law = "PP 24/2000"\n', "", "stamp_duty.toml stamp_duty since 2020-01-01: .* 'law'"),
        ("since = 2021-01-01\n", "", "since None: .* 'since'"),
        ('"UU 10/2020"', '"UU 10/2002"', "UU 10/2002 is not listed in laws.toml"),
        ('"UU 10/2020"', '"PP 24/2000"\namended_by = ["UU 1/1945"]', "UU 1/1945 is not listed"),
        ("unverified = true\n", "", "say where it was looked up, or unverified = true"),
        (
            "unverified = true\n",
            'unverified = true\nlooked_up = "2026-11 pasal.id"\n',
            "say where it was looked up",
        ),
        ('"2026-11 pasal.id"', '"pasal.id"', "looked_up names month and place"),
        ('"2026-11 pasal.id"', '"2026-13 pasal.id"', "looked_up names month and place"),
        ("until = 2020-12-31", "until = 2019-12-31", "ends before it begins"),
        ("until = 2020-12-31\n", "", "two rules 'stamp_duty' hold on 2021-01-01"),
        ("until = 2020-12-31", "until = 2021-01-01", "two rules 'stamp_duty' hold on 2021-01-01"),
        ("since = 2021-01-01", 'since = "2021-01-01"', "its days are dates"),
        ("since = 2021-01-01", "since = 2021-01-01T00:00:00", "its days are dates"),
        ("10_000", "10_000.0", "a value is a whole number"),
        ("10_000", "true", "a value is a whole number"),
        ("10_000", "-1", "never negative"),
        ('"rupiah"', '"dollar"', "stamp_duty.toml stamp_duty: unknown unit 'dollar'"),
        ('unit = "rupiah"\n', "", "unknown unit None"),
        ('unit = "rupiah"', 'unit = "rupiah"\nunits = 1', r"unknown \['units'\]"),
        ("article", "artikel", "artikel"),
    ],
)
def test_a_value_that_does_not_say_enough_is_refused_where_it_stands(
    right: str, wrong: str, sentence: str
) -> None:
    assert right in RULE
    with pytest.raises(ValueError, match=sentence):
        rules_of("stamp_duty.toml", RULE.replace(right, wrong, 1))


def test_a_rule_without_any_value_is_refused() -> None:
    with pytest.raises(ValueError, match=r"x\.toml empty: no value"):
        rules_of("x.toml", '[empty]\nunit = "count"')
