"""The forms of a page, as a browser would send them: each with its fields, what stands in them, and where it goes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

Attributes = Mapping[str, str | None]
ANSWERS = {"date": "2026-07-20", "time": "10:30", "email": "orang@contoh.id", "password": "nasi kotak hangat"}
SINGLE = ("radio", "checkbox")


@dataclass
class Field:
    """One name of a form. `kind` is the type of its input, or "textarea", "select", "button"; `offered` its choices."""

    name: str
    kind: str
    value: str | None = None
    offered: list[str] = field(default_factory=list)
    longest: int | None = None
    figures: bool = False

    @property
    def answer(self) -> str | None:
        """What stands there already, or something that may."""
        if self.value or self.kind in ("hidden", "file"):
            return self.value
        if self.offered:
            return self.offered[-1]
        return "1" if self.figures else ANSWERS.get(self.kind, "Alasan yang cukup panjang")


@dataclass
class Form:
    """A form with its fields by name; of several buttons that say something, the first one's word is its value.

    `by_the_way`: this address is another one of a form's, to whose own it is sent as well.
    """

    page: str
    action: str
    multipart: bool = False
    by_the_way: bool = False
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def filled_in(self) -> dict[str, str]:
        """What somebody would send who leaves what stands there and answers everything else somehow."""
        return {one.name: answer for one in self.fields.values() if (answer := one.answer) is not None}


def forms_of(page: str, html: str) -> list[Form]:
    """Every form that is posted, once for each address that its buttons and fields lead to."""
    reader = _Reader(page)
    reader.feed(html)
    found = []
    for form in reader.forms:
        others = sorted(reader.other_actions[id(form)] - {form.action})
        found += [form, *(replace(form, action=other, by_the_way=True) for other in others)]
    return [one for one in found if one.action]


def links_of(html: str) -> set[str]:
    """Where the links of a page lead on its own host, without fragments."""
    reader = _Reader("")
    reader.feed(html)
    return {link.partition("#")[0] for link in reader.links if link.startswith("/")}


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.other_actions: dict[int, set[str]] = {}
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self._select: Field | None = None
        self._area: Field | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        has = dict(attributes)
        included = self._by_id.get(str(has.get("hx-include", "")).removeprefix("#"))
        if included and has.get("hx-post"):
            self.other_actions[id(included)].add(str(has["hx-post"]))
        if tag == "a" and has.get("href"):
            self.links.append(str(has["href"]))
        elif tag == "form":
            self._begin(has)
        elif tag == "option" and self._select is not None:
            self._option(has)
        elif tag in ("input", "textarea", "select", "button"):
            self._control(tag, has)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area is not None:
            self._area.value = (self._area.value or "").removeprefix("\n")
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value = (self._area.value or "") + data

    def _begin(self, has: Attributes) -> None:
        if has.get("method", "get") != "post":
            return
        multipart = has.get("enctype") == "multipart/form-data"
        self._form = Form(self.page, str(has.get("action") or self.page), multipart)
        self.forms.append(self._form)
        self.other_actions[id(self._form)] = {str(has["hx-post"])} if has.get("hx-post") else set()
        if has.get("id"):
            self._by_id[str(has["id"])] = self._form

    def _control(self, tag: str, has: Attributes) -> None:
        form = self._by_id.get(str(has["form"])) if has.get("form") else self._form
        if form is None:
            return
        for where in ("formaction", "hx-post"):
            if has.get(where):
                self.other_actions[id(form)].add(str(has[where]))
        name = has.get("name")
        if not name or "disabled" in has:
            return
        kind = str(has.get("type") or "text") if tag == "input" else tag
        longest = int(str(has["maxlength"])) if has.get("maxlength") else None
        one = form.fields.setdefault(name, Field(name, kind, None, [], longest, "inputmode" in has))
        if kind in SINGLE:
            one.offered.append(str(has.get("value") or "on"))
            if "checked" in has:
                one.value = one.offered[-1]
        elif tag == "button":
            one.offered.append(str(has.get("value") or ""))
            one.value = one.offered[0]
        elif tag == "select":
            self._select = one
        elif tag == "textarea":
            one.value, self._area = "", one
        elif kind != "file":
            one.value = str(has.get("value") or "")

    def _option(self, has: Attributes) -> None:
        assert self._select is not None
        value = str(has.get("value") or "")
        self._select.offered.append(value)
        if "selected" in has or self._select.value is None:
            self._select.value = value


def texts_in(form: Form) -> Iterator[Field]:
    """The fields that take words; what takes figures, an address or a secret is bounded by its form."""
    for one in form.fields.values():
        if one.kind == "textarea" or (one.kind == "text" and not one.figures):
            yield one
