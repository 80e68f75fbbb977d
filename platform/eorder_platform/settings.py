"""Every setting of the deployment, read once from the environment.

Names are upper case with the prefix ``EORDER_``; ``DATABASE_URL`` and ``REDIS_URL`` keep their customary names.
Secrets have no default: a process that lacks one stops with a sentence instead of running unprotected.
"""

from functools import lru_cache
from pathlib import Path

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One frozen object; see each field's description."""

    model_config = SettingsConfigDict(env_prefix="EORDER_", frozen=True, extra="ignore")

    placements: str = Field(
        description="Database clusters, no credentials: 'main=postgresql://host:port/name other=…'; first is home"
    )
    master_key: str = Field(
        min_length=32,
        description="Secret from which the passwords of database roles and the keys of private facts are derived",
    )
    secret_key: str = Field(min_length=32, description="Secret that seals form tokens and links in mail")
    owner_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("EORDER_OWNER_URL", "DATABASE_URL"),
        description="Login that owns schemas and roles; only the command line has it, never web or worker",
    )
    redis_url: str = Field(
        default="redis://127.0.0.1:6379/0",
        validation_alias=AliasChoices("EORDER_REDIS_URL", "REDIS_URL"),
        description="Valkey or Redis for sessions and the broker",
    )
    files: str = Field(default=".data/files", description="Folder, or s3://bucket/prefix")
    s3_endpoint: str | None = Field(default=None, description="Address of an S3-compatible service")
    s3_region: str = Field(default="auto", description="Region name that the S3 service expects")
    s3_access_key: str | None = Field(default=None, description="S3 access key")
    s3_secret_key: str | None = Field(default=None, description="S3 secret key")
    smtp_url: str | None = Field(
        default=None, description="smtp://user:password@host:port; absent: local mailbox"
    )
    mail_from: str = Field(
        default="e-Order Nusantara <tidak-dibalas@eorder.localhost>", description="Sender of mail"
    )
    mailbox: Path = Field(default=Path(".data/mailbox"), description="Folder of the local mailbox")
    national_host: str = Field(default="localhost", description="Host of the national pages, without port")
    public_scheme: str = Field(
        default="http",
        description="http in development, https in production (then cookies are sent over https only)",
    )
    directory_lookups_a_day: int = Field(
        default=6,
        description="How many different NIB, NIK and e-mails an account may learn to be known already, in a day",
    )
    outgoing_to_loopback: bool = Field(
        default=False,
        description="Addresses that others wrote down may be on this machine, over http: development and tests only",
    )
    adapters: str = Field(
        default="",
        description="Systems of other authorities and where each is reached: 'oss=https://… bank=stand-in'; what is not"
        " named is not asked",
    )
    adapter_tokens: str = Field(default="", description="Tokens for these: 'oss=… bank=…'")
    api_requests_a_minute: int = Field(
        default=600, ge=30, description="How often one program may ask the API of one place, in a minute"
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses of our own proxies, by blanks; their X-Forwarded-For names the visitor",
    )
    public_port: int | None = Field(
        default=8000, description="Port in public addresses; empty for the default port"
    )
    show_mailbox: bool = Field(
        default=False,
        description="Show the local mailbox to everybody, invitations and all; on in ./run only",
    )
    pool_size: int = Field(
        default=6, description="Connections of one role in one process; further transactions wait their turn"
    )
    pools_ceiling: int = Field(
        default=60, description="Roles with an open pool in one process; the idle longest close first"
    )
    pooled: bool = Field(
        default=False,
        description="Connections go through a pooler in transaction mode that keeps no prepared statements, such as"
        " PgBouncer before 1.21: nothing is then kept or set on a connection",
    )
    registry_seconds: float = Field(
        default=3.0, description="How long a process trusts its copy of the tenant registry"
    )

    def public_url(self, host: str, path: str) -> str:
        """The complete public address of a path on one of our hosts."""
        return f"{self.public_scheme}://{host}{f':{self.public_port}' if self.public_port else ''}{path}"

    def national_url(self, path: str) -> str:
        """The complete public address of a national page."""
        return self.public_url(self.national_host, path)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()  # type: ignore[call-arg]
