"""Another bank account may be accepted a day after its owner confirmed it by mail, and not sooner."""

from alembic import op

revision = "n0081_confirmed_accounts"
down_revision = "n0080_change_requests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "update pusat.change_request set outcome = 'withdrawn', decided_at = now()"
        " where kind = 'bank_account' and outcome is null"
    )
    op.execute(
        "update pusat.change_request set decidable_from = null where kind = 'bank_account' and outcome <> 'accepted'"
    )
    op.execute(
        "update pusat.change_request set confirmed_at = requested_at, decidable_from = requested_at + interval '24 hours',"
        " decided_at = greatest(decided_at, requested_at + interval '24 hours')"
        " where kind = 'bank_account' and outcome = 'accepted'"
    )
    op.create_check_constraint(
        "ck_change_request_confirmed",
        "change_request",
        "kind <> 'bank_account' or decidable_from is null"
        " or coalesce(decidable_from >= confirmed_at + interval '24 hours', false)",
        schema="pusat",
    )


def downgrade() -> None:
    op.drop_constraint("ck_change_request_confirmed", "change_request", schema="pusat")
