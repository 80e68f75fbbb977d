"""A category knows the budget accounts that pay for it; what administrators change later stays as they leave it."""

import sqlalchemy as sa
from alembic import op

revision = "n0150_accounts_of_categories"
down_revision = "n0030_local_tax"
branch_labels = None
depends_on = None

ACCOUNTS = {
    "FNB-MEET": "5.1.02.01.01.0052 5.1.02.01.01.0055 5.1.02.01.01.0058",
    "FNB-GUEST": "5.1.02.01.01.0053",
    "FNB-GUEST.HAMPER": "5.1.02.01.01.0035 5.1.02.01.01.0053",
    "FNB-GUEST.COFFEE": "5.1.02.01.01.0052 5.1.02.01.01.0053",
    "ATK": "5.1.02.01.01.0024",
    "ATK.PAPER": "5.1.02.01.01.0024 5.1.02.01.01.0025",
    "ATK.INK": "5.1.02.01.01.0024 5.1.02.01.01.0029",
    "PRINT": "5.1.02.01.01.0026",
    "PRINT.BANNER": "5.1.02.01.01.0026 5.1.02.01.01.0036 5.1.02.02.01",
    "PRINT.COPY": "5.1.02.01.01.0026 5.1.02.02.01",
    "UNIF": "5.1.02.01.01.006 5.1.02.01.01.007",
    "CLEAN": "5.1.02.01.01.0030 5.1.02.01.01.0036",
    "CLEAN.SERVICE": "5.1.02.02.01",
    "MAINT": "5.1.02.03",
    "RENT": "5.1.02.02.04",
    "VENUE": "5.1.02.02.05 5.1.02.04.01",
    "VENUE.PACKAGE": "5.1.02.02.05 5.1.02.04.01 5.1.02.01.01.0052",
    "SOUV": "5.1.02.01.01.0035",
    "SOUV.KIT": "5.1.02.01.01.0035 5.1.02.01.01.0036",
    "FURN": "5.1.02.01.01.0030 5.2.02",
    "ICT-S": "5.1.02.01.01.0029 5.2.02",
    "COUR": "5.1.02.01.01.0027 5.1.02.02.01",
    "DOCU": "5.1.02.02.01",
    "MED-S": "5.1.02.01.01.0036 5.1.02.01.01.0037",
    "AGRI": "5.1.02.01.01",
    "PLANT": "5.1.02.01.01.0036",
    "PLANT.CARE": "5.1.02.02.01",
}
"""Unverified (Kepmendagri 050-5889/2021): the agency's administrator corrects them on the page of the category."""


def upgrade() -> None:
    op.add_column(
        "category",
        sa.Column("accounts", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        schema="nusantara",
    )
    op.add_column("category", sa.Column("changed_by", sa.Uuid(), nullable=True), schema="nusantara")
    op.add_column(
        "category", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True), schema="nusantara"
    )
    category = sa.table(
        "category", sa.column("code"), sa.column("accounts", sa.ARRAY(sa.Text())), schema="nusantara"
    )
    for code, accounts in ACCOUNTS.items():
        op.execute(category.update().where(category.c.code == code).values(accounts=accounts.split()))


def downgrade() -> None:
    for name in ("changed_at", "changed_by", "accounts"):
        op.drop_column("category", name, schema="nusantara")
