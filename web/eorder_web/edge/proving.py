"""What a person shows beside any form to prove themselves: a code that was typed, or a passkey of their device.

Every form may carry either; whoever writes (writing.py) has it taken before anything else happens. Whether it is
needed is decided below the pages, where what is signed is done.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from eorder_platform import tenancy
from eorder_platform.errors import Refused
from eorder_platform.identity import passkeys, sessions
from eorder_platform.identity.challenges import Use
from eorder_platform.identity.devices import browser_in_words
from eorder_platform.identity.events import Where
from eorder_platform.identity.factors import A_CLICK_MINUTES, prove_session
from eorder_platform.identity.guessing import own_browser
from eorder_platform.identity.proving import CODE_FIELD, Proof, proof_in
from eorder_platform.identity.sessions import Session
from eorder_platform.settings import settings
from eorder_web.edge.forms import Form
from eorder_web.edge.visiting import Request, Visit
from eorder_web.look.addresses import national_address

KEY_FIELD: Final = "kunci_sandi"
"""The hidden field in which a script sends what the device signed."""
USUAL_MINUTES: Final = 5
"""For a page that does not read the rule itself; the guard below reads it."""
DEMO_DOMAIN: Final = ".example"
"""What the addresses of the demo's people end in; nobody can have such a mailbox (RFC 2606)."""
APP: Final = "app"
PASSKEY: Final = "passkey"


@dataclass(frozen=True)
class ProofShown:
    """How a form asks for proof: whether it does, and by what this person can give it here.

    `demo`: where somebody of the demo finds the code that others read on their phones.
    """

    asked: bool = False
    app: bool = False
    passkey: bool = False
    demo: str = ""

    @property
    def any(self) -> bool:
        return self.app or self.passkey


def where_of(request: Request) -> Where:
    """From where this request comes, in words."""
    visit = request.visit
    office = visit.tenant.name if visit.tenant else "e-Order Nusantara"
    return Where(office, browser_in_words(request.headers.get("user-agent", "")), visit.address)


def holder_of(visit: Visit) -> str:
    """Whose a device's question is: this session's at this place, or this visitor's who has none yet."""
    return f"{visit.place}:{visit.session_token or visit.visitor}"


def origin_of(visit: Visit) -> str:
    """What a browser at this host signs as the page's origin."""
    return settings().public_url(visit.host, "")


def proof_of(request: Request) -> Proof | None:
    """What the person of this request showed last."""
    return proof_in(request.visit.session)


def proof_shown(visit: Visit, minutes: int = USUAL_MINUTES) -> ProofShown:
    """How a form on this page asks for proof that is no older than that."""
    session = visit.session
    if session is None:
        return ProofShown()
    proof = proof_in(session)
    return ProofShown(
        asked=proof is None or not proof.is_fresh(minutes),
        app=APP in session.factors,
        passkey=PASSKEY in session.factors and passkeys.may_be_asked_at(visit.host),
        demo=demo_codes(session.email),
    )


def demo_codes(email: str) -> str:
    """The address of the page that tells this person's codes; empty outside the demo."""
    if not settings().show_mailbox or not email.endswith(DEMO_DOMAIN):
        return ""
    return f"{national_address('mailbox.show')}?{urlencode({'akun': email})}"


async def show_factor(request: Request, form: Form) -> None:
    """Take what was sent to prove the person; refused beside the field of the code where it is not right.

    Nothing sent, or proved by the first click of the same form: nothing happens. What is not right refuses nobody who
    proved themselves within the usual minutes; where the rule wants it fresher, the guard below says so. From here on
    the visit's session carries the proof.
    """
    visit = request.visit
    typed, answered = form.text(CODE_FIELD), form.text(KEY_FIELD)
    if visit.session is None or not (typed or answered) or _is_fresh(visit.session, A_CLICK_MINUTES):
        return
    account_id = visit.session.account_id
    try:
        if answered:
            async with tenancy.national() as session:
                _, factor = await passkeys.show(
                    session, Use.PROVE, answered, holder_of(visit), origin_of(visit), account_id
                )
            await sessions.prove(visit.place, visit.session_token, factor)
        else:
            await prove_session(
                visit.place,
                visit.session_token,
                account_id,
                typed,
                where_of(request),
                browser=own_browser(visit.session.email, visit.browser),
            )
    except Refused as refusal:
        visit.session = await sessions.find(visit.place, visit.session_token) or visit.session
        if not _is_fresh(visit.session, USUAL_MINUTES):
            raise Refused.several([(CODE_FIELD, refusal.message)]) from refusal
        return
    visit.session = await sessions.find(visit.place, visit.session_token) or visit.session


def _is_fresh(session: Session, minutes: int) -> bool:
    proof = proof_in(session)
    return proof is not None and proof.is_fresh(minutes)
