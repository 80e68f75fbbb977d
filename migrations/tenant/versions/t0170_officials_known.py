"""The nation learns whose official an account is, by a job for each."""

from alembic import op

revision = "t0170_officials_known"
down_revision = "t0181_office_phones"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "insert into outbox (id, job, arguments, created_at, attempts)"
        " select uuidv7(), 'organisation.tell_nation', jsonb_build_object('official_id', id::text), now(), 0"
        " from official"
    )


def downgrade() -> None:
    op.execute("delete from outbox where job = 'organisation.tell_nation'")
