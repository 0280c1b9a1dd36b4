"""The composition root of the door: the application that serves one ledger's parts."""

from importlib.metadata import version

from fastapi import FastAPI

import ledger.decisions
import projections
import replay.questions
from api.ask import add_questions
from api.commands import add_commands
from api.diff import add_diff
from api.docs import add_docs
from api.events import add_events
from api.guard import Guard
from api.info import add_info
from api.openapi import describe
from api.parts import Parts
from api.policy_list import add_policy
from api.proofs import add_proofs
from api.receipting import add_receipts
from api.reports import add_reports
from api.routing import add_problem_handlers
from api.view_lists import add_lists
from api.views import add_views

__all__ = ["DECLARED", "application"]

DECLARED = (ledger.decisions, projections, replay.questions)
"""Importing these registers every decision, view and question."""


def application(parts: Parts) -> Guard:
    """The application: guard, routes, problems and their description."""
    app = FastAPI(version=version("avropsliggaren"), openapi_url=None, docs_url=None, redoc_url=None)
    app.router.redirect_slashes = False
    add_commands(app, parts)
    add_reports(app, parts)
    add_views(app, parts)
    add_lists(app, parts)
    add_questions(app, parts)
    add_diff(app, parts)
    add_policy(app, parts)
    add_events(app, parts)
    add_proofs(app, parts)
    add_receipts(app, parts)
    add_info(app, parts)
    add_problem_handlers(app, simulated=parts.simulated)
    add_docs(app, describe(app))
    return Guard(app, simulated=parts.simulated)
