"""The web application, put together: the two kinds of host and what answers on each."""

from eorder_platform.logs import configure_logs
from eorder_web import routes
from eorder_web.edge.dispatching import Dispatcher


def create_app() -> Dispatcher:
    """The application that granian serves."""
    configure_logs()
    return Dispatcher(routes.region(), routes.nation())
