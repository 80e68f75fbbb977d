"""From a file through its preview to what a region has: units, officials, budget lines, packages."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import outbox, tenancy
from eorder_platform.errors import Conflict, NotAllowed, Refused
from eorder_platform.identity.inviting import accept_invitation, invited_by, issue_token
from eorder_platform.identity.models import Account
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.importing.budget_lines import BUDGET_LINES
from eorder_tenants.budgets.importing.confirming import confirm, discard
from eorder_tenants.budgets.importing.contents import contents_of
from eorder_tenants.budgets.importing.kind import Kind
from eorder_tenants.budgets.importing.kinds import KINDS
from eorder_tenants.budgets.importing.linking import link_accounts
from eorder_tenants.budgets.importing.officials import OFFICIALS
from eorder_tenants.budgets.importing.packages import PACKAGES
from eorder_tenants.budgets.importing.previewing import preview, problems_of
from eorder_tenants.budgets.importing.samples import sample_csv, sample_xlsx
from eorder_tenants.budgets.importing.work_units import WORK_UNITS
from eorder_tenants.budgets.ledger import Draw, hold
from eorder_tenants.budgets.models import BudgetBalance, BudgetLine, ImportBatch, LedgerEntry, Package
from eorder_tenants.budgets.reconciling import differences
from eorder_tenants.organisation.actors import SYSTEM_ACTOR, Actor
from eorder_tenants.organisation.models import Official, Role, WorkUnit
from tests.budgets.factories import a_csv, a_package, an_administrator, an_xlsx, by
from tests.organisation.factories import a_work_unit

ADMIN = an_administrator()


async def test_the_sample_files_are_accepted_in_their_order_twice_without_a_change(
    dki_session: AsyncSession,
) -> None:
    for sample in (sample_csv, sample_xlsx):
        for kind in (WORK_UNITS, BUDGET_LINES, PACKAGES):
            batch = await preview(dki_session, ADMIN, "contoh.csv", contents_of(kind, sample(kind)))
            assert batch.problems == []
            assert batch.summary["unchanged" if sample is sample_xlsx else "new"] == 2
            await confirm(dki_session, ADMIN, batch.id)
    package = (await dki_session.scalars(select(Package).where(Package.rup_code == "58412207"))).one()
    ceilings = select(BudgetBalance.ceiling).where(BudgetBalance.package_id == package.id)
    assert sorted(await dki_session.scalars(ceilings)) == [50_000_000, 100_000_000]
    balances = select(BudgetBalance.id).where(BudgetBalance.package_id == package.id)
    entries = select(func.count()).where(LedgerEntry.balance_id.in_(balances))
    assert await dki_session.scalar(entries) == 2
    assert await differences(dki_session) == []


async def test_nothing_is_stored_until_the_preview_is_confirmed(dki_session: AsyncSession) -> None:
    batch = await previewed(dki_session, WORK_UNITS, {"code": "9.99"})
    assert await unit_named(dki_session, "9.99") is None
    await confirm(dki_session, ADMIN, batch.id)
    assert await unit_named(dki_session, "9.99") is not None


async def test_every_bad_cell_is_named_with_its_row_and_column(dki_session: AsyncSession) -> None:
    unit = await a_work_unit(dki_session)
    batch = await previewed(
        dki_session,
        BUDGET_LINES,
        {"unit_code": unit.code},
        {"unit_code": unit.code, "fiscal_year": "26", "ceiling_rupiah": "banyak"},
        {"unit_code": "0.00", "account_code": "5.1.02.01.01.0052"},
        {"unit_code": unit.code, "funding_source": ""},
        {"unit_code": unit.code},
    )
    assert [(one["row"], one["column"], one["value"]) for one in batch.problems] == [
        (3, "Tahun anggaran", "26"),
        (3, "Pagu", "banyak"),
        (4, "Kode unit", "0.00"),
        (5, "Sumber dana", ""),
        (6, "Sumber dana", "PAD"),
    ]
    assert problems_of(batch)[4].sentence == "Baris ini mengulang baris 2."
    assert {name: batch.summary[name] for name in ("rows", "new", "bad", "problems")} == {
        "rows": 5,
        "new": 1,
        "bad": 4,
        "problems": 5,
    }


async def test_a_preview_with_problems_cannot_be_confirmed(dki_session: AsyncSession) -> None:
    batch = await previewed(
        dki_session, WORK_UNITS, {"code": "9.99"}, {"code": "9.98", "region_code": "99.99"}
    )
    with pytest.raises(Refused, match="Perbaiki dahulu"):
        await confirm(dki_session, ADMIN, batch.id)
    assert await unit_named(dki_session, "9.99") is None


async def test_a_missing_column_is_named_at_once(dki_session: AsyncSession) -> None:
    with pytest.raises(Refused, match=r"Kolom “Nama singkat”, “Alamat”.* tidak ada"):
        await preview(
            dki_session, ADMIN, "x.csv", contents_of(WORK_UNITS, b"KODE_SATKER,Nama unit\n1.01,Disdik\n")
        )


async def test_unknown_columns_are_told_but_do_no_harm(dki_session: AsyncSession) -> None:
    content = a_csv(WORK_UNITS, {}).replace(b"\r\n", b";Catatan\r\n", 1)
    batch = await preview(dki_session, ADMIN, "x.csv", contents_of(WORK_UNITS, content))
    assert (batch.summary["ignored_columns"], batch.problems) == (["Catatan"], [])


async def test_a_formula_is_a_problem_of_its_cell(dki_session: AsyncSession) -> None:
    batch = await previewed(dki_session, WORK_UNITS, {"name": '=HYPERLINK("http://x")'})
    assert problems_of(batch)[0].sentence.startswith("Sel ini berisi rumus")


async def test_a_number_with_decimals_is_no_rupiah(dki_session: AsyncSession) -> None:
    """Where the spreadsheet has English habits, 125.123 is no longer the amount that was typed."""
    unit = await a_work_unit(dki_session)
    headers = [column.header for column in BUDGET_LINES.columns]
    cells: list[Any] = [column.examples[0] for column in BUDGET_LINES.columns]
    cells[headers.index("Kode unit")], cells[headers.index("Pagu")] = unit.code, 125.123
    batch = await preview(dki_session, ADMIN, "dpa.xlsx", contents_of(BUDGET_LINES, an_xlsx(headers, cells)))
    [problem] = batch.problems
    assert (problem["column"], problem["value"]) == ("Pagu", "125.123")
    assert "bukan rupiah penuh" in problem["sentence"]


@pytest.mark.parametrize(
    ("kind", "column", "written"),
    [
        (PACKAGES, "rup_code", "\u0665\u0668\u0664\u0661\u0662\u0662\u0660\u0667"),
        (BUDGET_LINES, "fiscal_year", "202\u0666"),
        (OFFICIALS, "civil_servant_id", "19850312201001200\u0663"),
    ],
)
async def test_digits_of_other_scripts_are_no_digits(
    dki_session: AsyncSession, kind: Kind, column: str, written: str
) -> None:
    batch = await previewed(dki_session, kind, {column: written})
    assert (kind.column(column).header, written) in [(one["column"], one["value"]) for one in batch.problems]


@pytest.mark.parametrize(
    "written",
    ["2 Januari 2026", "2 JAN 2026", "2026/01/02", "2026-01-02 00:00:00", "02/01/2026 23:59", "2-1-2026"],
)
async def test_dates_are_read_as_people_and_programs_write_them(
    dki_session: AsyncSession, written: str
) -> None:
    batch = await previewed(
        dki_session, PACKAGES, package_row(await a_line(dki_session)) | {"selection_from": written}
    )
    assert batch.problems == []
    assert batch.rows[0]["values"]["selection_from"] == "2026-01-02"


@pytest.mark.parametrize("written", ["02/01/26", "02-Jan-26", "1/13/2026", "46024", "2 Bulan 2026", "12:00"])
async def test_a_date_that_can_be_read_in_two_ways_is_refused(
    dki_session: AsyncSession, written: str
) -> None:
    row = package_row(await a_line(dki_session)) | {"selection_from": written}
    [problem] = problems_of(await previewed(dki_session, PACKAGES, row))
    assert (problem.column, "bukan tanggal" in problem.sentence) == ("Awal pemilihan", True)


async def test_a_date_far_from_its_budget_year_is_a_slip_of_the_finger(dki_session: AsyncSession) -> None:
    row = package_row(await a_line(dki_session))
    slip = row | {"selection_from": "02/01/0026", "selection_until": "30/11/2206"}
    problems = (await previewed(dki_session, PACKAGES, slip)).problems
    assert [problem["column"] for problem in problems] == ["Awal pemilihan", "Akhir pemilihan"]
    early = row | {"selection_from": "01/12/2025", "selection_until": "31/01/2027"}
    assert (await previewed(dki_session, PACKAGES, early)).problems == []


@pytest.mark.parametrize(
    ("written", "is_announced"),
    [("Terumumkan", True), ("ya", True), ("Terinisiasi", False), ("Draf", False), ("tidak", False)],
)
async def test_what_sirup_exports_says_whether_a_package_is_announced(
    dki_session: AsyncSession, written: str, is_announced: bool
) -> None:
    row = package_row(await a_line(dki_session)) | {"announced": written}
    content = a_csv(PACKAGES, row).replace(b"Kode unit", b"kd_satker")
    batch = await preview(dki_session, ADMIN, "sirup.csv", contents_of(PACKAGES, content))
    assert (batch.problems, batch.rows[0]["values"]["announced"]) == ([], is_announced)


@pytest.mark.parametrize(
    "address",
    [
        "b\u00e9a@dki.example",
        "mailto:link@dki.example",
        "a..b@dki.example",
        ".a@dki.example",
        "x@-dki.example",
    ],
)
async def test_an_address_to_which_nothing_can_be_mailed_is_named(
    dki_session: AsyncSession, address: str
) -> None:
    [problem] = (await previewed(dki_session, OFFICIALS, {"email": address})).problems
    assert (problem["row"], problem["column"], problem["value"]) == (2, "E-mail", address)


@pytest.mark.parametrize(
    ("kind", "column", "written"),
    [(WORK_UNITS, "tax_id", "3,17401E+15"), (OFFICIALS, "civil_servant_id", "1.98503122010012E+017")],
)
async def test_a_number_that_excel_shortened_is_named_with_the_way_out(
    dki_session: AsyncSession, kind: Kind, column: str, written: str
) -> None:
    [problem] = (await previewed(dki_session, kind, {column: written})).problems
    assert problem["sentence"].startswith("Excel menyingkat angka ini")


async def test_an_official_is_known_whatever_the_letters_of_his_address(dki_session: AsyncSession) -> None:
    official = Official(
        id=new_id(), name="Ratna", email=f"Ratna.{new_id().hex}@Contoh.go.id", position="Admin daerah"
    )
    dki_session.add(official)
    await dki_session.flush()
    row = {"email": official.email, "civil_servant_id": "", "name": "Ratna Wulandari"}
    for expected in ("changed", "unchanged"):
        batch = await previewed(dki_session, OFFICIALS, row)
        assert (batch.problems, batch.summary[expected]) == ([], 1)
        await confirm(dki_session, ADMIN, batch.id)
    await dki_session.refresh(official)
    assert official.name == "Ratna Wulandari"


async def test_a_preview_that_the_region_has_overtaken_is_refused(dki_session: AsyncSession) -> None:
    number = "198503122010012009"
    batch = await previewed(dki_session, OFFICIALS, {"email": "baru@uji.go.id", "civil_servant_id": number})
    dki_session.add(
        Official(id=new_id(), name="Sri", civil_servant_id=number, email="sri@uji.go.id", position="PPK")
    )
    await dki_session.flush()
    with pytest.raises(Refused, match="berubah sejak pratinjau"):
        await confirm(dki_session, ADMIN, batch.id)


async def test_a_preview_is_confirmed_or_discarded_once(dki_session: AsyncSession) -> None:
    batch = await previewed(dki_session, WORK_UNITS, {"code": "9.99"})
    await discard(dki_session, ADMIN, batch.id)
    with pytest.raises(Conflict):
        await confirm(dki_session, ADMIN, batch.id)


async def test_only_the_administrator_uploads(dki_session: AsyncSession) -> None:
    officer = Actor(new_id(), "Dewi", frozenset({(Role.PROCUREMENT_OFFICER, None)}))
    with pytest.raises(NotAllowed):
        await preview(dki_session, officer, "x.csv", contents_of(WORK_UNITS, a_csv(WORK_UNITS, {})))


async def test_a_changed_name_changes_only_that_unit(dki_session: AsyncSession) -> None:
    first, second = await a_work_unit(dki_session), await a_work_unit(dki_session)
    facts = {"short_name": "Pendidikan", "address": first.address, "city": first.city, "region_code": "31"}
    batch = await previewed(
        dki_session,
        WORK_UNITS,
        {**facts, "code": first.code, "name": "Dinas Pendidikan dan Kebudayaan"},
        {**facts, "code": second.code, "name": second.name},
    )
    assert (batch.summary["changed"], batch.summary["unchanged"]) == (1, 1)
    await confirm(dki_session, ADMIN, batch.id)
    assert (first.name, second.name) == ("Dinas Pendidikan dan Kebudayaan", "Dinas Pendidikan")


# packages and their splits


async def test_the_splits_of_a_package_must_add_up_to_it(dki_session: AsyncSession) -> None:
    line = await a_line(dki_session)
    batch = await previewed(dki_session, PACKAGES, package_row(line, ceiling="10.000.000", split="9.999.999"))
    assert problems_of(batch)[0].column == "Pagu paket"
    assert "Rp\xa09.999.999 tidak sama dengan pagu paket Rp\xa010.000.000" in problems_of(batch)[0].sentence


async def test_packages_together_cannot_take_more_than_their_line(dki_session: AsyncSession) -> None:
    line = await a_line(dki_session, ceiling="15.000.000")
    await confirmed(dki_session, PACKAGES, package_row(line, "111111", "10.000.000"))
    batch = await previewed(dki_session, PACKAGES, package_row(line, "222222", "5.000.001"))
    assert (
        problems_of(batch)[0].sentence == "Baris anggaran ini hanya menyisakan Rp\xa05.000.000 dari pagunya."
    )


async def test_a_line_cannot_be_cut_below_what_its_packages_have(dki_session: AsyncSession) -> None:
    line = await a_line(dki_session, ceiling="15.000.000")
    await confirmed(dki_session, PACKAGES, package_row(line, "111111", "10.000.000"))
    batch = await previewed(dki_session, BUDGET_LINES, {**line, "ceiling_rupiah": "9.000.000"})
    assert "Unggah dahulu paket RUP" in problems_of(batch)[0].sentence


async def test_a_cut_below_what_is_held_is_accepted_and_blocks_new_orders(dki_session: AsyncSession) -> None:
    line = await a_line(dki_session, ceiling="15.000.000")
    await confirmed(dki_session, PACKAGES, package_row(line, "111111", "10.000.000"))
    balance = await balance_of(dki_session, "111111")
    draw = Draw(balance.budget_line_id, balance.package_id, 8_000_000)
    await hold(dki_session, SYSTEM_ACTOR, by("submit", new_id()), [draw])
    await confirmed(dki_session, PACKAGES, package_row(line, "111111", "5.000.000"))
    await confirmed(dki_session, BUDGET_LINES, {**line, "ceiling_rupiah": "5.000.000"})
    balance = await balance_of(dki_session, "111111")
    assert (balance.ceiling, balance.held, balance.overcommitted) == (5_000_000, 8_000_000, True)
    assert await differences(dki_session) == []


async def test_a_line_left_out_of_a_package_is_taken_back(dki_session: AsyncSession) -> None:
    first, second = await a_line(dki_session), await a_line(dki_session)
    second = {**second, "unit_code": first["unit_code"], "account_code": "5.1.02.01.01.0026"}
    await confirmed(dki_session, BUDGET_LINES, second)
    await confirmed(
        dki_session,
        PACKAGES,
        package_row(first, "333333", "9.000.000", "5.000.000"),
        package_row(second, "333333", "9.000.000", "4.000.000"),
    )
    batch = await confirmed(dki_session, PACKAGES, package_row(first, "333333", "5.000.000"))
    assert batch.summary["changed"] == 1
    package = (await dki_session.scalars(select(Package).where(Package.rup_code == "333333"))).one()
    ceilings = select(BudgetBalance.ceiling).where(BudgetBalance.package_id == package.id)
    assert sorted(await dki_session.scalars(ceilings)) == [0, 5_000_000]


async def test_the_rows_of_a_package_must_agree(dki_session: AsyncSession) -> None:
    first, second = await a_line(dki_session), await a_line(dki_session)
    second = {**second, "unit_code": first["unit_code"], "account_code": "5.1.02.01.01.0026"}
    await confirmed(dki_session, BUDGET_LINES, second)
    batch = await previewed(
        dki_session,
        PACKAGES,
        package_row(first, "333333", "9.000.000", "5.000.000"),
        {**package_row(second, "333333", "9.000.000", "4.000.000"), "name": "Lain"},
    )
    assert [(one["row"], one["column"]) for one in batch.problems] == [(3, "Nama paket")]


async def test_a_package_of_another_unit_is_not_taken_over(dki_session: AsyncSession) -> None:
    package = await a_package(dki_session)
    line = await a_line(dki_session)
    batch = await previewed(dki_session, PACKAGES, package_row(line, package.rup_code))
    assert "unit lain" in problems_of(batch)[0].sentence


# officials and their accounts


async def test_new_officials_are_linked_to_accounts_and_invited_once(dki: Tenant) -> None:
    known, fresh = new_account(), f"{new_id().hex}@dki.example.go.id"
    async with tenancy.national() as national:
        national.add(known)
    content = a_csv(
        OFFICIALS,
        {"email": known.email.upper(), "civil_servant_id": ""},
        {"email": fresh, "civil_servant_id": "", "name": "Budi Santoso"},
    )
    async with tenancy.inside(dki) as session:
        batch = await preview(session, ADMIN, "pejabat.csv", contents_of(OFFICIALS, content))
        await confirm(session, ADMIN, batch.id)
    assert await link_accounts(dki, batch.id) == 2
    assert await link_accounts(dki, batch.id) == 0
    async with tenancy.inside(dki) as session:
        officials = {
            one.email: one
            for one in await session.scalars(select(Official).where(Official.email.in_([known.email, fresh])))
        }
        again = await preview(session, ADMIN, "pejabat.csv", contents_of(OFFICIALS, content))
    assert officials[known.email].id == known.id
    assert again.summary["unchanged"] == 2
    async with tenancy.national() as national:
        account = await national.get_one(Account, officials[fresh].id)
        invitations = [
            row.arguments
            for row in await national.scalars(
                select(outbox.NationalOutbox).where(outbox.NationalOutbox.job == "identity.invite")
            )
            if row.arguments["account_id"] in (str(account.id), str(known.id))
        ]
    assert invitations == [{"account_id": str(account.id), "host": "dki.localhost"}]


async def test_files_of_five_regions_that_name_the_same_people_at_once_invite_each_once(
    dki: Tenant, gorontalo: Tenant
) -> None:
    """The same job of one region twice, too: what was half done is carried out again while the first still runs."""
    emails = [f"{new_id().hex}@go.id" for _ in range(3)]
    batches = []
    for tenant, order in ((dki, emails), (gorontalo, emails[::-1])):
        rows = [{"email": one, "civil_servant_id": ""} for one in order]
        async with tenancy.inside(tenant) as session:
            content = contents_of(OFFICIALS, a_csv(OFFICIALS, *rows))
            batch = await preview(session, ADMIN, "pejabat.csv", content)
            await confirm(session, ADMIN, batch.id)
        batches += [(tenant, batch.id)] * 2
    await asyncio.gather(*(link_accounts(tenant, batch_id) for tenant, batch_id in batches))
    async with tenancy.national() as national:
        found = await national.execute(select(Account.id, Account.email).where(Account.email.in_(emails)))
        accounts = {email: account_id for account_id, email in found}
        letters = select(func.count()).where(
            outbox.NationalOutbox.job == "identity.invite",
            outbox.NationalOutbox.arguments["account_id"].astext.in_([str(one) for one in accounts.values()]),
        )
        assert (len(accounts), await national.scalar(letters)) == (3, 3)
    for tenant in (dki, gorontalo):
        async with tenancy.inside(tenant) as session:
            ours = select(Official.email, Official.id).where(Official.email.in_(emails))
            assert dict((await session.execute(ours)).all()) == accounts


async def test_an_invitation_sets_the_first_password_once(national_session: AsyncSession) -> None:
    account = new_account(password_hash="!")
    national_session.add(account)
    await national_session.flush()
    issued = await issue_token(national_session, account.id)
    assert issued is not None
    _, token = issued
    with pytest.raises(Refused, match="paling sedikit 10 karakter"):
        await accept_invitation(national_session, token, "pendek")
    assert (await accept_invitation(national_session, token, "kuda nil berenang")).email == account.email
    with pytest.raises(Exception, match="sudah dipakai"):
        await invited_by(national_session, token)
    assert await issue_token(national_session, account.id) is None


async def test_a_newer_invitation_ends_the_older(national_session: AsyncSession) -> None:
    account = new_account(password_hash="!")
    national_session.add(account)
    await national_session.flush()
    older = await issue_token(national_session, account.id)
    newer = await issue_token(national_session, account.id)
    assert older is not None and newer is not None
    with pytest.raises(Exception, match="diganti undangan"):
        await invited_by(national_session, older[1])
    assert (await invited_by(national_session, newer[1])).account_id == account.id


async def test_a_civil_servant_number_belongs_to_one_person(dki_session: AsyncSession) -> None:
    number = {"civil_servant_id": "198503122010012003"}
    batch = await previewed(
        dki_session, OFFICIALS, {"email": "a@x.go.id", **number}, {"email": "b@x.go.id", **number}
    )
    assert [(one["row"], one["column"]) for one in batch.problems] == [(3, "NIP")]


def test_every_kind_has_a_sample_of_each_sort() -> None:
    assert all(sample_csv(kind) and sample_xlsx(kind) for kind in KINDS.values())


async def previewed(session: AsyncSession, kind: Kind, *rows: dict[str, str]) -> ImportBatch:
    return await preview(session, ADMIN, "berkas.csv", contents_of(kind, a_csv(kind, *rows)))


async def confirmed(session: AsyncSession, kind: Kind, *rows: dict[str, str]) -> ImportBatch:
    batch = await previewed(session, kind, *rows)
    return await confirm(session, ADMIN, batch.id)


async def a_line(session: AsyncSession, ceiling: str = "100.000.000") -> dict[str, str]:
    """A confirmed budget line of a unit of its own, as the row it came from."""
    row = {"unit_code": (await a_work_unit(session)).code, "ceiling_rupiah": ceiling}
    await confirmed(session, BUDGET_LINES, row)
    return row


def package_row(
    line: dict[str, str], rup_code: str = "111111", ceiling: str = "10.000.000", split: str = ""
) -> dict[str, Any]:
    facts: dict[str, Any] = {name: line[name] for name in ("unit_code", "account_code") if name in line}
    return {**facts, "rup_code": rup_code, "ceiling_rupiah": ceiling, "line_rupiah": split or ceiling}


async def balance_of(session: AsyncSession, rup_code: str) -> BudgetBalance:
    found = await session.scalars(
        select(BudgetBalance)
        .join(Package, Package.id == BudgetBalance.package_id)
        .join(BudgetLine, BudgetLine.id == BudgetBalance.budget_line_id)
        .where(Package.rup_code == rup_code)
        .execution_options(populate_existing=True)
    )
    return found.one()


async def unit_named(session: AsyncSession, code: str) -> WorkUnit | None:
    return (await session.scalars(select(WorkUnit).where(WorkUnit.code == code))).one_or_none()


def new_account(password_hash: str = "x") -> Account:
    fresh = new_id()
    return Account(id=fresh, email=f"{fresh.hex}@dki.example.go.id", name="Dewi", password_hash=password_hash)
