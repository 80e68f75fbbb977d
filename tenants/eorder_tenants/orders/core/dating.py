"""When something happened: a fact that whoever records it types, within bounds; the journal keeps the click's own time.

Taxes, penalties, the ledger and public figures go by the fact.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.business_days import END_OF_OFFICE
from eorder_platform.errors import Refused
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import Letter


def moment_of(
    session: AsyncSession,
    rules: RuleBook,
    day: date | None,
    hour: time | None = None,
    *,
    since: datetime | None,
    field: str,
    hour_field: str = "",
    letter: Letter | None = None,
) -> datetime:
    """The moment that a day, and perhaps an hour, of the office's own clock mean; now, where neither was typed.

    A day without an hour ends with the office. Refused beside its field: what is still to come, what lies before
    `since` (the step before), a day further back than rule `backdating_days` allows, and one before the `letter` by
    which somebody acts gave them anything.
    """
    tenant: Tenant = session.info["tenant"]
    zone, now = ZoneInfo(tenant.zone), clock.now()
    today = now.astimezone(zone).date()
    if hour is None and day in (None, today):
        return now
    day = day or today
    most = rules.value("backdating_days", on=today)
    if day > today:
        raise Refused("Tanggal ini belum tiba.", field)
    if day < today - timedelta(days=most):
        raise Refused("Tanggal ini lebih dari %(most)s hari yang lalu.", field, most=most)
    if letter and day < letter.since:
        raise Refused(
            "Surat %(number)s baru berlaku %(first)s, jadi tindakan sebelum hari itu bukan wewenang Anda.",
            field,
            number=letter.number,
            first=letter.since,
        )
    if since and day < since.astimezone(zone).date():
        first = since.astimezone(zone).date()
        raise Refused("Paling awal %(first)s, hari langkah sebelumnya.", field, first=first)
    moment = datetime.combine(day, hour or END_OF_OFFICE, zone)
    if hour is None:
        return max(moment, since) if since else moment
    if moment > now:
        raise Refused("Jam ini belum tiba.", hour_field or field)
    if since and moment < since.replace(second=0, microsecond=0):
        raise Refused("Jam ini sebelum langkah sebelumnya.", hour_field or field)
    return max(moment, since) if since else moment
