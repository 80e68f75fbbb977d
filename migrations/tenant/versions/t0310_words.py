"""Offers are searched by words that the program cut; what stands there is searched on until it is cut anew.

The version before finds new offers only after they were cut again, which the clock does within minutes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "t0310_words"
down_revision = "t0310_one_value_a_day"
branch_labels = None
depends_on = None

RENEWS_RIGHTS = True

FEW = "get_byte(uuid_send(id), 15) < 8"
SOME = "get_byte(uuid_send(id), 15) >= 8 and get_byte(uuid_send(id), 15) < 64"
BEFORE = (
    "setweight(to_tsvector('simple', name), 'A') || setweight(to_tsvector('simple', vendor_name), 'B')"
    " || to_tsvector('simple', description)"
)
INDEXES = (
    ("ix_offer_search_few", f"visible and {FEW}"),
    ("ix_offer_search_some", f"visible and {SOME}"),
    ("ix_offer_search", "visible"),
)


def upgrade() -> None:
    op.drop_index("ix_offer_search", table_name="offer")
    op.execute("alter table offer alter column search drop expression")
    op.alter_column("offer", "search", server_default="")
    op.add_column("offer", sa.Column("search_version", sa.Integer(), server_default="0", nullable=False))
    for name, where in INDEXES:
        op.create_index(
            name,
            "offer",
            ["search"],
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
            postgresql_where=sa.text(where),
        )


def downgrade() -> None:
    for name, _ in reversed(INDEXES):
        op.drop_index(name, table_name="offer")
    op.drop_column("offer", "search_version")
    op.drop_column("offer", "search")
    op.add_column(
        "offer",
        sa.Column("search", postgresql.TSVECTOR(), sa.Computed(BEFORE, persisted=True), nullable=False),
    )
    op.create_index("ix_offer_search", "offer", ["search"], postgresql_using="gin")
