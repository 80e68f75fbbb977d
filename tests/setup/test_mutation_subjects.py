"""What mutation testing tries is still where it says."""

from pathlib import Path

from infra.mutation.subjects import NEED_SERVERS, SUBJECTS

ROOT = Path(__file__).parents[2]


def test_every_module_and_test_that_is_named_exists() -> None:
    for modules in SUBJECTS.values():
        for module, tests in modules.items():
            assert tests
            assert [name for name in (module, *tests) if not (ROOT / name).exists()] == []
    assert set(NEED_SERVERS) < set(SUBJECTS)
