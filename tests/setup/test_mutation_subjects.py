"""What mutation testing tries is still where it says."""

from pathlib import Path

from infra.mutation.subjects import SUBJECTS

ROOT = Path(__file__).parents[2]


def test_every_module_and_test_that_is_named_exists() -> None:
    for subject in SUBJECTS.values():
        assert subject.modules and subject.tests
        assert [name for name in (*subject.modules, *subject.tests) if not (ROOT / name).exists()] == []
