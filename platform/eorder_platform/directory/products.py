"""A product as its vendor writes it, checked: the facts that writing and changing have in common."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import outbox
from eorder_platform.directory.checking import Answers, Checking, written
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import LOCALLY_TAXED, Product, TaxClass
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.formatting import INDONESIAN
from eorder_platform.money import parse_quantity, parse_rupiah, typed_quantity
from eorder_platform.reference.models import Category, RegionRow
from eorder_platform.sentences import Rupiah
from eorder_platform.texts import fitting
from eorder_platform.wording import indexing

SMALLEST_MINIMUM_ORDER: Final = Decimal("0.001")
LARGEST_MINIMUM_ORDER: Final = Decimal(100_000)
LONGEST_LEAD_DAYS: Final = 90
MOST_COVERAGE: Final = 60
SEPARATOR: Final = ","


@dataclass(frozen=True)
class ProductFacts:
    """What a vendor says about a product; the price is per unit in rupiah, excluding tax.

    `charges_local_tax`: the vendor adds the regional tax on food and hotels (PBJT). `coverage` holds region codes
    to which the vendor delivers: a province ("75") stands for all in it, a regency or city ("75.71") for itself.
    """

    name: str
    description: str
    category_code: str
    unit: str
    price_rupiah: int
    minimum_order: Decimal
    lead_days: int
    tax_class: TaxClass
    charges_local_tax: bool
    domestic: bool
    shipping_rupiah: int
    coverage: tuple[str, ...]

    def write(self, product: Product) -> None:
        product.name, product.description = self.name, self.description
        product.category_code, product.tax_class = self.category_code, self.tax_class
        product.charges_local_tax = self.charges_local_tax
        product.unit, product.minimum_order = self.unit, self.minimum_order
        product.price_rupiah, product.shipping_rupiah = self.price_rupiah, self.shipping_rupiah
        product.lead_days, product.domestic = self.lead_days, self.domestic
        product.coverage = list(self.coverage)
        product.search, product.search_version = words_of(product), indexing.VERSION


def words_of(product: Product) -> str:
    """What the nation finds the product by (wording/indexing.py); its vendor is found apart."""
    code, text = product.category_code, product.description
    return indexing.vector(product.name, unit=product.unit, category_code=code, description=text)


async def check_product(
    session: AsyncSession, answers: Answers, locale: str = INDONESIAN, *, granted: TaxClass | None = None
) -> ProductFacts:
    """The answers as facts; every problem is named at once. `locale`: in whose convention figures were typed.

    The tax class is the category's, whatever the vendor would say, or the one that the agency `granted`. Refused: a
    category that is not the lowest of its kind or is closed, a price below Rp 1, a minimum order of zero, local tax on
    what is neither food nor hotel, a delivery area that is no region.
    """
    category = await _category(session, answers.get("category_code", ""))
    known = frozenset(await session.scalars(select(RegionRow.code)))
    checking = Checking()
    tax_class = granted or (TaxClass(category.tax_class) if category else TaxClass.GOODS)
    if category is None:
        checking.note("category_code", "Pilih kategori.")
    facts = ProductFacts(
        name=checking.take(written, answers, "name", "Nama produk", 3),
        description=checking.take(_description, answers),
        category_code=category.code if category else "",
        unit=checking.take(written, answers, "unit", "Satuan"),
        price_rupiah=checking.take(_price, answers),
        minimum_order=checking.take(_minimum_order, answers, locale),
        lead_days=checking.take(_lead_days, answers),
        tax_class=tax_class,
        charges_local_tax=checking.take(_charges_local_tax, answers, tax_class),
        domestic=answers.get("domestic") == "ya",
        shipping_rupiah=checking.take(_shipping, answers),
        coverage=checking.take(_coverage, answers, known),
    )
    checking.done()
    return facts


async def own_product(
    session: AsyncSession, member: Member, product_id: UUID, *, lock: bool = False
) -> Product:
    """The product, found through its vendor's member: anybody else's is simply not there."""
    found = select(Product).where(Product.id == product_id, Product.vendor_id == member.vendor_id)
    product = await session.scalar(found.with_for_update() if lock else found)
    if product is None:
        raise NotVisible("Produk ini tidak ditemukan.")
    return product


def spread(session: AsyncSession, product: Product) -> None:
    """The regions in which the vendor takes part get the product as it now is."""
    outbox.write(session, "catalogue.spread_product", product_id=product.id)


def answers_of_product(product: Product, locale: str = INDONESIAN) -> dict[str, str]:
    """The row as a form's answers again, figures in the convention of `locale`."""
    return {
        "name": product.name,
        "description": product.description,
        "category_code": product.category_code,
        "unit": product.unit,
        "price": str(product.price_rupiah),
        "minimum_order": typed_quantity(product.minimum_order, locale),
        "lead_days": str(product.lead_days),
        "shipping": str(product.shipping_rupiah),
        "coverage": SEPARATOR.join(product.coverage),
        **({"domestic": "ya"} if product.domestic else {}),
        **({"charges_local_tax": "ya"} if product.charges_local_tax else {}),
    }


async def _category(session: AsyncSession, code: str) -> Category | None:
    found = select(Category).where(Category.code == code, Category.active, Category.parent_code.is_not(None))
    return await session.scalar(found)


def _description(answers: Answers) -> str:
    text = answers.get("description", "").strip()
    return fitting(text, "description")


def _price(answers: Answers) -> int:
    price = parse_rupiah(answers.get("price", ""), field="price")
    if price < 1:
        raise Refused("Harga paling sedikit %(least)s.", "price", least=Rupiah(1))
    return price


def _shipping(answers: Answers) -> int:
    return parse_rupiah(answers["shipping"], field="shipping") if answers.get("shipping", "").strip() else 0


def _minimum_order(answers: Answers, locale: str) -> Decimal:
    typed = answers.get("minimum_order", "") or "1"
    quantity = parse_quantity(typed, field="minimum_order", locale=locale)
    if not 0 < quantity <= LARGEST_MINIMUM_ORDER:
        raise Refused(
            "Pesanan paling sedikit di antara %(least)s dan %(most)s.",
            "minimum_order",
            least=SMALLEST_MINIMUM_ORDER,
            most=LARGEST_MINIMUM_ORDER,
        )
    return quantity


def _lead_days(answers: Answers) -> int:
    typed = answers.get("lead_days", "").strip()
    if not (typed.isascii() and typed.isdigit()) or len(typed) > 9 or int(typed) > LONGEST_LEAD_DAYS:
        raise Refused("Lama penyiapan 0 sampai %(most)s hari kerja.", "lead_days", most=LONGEST_LEAD_DAYS)
    return int(typed)


def _charges_local_tax(answers: Answers, tax_class: TaxClass) -> bool:
    charges = answers.get("charges_local_tax") == "ya"
    if charges and tax_class not in LOCALLY_TAXED:
        raise Refused("Pajak daerah (PBJT) hanya untuk makanan, minuman, dan hotel.", "charges_local_tax")
    return charges


def _coverage(answers: Answers, known: frozenset[str]) -> tuple[str, ...]:
    """Codes without what a province among them covers already, in the order of the codes."""
    codes = {code.strip() for code in answers.get("coverage", "").split(SEPARATOR) if code.strip()}
    if not codes:
        raise Refused("Pilih paling sedikit satu wilayah pengiriman.", "coverage")
    if not codes <= known:
        raise Refused("Ada wilayah pengiriman yang tidak dikenal. Pilih dari daftar.", "coverage")
    kept = sorted(code for code in codes if len(code) == 2 or code[:2] not in codes)
    if len(kept) > MOST_COVERAGE:
        raise Refused(
            "Pilih paling banyak %(most)s wilayah; pilih provinsinya untuk semua di dalamnya.",
            "coverage",
            most=MOST_COVERAGE,
        )
    return tuple(kept)
