"""Proof of the person in a call: what is signed through the API asks for it too, with the same sentence.

A program that signs for somebody sends the code that they have just read in their app (or one from the paper) in the
header `Proof-Code`. It proves this call alone; a repetition with the same Idempotency-Key gets the same answer.
"""

from typing import Final

from eorder_platform import clock
from eorder_platform.identity.authenticator import Used
from eorder_platform.identity.events import Where
from eorder_platform.identity.factors import take_code
from eorder_platform.identity.proving import Proof, proof_from
from eorder_web.api.calls import Call

CODE_HEADER: Final = b"proof-code"


async def proof_of(call: Call) -> Proof | None:
    """What was shown with the call, else when the program was let in; refused where a code is wrong.

    A code that was used proves nothing a second time. An operation that is not said to sign takes none.
    """
    if not call.signs:
        return None
    typed = call.header(CODE_HEADER)
    if not typed:
        caller = call.caller
        return proof_from(caller.methods, caller.proved_at) if caller else None
    office = call.tenant.name if call.tenant else "e-Order Nusantara"
    try:
        factor = await take_code(call.account_id, typed, Where(office, "", call.address))
    except Used:
        return None
    return Proof(factor, clock.now())
