"""The list of the OpenID Foundation's cases is whole, and every test that it names exists."""

import re
from pathlib import Path

HERE = Path(__file__).parent
ROW = re.compile(r"^\| (oidcc-[\w-]+) \| (.+) \|$", re.MULTILINE)


def test_every_case_has_a_test_or_a_reason() -> None:
    text = (HERE / "conformance.md").read_text()
    provider, party = text.partition("## Relying party")[::2]
    written = set(re.findall(r"def (test_\w+)", "".join(path.read_text() for path in HERE.glob("test_*.py"))))
    assert (len(ROW.findall(provider)), len(ROW.findall(party))) == (51, 22)
    cases = [case for case, _ in ROW.findall(text)]
    assert len(set(cases)) == len(cases)
    named = {name for _, here in ROW.findall(text) for name in re.findall(r"`(test_\w+)`", here)}
    assert named and named <= written, named - written
