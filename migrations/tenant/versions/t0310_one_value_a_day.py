"""No two values of a region for one rule hold on one day, and user names differ by more than their case.

Where two values held, the later one counts from its first day on. Of user names that differ by their case alone the
first stays as it is; the others keep theirs with their id behind it, by which the directory knows them.
"""

import sqlalchemy as sa
from alembic import op

revision = "t0310_one_value_a_day"
down_revision = "t0240_staff_directory"
branch_labels = None
depends_on = None

DAYS = (
    "int8range(('x' || substr(md5(key), 1, 10))::bit(40)::bigint * 4194304 + (valid_from - date '0001-01-01'),"
    " ('x' || substr(md5(key), 1, 10))::bit(40)::bigint * 4194304"
    " + (coalesce(valid_to, date '9999-12-31') - date '0001-01-01'), '[]')"
)


MEND = (
    "update rule_override r set valid_to = n.first - 1 from (select id, lead(valid_from) over"
    " (partition by key order by valid_from) as first from rule_override where withdrawn_on is null) n"
    " where n.id = r.id and (r.valid_to is null or r.valid_to >= n.first) and n.first is not null"
)
HOLD = (
    f"alter table rule_override add constraint one_value_a_day exclude using gist (({DAYS}) with &&)"
    " where (withdrawn_on is null)"
)


def upgrade() -> None:
    op.execute(MEND)
    op.execute(HOLD)
    op.execute(
        "update directory_user u set user_name = u.user_name || ' ' || u.id from (select id, row_number() over"
        " (partition by lower(user_name) order by id) as place from directory_user) n"
        " where n.id = u.id and n.place > 1"
    )
    op.create_index("uq_directory_user_name", "directory_user", [sa.text("lower(user_name)")], unique=True)
    op.drop_constraint("uq_directory_user_user_name", "directory_user", type_="unique")


def downgrade() -> None:
    op.create_unique_constraint("uq_directory_user_user_name", "directory_user", ["user_name"])
    op.drop_index("uq_directory_user_name", "directory_user")
    op.drop_constraint("one_value_a_day", "rule_override")
