"""A witness over HTTP, by C2SP (c2sp.org/tlog-witness): POST /add-checkpoint, and nothing else."""

import logging
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.body import read_body
from api.problems import ProblemError
from api.witness.keeping import Witness
from ledger.proof.witness import REQUEST_BYTES_MAX, SIZE_TYPE, WitnessRefusal

LOG = logging.getLogger("liggare.witness")


def witness_application(witness: Witness) -> Starlette:
    """The application of one witness."""
    return Starlette(routes=[Route("/add-checkpoint", _add_checkpoint(witness), methods=["POST"])])


def _add_checkpoint(witness: Witness) -> Callable[[Request], Awaitable[Response]]:
    async def add_checkpoint(request: Request) -> Response:
        try:
            body = await read_body(request, REQUEST_BYTES_MAX)
            made = await run_in_threadpool(witness.add_checkpoint, body)
        except ProblemError as error:
            return PlainTextResponse(error.problem.detail + "\n", error.problem.status)
        except WitnessRefusal as refusal:
            return _refused(refusal)
        except OSError as error:
            LOG.error("what a witness cosigns it must keep, and cannot: %s", error.strerror)  # noqa: TRY400
            return PlainTextResponse("the checkpoint could not be kept, and is not cosigned\n", 503)
        return PlainTextResponse(made.line)

    return add_checkpoint


def _refused(refusal: WitnessRefusal) -> Response:
    if refusal.contradiction == "split-view":
        LOG.error("SPLIT VIEW: the log signed two checkpoints of one size; see liggare witness --show")
    if refusal.held is not None:  # its media type stands there bare, as specified
        return Response(f"{refusal.held}\n", refusal.status, {"Content-Type": SIZE_TYPE})
    return PlainTextResponse(f"{refusal}\n", refusal.status)
