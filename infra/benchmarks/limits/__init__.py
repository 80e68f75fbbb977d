"""What strangers may cost: hostile requests to every route that anybody may ask, and bombs from those who may upload.

    python -m infra.benchmarks.limits [--times 5]

starts a PostgreSQL, a Valkey and the web (one process) of its own on loopback, in a temporary folder, and stops them.

Told of each kind of request: the worst route, CPU of the web and of what it started, the most memory of both together
(RSS, sampled), and how long somebody else waited for an answer meanwhile. It fails where an anonymous request costs
more than 50 ms of CPU, and where anything takes more than 250 MiB beyond what the web has at rest.
"""
