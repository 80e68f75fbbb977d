"""What the nation knows of words: which mean the same, which there are, and which were sought and not found."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import APPEND_ONLY, NUSANTARA, PUSAT, Base, CreatedAt, Id


class SynonymVersion(Base):
    """A state of the synonyms (padanan): each change makes the next. Nobody `changed_by` what came with the program."""

    __tablename__ = "synonym_version"
    __table_args__ = ({"schema": NUSANTARA, "info": APPEND_ONLY},)

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[CreatedAt]


class Synonym(Base):
    """What somebody types (`phrase`) also seeks each of `meanings`: phrases, or codes of categories behind a "#".

    `both_ways`: a phrase among the meanings also seeks this one and the others. It holds from its first version until
    the version that ended it; nothing in it is ever changed.
    """

    __tablename__ = "synonym"
    __table_args__ = (
        CheckConstraint("cardinality(meanings) > 0", name="meanings"),
        CheckConstraint("ended_version > version", name="ended"),
        Index("uq_synonym_phrase", "phrase", unique=True, postgresql_where="ended_version is null"),
        {"schema": NUSANTARA},
    )

    id: Mapped[Id]
    phrase: Mapped[str]
    meanings: Mapped[list[str]] = mapped_column(ARRAY(Text))
    both_ways: Mapped[bool]
    version: Mapped[int] = mapped_column(ForeignKey("nusantara.synonym_version.version"))
    ended_version: Mapped[int | None] = mapped_column(ForeignKey("nusantara.synonym_version.version"))


class KnownWord(Base):
    """A word that stands in the name of some published product; `keys` find it when it is misspelt (mending.py)."""

    __tablename__ = "known_word"
    __table_args__ = (
        Index("ix_known_word_keys", "keys", postgresql_using="gin"),
        {"schema": NUSANTARA, "info": APPEND_ONLY},
    )

    word: Mapped[str] = mapped_column(primary_key=True)
    keys: Mapped[list[str]] = mapped_column(ARRAY(Text))


class MissedSearch(Base):
    """Words that at least five people sought in a region and a month and that found nothing; never who they were."""

    __tablename__ = "missed_search"
    __table_args__ = (
        CheckConstraint("people >= 5", name="people"),
        {"schema": PUSAT},
    )

    month: Mapped[date] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.tenant.id"), primary_key=True)
    words: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]
    last_at: Mapped[datetime]
