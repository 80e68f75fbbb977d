"""Every table of the house, imported so that its MetaData is complete (migrations, new tenants, tests)."""

from eorder_platform import outbox
from eorder_platform.adapters import models as adapters
from eorder_platform.directory import models as directory
from eorder_platform.directory.sanctions import models as sanctions
from eorder_platform.identity import models as identity
from eorder_platform.identity.openid import models as openid
from eorder_platform.notices import models as notices
from eorder_platform.projections import models as projections
from eorder_platform.reference import models as reference
from eorder_platform.tables import Base
from eorder_platform.tenancy import models as registry
from eorder_platform.wording import models as wording
from eorder_tenants.approvals import models as approvals
from eorder_tenants.budgets import models as budgets
from eorder_tenants.catalogue import models as catalogue
from eorder_tenants.documents import models as documents
from eorder_tenants.orders.conversation import models as conversation
from eorder_tenants.orders.core import models as orders
from eorder_tenants.organisation import models as organisation
from eorder_tenants.organisation.staff import models as staff
from eorder_tenants.webhooks import models as webhooks

metadata = Base.metadata

__all__ = [
    "adapters",
    "approvals",
    "budgets",
    "catalogue",
    "conversation",
    "directory",
    "documents",
    "identity",
    "metadata",
    "notices",
    "openid",
    "orders",
    "organisation",
    "outbox",
    "projections",
    "reference",
    "registry",
    "sanctions",
    "staff",
    "webhooks",
    "wording",
]
