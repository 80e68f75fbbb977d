"""What `./run` and `./test` say when they cannot go on, and what they leave behind: nothing."""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from infra.setup import commands
from infra.setup.commands import explain, explain_os_error, need_space, show
from infra.setup.messages import Refusal
from infra.setup.services import without_credentials

PLAIN = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}


def test_both_commands_explain_themselves(clone: Path) -> None:
    assert "--reset" in said(clone, "./run", "--help")
    assert "import rules" in said(clone, "./test", "--help")


def test_a_busy_port_is_one_sentence_and_nothing_is_made(clone: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        assert said(clone, "./run", f"--port={port}", code=1).strip().startswith(f"Port {port} is busy:")
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("port", ["0", "70000", "-1", "delapan"])
def test_a_port_that_is_none_is_refused(clone: Path, port: str) -> None:
    assert "a port is a number from 1 to 65535" in said(clone, "./run", f"--port={port}", code=2)


@pytest.mark.parametrize("command", ["run", "test"])
def test_an_old_python_is_one_sentence(clone: Path, command: str) -> None:
    program = f"import sys; sys.version_info = (3, 9); exec(open('{command}').read())"
    answer = said(clone, sys.executable, "-c", program, code=1)
    assert answer.startswith("e-Order Nusantara needs Python 3.11 or newer; this is ")
    assert len(answer.splitlines()) == 1


def test_a_second_run_in_the_same_folder_is_refused(clone: Path) -> None:
    asking = subprocess.Popen(
        ["./run", "--reset"], cwd=clone, env=PLAIN, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert asking.stdout is not None
    assert "deletes everything" in asking.stdout.readline()
    assert "already running in this folder" in said(clone, "./run", "--reset", code=1)
    asking.communicate("no\n")
    assert asking.returncode == 0


def test_reset_deletes_only_after_yes(clone: Path) -> None:
    kept = clone / ".data" / "files" / "photo"
    kept.parent.mkdir(parents=True)
    kept.touch()
    assert "Nothing was deleted" in said(clone, "./run", "--reset", answers="n\n")
    assert kept.exists()
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        said(clone, "./run", "--reset", f"--port={stranger.getsockname()[1]}", answers="yes\n", code=1)
    assert not kept.exists()


def test_reset_never_touches_a_database_of_your_own(clone: Path) -> None:
    answer = said(clone, "./run", "--reset", answers="yes\n", code=1, DATABASE_URL="postgresql://example/own")
    assert "DATABASE_URL is set" in answer


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        ("npm error code ENOSPC", "the disk is full"),
        ("<pip._vendor.urllib3.connection.HTTPSConnection>: Failed to establish a new connection: "
         "[Errno -3] Temporary failure in name resolution", "no network"),
        ("npm error code EAI_AGAIN", "no network"),
        ("Err:1 http://deb.example bookworm InRelease\n  Temporary failure resolving 'deb.example'", "no network"),
        ("first\nsecond\nTraceback: broken", "second / Traceback: broken"),
    ],
)  # fmt: skip
def test_the_failure_of_a_program_becomes_one_sentence(output: str, sentence: str) -> None:
    assert sentence in explain("Installing", output)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, ".data may not be read or changed by you"),
        (errno.EROFS, ".data cannot be written: this folder is read-only"),
    ],
)
def test_the_refusal_of_a_file_becomes_one_sentence(number: int, sentence: str) -> None:
    assert sentence in explain_os_error(OSError(number, "as the system says it", ".data"))


def test_a_program_in_the_open_that_fails_on_a_full_disk_is_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refusal, match="Filling the demo failed: the reason stands above"):
        show(["false"], "Filling the demo")
    monkeypatch.setattr(commands, "free_megabytes", lambda: 3)
    with pytest.raises(Refusal, match="Filling the demo failed: the disk is full"):
        show(["false"], "Filling the demo")


def test_too_little_disk_is_said_before_anything_is_made() -> None:
    with pytest.raises(Refusal, match="needs about 999999999 MB"):
        need_space(999_999_999, "everything")


def test_a_placement_names_the_database_and_no_login() -> None:
    assert without_credentials("postgres://u:p@db.example:5433/own") == "postgresql://db.example:5433/own"


def said(clone: Path, *words: str, answers: str = "", code: int = 0, **variables: str) -> str:
    done = subprocess.run(
        words,
        cwd=clone,
        env={**PLAIN, **variables},
        input=answers,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout
    return done.stdout
