"""What follows from changes in the directory: mail to the vendor, and new copies in the regions."""

from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from eorder_platform import outbox, tenancy
from eorder_platform.addresses import national_address
from eorder_platform.directory.confirming_account import Link, link_token
from eorder_platform.directory.models import (
    ChangeOutcome,
    ChangeRequest,
    Participation,
    ParticipationStatus,
    Vendor,
    VendorPrivate,
    VerificationCase,
)
from eorder_platform.directory.queries import products_of
from eorder_platform.identity.models import Account
from eorder_platform.mail import send_mail
from eorder_platform.reference.law import NATIONAL_ZONE
from eorder_platform.tenancy import registry


@outbox.national_job("directory.tell_vendor")
async def tell_vendor(*, case_id: str) -> None:
    """Mail the vendor what the verifier decided."""
    async with tenancy.national() as session:
        case = await session.get_one(VerificationCase, UUID(case_id))
        vendor = await session.get_one(Vendor, case.vendor_id)
        private = await session.get_one(VendorPrivate, case.vendor_id)
    if case.outcome == "accepted":
        subject = f"{vendor.trade_name} sudah terverifikasi"
        told = (
            f"Usaha {vendor.legal_name} (NIB {vendor.business_id_number}) sudah terverifikasi untuk semua daerah.\n\n"
            f"Tulis produk Anda, lalu pilih wilayah yang ingin dilayani.\n{national_address('vendors.participation')}"
        )
    else:
        subject = f"Data {vendor.trade_name} perlu diperbaiki"
        told = (
            f"Verifikator mengembalikan data usaha {vendor.legal_name} dengan catatan:\n\n{case.reason}\n\n"
            f"Perbaiki datanya, lalu ajukan lagi.\n{national_address('vendors.profile')}"
        )
    await send_mail(to=private.email, subject=subject, text=f"Yth. {private.owner_name},\n\n{told}\n")


NOT_ME: Final = "Bukan Anda? Hentikan di sini, lalu ganti kata sandi Anda:\n\n%(stop)s"


@outbox.national_job("directory.confirm_account")
async def confirm_account(*, request_id: str) -> None:
    """Mail the owner a link to confirm another bank account, and one to stop it."""
    await _mail_of_account(
        UUID(request_id),
        Link.CONFIRM,
        "Konfirmasi penggantian rekening",
        "Ada permintaan mengganti rekening usaha %(vendor)s. Bila benar Anda yang meminta, konfirmasi dalam satu hari "
        "lewat tautan ini:\n\n%(confirm)s\n\nSesudah itu perlu 24 jam dan pemeriksaan verifikator. Sampai diterima, "
        "rekening yang lama tetap tercatat.\n\n" + NOT_ME,
    )


@outbox.national_job("directory.account_confirmed")
async def account_confirmed(*, request_id: str) -> None:
    """Tell the owner once more that another bank account was confirmed: they have a day to say that it was not them."""
    await _mail_of_account(
        UUID(request_id),
        Link.STOP,
        "Penggantian rekening dikonfirmasi",
        "Penggantian rekening usaha %(vendor)s sudah dikonfirmasi. Verifikator memeriksanya sesudah 24 jam; "
        "sampai diputuskan, pembayaran ditahan.\n\n" + NOT_ME,
    )


async def _mail_of_account(request_id: UUID, link: Link, subject: str, text: str) -> None:
    """Mail to the account that asked, not to the business's address: staff may read that one. Nothing once it ended."""
    async with tenancy.national() as session:
        request = await session.get_one(ChangeRequest, request_id)
        vendor = await session.get_one(Vendor, request.vendor_id)
        owner = await session.get_one(Account, request.requested_by)
    if request.outcome is not None or (link is Link.CONFIRM and request.confirmed_at is not None):
        return
    told = text % {
        "vendor": vendor.legal_name,
        "confirm": national_address("vendors.account", token=link_token(request, Link.CONFIRM)),
        "stop": national_address("vendors.unwanted_account", token=link_token(request, Link.STOP)),
    }
    await send_mail(to=owner.email, subject=subject, text=f"Yth. {owner.name},\n\n{told}\n")


@outbox.national_job("directory.tell_vendor_of_change")
async def tell_vendor_of_change(*, request_id: str) -> None:
    """Mail the vendor what the verifier decided about a change that they asked for."""
    async with tenancy.national() as session:
        request = await session.get_one(ChangeRequest, UUID(request_id))
        vendor = await session.get_one(Vendor, request.vendor_id)
        private = await session.get_one(VendorPrivate, request.vendor_id)
    asked_on = f"{request.requested_at.astimezone(ZoneInfo(NATIONAL_ZONE)):%d-%m-%Y}"
    if request.outcome == ChangeOutcome.ACCEPTED:
        subject = f"Perubahan data {vendor.trade_name} diterima"
        told = f"Perubahan data yang Anda minta pada {asked_on} berlaku mulai sekarang untuk semua daerah."
    elif request.outcome == ChangeOutcome.STOPPED:
        subject = f"Penggantian rekening {vendor.trade_name} dihentikan"
        told = (
            f"Penggantian rekening yang diminta pada {asked_on} dihentikan lewat tautan di surat kepada pemilik. "
            "Rekening yang lama tetap berlaku. Ganti kata sandi akun pemilik bila permintaan itu bukan dari Anda."
        )
    else:
        subject = f"Perubahan data {vendor.trade_name} belum diterima"
        told = (
            f"Perubahan data yang Anda minta pada {asked_on} belum diterima verifikator:\n\n{request.reason}\n\n"
            "Data yang lama tetap berlaku. Anda dapat mengajukan lagi."
        )
    await send_mail(
        to=private.email,
        subject=subject,
        text=f"Yth. {private.owner_name},\n\n{told}\n\n{national_address('vendors.profile')}\n",
    )


@outbox.national_job("directory.tell_vendor_of_region")
async def tell_vendor_of_region(*, vendor_id: str, tenant_id: str) -> None:
    """Mail the vendor whether a region has taken it in."""
    async with tenancy.national() as session:
        standing = await session.get_one(Participation, (UUID(vendor_id), UUID(tenant_id)))
        private = await session.get_one(VendorPrivate, standing.vendor_id)
    tenant = await registry.by_id(standing.tenant_id)
    if tenant is None or standing.status not in (ParticipationStatus.ACTIVE, ParticipationStatus.DECLINED):
        return
    if standing.status == ParticipationStatus.ACTIVE:
        subject, told = (
            f"{tenant.name} menerima usaha Anda",
            "Produk Anda yang tayang sekarang ada di katalognya.",
        )
    else:
        subject, told = f"{tenant.name} belum menerima usaha Anda", f"Alasannya: {standing.reason}"
    await send_mail(
        to=private.email,
        subject=subject,
        text=f"Yth. {private.owner_name},\n\n{told}\n\n{national_address('vendors.participation')}\n",
    )


@outbox.national_job("directory.spread_vendor")
async def spread_vendor(*, vendor_id: str) -> None:
    """Every product of the vendor carries its public facts, so each of them goes to the regions anew."""
    async with tenancy.national() as session:
        for product in await products_of(session, UUID(vendor_id)):
            outbox.write(session, "catalogue.spread_product", product_id=product.id)
