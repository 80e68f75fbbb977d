"""Who asks, by their access token (RFC 6750, RFC 9449): which program for whom, what it was allowed, and where."""

from typing import Final

from eorder_platform.identity.openid import access_tokens
from eorder_platform.settings import settings
from eorder_web.api.calls import PREFIX, Call, Caller
from eorder_web.api.operations import Operation
from eorder_web.api.problems import HttpProblem

TOO_LITTLE: Final = "insufficient_scope"
UNKNOWN: Final = "invalid_token"


async def recognise(call: Call) -> Caller | None:
    """The caller of an Authorization header; None where there is none. 401 for a token that does not hold now."""
    scheme, _, token = call.header(b"authorization").partition(" ")
    if not scheme:
        return None
    if scheme.lower() not in ("bearer", "dpop"):
        raise refused(UNKNOWN, "Kirim token akses sebagai Bearer atau DPoP.")
    found = await access_tokens.find(token.strip())
    if found is None:
        raise refused(UNKNOWN, "Token akses ini tidak dikenal, sudah habis, atau sudah dicabut.")
    if found.account_id is None:
        raise refused(UNKNOWN, "Token ini tidak bertindak untuk seseorang.")
    if found.key_thumbprint is not None:
        await _check_possession(call, token.strip(), found.key_thumbprint, scheme.lower())
    return Caller(
        account_id=found.account_id,
        client_id=found.program_id.hex,
        scopes=found.scopes,
        regions=found.regions,
        methods=found.methods,
        proved_at=found.proved_at,
    )


async def _check_possession(call: Call, token: str, thumbprint: str, scheme: str) -> None:
    """A token that is bound to a key is shown with a proof of that key, and never as a bearer token."""
    from eorder_platform.identity.openid.possession import BadProof, check_proof

    if scheme != "dpop":
        raise refused(UNKNOWN, "Token ini terikat pada kunci: kirim sebagai DPoP dengan buktinya.")
    url = settings().public_url(call.host, f"{PREFIX}{call.path}")
    try:
        shown = await check_proof(call.header(b"dpop"), call.method, url, token)
    except BadProof as bad:
        raise refused("invalid_dpop_proof", bad.message) from bad
    if shown != thumbprint:
        raise refused(UNKNOWN, "Token ini terikat pada kunci lain.")


def check_scope(call: Call, operation: Operation) -> None:
    """Public ones are for everybody. 401 without a token, 403 where it was not given for this, or not here."""
    if operation.is_public:
        return
    if call.caller is None:
        raise HttpProblem(
            401,
            "sign-in-needed",
            "Perlu masuk",
            "Bagian ini perlu token akses.",
            headers={"WWW-Authenticate": f'Bearer realm="e-Order", scope="{operation.scope}"'},
        )
    here = call.tenant.slug if call.tenant else None
    regions = call.caller.regions
    if operation.scope not in call.caller.scopes or (here and regions and here not in regions):
        raise HttpProblem(
            403,
            "not-allowed",
            "Tidak diizinkan",
            "Program ini tidak diberi izin untuk hal ini.",
            headers={
                "WWW-Authenticate": f'Bearer realm="e-Order", error="{TOO_LITTLE}", scope="{operation.scope}"'
            },
        )


def _scheme(error: str) -> str:
    return "DPoP" if "dpop" in error else "Bearer"


def refused(error: str, sentence: str) -> HttpProblem:
    """401, with what RFC 6750 calls it."""
    return HttpProblem(
        401,
        "sign-in-needed",
        "Perlu masuk",
        sentence,
        headers={"WWW-Authenticate": f'{_scheme(error)} realm="e-Order", error="{error}"'},
    )
