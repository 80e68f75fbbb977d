"""Looking into a PDF that a stranger sent: run apart (apart.py), never in the web itself."""

import io
from typing import Final

from pypdf import PdfReader

from eorder_platform.apart import answer

_BY_ITSELF: Final = ("/OpenAction", "/AA")
_PROGRAMS: Final = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData")


def is_plain_pdf(content: bytes) -> bool:
    """Can it be read without a password, page by page, and does it do no more by itself than turn to a page?"""
    try:
        pdf = PdfReader(io.BytesIO(content))
        if pdf.is_encrypted:
            return False
        root = pdf.root_object
        acts = [repr(root[key]) for key in _BY_ITSELF if key in root]
        if "/Names" in root:
            acts.append(repr(root["/Names"]))
        return len(pdf.pages) > 0 and not any(program in act for act in acts for program in _PROGRAMS)
    except MemoryError:
        raise
    except Exception:  # a reader of PDF gives up in a dozen ways on a file that is cut short or forged
        return False


if __name__ == "__main__":
    answer(is_plain_pdf)
