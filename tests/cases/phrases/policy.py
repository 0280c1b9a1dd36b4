"""Policy: what central management publishes, what a region decides for itself, what an expert group reads."""

from dataclasses import replace
from datetime import date

import msgspec
import yaml

from ledger.values import local_date
from tests.cases.phrases import phrase
from tests.cases.phrases.background import AGREEMENT, M_OAF, M_OWNER, OAF, OWNER


@phrase("{region} decides that {term} is {value} from {day}")
def region_decides(world, region, term, value, day):
    """By its contract owner, decided that day or today, without a published permission, nobody told."""
    begins = date.fromisoformat(day)
    body = {
        "agreement": AGREEMENT, "region": region, "term": term, "value": _plain(value), "valid_from": day,
        "permitted_by": "UNKNOWN", "source": "RS/310/2025", "decided_by": "Regionstyrelsen",
        "decided_on": min(begins, local_date(world.clock.now())).isoformat(),
    }  # fmt: skip
    return world.command("publish-overlay", body, OWNER, M_OWNER)


@phrase("the nation publishes that {term} is {value} from {day}")
def nation_publishes(world, term, value, day):
    """By central management, as a term of the agreement in a document of its own."""
    return _next_version(world, term, value, day, force="term", source=f"Avtalstillägg {day}")


@phrase("the lot of {lot} gets its own {term} of {value} from {day}")
def of_lot(world, lot, term, value, day):
    """By central management, in a document that says so."""
    more = {"level": "lot", "scope": lot, "force": "term", "permitted_by": "Avtalstillägg"}
    return _next_version(world, term, value, day, source=f"Avtalstillägg {day}", **more)


@phrase("the expert group reads {term} as {value} from {day}")
def expert_group_reads(world, term, value, day):
    return _next_version(world, term, value, day, force="interpretation", source=f"Expertgruppen {day}")


@phrase("ÖAF recommends that {term} is {value} from {day}")
def recommends(world, term, value, day):
    return _next_version(world, term, value, day, force="recommendation", source=f"ÖAF {day}")


@phrase("the nation publishes {term} anew with {field} {value}")
def published_anew(world, term, field, value):
    """The first national value of a term, said otherwise: an edit."""
    return _version(world, replace(_national(world, term), **{field: _plain(value)}))


@phrase("the nation publishes version {version} with the same values")
def version_again(world, version):
    return _version(world, _national(world, "order.months-max"), int(version))


def _next_version(world, term, value, day, **changed):
    national = replace(_national(world, term), value=_plain(value), valid_from=date.fromisoformat(day))
    return _version(world, replace(national, assumed="", **changed))


def _national(world, term):
    rows = world.last("policy-published").rows
    return next(row for row in rows if row.term == term and row.level == "nation")


def _version(world, row, version=None):
    body = {
        "agreement": AGREEMENT, "version": version or world.last("policy-published").version + 1,
        "rows": [msgspec.to_builtins(row)], "decided_on": "2024-01-02", "decided_by": "ÖAF",
        "communicated_to": ["regions", "suppliers"],
    }  # fmt: skip
    return world.command("publish-policy", body, OAF, M_OAF)


def _plain(word):
    """A value as YAML reads the word: a number, yes or no, a word; a/b is a list, a=1/b=2 a table."""
    parts = [one for one in word.split("/") if one]
    if "=" in word:
        return [[name, int(number)] for name, _, number in (one.partition("=") for one in parts)]
    return parts if "/" in word else yaml.safe_load(word)


@phrase("{region} tells {whom} of {term} from {start} on {day}")
def region_tells(world, region, whom, term, start, day):
    body = {
        "agreement": AGREEMENT, "region": region, "term": term, "valid_from": start, "communicated_on": day,
        "communicated_to": whom, "how": "The region's status report",
    }  # fmt: skip
    return world.command("communicate-policy", body, OWNER, M_OWNER)


@phrase("the nation tells {whom} of {term} from {start} on {day}")
def nation_tells(world, whom, term, start, day):
    body = {
        "agreement": AGREEMENT, "term": term, "valid_from": start, "communicated_on": day,
        "communicated_to": whom, "how": "The national status report",
    }  # fmt: skip
    return world.command("communicate-policy", body, OAF, M_OAF)
