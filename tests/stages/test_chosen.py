"""Which translation is handed over, by ledgers made up beside images that are there."""

import pytest

from synthgap_cli.stages.chosen import best_translation
from synthgap_cli.store.files import list_headers, read_header
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Provenance, Recipe
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.writer import create_store

OT, HALF, ADAIN = ("resvae-4", "ot", "affine"), ("resvae-4", "ot-0p5", "affine"), ("pixels", "adain")


@pytest.fixture
def keep(copy_of_coded, translate):
    """Write translated images and a ledger that says of them what matters here; return all ledgers."""

    def write(steps, *, closed=0.5, verdict="partly closed", kept=0.95, utility=None):
        source = translate(copy_of_coded, "pixels", "_".join(steps))  # any image store will do
        path = copy_of_coded / f"{'.'.join(steps)}.ledger.results.h5"
        recipe = Recipe("ledger", {}, (read_header(source).as_parent("translated", child=path),))
        tables = {
            "summary": {"pair": ["R/U"]},
            "closed": {"after_pair": ["R/U"], "closed": [closed], "verdict": [verdict], "headline": [1]},
            "content": {"measure": ["edges"], "of": ["S/U"], "value": [kept], "low": [kept], "high": [kept]},
        }
        if utility is not None:
            read = {"trained_on": ["S", "U"], "tested_on": ["R", "R"], "accuracy": [0.6, utility]}
            tables["utility"] = {**read, "low": [0.55, utility - 0.05], "high": [0.65, utility + 0.05]}
        with create_store(path, Header(Kind.RESULTS, Provenance(recipe), steps=steps)) as writer:
            for name, columns in tables.items():
                writer.table(name, columns)
        return source

    return write


def chosen(directory, *preferred):
    return best_translation(list_headers(directory), preferred)


def test_without_a_preference_the_largest_share_is_handed_over_and_called_flattered(keep, copy_of_coded):
    keep(OT, closed=0.3)
    rival = keep(ADAIN, closed=0.4)
    found = chosen(copy_of_coded)
    assert found.store.path == rival and found.ledger.steps == ADAIN
    assert "flattered" in found.reason and found.withheld == {}


def test_what_was_preferred_goes_before_larger_shares(keep, copy_of_coded):
    preferred = keep(HALF, closed=-0.1, verdict="not closed")
    keep(ADAIN, closed=0.4)
    found = chosen(copy_of_coded, HALF[:2])
    assert found.store.path == preferred
    assert "preferred" in found.reason and "flattered" not in found.reason


def test_a_set_that_is_worse_to_learn_from_than_s_is_withheld_and_the_next_is_taken(keep, copy_of_coded):
    keep(OT, closed=0.9, utility=0.2)
    rival = keep(ADAIN, closed=0.1, utility=0.58)
    found = chosen(copy_of_coded, OT)
    assert found.store.path == rival
    assert "worse to learn from than S" in found.withheld["resvae-4.ot.affine"]
    assert "resvae-4.ot.affine is withheld: it is worse" in found.reason


def test_labels_choose_nothing(keep, copy_of_coded):
    """The better set to learn from is not taken for that."""
    keep(OT, closed=0.2, utility=0.9)
    rival = keep(ADAIN, closed=0.4, utility=0.6)
    assert chosen(copy_of_coded).store.path == rival


@pytest.mark.parametrize(
    ("ledger", "words"),
    [
        ({"kept": 0.7}, "only 70% of its pictures are kept"),
        ({"closed": -0.2, "verdict": "widened"}, "widens the gap"),
        ({"closed": -0.01, "verdict": "not closed"}, "closes nothing"),
        ({"utility": 0.1}, "worse to learn from"),
    ],
)
def test_where_nothing_may_be_handed_over_the_synthetic_images_are(keep, copy_of_coded, ledger, words):
    keep(OT, **ledger)
    found = chosen(copy_of_coded)
    assert found.store is None and found.ledger is None
    assert (
        found.reason.startswith("The synthetic images are best taken as they are.") and words in found.reason
    )


def test_without_ledgers_the_synthetic_images_are_handed_over(coded):
    assert chosen(coded).store is None


def test_of_decoded_images_the_shifted_latents_are_handed_over(run_quietly, copy_of_coded, monkeypatch):
    monkeypatch.setattr("synthgap_cli.stages.ledger.permutations_for", lambda num_judges: 19)
    monkeypatch.setattr("synthgap_cli.stages.chosen.unfit", lambda ledger, keep: "")
    run_quietly(copy_of_coded, "ledger", "--epochs", "1", "--repeats", "6", "--no-utility")
    found = chosen(copy_of_coded, ("resvae-4", "mean"))
    assert found.store.path.name == "synthetic.resvae-4.mean.latents.h5"
