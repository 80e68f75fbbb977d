"""What a page can do a program can do: every route that writes has its twin and every step its address."""

from typing import Any, Final

import pytest
from litestar.handlers import HTTPRouteHandler

from eorder_platform.directory.models import VendorRole
from eorder_platform.identity.openid.scopes import SCOPE_WORDS, Scope
from eorder_tenants.orders.lifecycle import steps
from eorder_tenants.organisation.models import Role
from eorder_web.api.openapi import EXPLAINED, TAGS, problems_of
from eorder_web.api.routes import OPERATIONS
from eorder_web.edge.dispatching import Dispatcher
from eorder_web.look.translating import _, speaking

IN_PERSON: Final = "who somebody is, is shown by themselves in a browser: a program has a token instead"
BY_MAIL: Final = "the address was mailed: opening it proves the mailbox, which a program cannot"
LOOKS: Final = (
    "changes nothing: it draws a form with what is wrong in it, and a program is told by the write itself"
)
NO_PROGRAM: Final = (
    "no program may, whoever asks (identity/openid/scopes.py): a bank account is changed on our pages"
)
NO_PROGRAM_BY_PROGRAMS: Final = (
    "which programs there are, and what they may, is said by the agency's own people"
)
STAFF_DIRECTORY: Final = (
    "who signs a region's officials in is said by its administrator, with the secret in hand"
)
SCIM: Final = "a program's already: SCIM 2.0, by the staff directory with the region's token"
FETCHED: Final = (
    "a program brings the same rows as a file; the systems are asked by whoever looks at the preview"
)
NOBODYS_TOOL: Final = "whoever opens a lost account has looked at the person, and signs for it themselves"
ONLY_HERE: Final = {
    "budgets.fetch": FETCHED,
    "organisation.enter_directory": STAFF_DIRECTORY,
    "organisation.try_directory": STAFF_DIRECTORY,
    "organisation.renew_directory_token": STAFF_DIRECTORY,
    "organisation.scim_new_user": SCIM,
    "organisation.scim_replace_user": SCIM,
    "organisation.scim_change_user": SCIM,
    "organisation.scim_remove_user": SCIM,
    "agency.register_program": NO_PROGRAM_BY_PROGRAMS,
    "agency.resume_program": NO_PROGRAM_BY_PROGRAMS,
    "agency.rotate_secret": NO_PROGRAM_BY_PROGRAMS,
    "agency.stop_program": NO_PROGRAM_BY_PROGRAMS,
    "people.sign_in": IN_PERSON,
    "people.sign_out": IN_PERSON,
    "people.change_password": IN_PERSON,
    "people.sign_out_everywhere": IN_PERSON,
    "people.close_account": IN_PERSON,
    "people.forgotten": IN_PERSON,
    "agency.agree_recovery": NOBODYS_TOOL,
    "agency.refuse_recovery": NOBODYS_TOOL,
    "people.set_new_password": BY_MAIL,
    "organisation.accept_invitation": BY_MAIL,
    "notices.unsubscribe": BY_MAIL,
    "vendors.confirm_account": NO_PROGRAM,
    "vendors.stop_account": BY_MAIL,
    "vendors.make_account": IN_PERSON,
    "vendors.prove_mailbox": IN_PERSON,
    "vendors.send_code": IN_PERSON,
    "vendors.answer_section": "an account becomes a business once, by its owner, who reads what they promise",
    "vendors.send_registration": "the same, at its end",
    "vendors.check_answer": LOOKS,
    "vendors.check_product": LOOKS,
    "vendors.check_change": LOOKS,
    "orders.review": LOOKS,
    "letters.preview": LOOKS,
    "transparency.check_file": "a program compares its own SHA-256 with content_hash of /documents/{code}",
}
"""Routes that write and have no twin, each with its reason."""
ROOMS_OF_PERSONS: Final = ("people.", "openid.", "programs.")
"""Rooms in which somebody shows who they are, and says what programs may: never by a program."""


def _writing(application: Dispatcher) -> set[str]:
    handlers = {
        one
        for kind in (application.region, application.nation)
        for route in kind.routes
        for one in getattr(route, "route_handlers", ())
        if isinstance(one, HTTPRouteHandler) and one.http_methods & {"POST", "PUT", "PATCH", "DELETE"}
    }
    return {str(one.name) for one in handlers}


TWINS: Final = {twin for one in OPERATIONS for twin in one.twins}


def test_every_route_that_writes_has_its_twin_or_says_why_not(application: Dispatcher) -> None:
    writing = _writing(application)
    missing = {name for name in writing - TWINS - set(ONLY_HERE) if not name.startswith(ROOMS_OF_PERSONS)}
    assert not missing, f"a page can do what no program can: {sorted(missing)}"
    assert not TWINS - writing, "twins of routes that are not there"
    assert not {name for name in ONLY_HERE if name not in writing}, "reasons for routes that are not there"
    assert not TWINS & set(ONLY_HERE)


@pytest.mark.parametrize(
    ("start", "party"), [("/orders/{order}/", Role), ("/inbox/{region}/{order}/", VendorRole)]
)
def test_every_step_that_a_page_offers_is_an_address_for_the_same_people(start: str, party: Any) -> None:
    wanted = {
        step.noun: step
        for step in steps()
        if step.noun and any(isinstance(one, party) for one in (*step.by, *step.later))
    }
    found = {
        one.path.removeprefix(start): one.step
        for one in OPERATIONS
        if one.step is not None and one.path.startswith(start)
    }
    assert found == wanted


def test_every_write_is_answered_by_a_read_of_the_same_host() -> None:
    reads = {one.name: one for one in OPERATIONS if one.method == "GET"}
    writes = [one for one in OPERATIONS if one.method != "GET"]
    assert len(writes) > 80
    for one in writes:
        assert not one.shows or one.on <= reads[one.shows].on, one.name
        assert one.scope and one.place is not None, one.name


def test_every_operation_has_a_name_a_scope_and_words_of_its_own() -> None:
    names = [(kind, one.name) for one in OPERATIONS for kind in one.on]
    assert len(names) == len(set(names))
    assert {one.scope for one in OPERATIONS if one.scope} <= set(Scope) == set(SCOPE_WORDS)
    assert {one.tag for one in OPERATIONS} <= set(TAGS)
    assert {status for one in OPERATIONS for status in problems_of(one)} <= set(EXPLAINED)
    assert not [one.name for one in OPERATIONS if not one.describes]
    with speaking("en"):
        assert not [one.says for one in OPERATIONS if _(one.says) == one.says]
        assert not [words for words in TAGS.values() if _(words) == words]
