"""CPU time and memory of a server, with everything it started, from /proc."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> set[int]:
    """A process and all its descendants."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(_fields(int(entry.name))[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    members = {pid}
    while grown := {child for child, parent in parents.items() if parent in members} - members:
        members |= grown
    return members


def cpu_seconds(pid: int) -> float:
    """User and system time of the family: to the nanosecond of what runs, in ticks of members that have ended."""
    total = 0.0
    for member in family(pid):
        try:
            total += sum(int(thread.read_text().split()[0]) for thread in _threads(member)) / 1e9
            total += sum(int(_fields(member)[place]) for place in (13, 14)) / TICKS
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total


def memory_megabytes(pids: Iterable[int]) -> float:
    """Proportional memory (PSS), so that shared pages count once."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def _threads(pid: int) -> Iterable[Path]:
    return Path(f"/proc/{pid}/task").glob("*/schedstat")


def _fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name: state, parent, …"""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
