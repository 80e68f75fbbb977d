"""A lost account comes back by two administrators and a day's wait, and its person can always stop it."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from eorder_platform import clock, outbox, tenancy
from eorder_platform.errors import Conflict, NotAllowed, NotVisible
from eorder_platform.identity import reclaiming, sessions
from eorder_platform.identity.events import NOWHERE, TELL, Kind
from eorder_platform.identity.factors import factors_of
from eorder_platform.identity.models import Account, AccountEvent, AccountRecovery, NationalRole
from eorder_platform.identity.proving import Factor, Proof, ProofNeeded
from eorder_platform.identity.reclaiming import FINISH, STOP, token_of
from eorder_platform.identity.signing_in import check_password
from eorder_platform.identity.signing_nationally import carry_proof
from eorder_platform.ids import new_id
from eorder_platform.mail import read_mailbox
from tests.identity.proofs import code
from tests.identity.test_factors import an_account, knows_password
from tests.vendors.browsing import Visitor

pytestmark = pytest.mark.unproved
ClientFor = Callable[[str], httpx.AsyncClient]
REASON = "HP saya hilang di bus; kepala bagian umum Dinas Pendidikan dapat memastikan."
ANOTHER = "tujuh gajah menari"


async def an_administrator() -> UUID:
    account = await an_account()
    async with tenancy.national() as session:
        session.add(NationalRole(account_id=account.id, role="agency_admin"))
    return account.id


async def asked_for(account: Account) -> UUID:
    async with tenancy.national() as session:
        await reclaiming.ask_for_account(session, account.id, REASON, NOWHERE)
    async with tenancy.national() as session:
        found = select(AccountRecovery.id).where(AccountRecovery.account_id == account.id)
        return (await session.scalars(found)).one()


async def agrees(administrator: UUID, recovery: UUID) -> None:
    async with tenancy.national() as session:
        carry_proof(session, Proof(Factor.APP, clock.now()))
        await reclaiming.agree(session, administrator, recovery)


async def finishes(recovery: UUID, password: str = ANOTHER) -> None:
    async with tenancy.national() as session:
        await reclaiming.reclaim(session, token_of(recovery, FINISH), password, NOWHERE)


async def letters_to(account: Account) -> list[str]:
    await outbox.carry_out_open(outbox.NATION, [TELL])
    return [mail.text for mail in read_mailbox() if mail.to == account.email]


async def test_who_knew_the_password_asks_and_is_told_at_every_stage(client_for: ClientFor) -> None:
    account, one, other = await an_account(), await an_administrator(), await an_administrator()
    visitor = await knows_password(client_for, account)
    await visitor.sends("/masuk/pemulihan", {"reason": "hilang"})
    assert visitor.page.status_code == 422 and visitor.sees("Ceritakan apa yang hilang")
    await visitor.sends("/masuk/pemulihan", {"reason": REASON})
    assert visitor.page.url.path == "/masuk" and visitor.sees("Dua admin nasional")
    assert len(letters := await letters_to(account)) == 1 and "/pemulihan/" in letters[0]
    recovery = await asked_for(account)
    await agrees(one, recovery)
    assert len(await letters_to(account)) == 2
    await agrees(other, recovery)
    newest = (await letters_to(account))[0]
    path = re.search(r"http://localhost:8000(/akun-kembali/\S+)", newest)
    assert path and "/pemulihan/" in newest
    early = Visitor(client_for("localhost"))
    await early.opens(path[1])
    assert (
        early.sees("dapat dipakai mulai")
        and "<form" not in early.page.text.partition("<main")[2].partition("</main")[0]
    )
    with pytest.raises(Conflict, match="belum selesai"):
        await finishes(recovery)
    old = await sessions.start("dki", account.id, "Rina", account.email, (), "")
    with clock.travelling_to(clock.now() + timedelta(hours=24, seconds=1)):
        await early.opens(path[1])
        await early.sends(path[1], {"password": "lemah"})
        assert early.page.status_code == 422
        await early.sends(path[1], {"password": ANOTHER})
        assert early.page.url.path == "/masuk" and early.sees("Akun Anda kembali")
        assert (await early.opens(path[1])).status_code == 409, "the link is used up"
    assert await sessions.find("dki", old) is None
    assert await check_password(account.email, ANOTHER, new_id().hex)
    async with tenancy.national() as session:
        assert not (await factors_of(session, account.id)).any
        kinds = await session.scalars(
            select(AccountEvent.kind).where(AccountEvent.account_id == account.id).order_by(AccountEvent.at)
        )
        assert [kind for kind in kinds if kind.startswith("recovery")] == [
            Kind.RECOVERY_ASKED,
            Kind.RECOVERY_CONFIRMED,
            Kind.RECOVERY_OPENS,
            Kind.RECOVERY_DONE,
        ]


async def test_one_administrator_is_never_two_and_never_for_oneself() -> None:
    account, one = await an_account(), await an_administrator()
    recovery = await asked_for(account)
    await agrees(one, recovery)
    with pytest.raises(NotAllowed, match="admin nasional lain"):
        await agrees(one, recovery)
    own = await asked_for(await _as_account(one))
    with pytest.raises(NotAllowed, match="akun sendiri"):
        await agrees(one, own)
    for nobody in (account.id, new_id()):
        with pytest.raises(NotAllowed, match="admin badan nasional"):
            await agrees(nobody, recovery)
    other = await an_administrator()
    with pytest.raises(ProofNeeded):
        async with tenancy.national() as session:
            carry_proof(session, Proof(Factor.APP, clock.now() - timedelta(minutes=6)))
            await reclaiming.agree(session, other, recovery)
    with pytest.raises(Conflict):
        await finishes(recovery)


async def _as_account(account_id: UUID) -> Account:
    async with tenancy.national() as session:
        return await session.get_one(Account, account_id)


async def test_the_database_too_wants_two_people_and_the_wait() -> None:
    account, one = await an_account(), await an_administrator()
    recovery, now = await asked_for(account), clock.now()
    for wrong in (
        {"first_by": one, "first_at": now, "second_by": one, "second_at": now, "opens_at": now},
        {"first_by": account.id, "first_at": now},
        {"used_at": now},
    ):
        with pytest.raises(Exception, match="ck_account_recovery"):
            async with tenancy.national() as session:
                row = await session.get_one(AccountRecovery, recovery)
                for name, value in wrong.items():
                    setattr(row, name, value)


async def test_of_two_administrators_at_once_both_count_and_of_one_twice_only_one() -> None:
    account = await an_account()
    administrators = [await an_administrator() for _ in range(2)]
    recovery = await asked_for(account)
    answers = await asyncio.gather(
        *(agrees(one, recovery) for one in (administrators[0], administrators[0])), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "NotAllowed"]
    await agrees(administrators[1], recovery)
    async with tenancy.national() as session:
        row = await session.get_one(AccountRecovery, recovery)
        assert {row.first_by, row.second_by} == set(administrators)


async def test_its_person_stops_it_with_one_click(client_for: ClientFor) -> None:
    account, one = await an_account(), await an_administrator()
    recovery = await asked_for(account)
    await agrees(one, recovery)
    stolen = await sessions.start("national", account.id, "Pencuri", account.email, (), "")
    visitor = Visitor(client_for("localhost"))
    path = f"/pemulihan/{token_of(recovery, STOP)}"
    await visitor.opens(path)
    await visitor.sends(path)
    assert visitor.page.url.path == "/lupa-sandi" and visitor.sees("Pemulihan dihentikan")
    assert await sessions.find("national", stolen) is None
    with pytest.raises(Conflict):
        await agrees(await an_administrator(), recovery)
    with pytest.raises(NotVisible):
        async with tenancy.national() as session:
            await reclaiming.recovery_behind(session, token_of(recovery, STOP), FINISH)
    again = await asked_for_anew(account)
    assert again != recovery


async def asked_for_anew(account: Account) -> UUID:
    async with tenancy.national() as session:
        await reclaiming.ask_for_account(session, account.id, REASON, NOWHERE)
        found = select(AccountRecovery.id).where(
            AccountRecovery.account_id == account.id, AccountRecovery.stopped_at.is_(None)
        )
        return (await session.scalars(found)).one()


async def test_the_administrators_page_asks_for_proof(client_for: ClientFor) -> None:
    account, one = await an_account(), await an_administrator()
    recovery = await asked_for(account)
    visitor = Visitor(client_for("localhost"))
    await visitor.signs_in(one, "Sinta", "agency_admin")
    await sessions.remember_factors(one, ("app",))
    await visitor.opens("/pemulihan-akun")
    assert visitor.sees(REASON) and visitor.sees("lewat kantornya")
    action = f"/pemulihan-akun/{recovery}/persetujuan"
    await visitor.sends(action)
    assert visitor.page.status_code == 422 and visitor.sees("bukti bahwa ini Anda")
    await visitor.sends(action, {"kode": code()})
    assert visitor.sees("Persetujuan Anda tercatat") and visitor.sees("harus dari admin nasional lain")
    staff = Visitor(client_for("localhost"))
    await staff.signs_in(account.id, "Teguh", "verifier")
    assert (await staff.opens("/pemulihan-akun")).status_code == 403
