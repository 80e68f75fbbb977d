"""A product has the tax class of its category, or one that the agency granted; rice and professions have their own."""

import sqlalchemy as sa
from alembic import op

revision = "n0070_tax_classes"
down_revision = "n0151_what_was_true_at_the_order"
branch_labels = None
depends_on = None

BEFORE = (
    "'goods', 'goods_exempt', 'catering', 'service', 'rental', 'venue', 'hospitality', 'courier', 'luxury'"
)
AFTER = (
    "'goods', 'goods_exempt', 'rice', 'catering', 'service', 'profession', 'rental', 'venue', 'hospitality', "
    "'courier', 'luxury'"
)
MOVED = {"AGRI.RICE": ("goods_exempt", "rice"), "DOCU.HOST": ("service", "profession")}


def upgrade() -> None:
    _classes(AFTER)
    for code, (before, after) in MOVED.items():
        op.execute(
            f"update nusantara.category set tax_class = '{after}' where code = '{code}' and tax_class = '{before}'"
        )
    op.execute(
        """
        update pusat.product p set tax_class = c.tax_class,
            charges_local_tax = p.charges_local_tax and c.tax_class in ('catering', 'hospitality')
        from nusantara.category c where c.code = p.category_code and c.tax_class <> p.tax_class
        """
    )
    op.add_column("product", sa.Column("granted_class", sa.Text(), nullable=True), schema="pusat")
    op.create_check_constraint(
        "ck_product_granted_class", "product", "tax_class = granted_class", schema="pusat"
    )


def downgrade() -> None:
    op.drop_constraint("ck_product_granted_class", "product", schema="pusat")
    op.drop_column("product", "granted_class", schema="pusat")
    for code, (before, after) in MOVED.items():
        op.execute(
            f"update nusantara.category set tax_class = '{before}' where code = '{code}' and tax_class = '{after}'"
        )
        op.execute(f"update pusat.product set tax_class = '{before}' where tax_class = '{after}'")
    _classes(BEFORE)


def _classes(classes: str) -> None:
    op.drop_constraint("ck_product_tax_class", "product", schema="pusat")
    op.create_check_constraint("ck_product_tax_class", "product", f"tax_class in ({classes})", schema="pusat")
