"""Comments have their place and a seal; how many an order has, and the newest seal, stand in a row beside them.

Those from before are sealed by `eorder migrate` afterwards, with the key that the database does not hold.
"""

import sqlalchemy as sa
from alembic import op

revision = "t0231_comments_are_sealed"
down_revision = "t0230_lines_and_ceilings_stay"
branch_labels = None
depends_on = None

ALONE = True


def upgrade() -> None:
    op.create_table(
        "order_conversation",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_order_conversation_order_id"),
        sa.PrimaryKeyConstraint("order_id", name="pk_order_conversation"),
    )
    op.execute(
        "create trigger said_more before update on order_conversation for each row"
        " when (new.comments <= old.comments) execute function nusantara.refuse_change()"
    )
    op.add_column("order_comment", sa.Column("sequence", sa.Integer(), nullable=True))
    op.add_column("order_comment", sa.Column("previous_seal", sa.Text(), nullable=True))
    op.add_column("order_comment", sa.Column("seal", sa.Text(), nullable=True))
    op.execute(
        "update order_comment c set sequence = placed.place, previous_seal = '', seal = '' from (select id,"
        " row_number() over (partition by order_id order by id) as place from order_comment) placed"
        " where placed.id = c.id"
    )
    for column in ("sequence", "previous_seal", "seal"):
        op.alter_column("order_comment", column, nullable=False)
    op.create_unique_constraint("uq_order_comment_sequence", "order_comment", ["order_id", "sequence"])


def downgrade() -> None:
    op.drop_constraint("uq_order_comment_sequence", "order_comment", type_="unique")
    for column in ("seal", "previous_seal", "sequence"):
        op.drop_column("order_comment", column)
    op.drop_table("order_conversation")
