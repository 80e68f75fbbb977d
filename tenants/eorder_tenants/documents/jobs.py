"""The job that prints a signed document."""

import asyncio
from hashlib import sha256
from uuid import UUID

from eorder_platform import clock, outbox, tenancy
from eorder_platform.files import file_store
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.documents.rendering import render


@outbox.tenant_job("documents.render")
async def render_document(tenant: Tenant, *, document_id: str) -> None:
    """The PDF of a document's facts, into the region's own files.

    The same facts give the same bytes under the same key, so running twice changes nothing. When the facts were
    countersigned meanwhile, this print is left to the job that the countersignature wrote.
    """
    async with tenancy.inside(tenant) as session:
        document = await session.get_one(OrderDocument, UUID(document_id))
        kind, facts, facts_hash, year = document.kind, document.facts, document.facts_hash, document.year
    content = await asyncio.to_thread(render, kind, facts, sandbox=tenant.is_sandbox)
    key = f"documents/{year}/{document_id}/{facts_hash[:16]}.pdf"
    await file_store().inside(tenant.slug).put(key, content)
    async with tenancy.inside(tenant) as session:
        document = await session.get_one(OrderDocument, UUID(document_id), with_for_update=True)
        if document.facts_hash == facts_hash:
            document.file_key = key
            document.content_hash = sha256(content).hexdigest()
            document.rendered_at = clock.now()
