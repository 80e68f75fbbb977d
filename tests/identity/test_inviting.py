"""An account belongs to who reads its mailbox, not to who first typed the address."""

import pytest

from eorder_platform import tenancy
from eorder_platform.errors import Refused
from eorder_platform.identity import sessions
from eorder_platform.identity.inviting import find_or_invite
from eorder_platform.identity.jobs import invite
from eorder_platform.identity.signing_in import check_password, create_account
from eorder_platform.ids import new_id
from eorder_platform.mail import read_mailbox

PASSWORD = "kuda putih di tepi sungai"


async def test_who_registered_an_officials_address_is_not_appointed_in_his_place() -> None:
    email = f"{new_id().hex}@dki.example.go.id"
    async with tenancy.national() as session:
        squatter = await create_account(session, email, "Penyerobot", PASSWORD)
        squatter.email_confirmed = False
    token = await sessions.start("national", squatter.id, "Penyerobot", email, (), "")
    async with tenancy.national() as session:
        assert await find_or_invite(session, email.upper(), "Dewi Lestari", "dki.localhost") == squatter.id
    await invite(account_id=str(squatter.id), host="dki.localhost")
    with pytest.raises(Refused, match="tidak cocok"):
        await check_password(email, PASSWORD, new_id().hex)
    assert await sessions.find("national", token) is None
    assert "/undangan/" in next(mail.text for mail in read_mailbox() if mail.to == email)


async def test_an_account_that_was_invited_before_keeps_its_password() -> None:
    email = f"{new_id().hex}@dki.example.go.id"
    async with tenancy.national() as session:
        await create_account(session, email, "Dewi Lestari", PASSWORD)
    async with tenancy.national() as session:
        await find_or_invite(session, email, "Dewi Lestari", "gorontalo.localhost")
    assert (await check_password(email, PASSWORD, new_id().hex)).name == "Dewi Lestari"
