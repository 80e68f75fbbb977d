"""A region's dye, motif and mark are among those there are; its hosts are in small letters."""

from alembic import op

revision = "n0010_what_a_region_looks_like"
down_revision = "n0001_foundation"
branch_labels = None
depends_on = None

RULES = (
    (
        "accent",
        "accent in ('nila', 'tarum', 'laut', 'pandan', 'lumut', 'kunyit', 'soga', 'bata', 'mengkudu', 'rosela',"
        " 'manggis', 'arang')",
        "nila",
    ),
    (
        "motif",
        "motif in ('nusantara', 'tumpal', 'karawo', 'kawung', 'parang', 'ombak', 'rebung', 'ikat')",
        "nusantara",
    ),
    ("code", "code ~ '^[A-Z]{2}$'", "ID"),
)


def upgrade() -> None:
    for column, rule, instead in RULES:
        op.execute(f"update nusantara.tenant set {column} = '{instead}' where not ({rule})")
        op.create_check_constraint(op.f(f"ck_tenant_{column}"), "tenant", rule, schema="nusantara")
    op.execute("update nusantara.tenant_host set host = lower(host) where host <> lower(host)")
    op.create_check_constraint(
        op.f("ck_tenant_host_host"), "tenant_host", "host = lower(host)", schema="nusantara"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_tenant_host_host"), "tenant_host", schema="nusantara")
    for column, _, _ in reversed(RULES):
        op.drop_constraint(op.f(f"ck_tenant_{column}"), "tenant", schema="nusantara")
