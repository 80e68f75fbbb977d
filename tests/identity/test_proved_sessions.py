"""A session remembers how its person proved who they are, and since when by more than a password."""

from datetime import timedelta
from uuid import uuid4

import pytest

from eorder_platform import clock
from eorder_platform.identity import sessions
from eorder_platform.valkey import answering

pytestmark = pytest.mark.unproved


async def test_a_factor_shown_later_joins_the_session_and_says_when() -> None:
    token = await sessions.start("dki", uuid4(), "Rina", "rina@example.go.id", (), "", sid="one")
    before = await sessions.find("dki", token)
    assert before is not None
    assert (before.methods, before.proved_at, before.sid) == (("pwd",), None, "one")
    await sessions.prove("dki", token, "otp")
    after = await sessions.find("dki", token)
    assert after is not None and after.proved_at is not None
    assert after.methods == ("pwd", "otp")
    assert after.started_at == before.started_at <= after.proved_at


async def test_what_ended_is_not_proved_back_to_life() -> None:
    token = await sessions.start("dki", uuid4(), "Rina", "rina@example.go.id", (), "")
    await sessions.end("dki", token)
    await sessions.prove("dki", token, "otp")
    assert await sessions.find("dki", token) is None


async def test_work_at_a_regions_host_keeps_the_sign_in_with_the_nation_from_falling_asleep() -> None:
    person = uuid4()
    at_the_nation = await sessions.start("national", person, "Rina", "rina@example.go.id", (), "")
    nation = await sessions.find("national", at_the_nation)
    assert nation is not None
    in_the_region = await sessions.start("dki", person, "Rina", "rina@example.go.id", (), "", sid=nation.sid)
    key = f"national:session:{sessions.id_of(at_the_nation)}"
    async with answering() as valkey:
        await valkey.expire(key, 60)
    await sessions.find("dki", in_the_region)
    async with answering() as valkey:
        assert await valkey.ttl(key) > 60, "begun anew"
        await valkey.expire(key, 60)
        await sessions.find("dki", in_the_region)
        assert await valkey.ttl(key) <= 60, "and not with every page"
    with clock.travelling_to(clock.now() + timedelta(minutes=10)):
        await sessions.find("dki", in_the_region)
    async with answering() as valkey:
        assert await valkey.ttl(key) > 60
        await valkey.delete(key)
    with clock.travelling_to(clock.now() + timedelta(minutes=20)):
        await sessions.find("dki", in_the_region)
    assert await sessions.find("national", at_the_nation) is None, "what is over is not brought back"
