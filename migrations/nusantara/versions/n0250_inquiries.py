"""What other authorities were asked about a business, and what they answered."""

from alembic import op

revision = "n0250_inquiries"
down_revision = "n0310_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        create table pusat.inquiry (
            id uuid not null constraint pk_inquiry primary key,
            system text not null,
            vendor_id uuid not null constraint fk_inquiry_vendor_id references nusantara.vendor (id),
            facts_hash text not null,
            asked_by uuid constraint fk_inquiry_asked_by references pusat.account (id),
            asked_at timestamptz not null,
            outcome text,
            reason text,
            source text not null default '',
            stand_in boolean not null default false,
            evidence text not null default '',
            said jsonb not null default '{}',
            answered_at timestamptz,
            attempts integer not null default 0,
            next_at timestamptz,
            constraint ck_inquiry_system check (system in
                ('oss', 'dukcapil', 'coretax', 'bank', 'sirup', 'sipd', 'bsre', 'messages')),
            constraint ck_inquiry_outcome check (outcome in
                ('confirmed', 'contradicted', 'unknown', 'unavailable')),
            constraint ck_inquiry_reason check (reason in
                ('not_connected', 'silent', 'unreadable', 'resting')),
            constraint ck_inquiry_answered check ((outcome is null) = (answered_at is null)),
            constraint ck_inquiry_evidence check
                (coalesce(outcome, '') not in ('confirmed', 'contradicted') or evidence <> ''),
            constraint ck_inquiry_why check ((outcome = 'unavailable') = (reason is not null))
        )
        """
    )
    op.execute("create index ix_inquiry_vendor_id on pusat.inquiry (vendor_id, system, asked_at)")
    op.execute("create index ix_inquiry_next_at on pusat.inquiry (next_at) where next_at is not null")


def downgrade() -> None:
    op.execute("drop table pusat.inquiry")
