"""Mutation testing: small changes to the code, one at a time, and which of them no test notices.

The changes are mutmut's. Its own way of running them needs a package whose folder and name agree and starts every
`conftest.py` anew; here one PostgreSQL serves all, and each change is tried in a fork that has the libraries already.
"""
