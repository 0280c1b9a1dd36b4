"""The composition root of the door: the application that serves one ledger's parts."""

from importlib.metadata import version

import ledger.decisions
import projections  # noqa: F401  registers every view
from api.commands import add_commands
from api.docs import add_docs
from api.events import add_events
from api.guard import Guard
from api.info import add_info
from api.openapi import describe
from api.parts import Parts
from api.routing import add_problem_handlers
from api.views import add_views
from fastapi import FastAPI

__all__ = ["application"]

assert ledger.decisions  # noqa: S101  importing it registers every decision


def application(parts: Parts) -> Guard:
    """The application: guard, routes, problems and their description."""
    app = FastAPI(version=version("avropsliggaren"), openapi_url=None, docs_url=None, redoc_url=None)
    app.router.redirect_slashes = False
    add_commands(app, parts)
    add_views(app, parts)
    add_events(app, parts)
    add_info(app, parts)
    add_problem_handlers(app, simulated=parts.simulated)
    add_docs(app, describe(app))
    return Guard(app, simulated=parts.simulated)
