"""Words become known when a product is published whose name has them; known words are what slips are mended to."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.wording.mending import keys_of
from eorder_platform.wording.models import KnownWord
from eorder_platform.wording.words import cut


async def learn_words(session: AsyncSession, text: str) -> None:
    """The words of a text, as far as they are new."""
    keys = keys_of(word.text for word in cut(text))
    if keys:  # always in the same order, so that two jobs never wait for each other's rows
        rows = [{"word": word, "keys": some} for word, some in keys.items()]
        await session.execute(insert(KnownWord).values(rows).on_conflict_do_nothing())
