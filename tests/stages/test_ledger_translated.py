"""Ledgers of translated images: beside those of decoded ones, and of rivals in pixels."""

import shutil

import pytest

from synthgap_cli.stages import ledger
from synthgap_cli.store.files import read_header
from synthgap_cli.store.reader import open_store

QUICK = ("ledger", "--epochs", "1", "--repeats", "6")
BY_LATENTS = "resvae-4.mean.affine.ledger.results.h5"
BY_PIXELS = "pixels.adain.ledger.results.h5"


def rows_of(path, table):
    with open_store(path) as store:
        return store.rows(table)


@pytest.fixture(scope="module")
def translated(coded, run_quietly, translate, tmp_path_factory):
    """A directory with ledgers of U beside T, and of U alone; and the pairs that were trained for."""
    directory = shutil.copytree(coded, tmp_path_factory.mktemp("translated") / "study")
    translate(directory, "resvae-4", "mean", "affine")
    translate(directory, "pixels", "adain", tint=(20, 0, -20))
    scored = []
    with pytest.MonkeyPatch.context() as patch:
        score = ledger.score_pair
        patch.setattr(ledger, "permutations_for", lambda num_judges: 19)
        patch.setattr(
            ledger, "score_pair", lambda pair, **more: scored.append(pair.name) or score(pair, **more)
        )
        run_quietly(directory, *QUICK)
    return directory, scored


def test_ledgers_are_named_by_what_was_translated(translated):
    directory, _ = translated
    assert [path.name for path in sorted(directory.glob("*ledger*"))] == [BY_PIXELS, BY_LATENTS]
    assert read_header(directory / BY_PIXELS).steps == ("pixels", "adain")


def test_a_ledger_of_pixels_has_the_pairs_at_full_size_alone(translated):
    directory, _ = translated
    pairs = dict.fromkeys(row["pair"] for row in rows_of(directory / BY_PIXELS, "summary"))
    assert list(pairs) == ["R1/R2", "R/S", "R/U", "S/U"]
    assert {row["of"] for row in rows_of(directory / BY_PIXELS, "content")} == {"S/U"}
    assert rows_of(directory / BY_PIXELS, "density") == []


def test_a_ledger_of_latents_has_all_pairs_and_translated_images_lead(translated):
    directory, _ = translated
    summary, closed = (rows_of(directory / BY_LATENTS, table) for table in ("summary", "closed"))
    pairs = list(dict.fromkeys(row["pair"] for row in summary))
    assert pairs == ["R1/R2", "R/S", "R/U", "S/U", "R'1/R'2", "R/R'", "R'/S'", "R'/T", "R/T", "S'/T"]
    told = dict.fromkeys((row["before_pair"], row["after_pair"]) for row in closed)
    assert list(told) == [("R/S", "R/U"), ("R'/S'", "R'/T")]
    assert {row["after_pair"] for row in closed if row["headline"]} <= {"R/U"}
    assert {row["of"] for row in rows_of(directory / BY_LATENTS, "content")} == {"S/U", "S'/T", "S/S'"}
    assert len(rows_of(directory / BY_LATENTS, "density")) == 3


def test_originals_are_judged_once_for_all_ledgers(translated):
    directory, scored = translated
    assert sorted(scored) == sorted(
        ["R/U", "S/U", *{row["pair"] for row in rows_of(directory / BY_LATENTS, "summary")}]
    )
    of_originals = [
        [row for row in rows_of(directory / name, "summary") if row["pair"] in ("R1/R2", "R/S")]
        for name in (BY_PIXELS, BY_LATENTS)
    ]
    assert str(of_originals[0]) == str(of_originals[1])  # NaN is not itself


def test_what_is_said_of_decoded_images_is_what_a_ledger_without_translated_ones_says(
    translated, run_quietly, coded, tmp_path, monkeypatch
):
    directory, _ = translated
    monkeypatch.setattr(ledger, "permutations_for", lambda num_judges: 19)
    five = shutil.copytree(coded, tmp_path / "five")
    run_quietly(five, *QUICK)
    alone = rows_of(five / "resvae-4.mean.ledger.results.h5", "summary")
    together = {
        (row["pair"], row["judge"], row["statistic"]): row
        for row in rows_of(directory / BY_LATENTS, "summary")
    }
    explained = [row for row in alone if row["pair"] not in ("R1/R2", "R/S")]
    assert explained
    for row in explained:
        assert str(row) == str(together[row["pair"], row["judge"], row["statistic"]])


def test_all_ledgers_are_shown_beside_each_other(translated, synthgap):
    ended = synthgap("ledger", "--show", cwd=translated[0])
    assert ended.code == 0
    assert "All ledgers of this directory, best first" in ended.out
    assert "before: R/S; after: R/U" in ended.out and "before: R'/S'; after: R'/T" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 80
    one = synthgap("ledger", "--show", BY_PIXELS, cwd=translated[0])
    assert "before: R'/S'" not in one.out
    assert "resvae-4.mean.affine" in one.out, "its rivals are named with it"


def test_a_ledger_alone_has_no_rivals(translated, synthgap, tmp_path):
    shutil.copy(translated[0] / BY_PIXELS, tmp_path)
    ended = synthgap("ledger", "--show")
    assert ended.code == 0 and "All ledgers" not in ended.out


def test_conditions_are_about_what_leads(translated, synthgap):
    area = next(
        row["value"]
        for row in rows_of(translated[0] / BY_PIXELS, "summary")
        if (row["pair"], row["statistic"]) == ("R/U", "auc")
    )
    line = ("ledger", "--show", BY_PIXELS, "--fail-if")
    assert synthgap(*line, f"auc_after>={area}", cwd=translated[0]).code == 10
    assert synthgap(*line, f"auc_after>{area}", cwd=translated[0]).code == 0
