"""Vendors for tests: every one a business, an owner and an account of its own."""

import io
import secrets
from typing import Any
from uuid import UUID

from PIL import Image
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import Product, Vendor, VerificationCase
from eorder_platform.directory.publishing_products import publish_product
from eorder_platform.directory.registering import register_vendor
from eorder_platform.directory.verifying import Verifier, accept_vendor, submit_for_verification
from eorder_platform.directory.writing_products import write_product
from eorder_platform.identity.models import Account, NationalRole, NationalRoleName
from eorder_platform.identity.signing_in import create_account_with_hash
from eorder_platform.ids import new_id
from eorder_platform.outbox import NationalOutbox
from eorder_platform.pictures import Pictures, product_pictures


def digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))


def a_national_identity_number() -> str:
    """A NIK of somebody born in Gorontalo."""
    day, month, year = secrets.randbelow(28) + 1, secrets.randbelow(12) + 1, secrets.randbelow(40) + 50
    return f"757101{day:02d}{month:02d}{year:02d}{secrets.randbelow(9998) + 1:04d}"


def some_answers(**different: str | None) -> dict[str, str]:
    """A faultless registration; None takes an answer away."""
    answers: dict[str, str | None] = {
        "business_id_number": f"9{digits(12)}",
        "legal_name": "CV Dapur Karawo",
        "trade_name": "Dapur Karawo",
        "legal_form": "limited_partnership",
        "scale_basis": "sales",
        "scale_amount": "450.000.000",
        "owner_name": "Rahma Pakaya",
        "national_identity_number": a_national_identity_number(),
        "tax_id": "02.183.241.5-000.000",
        "vat_registered": "tidak",
        "province_code": "75",
        "region_code": "75.71",
        "street_address": "Jalan Nani Wartabone 12",
        "postcode": "96115",
        "phone": "0812-3456-7890",
        "email": "rahma@contoh.id",
        "bank_code": "002",
        "bank_account": "012345678901234",
        "bank_account_holder": "CV Dapur Karawo",
    }
    return {name: value for name, value in {**answers, **different}.items() if value is not None}


def some_product(**different: str | None) -> dict[str, str]:
    """A faultless product as a vendor types it."""
    answers: dict[str, str | None] = {
        "name": "Nasi kotak ayam bakar",
        "description": "Nasi, ayam bakar, sambal dabu-dabu, buah.",
        "category_code": "FNB-MEET.BOX",
        "unit": "kotak",
        "price": "35.000",
        "minimum_order": "20",
        "lead_days": "1",
        "domestic": "ya",
        "shipping": "50.000",
        "coverage": "75",
    }
    return {name: value for name, value in {**answers, **different}.items() if value is not None}


async def an_account(session: AsyncSession, name: str = "Rahma Pakaya", password_hash: str = "-") -> Account:
    return await create_account_with_hash(session, f"{secrets.token_hex(6)}@contoh.id", name, password_hash)


async def a_registered_vendor(session: AsyncSession, **different: str | None) -> Member:
    """The owner of a business that has registered and done nothing more."""
    account = await an_account(session)
    return await register_vendor(session, account.id, some_answers(**different))


async def a_verifier(session: AsyncSession) -> Verifier:
    account = await an_account(session, "Siti Verifikator")
    session.add(NationalRole(account_id=account.id, role=NationalRoleName.VERIFIER))
    await session.flush()
    return Verifier(account.id, account.name)


async def a_submitted_case(session: AsyncSession, member: Member) -> VerificationCase:
    case = await submit_for_verification(session, member)
    await session.flush()
    return case


async def a_verified_vendor(session: AsyncSession, **different: str | None) -> Member:
    """The owner of a business that the agency has accepted."""
    member = await a_registered_vendor(session, **different)
    case = await a_submitted_case(session, member)
    await accept_vendor(session, await a_verifier(session), case.id)
    await session.flush()
    return member


async def a_published_product(session: AsyncSession, member: Member, **different: str | None) -> Product:
    product = await write_product(session, member, some_product(**different))
    await session.flush()
    return await publish_product(session, member, product.id)


async def vendor_of(session: AsyncSession, member: Member) -> Vendor:
    return await session.get_one(Vendor, member.vendor_id, populate_existing=True)


def a_drawn_photo(colour: str = "tan", size: tuple[int, int] = (1200, 900)) -> Pictures:
    """The same in the sizes that pages show."""
    return product_pictures(a_photo(colour, size))


def a_photo(colour: str = "tan", size: tuple[int, int] = (1200, 900)) -> bytes:
    """A JPEG as a phone uploads it."""
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "JPEG")
    return written.getvalue()


async def written_jobs(session: AsyncSession, job: str) -> list[dict[str, Any]]:
    """The arguments of every effect of that name written in this session's transaction."""
    await session.flush()
    found = (
        select(NationalOutbox.arguments).where(NationalOutbox.job == job).order_by(NationalOutbox.created_at)
    )
    return list(await session.scalars(found))


def mentions(jobs: list[dict[str, Any]], **arguments: UUID | str) -> int:
    """How many of the jobs carry exactly these arguments."""
    return sum(job == {name: str(value) for name, value in arguments.items()} for job in jobs)


async def a_committed_vendor(**different: str | None) -> Member:
    """A verified vendor that other transactions see too."""
    async with tenancy.national() as session:
        return await a_verified_vendor(session, **different)


async def a_public_vendor(region_code: str, *, vat_registered: bool = False) -> UUID:
    """A verified vendor of whom the nation has the public row alone; committed, so that any region may refer to it."""
    vendor_id = new_id()
    async with tenancy.national() as nation:
        nation.add(
            Vendor(
                id=vendor_id,
                business_id_number=f"{vendor_id.int % 10**13:013}",
                legal_name="CV Cahaya Tulis",
                trade_name="Cahaya Tulis",
                legal_form="limited_partnership",
                business_scale="small",
                region_code=region_code,
                vat_registered=vat_registered,
                status="verified",
            )
        )
    return vendor_id
