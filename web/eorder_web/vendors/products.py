"""The vendor's products: list, writing, changing, photos, publishing and withdrawing."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.checking import Answers
from eorder_platform.directory.members import Member, member_for, own_vendor
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
from eorder_platform.directory.writing_products import change_product, write_product
from eorder_platform.errors import Refused
from eorder_platform.reference.places import categories
from eorder_web.edge.access import VENDOR
from eorder_web.edge.handling import once_nationally, page
from eorder_web.edge.visiting import Request
from eorder_web.look.components.drawing import drawing_of
from eorder_web.look.translating import _
from eorder_web.vendors.asking import typed
from eorder_web.vendors.covering import coverage_groups, regions_showing

PRODUCTS: Final = "/usaha/produk"
FIELDS: Final = (
    "name", "category_code", "description", "price", "unit", "minimum_order", "lead_days", "shipping", "tax_class",
    "domestic", "charges_local_tax",
)  # fmt: skip
"""In the order of the page; the delivery area, a list of its own, comes last."""


@get(PRODUCTS, opt=VENDOR, name="vendors.products")
async def list_all(request: Request) -> Response[str]:
    """All products of the vendor, each with its state and where it can be seen."""
    async with tenancy.national() as session:
        member = await member_for(session, request.account_id)
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


@get(f"{PRODUCTS}/baru", opt=VENDOR, name="vendors.new_product")
async def new(request: Request) -> Response[str]:
    """An empty product form."""
    async with tenancy.national() as session:
        member = await member_for(session, request.account_id)
        answers = {"minimum_order": "1", "lead_days": "1", "domestic": "ya"}
        return await _form_page(request, session, member, answers, None)


@post(PRODUCTS, opt=VENDOR, name="vendors.write_product")
async def write(request: Request) -> Response[Any]:
    """Write a new product as a draft."""
    answers = _answers(await request.fields())

    async def work(session: AsyncSession) -> str:
        member = await member_for(session, request.account_id)
        drawing = drawing_of(answers.get("category_code", ""))
        product = await write_product(session, member, answers, drawing)
        return f"{PRODUCTS}/{product.id}"

    try:
        return await once_nationally(
            request, work, "Produk disimpan sebagai draf. Tambahkan foto, lalu tayangkan."
        )
    except Refused as refusal:
        async with tenancy.national() as session:
            member = await member_for(session, request.account_id)
            return await _form_page(request, session, member, answers, None, refusal.problems, status=422)


@get(f"{PRODUCTS}/{{product_id:uuid}}", opt=VENDOR, name="vendors.product")
async def show(request: Request, product_id: FromPath[UUID]) -> Response[str]:
    """One product: its facts, photos and state."""
    async with tenancy.national() as session:
        member = await member_for(session, request.account_id)
        answers = answers_of_product(await own_product(session, member, product_id))
        return await _form_page(request, session, member, answers, product_id)


@post(f"{PRODUCTS}/{{product_id:uuid}}", opt=VENDOR, name="vendors.change_product")
async def change(request: Request, product_id: FromPath[UUID]) -> Response[Any]:
    """Change the facts of a product."""
    answers = _answers(await request.fields())

    async def work(session: AsyncSession) -> str:
        await change_product(session, await member_for(session, request.account_id), product_id, answers)
        return f"{PRODUCTS}/{product_id}"

    try:
        return await once_nationally(request, work, "Produk disimpan.")
    except Refused as refusal:
        async with tenancy.national() as session:
            member = await member_for(session, request.account_id)
            return await _form_page(
                request, session, member, answers, product_id, refusal.problems, status=422
            )


@post(f"{PRODUCTS}/periksa", opt=VENDOR, name="vendors.check_product")
async def check(request: Request) -> Response[str]:
    """The form with what is wrong in the one field that was just left; nothing is kept."""
    answers, field = _answers(await request.fields()), request.htmx_source.partition("#")[2]
    problems: list[tuple[str | None, str]] = []
    async with tenancy.national() as session:
        member = await member_for(session, request.account_id)
        try:
            await check_product(session, answers)
        except Refused as refusal:
            problems = [problem for problem in refusal.problems if problem[0] == field]
        return await _form_page(request, session, member, answers, None, problems)


@post(f"{PRODUCTS}/{{product_id:uuid}}/penayangan", opt=VENDOR, name="vendors.publish_product")
async def publish(request: Request, product_id: FromPath[UUID]) -> Response[Any]:
    """Show the product in the regions."""

    async def work(session: AsyncSession) -> str:
        await publish_product(session, await member_for(session, request.account_id), product_id)
        return f"{PRODUCTS}/{product_id}"

    return await once_nationally(request, work, "Produk tayang di setiap wilayah yang Anda layani.")


@post(f"{PRODUCTS}/{{product_id:uuid}}/penurunan", opt=VENDOR, name="vendors.withdraw_product")
async def withdraw(request: Request, product_id: FromPath[UUID]) -> Response[Any]:
    """Take the product out of the regions' catalogues."""

    async def work(session: AsyncSession) -> str:
        await withdraw_product(session, await member_for(session, request.account_id), product_id)
        return f"{PRODUCTS}/{product_id}"

    return await once_nationally(request, work, "Produk turun tayang. Pesanan yang sudah ada tetap berjalan.")


@post(f"{PRODUCTS}/{{product_id:uuid}}/foto", opt=VENDOR, name="vendors.add_photo")
async def add_photos(request: Request, product_id: FromPath[UUID]) -> Response[Any]:
    """Add one or several photos."""
    form = await request.fields()
    uploads = [file for file in form.getall("photo", []) if isinstance(file, UploadFile) and file.filename]
    photos = [(file.filename, await file.read()) for file in uploads]

    async def work(session: AsyncSession) -> str:
        member = await member_for(session, request.account_id)
        if not photos:
            raise Refused("Pilih paling sedikit satu foto.", "photo")
        for name, content in photos:
            await _add_photo(session, member, product_id, content, name if len(photos) > 1 else "")
            await session.flush()  # the next photo stands behind this one
        return f"{PRODUCTS}/{product_id}#foto"

    try:
        return await once_nationally(request, work, "Foto ditambahkan.")
    except Refused as refusal:
        async with tenancy.national() as session:
            member = await member_for(session, request.account_id)
            answers = answers_of_product(await own_product(session, member, product_id))
            return await _form_page(
                request, session, member, answers, product_id, photo_problems=refusal.problems, status=422
            )


@post(
    f"{PRODUCTS}/{{product_id:uuid}}/foto/{{photo_id:uuid}}/penghapusan",
    opt=VENDOR,
    name="vendors.remove_photo",
)
async def take_photo_away(
    request: Request, product_id: FromPath[UUID], photo_id: FromPath[UUID]
) -> Response[Any]:
    """Remove one photo."""

    async def work(session: AsyncSession) -> str:
        await remove_photo(session, await member_for(session, request.account_id), product_id, photo_id)
        return f"{PRODUCTS}/{product_id}#foto"

    return await once_nationally(request, work, "Foto dihapus.")


async def _add_photo(
    session: AsyncSession, member: Member, product_id: UUID, content: bytes, name: str
) -> None:
    """Of several files the refused one is named."""
    try:
        await add_photo(session, member, product_id, content)
    except Refused as refusal:
        sentence = _(refusal.message)
        raise Refused(f"{name[:60]}: {sentence}" if name else sentence, "photo") from None


def _answers(form: FormMultiDict) -> dict[str, str]:
    codes = [code for code in form.getall("coverage", []) if isinstance(code, str)]
    return {**typed(form, FIELDS), "coverage": SEPARATOR.join(codes)}


def _place_on_page(problem: tuple[str | None, str]) -> int:
    """The summary names what is wrong in the order of the fields."""
    return FIELDS.index(problem[0]) if problem[0] in FIELDS else len(FIELDS)


async def _form_page(
    request: Request,
    session: AsyncSession,
    member: Member,
    answers: Answers,
    product_id: UUID | None,
    problems: list[tuple[str | None, str]] | None = None,
    *,
    photo_problems: list[tuple[str | None, str]] | None = None,
    status: int = 200,
) -> Response[str]:
    vendor = await own_vendor(session, member)
    product = await own_product(session, member, product_id) if product_id else None
    regions = await regions_serving(session, vendor.id)
    codes = [code for code in answers.get("coverage", "").split(SEPARATOR) if code]
    taxonomy = await categories(session)
    groups = {category.code: category.name for category in taxonomy if category.parent_code is None}
    return page(
        request,
        "vendors/product.html",
        status=status,
        active="products",
        vendor=vendor,
        product=product,
        answers=answers,
        problems=sorted(problems or [], key=_place_on_page),
        photo_problems=photo_problems or [],
        photos=await photos_of(session, product.id) if product else [],
        regions=regions,
        shown_in=regions_showing(product.coverage, regions) if product else [],
        coverage=await coverage_groups(session, codes, vendor.region_code),
        categories=[
            (category.code, f"{groups[category.parent_code]} – {category.name}")
            for category in taxonomy
            if category.parent_code and category.active
        ],
    )


NATION = [list_all, new, write, show, change, check, publish, withdraw, add_photos, take_photo_away]
