"""What a visitor asks the catalogue for: words, filters, an order, a page."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from eorder_tenants.catalogue.models import OfferCountKind


class Sort(StrEnum):
    """Orders in which a person may read the catalogue; relevance needs words."""

    RELEVANCE = "sesuai"
    NEWEST = "terbaru"
    CHEAPEST = "termurah"
    DEAREST = "termahal"


class Maker(StrEnum):
    """Who sells, as the buyers' duty to prefer them tells vendors apart (Perpres 16/2018 art. 65)."""

    MICRO = "mikro"
    SMALL = "kecil"
    MEDIUM = "menengah"
    COOPERATIVE = "koperasi"


@dataclass(frozen=True)
class Wanted:
    """What a visitor asks the catalogue for. `categories` are main categories ("ATK") or their parts ("ATK.PAPER").

    `literally`: the words as they were typed, neither mended nor with their synonyms.
    """

    words: str = ""
    literally: bool = False
    categories: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    lowest_rupiah: int | None = None
    highest_rupiah: int | None = None
    makers: tuple[Maker, ...] = ()
    domestic: bool = False
    sort: Sort | None = None
    page: int = 1

    @property
    def filters(self) -> int:
        """How many filters are set, the words and the order not counted."""
        prices = (self.lowest_rupiah, self.highest_rupiah)
        chosen = len(self.categories) + len(self.regions) + len(self.makers) + self.domestic
        return chosen + sum(price is not None for price in prices)

    @property
    def everything(self) -> bool:
        """Nothing narrows the catalogue down."""
        return not self.words and not self.filters

    @property
    def one_choice(self) -> tuple[OfferCountKind, str] | None:
        """The one main category or regency that is all that was asked for; the number of its offers is kept."""
        if self.words or self.filters != 1:
            return None
        if self.categories and "." not in self.categories[0]:
            return OfferCountKind.GROUP, self.categories[0]
        return (OfferCountKind.REGION, self.regions[0]) if self.regions else None

    @property
    def order(self) -> Sort:
        """By relevance where there are words, else the newest first, unless asked otherwise."""
        if not self.words:
            return Sort.NEWEST if self.sort in (None, Sort.RELEVANCE) else self.sort
        return self.sort or Sort.RELEVANCE

    def without_filters(self) -> "Wanted":
        return Wanted(words=self.words, literally=self.literally, sort=self.sort)

    @property
    def filters_alone(self) -> "Wanted":
        """The filters as they are set, whatever the words and the order."""
        return replace(self, words="", literally=False, sort=None, page=1) if self.filters else EVERYTHING


EVERYTHING: Final = Wanted()
