"""Rows for the benchmark: 100,000 products in one region, 500 in each other, written in bulk by the owner."""

import asyncio
from collections.abc import Sequence

import asyncpg

from eorder_platform.tenancy import Tenant

WORDS = (
    "nasi kotak ayam bakar rendang kertas tinta toner map kursi meja lipat tenda sewa kopi arabika gayo batik cap tulis"
    " kaos sablon spanduk cetak brosur plakat akrilik sabun lantai jasa kebersihan servis pendingin ruangan foto video"
    " papan bunga bibit cabai beras telur sayur"
).split()
VENDORS_EACH = 40

_VENDORS = """
insert into nusantara.vendor (id, business_id_number, legal_name, trade_name, legal_form, business_scale, region_code,
                              vat_registered, status, registered_at, verified_at)
select gen_random_uuid(), lpad(n::text, 13, '0'), 'CV Usaha ' || n, 'Usaha ' || n, 'limited_partnership',
       case when n % 3 = 0 then 'small' else 'micro' end, '31.7' || (1 + n % 5), n % 2 = 0, 'verified', now(), now()
from generate_series(1, $1) n
"""
_PARTICIPATION = """
insert into {schema}.vendor_participation (vendor_id, status, payee, payee_version, requested_at, decided_at)
select id, 'active', jsonb_build_object('vat_registered', vat_registered, 'legal_form', legal_form, 'tax_id',
       '0021832415000000', 'address', 'Jalan Uji Nomor 1', 'phone', '0215550100', 'owner_name', 'Pemilik Uji',
       'bank_name', 'Bank Uji', 'bank_account', '•••• 5678', 'bank_account_holder', legal_name), 1, now(), now()
from nusantara.vendor
"""
_OFFERS = """
insert into {schema}.offer (id, vendor_id, category_code, category_group, name, description, unit, price_rupiah,
    minimum_order, lead_days, tax_class, domestic, shipping_rupiah, coverage, photos, art, vendor_name, vendor_scale,
    vendor_form, vendor_region_code, vendor_city, vat_registered, visible, product_version, published_at, updated_at)
select gen_random_uuid(), v.id, c.code, c.parent_code,
    initcap(concat_ws(' ', w.w[1 + n % w.size], w.w[1 + (n * 7) % w.size], w.w[1 + (n * 31) % w.size])) || ' ' || n,
    'Produk ' || w.w[1 + (n * 13) % w.size] || ' siap kirim', 'buah', 1000 + (n * 7919) % 900000, 1, 1 + n % 5, 'goods',
    true, 0, array['31'], array[]::text[], 'kertas', v.trade_name, v.business_scale, v.legal_form, v.region_code,
    'Jakarta', v.vat_registered, true, 1, now() - n * interval '1 second', now()
from generate_series(1, $1) n
cross join (select $2::text[] as w, cardinality($2::text[]) as size) w
join (select row_number() over (order by business_id_number) - 1 as place, * from nusantara.vendor) v
    on v.place = n % (select count(*) from nusantara.vendor)
join (select row_number() over (order by code) - 1 as place, code, parent_code
      from nusantara.category where parent_code is not null) c
    on c.place = n % (select count(*) from nusantara.category where parent_code is not null)
"""


async def seed(owner_url: str, tenants: Sequence[Tenant], products: int, products_of_others: int) -> None:
    """Fill every region's catalogue; the first gets `products`, each other `products_of_others`."""
    connection = await asyncpg.connect(owner_url)
    await connection.execute(_VENDORS, VENDORS_EACH)
    await connection.execute("update nusantara.category set accounts = '{5.1}'")  # one account pays for all
    for place, tenant in enumerate(tenants):
        await connection.execute(_PARTICIPATION.format(schema=tenant.schema))
        amount = products if place == 0 else products_of_others
        await connection.execute(_OFFERS.format(schema=tenant.schema), amount, WORDS)
        await connection.execute(_WORDS.format(schema=tenant.schema))
        await connection.execute(_COUNTS.format(schema=tenant.schema))
    await connection.execute("vacuum analyze")
    await connection.close()
    await asyncio.sleep(0)


_WORDS = """
update {schema}.offer set search = setweight(to_tsvector('simple', name), 'A'), search_version = 1
"""
_COUNTS = """
insert into {schema}.offer_count (kind, code, offers)
select 'group', category_group, count(*) from {schema}.offer where visible group by 2
union all
select 'region', vendor_region_code, count(*) from {schema}.offer where visible group by 2
"""
