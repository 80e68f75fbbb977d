"""An offer has the tax class of its category; rice and professions have their own."""

from alembic import op

revision = "t0071_tax_classes"
down_revision = "t0131_undoing"
branch_labels = None
depends_on = None

BEFORE = (
    "'goods', 'goods_exempt', 'catering', 'service', 'rental', 'venue', 'hospitality', 'courier', 'luxury'"
)
AFTER = (
    "'goods', 'goods_exempt', 'rice', 'catering', 'service', 'profession', 'rental', 'venue', 'hospitality', "
    "'courier', 'luxury'"
)


def upgrade() -> None:
    _classes(AFTER)
    op.execute(
        """
        update offer o set tax_class = c.tax_class,
            charges_local_tax = o.charges_local_tax and c.tax_class in ('catering', 'hospitality')
        from nusantara.category c where c.code = o.category_code and c.tax_class <> o.tax_class
        """
    )


def downgrade() -> None:
    for table in ("offer", "order_line"):
        op.execute(f"update {table} set tax_class = 'goods_exempt' where tax_class = 'rice'")
        op.execute(f"update {table} set tax_class = 'service' where tax_class = 'profession'")
    _classes(BEFORE)


def _classes(classes: str) -> None:
    for table in ("offer", "order_line"):
        op.drop_constraint(f"ck_{table}_tax_class", table)
        op.create_check_constraint(f"ck_{table}_tax_class", table, f"tax_class in ({classes})")
