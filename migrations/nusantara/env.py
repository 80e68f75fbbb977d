"""Revisions are run by `eorder migrate` (eorder_platform/tenancy/migrating.py), which knows roles and tenants."""

raise SystemExit("Run `eorder migrate`: it knows the placements, the tenants and the owner's role.")
