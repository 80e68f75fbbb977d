"""The vendor's products: list, writing, changing, photos, publishing and withdrawing."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.checking import Answers
from eorder_platform.directory.evidence import check_evidence
from eorder_platform.directory.members import Member, own_vendor
from eorder_platform.directory.photographing import add_photo, remove_photo
from eorder_platform.directory.products import SEPARATOR, answers_of_product, check_product, own_product
from eorder_platform.directory.publishing_products import publish_product, withdraw_product
from eorder_platform.directory.queries import (
    first_photos,
    last_case,
    photos_of,
    products_of,
    regions_serving,
)
from eorder_platform.directory.tax_classes import ask_for_tax_class
from eorder_platform.directory.writing_products import change_product, write_product
from eorder_platform.errors import Refused
from eorder_platform.pictures import Pictures, drawn
from eorder_platform.reference.places import categories
from eorder_platform.sentences import term
from eorder_web.edge.access import VENDOR
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.receiving import takes_files
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address
from eorder_web.look.components.drawing import drawing_of
from eorder_web.look.translating import named, spoken
from eorder_web.vendors.covering import coverage_groups, regions_showing
from eorder_web.vendors.member import AS_MEMBER
from eorder_web.vendors.questions import of_field_left

FIELDS: Final = (
    "name", "category_code", "description", "price", "unit", "minimum_order", "lead_days", "shipping",
    "domestic", "charges_local_tax",
)  # fmt: skip
"""In the order of the page; the delivery area, a list of its own, comes last."""
PHOTOS: Final = "#foto"
NEW_PRODUCT: Final[Answers] = {"minimum_order": "1", "lead_days": "1", "domestic": "ya"}


@get("/usaha/produk", opt=VENDOR, name="vendors.products")
async def list_all(request: Request) -> Response[str]:
    """All products of the vendor, each with its state and where it can be seen."""
    async with AS_MEMBER.enter(request) as (session, member):
        vendor = await own_vendor(session, member)
        products = await products_of(session, vendor.id)
        regions = await regions_serving(session, vendor.id)
        return page(
            request,
            "vendors/products.html",
            active="products",
            member=member,
            vendor=vendor,
            case=await last_case(session, vendor.id),
            products=products,
            photos=await first_photos(session, [product.id for product in products]),
            regions=regions,
            shown_in={product.id: regions_showing(product.coverage, regions) for product in products},
        )


@get("/usaha/produk/baru", opt=VENDOR, name="vendors.new_product")
async def new(request: Request) -> Response[str]:
    """An empty product form."""
    return await _form_page(request, None)


@post("/usaha/produk", opt=VENDOR, name="vendors.write_product")
async def add(request: Request) -> Response[Any]:
    """Write a new product as a draft."""

    async def work(session: AsyncSession, member: Member, form: Form) -> str:
        answers = _answers(form)
        art = drawing_of(answers.get("category_code", ""))
        product = await write_product(session, member, answers, art, locale=spoken())
        return address("vendors.product", product_id=product.id)

    again = partial(_form_page, request, None)
    message = "Produk disimpan sebagai draf. Tambahkan foto, lalu tayangkan."
    return await write(request, AS_MEMBER, work, message, again)


@get("/usaha/produk/{product_id:uuid}", opt=VENDOR, name="vendors.product")
async def show(request: Request, product_id: FromPath[UUID]) -> Response[str]:
    """One product: its facts, photos and state."""
    return await _form_page(request, product_id)


@post("/usaha/produk/{product_id:uuid}", opt=VENDOR, name="vendors.change_product")
async def change(request: Request, product_id: FromPath[UUID]) -> Response[Any]:
    """Change the facts of a product."""

    async def work(session: AsyncSession, member: Member, form: Form) -> str:
        await change_product(session, member, product_id, _answers(form), locale=spoken())
        return address("vendors.product", product_id=product_id)

    again = partial(_form_page, request, product_id)
    return await write(request, AS_MEMBER, work, "Produk disimpan.", again)


@post("/usaha/produk/periksa", opt=VENDOR, name="vendors.check_product")
async def check(request: Request) -> Response[str]:
    """The form with what is wrong in the one field that was just left; nothing is kept."""
    form = await request.fields()
    problems: Problems = ()
    async with AS_MEMBER.enter(request) as (session, _member):
        try:
            await check_product(session, _answers(form), spoken())
        except Refused as refusal:
            problems = of_field_left(request, refusal)
    return await _form_page(request, None, problems, form)


@post("/usaha/produk/{product_id:uuid}/golongan-pajak", opt=VENDOR, name="vendors.ask_for_tax_class")
async def ask_another_tax_class(request: Request, product_id: FromPath[UUID]) -> Response[Any]:
    """Ask the agency for another tax class than the category's."""

    async def work(session: AsyncSession, member: Member, form: Form) -> str:
        paper = form.file("evidence")
        evidence = check_evidence(await paper.read()) if paper else None
        await ask_for_tax_class(session, member, product_id, form.only(("tax_class", "note")), evidence)
        return address("vendors.profile")

    async def again(problems: Problems, form: Form) -> Response[str]:
        asked = form.only(("tax_class", "note"))
        return await _form_page(request, product_id, class_problems=problems, asked=asked)

    message = "Diminta. Golongan yang lama berlaku sampai verifikator menerimanya."
    return await write(request, AS_MEMBER, work, message, again)


@post("/usaha/produk/{product_id:uuid}/penayangan", opt=VENDOR, name="vendors.publish_product")
async def publish(request: Request, product_id: FromPath[UUID]) -> Response[Any]:
    """Show the product in the regions; who serves none yet is led to where regions are asked."""

    async def work(session: AsyncSession, member: Member, _form: Form) -> str:
        await publish_product(session, member, product_id)
        serves = await regions_serving(session, member.vendor_id)
        return (
            address("vendors.product", product_id=product_id) if serves else address("vendors.participation")
        )

    def message(led_to: str) -> str:
        if led_to == address("vendors.participation"):
            return (
                "Produk sudah tayang, tetapi belum ada wilayah yang menerima Anda. Minta di bawah, atau tunggu"
                " putusannya."
            )
        return "Produk sudah tayang. Di mana terlihat, tertulis di halaman ini."

    return await write(request, AS_MEMBER, work, message)


@post("/usaha/produk/{product_id:uuid}/penurunan", opt=VENDOR, name="vendors.withdraw_product")
async def withdraw(request: Request, product_id: FromPath[UUID]) -> Response[Any]:
    """Take the product out of the regions' catalogues."""

    async def work(session: AsyncSession, member: Member, _form: Form) -> str:
        await withdraw_product(session, member, product_id)
        return address("vendors.product", product_id=product_id)

    return await write(
        request, AS_MEMBER, work, "Produk turun tayang. Pesanan yang sudah ada tetap berjalan."
    )


@post("/usaha/produk/{product_id:uuid}/foto", opt=VENDOR | takes_files(8, 32), name="vendors.add_photo")
async def add_photos(request: Request, product_id: FromPath[UUID]) -> Response[Any]:
    """Add one or several photos; they are drawn before the transaction begins."""
    photos: list[Pictures] = []

    async def beforehand(form: Form) -> None:
        files = form.files("photo")
        if not files:
            raise Refused("Pilih paling sedikit satu foto.", "photo")
        for file in files:
            photos.append(await _drawn(await file.read(), file.filename if len(files) > 1 else ""))

    async def work(session: AsyncSession, member: Member, _form: Form) -> str:
        for pictures in photos:
            await add_photo(session, member, product_id, pictures)
            await session.flush()  # the next photo stands behind this one
        return address("vendors.product", product_id=product_id) + PHOTOS

    async def again(problems: Problems, _form: Form) -> Response[str]:
        return await _form_page(request, product_id, photo_problems=problems)

    return await write(request, AS_MEMBER, work, "Foto ditambahkan.", again, beforehand=beforehand)


@post(
    "/usaha/produk/{product_id:uuid}/foto/{photo_id:uuid}/penghapusan",
    opt=VENDOR,
    name="vendors.remove_photo",
)
async def take_photo_away(
    request: Request, product_id: FromPath[UUID], photo_id: FromPath[UUID]
) -> Response[Any]:
    """Remove one photo."""

    async def work(session: AsyncSession, member: Member, _form: Form) -> str:
        await remove_photo(session, member, product_id, photo_id)
        return address("vendors.product", product_id=product_id) + PHOTOS

    return await write(request, AS_MEMBER, work, "Foto dihapus.")


async def _drawn(content: bytes, name: str) -> Pictures:
    """Of several files the refused one is named."""
    try:
        return await drawn(content, field="photo")
    except Refused as refusal:
        if not name:
            raise
        raise Refused(
            "%(file)s: %(problem)s", "photo", file=name[:60], problem=term(refusal.message)
        ) from None


def _answers(form: Form) -> dict[str, str]:
    return {**form.only(FIELDS), "coverage": SEPARATOR.join(form.every("coverage"))}


def _place_on_page(problem: tuple[str | None, str]) -> int:
    """The summary names what is wrong in the order of the fields."""
    return FIELDS.index(problem[0]) if problem[0] in FIELDS else len(FIELDS)


async def _form_page(
    request: Request,
    product_id: UUID | None,
    problems: Problems = (),
    form: Form | None = None,
    *,
    photo_problems: Problems = (),
    class_problems: Problems = (),
    asked: Mapping[str, str] = NOTHING_TYPED,
) -> Response[str]:
    async with AS_MEMBER.enter(request) as (session, member):
        vendor = await own_vendor(session, member)
        product = await own_product(session, member, product_id) if product_id else None
        kept = answers_of_product(product, spoken()) if product else NEW_PRODUCT
        answers = kept if form is None else _answers(form)
        regions = await regions_serving(session, vendor.id)
        codes = [code for code in answers.get("coverage", "").split(SEPARATOR) if code]
        taxonomy = await categories(session)
        groups = {one.code: named(one) for one in taxonomy if one.parent_code is None}
        return page(
            request,
            "vendors/product.html",
            active="products",
            vendor=vendor,
            product=product,
            answers=answers,
            problems=sorted(problems, key=_place_on_page),
            photo_problems=photo_problems,
            class_problems=class_problems,
            asked=asked,
            member=member,
            photos=await photos_of(session, product.id) if product else [],
            regions=regions,
            shown_in=regions_showing(product.coverage, regions) if product else [],
            coverage=await coverage_groups(session, codes, vendor.region_code),
            categories=[
                (category.code, f"{groups[category.parent_code]} – {named(category)}")
                for category in taxonomy
                if category.parent_code and category.active
            ],
        )


NATION = [
    list_all,
    new,
    add,
    show,
    change,
    ask_another_tax_class,
    check,
    publish,
    withdraw,
    add_photos,
    take_photo_away,
]
