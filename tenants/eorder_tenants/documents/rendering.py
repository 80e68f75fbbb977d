"""From facts to a PDF: archival (PDF/A-2a), accessible (PDF/UA-1), and the same bytes for the same facts.

The facts reach the templates as data, never as markup, so that nothing a vendor or an officer typed can be executed.
"""

import io
import json
import re
import threading
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eorder_platform.secrecy import masked
from eorder_tenants.documents.facts import DocumentKind, facts_from_json

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).parent / "templates"
STAND_IN_LETTER: Final = "stand_in_letter"
MONEY_STATEMENT: Final = "money_statement"
WATERMARK: Final = "UJI COBA / SANDBOX — bukan dokumen resmi"


def render(kind: str, facts: Mapping[str, Any], *, sandbox: bool = False) -> bytes:
    """The PDF of one document from its stored facts (see facts.py); a few milliseconds of processor time.

    Characters that the built-in fonts cannot draw (emoji, other scripts) are printed as an empty square. What a
    sandbox prints says so across every page.
    """
    document_kind = DocumentKind(kind)
    document = facts_from_json(document_kind, facts)
    pdf = _compilers.of(document_kind).compile(
        format="pdf",
        sys_inputs={
            "facts": json.dumps(_printable(_without_secrets(document.to_json()))),
            "qr": _qr_code(document.verification_url),
            **_marked(sandbox),
        },
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(document.issued_at.timestamp()),
    )
    assert isinstance(pdf, bytes)
    return pdf


def render_letter(facts: Mapping[str, Any], *, sandbox: bool = False) -> bytes:
    """The PDF of a letter by which somebody stands in; `facts` as orders/letters/paper.py makes them."""
    return _of_plain_facts(STAND_IN_LETTER, facts, facts["page"], sandbox=sandbox)


def render_money(facts: Mapping[str, Any], page: str) -> bytes:
    """The PDF of a vendor's money in a year, from the facts of its page; `page` is where its newest state is seen."""
    return _of_plain_facts(MONEY_STATEMENT, facts, page, sandbox=False)


def _of_plain_facts(template: str, facts: Mapping[str, Any], page: str, *, sandbox: bool) -> bytes:
    pdf = _compilers.of(template).compile(
        format="pdf",
        sys_inputs={"facts": json.dumps(_printable(facts)), "qr": _qr_code(page), **_marked(sandbox)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(datetime.fromisoformat(facts["issued_at"]).timestamp()),
    )
    assert isinstance(pdf, bytes)
    return pdf


def _marked(sandbox: bool) -> dict[str, str]:
    return {"watermark": WATERMARK} if sandbox else {}


# Typst refuses a PDF/A with a character that no font has, and 0.15 was seen to panic (which would stop the worker)
# on stray combining marks and bidirectional controls. The fonts in the wheel draw all of these blocks.
_UNDRAWABLE = re.compile(
    "[^\n -~\u00a0-\u00ac\u00ae-\u024f\u0391-\u03a1\u03a3-\u03c9\u1e00-\u1eff\u2010-\u2027\u2030-\u2040\u20a0-\u20bf"
    "\u2150-\u215e\u2190-\u21ff\u2200-\u22ff\u25a0-\u25ff]"
)
_INVISIBLE = {"Cc", "Cf", "Mn", "Me"}


SECRET_FROM: Final = 8
"""Digits from which a number is one that must not be read in full; what is masked has four."""


def _without_secrets(facts: dict[str, Any]) -> dict[str, Any]:
    """The vendor's tax number and account by their last digits: papers of before decision 0018 hold them in full.

    Their facts stay as they were signed, because the journal holds their hash; whatever is printed from them is masked.
    """
    vendor = facts.get("vendor")
    if not isinstance(vendor, dict):
        return facts
    numbers = {name: vendor[name] for name in ("npwp", "bank_account") if vendor.get(name)}
    secret = {
        name: masked("".join(filter(str.isdigit, number)))
        for name, number in numbers.items()
        if sum(map(str.isdigit, number)) >= SECRET_FROM
    }
    return facts | {"vendor": vendor | secret}


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNDRAWABLE.sub(_substitute, unicodedata.normalize("NFC", value))
    if isinstance(value, list):
        return [_printable(item) for item in value]
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    return value


def _substitute(found: re.Match[str]) -> str:
    character = found.group()
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _INVISIBLE else "□"


def _qr_code(address: str) -> str:
    import segno

    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawing, kind="svg", border=0, xmldecl=False)
    return drawing.getvalue().decode()


class _Compilers(threading.local):
    """One compiler for each template and thread: it keeps fonts and templates parsed, and is not made to be shared."""

    def __init__(self) -> None:
        self.by_kind: dict[str, typst.Compiler] = {}

    def of(self, kind: str) -> "typst.Compiler":
        if kind not in self.by_kind:
            import typst  # with its fonts: a job draws, the web reads

            self.by_kind[kind] = typst.Compiler(
                TEMPLATES / f"{kind}.typ", root=TEMPLATES, ignore_system_fonts=True
            )
        return self.by_kind[kind]


_compilers = _Compilers()
