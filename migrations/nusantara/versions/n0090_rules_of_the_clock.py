"""A deployment that runs already gets the rules that the clock reads; a new one gets them with all others."""

from datetime import date

import sqlalchemy as sa
from alembic import op

from eorder_platform.ids import new_id

revision = "n0090_rules_of_the_clock"
down_revision = "n0150_accounts_of_categories"
branch_labels = None
depends_on = None

SINCE, BASIS = date(2020, 1, 1), "Ketentuan layanan e-Order"
RULES = (
    ("deadline_hour", "hour_of_day", 24, True),
    ("delivery_cure_days", "calendar_days", 7, True),
    ("escalation_days", "business_days", 3, True),
    ("completion_days", "calendar_days", 7, True),
    ("approval_lapse_days_maximum", "business_days", 10, False),
    ("vendor_answer_days_maximum", "business_days", 10, False),
    ("inspection_days_maximum", "business_days", 10, False),
    ("handover_signature_days_maximum", "business_days", 10, False),
    ("invoice_days_maximum", "business_days", 20, False),
    ("invoice_check_days_maximum", "business_days", 5, False),
    ("payment_days_maximum", "business_days", 20, False),
    ("cancellation_answer_days_maximum", "calendar_days", 14, False),
    ("delivery_cure_days_maximum", "calendar_days", 50, False),
    ("escalation_days_maximum", "business_days", 10, False),
    ("completion_days_maximum", "calendar_days", 30, False),
)


def upgrade() -> None:
    for key, unit, value, may_override in RULES:
        op.execute(
            sa.text(
                "insert into nusantara.rule"
                " (id, key, value, unit, valid_from, legal_basis, tenant_may_override, verified)"
                " select :id, :key, :value, :unit, :since, :basis, :may_override, true"
                " where exists (select from nusantara.rule)"
                " on conflict do nothing"
            ).bindparams(
                id=new_id(),
                key=key,
                value=value,
                unit=unit,
                since=SINCE,
                basis=BASIS,
                may_override=may_override,
            )
        )


def downgrade() -> None:
    keys = ", ".join(f"'{key}'" for key, *_ in RULES)
    op.execute(f"delete from nusantara.rule where key in ({keys})")
