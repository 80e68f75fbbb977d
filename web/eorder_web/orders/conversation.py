"""What both sides say on an order (percakapan): as its page shows it, and a comment on its way in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.attachments import ACCEPTED, LARGEST_MEGABYTES, Attachment, attachment
from eorder_platform.errors import Refused
from eorder_tenants.orders.conversation.commenting import (
    TOO_MANY_FILES,
    NewComment,
    may_comment,
    write_comment,
)
from eorder_tenants.orders.conversation.models import LONGEST_TEXT, MOST_FILES, Comment, Side
from eorder_tenants.orders.conversation.queries import SHOWN
from eorder_tenants.orders.core.models import Order
from eorder_tenants.organisation.actors import Actor
from eorder_web.edge.answering import Problems
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.navigation import ROLE_WORDS
from eorder_web.edge.places import Place
from eorder_web.edge.receiving import takes_files
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.formatting import megabytes
from eorder_web.look.translating import _
from eorder_web.orders.linking import EARLIER, Links
from eorder_web.orders.taking import Attempt

TAKES_ATTACHMENTS: Final = takes_files(MOST_FILES, MOST_FILES * LARGEST_MEGABYTES + 1)
Earlier = Annotated[str, QueryParameter(name=EARLIER)]
Show = Callable[[Attempt], Awaitable[Response[str]]]


@dataclass(frozen=True)
class Said:
    """One comment: who, in which role, for which side, when, and links to what was attached."""

    name: str
    role: str
    vendor: bool
    at: datetime
    text: str
    files: list[tuple[str, str, str, str]]


@dataclass(frozen=True)
class Conversation:
    """A page of comments, oldest first; `older` and `newest` lead to other pages where there are any.

    `may_write`: the reader has a voice here; `values` and `problems` are of a comment that was refused.
    """

    said: list[Said]
    older: str
    newest: str
    address: str
    may_write: bool
    values: Mapping[str, str]
    problems: Problems
    longest: int = LONGEST_TEXT
    accepted: str = ACCEPTED
    largest_mb: int = LARGEST_MEGABYTES

    @property
    def is_shown(self) -> bool:
        return self.may_write or bool(self.said)


def conversation_of(
    actor: Actor, order: Order, comments: Sequence[Comment], links: Links, attempt: Attempt
) -> Conversation:
    """A page of what was said; of one comment more than a page holds only its being there is told."""
    shown = comments[-SHOWN:]
    failed = attempt.in_conversation
    return Conversation(
        said=[_said(one, links) for one in shown],
        older=links.comments(shown[0].id) if len(comments) > SHOWN else "",
        newest=links.comments() if attempt.earlier else "",
        address=links.conversation,
        may_write=may_comment(actor, order),
        values=attempt.values if failed else NOTHING_TYPED,
        problems=attempt.problems if failed else (),
    )


async def send_comment(
    request: Request, place: Place[Actor], order_id: UUID, links: Links, show: Show
) -> Response[Any]:
    """Keep a comment with its files, then lead to the conversation; `show` draws the order's page again."""
    files: list[Attachment] = []

    async def look_into_files(form: Form) -> None:
        uploads = form.files("files")
        if len(uploads) > MOST_FILES:
            raise Refused(TOO_MANY_FILES, "files")
        for upload in uploads:
            files.append(await attachment(upload.filename, await upload.read(), field="files"))

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        await write_comment(session, actor, NewComment(order_id, form.text("text"), tuple(files)))
        return links.comments()

    async def again(problems: Problems, form: Form) -> Response[str]:
        return await show(Attempt(values=form, problems=problems, in_conversation=True))

    return await write(request, place, work, "Pesan terkirim.", again, beforehand=look_into_files)


def _said(comment: Comment, links: Links) -> Said:
    vendor = comment.side == Side.VENDOR
    return Said(
        name=comment.author_name,
        role=_("Penyedia") if vendor else _(ROLE_WORDS.get(comment.role, "")),
        vendor=vendor,
        at=comment.created_at,
        text=comment.text,
        files=[
            (
                links.attachment(one["id"]),
                "photo" if one["media_type"].startswith("image/") else "file-text",
                one["name"],
                megabytes(one["bytes"]),
            )
            for one in comment.files
        ],
    )
