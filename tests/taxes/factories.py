"""Vendors, supplies and the law as the tax tests need them."""

from dataclasses import replace
from datetime import date

from eorder_platform.directory.models import TaxClass
from eorder_platform.rules import RuleBook
from eorder_platform.seeds.rules import national_rules
from eorder_tenants.taxes.assessment import Assessment, assess
from eorder_tenants.taxes.supplies import Supply, VendorTaxProfile

LAW = RuleBook(national_rules())
JULY_2026 = date(2026, 7, 15)

PKP_SHOP = VendorTaxProfile(has_tax_id=True, vat_registered=True, individual=False)
SMALL_SHOP = replace(PKP_SHOP, vat_registered=False)
CATERING_CV = SMALL_SHOP
PHOTOGRAPHER = VendorTaxProfile(has_tax_id=True, vat_registered=False, individual=True)
COOK_AT_HOME = PHOTOGRAPHER


def goods(amount: int) -> Supply:
    return Supply(TaxClass.GOODS, amount)


def catering(amount: int, *, charges_local_tax: bool = False) -> Supply:
    return Supply(TaxClass.CATERING, amount, charges_local_tax)


def service(amount: int) -> Supply:
    return Supply(TaxClass.SERVICE, amount)


def assessed(
    *supplies: Supply, vendor: VendorTaxProfile = PKP_SHOP, on: date = JULY_2026, paid: date | None = None
) -> Assessment:
    return assess(supplies, vendor, LAW, on, payment_date=paid)
