"""What is only tried out has ids of version 8: the registry and the directory say so, and no row joins the two worlds."""

from alembic import op

revision = "n0240_sandbox"
down_revision = "n0240_one_rule_a_day"
branch_labels = None
depends_on = None

TEST = "substr({}::text, 15, 1) = '8'"
ONE_WORLD = f"({TEST.format('vendor_id')}) = ({TEST.format('tenant_id')})"
WORLDS = {
    "account": f"({TEST.format('id')}) = (lower(email) like '%.uji.example')",
    "participation": ONE_WORLD,
    "order_projection": ONE_WORLD,
    "person_payment": ONE_WORLD,
    "invoice_number": ONE_WORLD,
    "vendor_member": f"({TEST.format('vendor_id')}) = ({TEST.format('account_id')})",
    "national_role": f"not ({TEST.format('account_id')})",
    "regional_official": f"not ({TEST.format('account_id')}) or {TEST.format('tenant_id')}",
}
"""Table of `pusat` → what its rows must say."""


def upgrade() -> None:
    for table in ("tenant", "vendor"):
        op.execute(
            f"alter table nusantara.{table} add column sandbox boolean not null"
            f" generated always as ({TEST.format('id')}) stored"
        )
    op.execute("alter table nusantara.tenant drop constraint uq_tenant_region_code")
    op.execute(
        "create unique index uq_tenant_region_code on nusantara.tenant (region_code) where not sandbox"
    )
    op.execute(
        "alter table nusantara.tenant add constraint ck_tenant_sandbox_name check (not sandbox or"
        " (starts_with(name, 'Uji Coba ') and starts_with(short_name, 'Uji Coba ')))"
    )
    for table, holds in WORLDS.items():
        op.execute(f"alter table pusat.{table} add constraint ck_{table}_world check ({holds})")


def downgrade() -> None:
    for table in WORLDS:
        op.execute(f"alter table pusat.{table} drop constraint ck_{table}_world")
    op.execute("alter table nusantara.tenant drop constraint ck_tenant_sandbox_name")
    op.execute("drop index nusantara.uq_tenant_region_code")
    for table in ("tenant", "vendor"):
        op.execute(f"alter table nusantara.{table} drop column sandbox")
    op.execute("alter table nusantara.tenant add constraint uq_tenant_region_code unique (region_code)")
