"""Texts are measured as the browser measures them, and every field says how much it takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.datastructures import FormMultiDict

from eorder_platform.errors import Refused
from eorder_platform.ids import new_id
from eorder_platform.texts import LONGEST, fitting, length, longest_of
from eorder_web.edge.forms import Form


def test_a_line_break_is_one_character_however_it_is_sent() -> None:
    lines = "baris\r\n" * 30 + "x" * 3_819
    form = Form(FormMultiDict([("description", lines)]))
    assert length(lines) == length(form.text("description")) == 3_999
    form.refuse_what_is_no_text()
    assert fitting(form.text("description"), "description")


@pytest.mark.parametrize("unseen", ["\x00", "\x07", "\x1b[31m", "\x85"])
def test_what_nobody_can_see_within_a_text_is_refused_beside_its_field(unseen: str) -> None:
    Form(FormMultiDict([("note", "satu\ndua\ttiga"), ("password", f"a{unseen}b")])).refuse_what_is_no_text()
    with pytest.raises(Refused) as refusal:
        Form(FormMultiDict([("note", f"a{unseen}b")])).refuse_what_is_no_text()
    assert refusal.value.problems == [("note", "Ada karakter yang tidak dapat ditampilkan.")]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_a_text_is_as_long_as_a_browser_says(text: str) -> None:
    """JavaScript's `value.length`, by which `maxlength` goes: a sign beyond the first 65,536 counts as two."""
    assert length(text) == sum(2 if ord(sign) > 0xFFFF else 1 for sign in text)


@pytest.mark.parametrize("field", LONGEST)
def test_what_is_one_character_too_long_is_refused_beside_its_field(field: str) -> None:
    most = LONGEST[field]
    for name in (field, f"{field}_{new_id()}"):
        assert longest_of(name) == most
        Form(FormMultiDict([(name, "x" * most)])).refuse_what_is_no_text()
        with pytest.raises(Refused) as refusal:
            Form(FormMultiDict([(name, "x" * (most + 1))])).refuse_what_is_no_text()
        [(beside, sentence)] = refusal.value.problems
        assert beside == name and sentence.startswith("Paling panjang ")
