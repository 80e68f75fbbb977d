"""Who may ask the nation to sign somebody in, as Authlib asks about them: programs outside, and regions' own hosts."""

from typing import Any, Final

from authlib.oauth2.rfc6749 import ClientMixin
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.identity.openid import programs
from eorder_platform.identity.openid.models import Program
from eorder_platform.identity.openid.regional import PREFIX, return_addresses
from eorder_platform.identity.openid.scopes import Scope
from eorder_platform.tenancy import Tenant, registry

PRIVATE_KEY_JWT: Final = "private_key_jwt"
SECRET_BASIC: Final = "client_secret_basic"


class ProgramClient(ClientMixin):  # type: ignore[misc]
    """A registered program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.id = program.id.hex

    def get_client_id(self) -> str:
        return self.id

    def get_default_redirect_uri(self) -> None:
        """None: whoever asks says where to return to, so that nothing is guessed."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Of what is asked for, what the program may at most; what we do not know is left out (OIDC Core 3.1.2.1)."""
        asked = set((scope or "").split()) if scope else set(self.program.scopes)
        return " ".join(one for one in self.program.scopes if one in asked) or None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.program.redirect_addresses

    def check_client_secret(self, client_secret: str) -> bool:
        return programs.is_secret_of(self.program, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return bool(method == (SECRET_BASIC if self.program.secret_hash else PRIVATE_KEY_JWT))

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and self.program.acts_for_people

    def check_grant_type(self, grant_type: str) -> bool:
        return {
            "authorization_code": self.program.acts_for_people,
            "refresh_token": self.program.acts_for_people and Scope.OFFLINE in self.program.scopes,
            "client_credentials": self.program.acts_for_itself,
        }.get(grant_type, False)


class RegionClient(ClientMixin):  # type: ignore[misc]
    """One of our own hosts. It exchanges its code within the house, so no token endpoint ever knows it."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.id = PREFIX + tenant.slug

    def get_client_id(self) -> str:
        return self.id

    def get_default_redirect_uri(self) -> None:
        """As above."""

    def get_allowed_scope(self, scope: str | None) -> str:
        return Scope.OPENID

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in return_addresses(self.tenant)

    def check_client_secret(self, client_secret: str) -> bool:
        return False

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return False

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return False


Client = ProgramClient | RegionClient


async def client_of(session: AsyncSession, client_id: Any) -> Client | None:
    """Whose client id that is."""
    if not isinstance(client_id, str):
        return None
    if client_id.startswith(PREFIX):
        tenant = await registry.by_slug(client_id.removeprefix(PREFIX))
        return RegionClient(tenant) if tenant is not None else None
    program = await programs.program_of(session, client_id)
    return ProgramClient(program) if program is not None else None
