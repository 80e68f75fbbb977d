"""Everything installed is pinned, and no lock file says where from: a mirror serves as well."""

import json
import os
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["requirements.lock", "infra/setup/node.lock"])
def test_python_packages_are_pinned_by_hash_without_hosts(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert all(
        re.match(r"[a-z0-9._-]+(\[\w+\])?==\S+", entry) and "--hash=sha256:" in entry for entry in entries
    )
    assert "://" not in "".join(entries)


def test_npm_packages_are_pinned_by_hash_without_hosts() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = [package for path, package in packages.items() if path]
    assert all(package["integrity"].startswith("sha512-") for package in installed)
    assert not any("resolved" in package for package in installed)


def test_npm_asks_for_exact_versions_and_runs_nobodys_scripts() -> None:
    asked = json.loads((ROOT / "package.json").read_text())
    versions = {**asked["dependencies"], **asked["devDependencies"]}.values()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
    assert "ignore-scripts=true" in (ROOT / ".npmrc").read_text().split()


def test_third_party_browser_files_are_not_committed() -> None:
    kept = [str(path) for path in files_to_commit()]
    assert "web/eorder_web/look/static/app.js" in kept
    assert not [name for name in kept if name.endswith((".woff2", ".min.js", ".min.css")) or "htmx" in name]


def test_every_built_browser_file_is_there_with_its_compressed_twin() -> None:
    built = ROOT / "web" / "eorder_web" / "look" / "static" / "build"
    names = json.loads((built / "manifest.json").read_text())
    assert {"app.css", "app.js", "sprite.svg", "preview.png", "plus-jakarta-sans.woff2"} == set(names)
    for name in names.values():
        assert (built / name).exists()
        assert (
            name.endswith((".woff2", ".png"))  # compressed already
            or (built / f"{name}.br").stat().st_size < (built / name).stat().st_size
        )


def test_the_machine_runs_what_a_person_runs() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "exec ./test\n" in (ROOT / ".ci" / "run").read_text()


def files_to_commit() -> Iterator[Path]:
    """Every file of this clone outside the folders of .gitignore; a bare machine may have no git to be asked."""
    ignored = [".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split())]
    for folder, folders, names in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        folders[:] = [
            one for one in folders if not any(fnmatch(one, it) or str(here / one) == it for it in ignored)
        ]
        yield from (here / name for name in names)
