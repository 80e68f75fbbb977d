"""A session remembers how its person proved who they are, and since when by more than a password."""

from uuid import uuid4

from eorder_platform.identity import sessions


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
