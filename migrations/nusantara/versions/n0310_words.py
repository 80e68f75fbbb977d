"""Words that mean the same, words that there are, words that were sought in vain; products by words that were cut."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "n0310_words"
down_revision = "n0240_sandbox"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WORDS = sa.ARRAY(sa.Text())
SHOWN = "status = 'published'"
FEW = "get_byte(uuid_send(id), 15) < 8"
SOME = "get_byte(uuid_send(id), 15) >= 8 and get_byte(uuid_send(id), 15) < 64"
INDEXES = (
    ("ix_product_search_few", f"{SHOWN} and {FEW}"),
    ("ix_product_search_some", f"{SHOWN} and {SOME}"),
    ("ix_product_search", SHOWN),
)


def upgrade() -> None:
    op.create_table(
        "synonym_version",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_synonym_version")),
        schema="nusantara",
    )
    op.create_table(
        "synonym",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("meanings", WORDS, nullable=False),
        sa.Column("both_ways", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ended_version", sa.Integer(), nullable=True),
        sa.CheckConstraint("cardinality(meanings) > 0", name=op.f("ck_synonym_meanings")),
        sa.CheckConstraint("ended_version > version", name=op.f("ck_synonym_ended")),
        sa.ForeignKeyConstraint(
            ["version"], ["nusantara.synonym_version.version"], name=op.f("fk_synonym_version")
        ),
        sa.ForeignKeyConstraint(
            ["ended_version"], ["nusantara.synonym_version.version"], name=op.f("fk_synonym_ended_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym")),
        schema="nusantara",
    )
    op.create_index(
        "uq_synonym_phrase",
        "synonym",
        ["phrase"],
        unique=True,
        schema="nusantara",
        postgresql_where=sa.text("ended_version is null"),
    )
    op.create_table(
        "known_word",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("keys", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_known_word")),
        schema="nusantara",
    )
    op.create_index("ix_known_word_keys", "known_word", ["keys"], schema="nusantara", postgresql_using="gin")
    op.create_table(
        "missed_search",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.CheckConstraint("people >= 5", name=op.f("ck_missed_search_people")),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["nusantara.tenant.id"], name=op.f("fk_missed_search_tenant_id")
        ),
        sa.PrimaryKeyConstraint("month", "tenant_id", "words", name=op.f("pk_missed_search")),
        schema="pusat",
    )
    op.drop_index("ix_product_search", table_name="product", schema="pusat")
    op.execute("alter table pusat.product alter column search drop expression")
    op.alter_column("product", "search", schema="pusat", server_default="")
    op.add_column(
        "product",
        sa.Column("search_version", sa.Integer(), server_default="0", nullable=False),
        schema="pusat",
    )
    for name, where in INDEXES:
        op.create_index(
            name,
            "product",
            ["search"],
            schema="pusat",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
            postgresql_where=sa.text(where),
        )


def downgrade() -> None:
    for name, _ in reversed(INDEXES):
        op.drop_index(name, table_name="product", schema="pusat")
    op.drop_column("product", "search_version", schema="pusat")
    op.drop_column("product", "search", schema="pusat")
    op.add_column(
        "product",
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('simple', name)", persisted=True),
            nullable=False,
        ),
        schema="pusat",
    )
    op.create_index("ix_product_search", "product", ["search"], schema="pusat", postgresql_using="gin")
    for table in ("known_word", "synonym", "synonym_version"):
        op.drop_table(table, schema="nusantara")
    op.drop_table("missed_search", schema="pusat")
