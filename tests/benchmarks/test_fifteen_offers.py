"""The fixture of awards with fifteen offers: as many as asked for, all of them ranked, the same again."""

from benchmarks.fifteen_offers import OFFERS, awards_a_second, log_of
from ledger.handle.reading import event_of


def test_every_award_ranks_fifteen_offers_whose_consultants_show_what_is_asked():
    log = log_of(2)
    awards = [event_of(stored) for stored in log.tail(types=("order-awarded.v1",))]
    assert len(awards) == 2
    for award in awards:
        assert [one.excluded_code for one in award.ranking] == [""] * OFFERS
        shown = {check.name: check.outcome for offer in award.checks for check in offer.checks}
        assert set(shown.values()) <= {"met", "flagged"}, shown
    assert [record.leaf for record in log.records()] == [record.leaf for record in log_of(2).records()]


def test_awards_alone_are_measured():
    assert awards_a_second(2, processes=1) > 0
    assert awards_a_second(2, processes=2) > 0
