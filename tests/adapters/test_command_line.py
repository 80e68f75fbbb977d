"""Whoever runs the deployment sees which systems it reaches and can ask one of them."""

from tests.tenancy.commands import eorder


async def test_systems_are_listed_and_one_is_asked() -> None:
    listed = await eorder("adapters", "list")
    assert "Data uji: bukan jawaban OSS" in listed.out and "bsre tidak terhubung" in listed.out
    asked = await eorder(
        "adapters", "try", "dukcapil", "national_identity_number=3171014101800000", "name=Ani"
    )
    assert asked.code == 0 and asked.out.startswith("confirmed · Data uji: bukan jawaban Dukcapil")
    short = await eorder("adapters", "try", "dukcapil", "name=Ani")
    assert (short.code, short.error) == (1, "Sebut juga: national_identity_number")
    silent = await eorder("adapters", "try", "bsre", "hash=x", "national_identity_number=x", "passphrase=x")
    assert silent.out.startswith("unavailable") and "not_connected" in silent.out
