"""A ledger takes the place of what it sums up, and its numbers are those of its store."""

from dataclasses import replace

import pytest

from synthgap_cli.report.content import Picture, Table
from synthgap_cli.report.directory import StudyDirectory
from synthgap_cli.report.findings import findings
from synthgap_cli.report.sections.ledger import blocks
from synthgap_cli.report.study import describe, write_report


def tables_of(ledger):
    return {block.caption: block for block in blocks(ledger) if isinstance(block, Table)}


def pictures_of(ledger):
    return [block.alt for block in blocks(ledger) if isinstance(block, Picture)]


def test_a_ledger_beside_the_stores_makes_section_and_findings(copy_of_study, tables, write_ledger):
    write_ledger(copy_of_study, tables())
    described = describe(StudyDirectory.open(copy_of_study))
    (section,) = [one for one in described.sections if one.anchor == "effect-resvae-4.mean"]
    assert section.title == "Did the shift help? resvae-4.mean"
    _, closed, used = described.findings  # what the latents' test says stands in their section
    assert (closed.value, closed.interval) == (0.6, (0.5, 0.7))
    assert (closed.verdict, closed.tone) == ("partly closed", "gap")
    assert (used.before, used.value, used.verdict) == (0.65, 0.9, "more than synthetic images teach")
    assert "R&#39;/T" in write_report(copy_of_study).read_text()


def test_where_all_judges_are_too_weak_the_finding_is_a_dash(copy_of_study, tables, write_ledger):
    write_ledger(copy_of_study, tables("too weak to judge", use=None))
    found = findings(StudyDirectory.open(copy_of_study))
    closed = next(one for one in found if one.label.startswith("Share of the gap"))
    assert closed.value != closed.value and closed.tone == "unknown"
    assert not any("read right" in one.label for one in found)


def test_a_ledger_of_another_shift_is_not_taken(copy_of_study, tables, write_ledger):
    path = write_ledger(copy_of_study, tables())
    (copy_of_study / "synthetic.resvae-4.mean.latents.h5").unlink()
    path.rename(copy_of_study / "other.results.h5")
    assert len(findings(StudyDirectory.open(copy_of_study))) == 1


def test_every_pair_has_a_row_and_every_judge_a_column_with_number_interval_and_verdict(told):
    areas = tables_of(told())["Who tells which pair apart: area under the ROC curve"]
    assert [column.title for column in areas.columns] == ["pair", "asks", "small-cnn", "edges", "pixels"]
    assert [row[0] for row in areas.rows] == [
        "R1/R2", "R'1/R'2", "R/S", "R/R'", "R'/S'", "R'/T", "R/T", "S'/T"
    ]  # fmt: skip
    assert areas.rows[4][2] == "0.90 (0.86–0.95) gap"
    assert "60 images a side" in areas.notes[0] and "12 and 14 scenes" in areas.notes[0]


def test_images_taken_as_independent_are_called_so(told):
    ledger = told()
    ledger.pairs[0]["groups_first"] = 0
    areas = tables_of(ledger)["Who tells which pair apart: area under the ROC curve"]
    assert "each taken as independent" in areas.notes[0]


def test_networks_stand_in_tables_of_three(told):
    networks = {f"net-{number}": ("c2st", "fid") for number in range(6)}
    found = [
        block
        for block in blocks(told(judges={"small-cnn": ("auc",), **networks}))
        if isinstance(block, Table)
    ]
    widths = [
        len(table.columns) for table in found if [c.title for c in table.columns][:2] == ["pair", "asks"]
    ]
    assert widths == [3, 5, 5]


def test_distances_stand_by_pair_without_the_areas(told):
    table = tables_of(told())["Distances of the pairs: edges, pixels"]
    assert [row[0] for row in table.rows] == ["edges, FID", "pixels, median |d|"]
    assert table.rows[0][5] == 0.9  # R'/S'


def test_what_was_not_measured_is_left_out(told):
    ledger = told(use=None)
    assert not any("trained on" in caption for caption in tables_of(ledger))
    assert "Accuracy by training set" not in pictures_of(ledger)
    assert len(pictures_of(ledger)) == len(pictures_of(told())) - 1


def test_no_table_is_shown_twice(told):
    found = [block.caption for block in blocks(told()) if isinstance(block, Table)]
    assert len(found) == len(set(found)) == 5


def test_use_stands_by_training_set_with_its_test_sets(told):
    table = tables_of(told())["Read right, by what the classifier was trained on"]
    assert [row[0] for row in table.rows] == [
        "real", "shifted", "synthetic, decoded", "synthetic", "shifted + few real", "synthetic + few real"
    ]  # fmt: skip
    assert table.rows[1][1] == "90.0% (88.0% to 92.0%)"
    assert "3 seeds" in table.notes[0] and "240 images" in table.notes[0]


@pytest.mark.parametrize("verdict", ["closed", "widened", "too weak to judge"])
def test_any_ledger_makes_a_section(told, verdict):
    assert len(blocks(told(verdict))) > 8


def test_shifted_latents_are_drawn_once(copy_of_study, tables, write_ledger):
    def drawn():
        sections = describe(StudyDirectory.open(copy_of_study)).sections
        return [block.alt for one in sections for block in one.blocks if isinstance(block, Picture)]

    before = drawn()
    write_ledger(copy_of_study, tables())
    after = drawn()
    assert "Shifted latents in two dimensions" in set(before) - set(after)
    assert "Latents in a plane, and distances to their neighbours" in set(after) - set(before)


def test_translated_images_lead_and_decoded_ones_explain(told):
    ledger = told(of=("U", "T"))
    found = tables_of(ledger)
    areas = found["Who tells which pair apart: area under the ROC curve"]
    assert [row[0] for row in areas.rows][:4] == ["R1/R2", "R/S", "R/U", "S/U"]
    assert "U: S translated at its own size" in areas.notes[0]
    pictures = found["Are the pictures kept?"]
    assert [column.title for column in pictures.columns][1:4] == [
        "translated (S/U)", "shifted (S'/T)", "decoding alone (S/S')"
    ]  # fmt: skip
    trained = found["Read right, by what the classifier was trained on"]
    assert "translated" in [row[0] for row in trained.rows]
    assert len(ledger.closed) == len(told().closed)


def test_a_network_has_rows_of_the_pairs_alone_that_it_has_seen(told):
    ledger = told(of=("U", "T"), judges={"small-cnn": ("auc",), "net": ("c2st", "fid")})
    full_size = ("R1/R2", "R/S", "R/U", "S/U")
    seen = [row for row in ledger.pairs if row["judge"] != "net" or row["pair"] not in full_size]
    found = tables_of(replace(ledger, pairs=seen))
    decoded = ["R'1/R'2", "R/R'", "R'/S'", "R'/T", "R/T", "S'/T"]
    networks = found["The same by classifiers of pretrained networks' features"]
    assert [row[0] for row in networks.rows] == decoded
    assert [column.title for column in found["Distances of the pairs: net"].columns][1:] == decoded


def test_a_ledger_of_pixels_has_its_section_without_density(told):
    found = blocks(told(of=("U",)))
    assert not any("Density" in str(block) or "latents lie" in str(block) for block in found)
    assert any(isinstance(block, Picture) for block in found)


def test_rivals_stand_beside_the_shift_and_one_that_wins_is_told(copy_of_study, tables, write_ledger):
    write_ledger(copy_of_study, tables("partly closed"))
    write_ledger(copy_of_study, tables("partly closed", of=("U", "T")), ("resvae-4", "mean", "affine"))
    write_ledger(copy_of_study, tables("closed", of=("U",)), ("pixels", "adain"))
    described = describe(StudyDirectory.open(copy_of_study))
    anchors = [one.anchor for one in described.sections if one.anchor.startswith("effect-")]
    assert anchors == ["effect-resvae-4.mean.affine", "effect-pixels.adain"], (
        "decoded ones alone are left out"
    )
    (together,) = [one for one in described.sections if one.anchor == "shifts"]
    notice, table = together.blocks
    assert "pixels.adain, in pixels, closes 95% of the gap" in notice.text
    assert [row[:2] for row in table.rows] == [["pixels.adain", "R/U"], ["resvae-4.mean.affine", "R/U"]]
    assert not any("pixels" in one.label for one in described.findings)
