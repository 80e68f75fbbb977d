"""The web application, put together: the two kinds of host and what answers on each."""

from functools import lru_cache

from eorder_platform.logs import configure_logs
from eorder_web import routes
from eorder_web.api.routes import create_api
from eorder_web.edge.dispatching import Dispatcher
from eorder_web.edge.naming import learn_addresses


def create_app() -> Dispatcher:
    """The application that granian serves."""
    configure_logs()
    region, nation = routes.region(), routes.nation()
    learn_addresses([*region, *nation])
    return Dispatcher(region, nation, create_api())


shared_app = lru_cache(maxsize=1)(create_app)
"""The same one each time: made before the processes that serve it are forked (operations/serve.py)."""
