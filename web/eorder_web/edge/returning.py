"""Where a page of the nation leads in the end, when somebody was sent to it to sign in elsewhere."""

from eorder_platform.identity.openid import authorizing
from eorder_web.look.addresses import stem


def on_the_way(carried: str) -> str:
    """The address that takes a carried request up again."""
    return stem("openid.go_on") + carried


def origin_behind(wanted: str) -> str:
    """The origin to which this path of ours will lead by a redirect; empty for one that stays here.

    Only what we signed ourselves names one (authorizing.py), so that no crafted address opens a page's policy.
    """
    return (authorizing.origin_of(carried_in(wanted)) or "") if carried_in(wanted) else ""


def name_behind(wanted: str) -> str:
    """Who sent the person here; empty where nobody did."""
    return authorizing.name_of(carried_in(wanted)) if carried_in(wanted) else ""


def carried_in(wanted: str) -> str:
    """The carried request in a path of ours, if it holds one."""
    way = stem("openid.go_on")
    return wanted.removeprefix(way) if wanted.startswith(way) else ""
