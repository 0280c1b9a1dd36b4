"""The chapters in order: a line about a theme belongs in its chapter, a new theme gets a new one."""

from collections.abc import Callable

from api.demo.story.answering import answering
from api.demo.story.caught import caught
from api.demo.story.chapter import Tale
from api.demo.story.credentials import credentials
from api.demo.story.gathering import gathering
from api.demo.story.invoicing import invoicing
from api.demo.story.oversight import oversight
from api.demo.story.parties import parties
from api.demo.story.pensions import pensions
from api.demo.story.prices import prices
from api.demo.story.unsuitable import unsuitable
from api.demo.story.working import working_life

CHAPTERS: tuple[Callable[[Tale], None], ...] = (
    credentials, unsuitable, answering, parties, prices, invoicing, pensions, working_life,
    oversight, caught, gathering,
)  # fmt: skip
