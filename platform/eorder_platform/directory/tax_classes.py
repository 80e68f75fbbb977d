"""A vendor asks for another tax class for one product than its category's; the agency's verifier grants it or not."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.asking import ask_for_change
from eorder_platform.directory.checking import Answers, chosen
from eorder_platform.directory.evidence import Evidence
from eorder_platform.directory.fact_kinds import About, declare
from eorder_platform.directory.members import Member, own_vendor
from eorder_platform.directory.models import LOCALLY_TAXED, ChangeRequest, FactKind, Product, TaxClass
from eorder_platform.directory.products import own_product
from eorder_platform.directory.writing_products import touch
from eorder_platform.errors import Refused
from eorder_platform.reference.models import Category


async def ask_for_tax_class(
    session: AsyncSession,
    member: Member,
    product_id: UUID,
    answers: Answers,
    evidence: Evidence | None = None,
) -> ChangeRequest:
    """The product shall be taxed as `tax_class` says, for the reason in `note`; refused as any request is."""
    product = await own_product(session, member, product_id)
    if (await own_vendor(session, member)).verified_at is None:
        raise Refused("Golongan pajak lain dapat diminta setelah usaha Anda terverifikasi.", "tax_class")
    tax_class = chosen(answers, "tax_class", "golongan pajak", TaxClass)
    return await ask_for_change(
        session,
        member,
        FactKind.TAX_CLASS,
        {"tax_class": tax_class},
        subject_id=product.id,
        note=answers.get("note", ""),
        evidence=evidence,
    )


async def _in_force(session: AsyncSession, about: About) -> dict[str, str]:
    return {"tax_class": (await session.get_one(Product, about.subject_id)).tax_class}


async def _put_in_force(session: AsyncSession, about: About, facts: Answers) -> None:
    product = await session.get_one(Product, about.subject_id, with_for_update=True, populate_existing=True)
    category = await session.get_one(Category, product.category_code)
    product.tax_class = TaxClass(facts["tax_class"])
    product.granted_class = None if product.tax_class == category.tax_class else product.tax_class
    product.charges_local_tax = product.charges_local_tax and product.tax_class in LOCALLY_TAXED
    touch(session, product)


declare(FactKind.TAX_CLASS, _in_force, _put_in_force)
