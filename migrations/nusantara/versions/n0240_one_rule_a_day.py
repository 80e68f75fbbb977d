"""No two values of a national rule hold on one day. Where two did, the later one counts from its first day on.

A process of the version before that changes a rule meanwhile is refused: it wrote the new value before it ended the old.
"""

from alembic import op

revision = "n0240_one_rule_a_day"
down_revision = "n0223_asked_scopes"
branch_labels = None
depends_on = None

DAYS = (
    "int8range(('x' || substr(md5(key), 1, 10))::bit(40)::bigint * 4194304 + (valid_from - date '0001-01-01'),"
    " ('x' || substr(md5(key), 1, 10))::bit(40)::bigint * 4194304"
    " + (coalesce(valid_to, date '9999-12-31') - date '0001-01-01'), '[]')"
)


MEND = (
    "update nusantara.rule r set valid_to = n.first - 1 from (select id, lead(valid_from) over"
    " (partition by key order by valid_from) as first from nusantara.rule) n"
    " where n.id = r.id and (r.valid_to is null or r.valid_to >= n.first) and n.first is not null"
)
HOLD = f"alter table nusantara.rule add constraint one_rule_a_day exclude using gist (({DAYS}) with &&)"


def upgrade() -> None:
    op.execute(MEND)
    op.execute(HOLD)


def downgrade() -> None:
    op.drop_constraint("one_rule_a_day", "rule", schema="nusantara")
