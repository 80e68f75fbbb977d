"""Every module that declares jobs, imported so that the worker knows them all."""

__all__: list[str] = []
