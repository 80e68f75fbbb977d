"""One function for all guards: it refuses a change, names which guard did, and shows nothing of the row."""

from alembic import op

revision = "n0100_guards"
down_revision = "n0071_payments_of_persons"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        create function nusantara.refuse_change() returns trigger language plpgsql as $$
        begin
            raise exception 'a change of % is refused by %', tg_table_name, tg_name
                using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
        end $$
        """
    )
    op.execute("revoke all on function nusantara.refuse_change() from public")


def downgrade() -> None:
    op.execute("drop function nusantara.refuse_change()")
