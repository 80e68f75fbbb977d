"""Rules read like rules: every key has a name, every unit its words, in both languages, and words are read back."""

import re
from collections.abc import Callable

import httpx
import pytest

from eorder_platform import tenancy
from eorder_platform.errors import Refused
from eorder_platform.identity.models import NationalRole, NationalRoleName
from eorder_platform.reference.law import AWAITING
from eorder_platform.rules import UNITS
from eorder_platform.seeds.rules import national_rules
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.models import Role
from eorder_web.look.rule_values import EXAMPLES, hint, in_words, value_in
from eorder_web.look.translating import speaking
from eorder_web.organisation.rule_words import RULE_WORDS
from tests.directory.factories import an_account
from tests.organisation.visiting import committed, let_in
from tests.vendors.browsing import Visitor

ClientFor = Callable[[str], httpx.AsyncClient]
LOCALES = ("id", "en")
RULES = {rule.key: rule for rule in national_rules()}
INTERNAL = re.compile(
    r"\b(" + "|".join({*RULES, *(unit for unit in UNITS if "_" in unit), "permil"} - {"vat_account"}) + r")\b"
)
"""Names that only the program knows."""


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("unit", sorted(UNITS))
def test_every_unit_has_words_and_its_form_an_example(unit: str, locale: str) -> None:
    with speaking(locale):
        words = in_words(EXAMPLES[unit], unit)
        assert words and not INTERNAL.search(words)
        assert unit in ("count", "account") or words != str(EXAMPLES[unit])
        assert words in hint(unit)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_value_of_the_law_reads_back_as_it_is_shown(locale: str) -> None:
    with speaking(locale):
        for rule in national_rules():
            assert value_in(in_words(rule.value, rule.unit), rule.unit) == rule.value, rule.key


@pytest.mark.parametrize(
    ("unit", "value", "indonesian", "english"),
    [
        ("rupiah", 50_000_000, "Rp 50.000.000", "Rp 50,000,000"),
        ("permil", 15, "1,5%", "1.5%"),
        ("permil", 110, "11%", "11%"),
        ("business_days", 1, "1 hari kerja", "1 business day"),
        ("calendar_days", 14, "14 hari kalender", "14 calendar days"),
        ("hours", 24, "24 jam", "24 hours"),
        ("years", 7, "7 tahun", "7 years"),
        ("megabytes", 5, "5 MB", "5 MB"),
        ("count", 3, "3", "3"),
        ("month_day", 1220, "20 Desember", "20 December"),
        ("hour_of_day", 24, "23.59", "23:59"),
        ("hour_of_day", 16, "16.00", "16:00"),
        ("day_of_month", 15, "tanggal 15", "day 15"),
        ("article", 22, "Pasal 22", "Article 22"),
        ("account", 411_211_910, "411211-910", "411211-910"),
        ("flag", 1, "ya", "yes"),
        ("rounding", 0, "ke bawah", "down"),
    ],
)
def test_values_read_as_people_say_them(unit: str, value: int, indonesian: str, english: str) -> None:
    for locale, words in zip(LOCALES, (indonesian, english), strict=True):
        with speaking(locale):
            assert in_words(value, unit).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("12,5%", "permil", 125),
        ("1,5", "permil", 15),
        ("15 per mil", "permil", 15),
        ("11 persen", "permil", 110),
        ("10/12", "month_day", 1210),
        ("1210", "month_day", 1210),
        ("10 Des", "month_day", 1210),
        ("December 10", "month_day", 1210),
        ("3", "business_days", 3),
        ("3 hari kerja", "business_days", 3),
        ("16", "hour_of_day", 16),
        ("16:00", "hour_of_day", 16),
        ("24", "hour_of_day", 24),
        ("411211-910", "account", 411_211_910),
        ("411211910", "account", 411_211_910),
        ("Ya", "flag", 1),
        ("0", "flag", 0),
        ("450 juta", "rupiah", 450_000_000),
    ],
)
def test_a_rule_is_read_as_people_write_it(typed: str, unit: str, value: int) -> None:
    assert value_in(typed, unit) == value


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("3 bulan", "business_days"),
        ("tiga", "count"),
        ("-1", "count"),
        ("31 Februari", "month_day"),
        ("29 Februari", "month_day"),
        ("1301", "month_day"),
        ("16.30", "hour_of_day"),
        ("1,55%", "permil"),
        ("2", "flag"),
        ("", "years"),
    ],
)
def test_what_is_no_such_value_is_refused_with_an_example(typed: str, unit: str) -> None:
    with pytest.raises(Refused) as refusal:
        value_in(typed, unit)
    [(field, sentence)] = refusal.value.problems
    assert field == "value" and in_words(EXAMPLES[unit], unit) in sentence


def test_every_rule_that_a_region_may_set_has_a_name() -> None:
    offered = {key for key, rule in RULES.items() if rule.tenant_may_override} - set(AWAITING)
    assert offered <= RULE_WORDS.keys()


@pytest.mark.parametrize("locale", LOCALES)
async def test_no_page_of_rules_says_what_only_the_program_calls_so(
    locale: str, dki: Tenant, client_for: ClientFor
) -> None:
    async with tenancy.national() as session:
        account = await an_account(session, "Budi Admin")
        session.add(NationalRole(account_id=account.id, role=NationalRoleName.AGENCY_ADMIN))
    agency = Visitor(client_for("localhost"))
    await agency.signs_in(account.id, account.name, "agency_admin")
    region = client_for("dki.localhost")
    await let_in(region, dki, await committed(dki, Role.TENANT_ADMIN))
    for browser, beginning in ((agency.client, "/aturan"), (region, "/organisasi/aturan")):
        listed = (await browser.get(f"{beginning}?bahasa={locale}")).text
        keys = set(re.findall(rf'href="{beginning}/(\w+)"', listed)) & RULES.keys()
        assert len(keys) > 10
        for page in (listed, *[(await browser.get(f"{beginning}/{key}")).text for key in sorted(keys)]):
            assert f'<html lang="{locale}"' in page
            said = re.sub(r"<[^>]*>", " ", page)
            assert not INTERNAL.search(said), INTERNAL.search(said)
            assert "bulan dan tanggal" not in said and "Tidak ditemukan" not in said
