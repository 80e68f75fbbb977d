"""Tokens of programs: what they allow, and how at once they end."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from eorder_platform import clock, tenancy
from eorder_platform.errors import Refused
from eorder_platform.identity.models import Account
from eorder_platform.identity.openid import access_tokens, programs
from eorder_platform.identity.openid.access_tokens import NewToken
from eorder_platform.identity.openid.models import Permission, Program, StoredToken
from eorder_platform.identity.openid.scopes import Scope
from eorder_platform.ids import new_id
from tests.identity.openid.factories import SCOPES, a_program, a_token, an_account


async def test_a_token_says_whose_it_is_and_what_it_allows_where() -> None:
    program, person = await a_program(), await an_account()
    token = await a_token(program, person, Scope.ORDERS_READ, regions=("dki",))
    found = await access_tokens.find(token)
    assert found is not None
    assert (found.program, found.account_id, found.name) == ("Buku Lapak", person, "Salma Idrus")
    assert found.allows(Scope.ORDERS_READ, "dki") and found.allows(Scope.ORDERS_READ)
    assert not found.allows(Scope.ORDERS_READ, "gorontalo") and not found.allows(Scope.ORDERS_WRITE, "dki")


async def test_a_token_is_kept_as_a_hash_and_is_nothing_once_it_is_over() -> None:
    program, person = await a_program(), await an_account()
    token = await a_token(program, person, Scope.ORDERS_READ)
    async with tenancy.national() as session:
        rows = (
            await session.scalars(select(StoredToken.token_hash).where(StoredToken.program_id == program.id))
        ).all()
    assert rows == [access_tokens.hashed(token)] and token not in rows
    with clock.travelling_to(clock.now() + access_tokens.ACCESS_VALIDITY + timedelta(seconds=1)):
        assert await access_tokens.find(token) is None
    for strange in ("", "eoa_", "x" * 5000, token + "x", token.swapcase(), "eor_" + token[4:]):
        assert await access_tokens.find(strange) is None


async def test_whatever_ends_its_ground_ends_a_token_at_once() -> None:
    program, person = await a_program(), await an_account()
    ended = [await a_token(program, person, Scope.ORDERS_READ, family=family) for family in [new_id()] * 2]
    async with tenancy.national() as session:
        row = await access_tokens.stored(session, ended[0])
        assert row is not None
        await access_tokens.end_family(session, row.family)
    assert [await access_tokens.find(token) for token in ended] == [None, None]

    permission = Permission(
        id=new_id(),
        program_id=program.id,
        account_id=person,
        scopes=[Scope.ORDERS_READ],
        regions=[],
        valid_until=clock.now() + timedelta(days=1),
    )
    async with tenancy.national() as session:
        session.add(permission)
    token = await a_token(program, person, Scope.ORDERS_READ, permission_id=permission.id)
    assert await access_tokens.find(token) is not None
    async with tenancy.national() as session:
        await session.execute(
            update(Permission).values(ended_at=clock.now()).where(Permission.id == permission.id)
        )
    assert await access_tokens.find(token) is None

    token = await a_token(program, person, Scope.ORDERS_READ)
    async with tenancy.national() as session:
        (await session.get_one(Account, person)).active = False
    assert await access_tokens.find(token) is None


async def test_a_program_that_is_deactivated_or_gets_a_new_secret_holds_nothing_any_more() -> None:
    program, person = await a_program(), await an_account()
    before = await a_token(program, person, Scope.ORDERS_READ)
    async with tenancy.national() as session:
        secret = await programs.rotate_secret(session, program.id)
    assert await access_tokens.find(before) is None
    after = await a_token(program, person, Scope.ORDERS_READ)
    async with tenancy.national() as session:
        row = await session.get_one(Program, program.id)
        assert programs.is_secret_of(row, secret) and not programs.is_secret_of(row, program.secret)
        await programs.deactivate(session, program.id)
    assert await access_tokens.find(after) is None
    async with tenancy.national() as session:
        assert await programs.program_of(session, program.client_id) is None
        await programs.reactivate(session, program.id)
    assert await access_tokens.find(after) is None


async def test_signing_out_ends_what_was_given_for_that_sign_in_and_leaves_what_works_without() -> None:
    program, person = await a_program(), await an_account()
    sid = new_id().hex
    short = await a_token(program, person, Scope.ORDERS_READ, sid=sid)
    long = await a_token(program, person, Scope.ORDERS_READ, Scope.OFFLINE, sid=sid)
    async with tenancy.national() as session:
        await access_tokens.end_of_sign_in(session, [sid])
    assert await access_tokens.find(short) is None
    assert await access_tokens.find(long) is not None


async def test_a_program_acts_as_itself_without_a_person_and_its_use_is_noted() -> None:
    program = await a_program(
        acts_for_people=False,
        acts_for_itself=True,
        redirect_addresses=(),
        scopes=frozenset({Scope.BUDGETS_WRITE}),
    )
    found = await access_tokens.find(await a_token(program, None, Scope.BUDGETS_WRITE))
    assert found is not None and found.account_id is None and found.allows(Scope.BUDGETS_WRITE, "dki")
    async with tenancy.national() as session:
        used = (await session.get_one(Program, program.id)).last_used_at
    assert used is not None and clock.now() - used < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", " "),
        ("homepage", "program.example"),
        ("scopes", frozenset[Scope]()),
        ("redirect_addresses", ()),
        ("redirect_addresses", ("http://program.example/kembali",)),
        ("redirect_addresses", ("https://program.example/#di-sini",)),
        ("redirect_addresses", ("https://*.program.example/",)),
        ("redirect_addresses", ("https://e-order@program.example/",)),
        ("redirect_addresses", ("javascript:alert(1)",)),
        ("redirect_addresses", ("https://program.example/ spasi",)),
        ("redirect_addresses", tuple(f"https://program.example/{n}" for n in range(11))),
        ("back_channel_address", "ftp://program.example/"),
        ("public_keys", {"keys": []}),
        ("public_keys", {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}),
        ("public_keys", {"keys": "tidak"}),
    ],
)
async def test_what_could_lead_people_elsewhere_is_not_registered(field: str, wrong: object) -> None:
    with pytest.raises(Refused) as refused:
        await a_program(**{field: wrong})
    assert field in [name for name, _ in refused.value.problems]


async def test_a_private_key_that_was_pasted_by_mistake_is_not_kept() -> None:
    from joserfc.jwk import ECKey

    pair = ECKey.generate_key("P-256", private=True).as_dict(private=True)
    program = await a_program(public_keys={"keys": [pair]})
    assert program.secret == "" and program.row.public_keys is not None
    assert (
        "d" not in program.row.public_keys["keys"][0] and program.row.public_keys["keys"][0]["x"] == pair["x"]
    )


async def test_old_tokens_are_forgotten() -> None:
    program, person = await a_program(), await an_account()
    async with tenancy.national() as session:
        old = await access_tokens.issue(
            session, NewToken(program.id, person, tuple(SCOPES)), timedelta(days=-40)
        )
        new = await access_tokens.issue(session, NewToken(program.id, person, tuple(SCOPES)))
        await session.flush()
        await access_tokens.forget_tokens(session, clock.now() - timedelta(days=30))
        assert await access_tokens.stored(session, old) is None
        assert await access_tokens.stored(session, new) is not None
