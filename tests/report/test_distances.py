"""Distances in the report, where they were measured."""

import numpy as np

from synthgap_cli.report.content import Picture, Table
from synthgap_cli.report.directory import StudyDirectory
from synthgap_cli.report.sections.distances import sections


def test_without_a_gap_store_there_is_no_section(study):
    assert sections(StudyDirectory.open(study)) == []


def test_each_network_has_a_table_with_floors_and_a_picture(copy_of_study, run_quietly):
    options = ("-d", "fid", "-d", "energy", "--repeats", "5", "--permutations", "19")
    run_quietly(copy_of_study, "gap", *options)
    study = StudyDirectory.open(copy_of_study)
    (section,) = sections(study)
    blocks = section.blocks
    tables = [block for block in blocks if isinstance(block, Table) and "half n" in str(block.columns)]
    pictures = [block for block in blocks if isinstance(block, Picture)]
    networks = {header.steps[-1] for header in study.headers if header.kind == "features"}
    assert len(tables) == len(pictures) == len(networks)
    (table,) = (table for table in tables if table.caption.startswith("mnasnet0_5"))
    titles = [column.title for column in table.columns]
    fid, energy = (dict(zip(titles, row, strict=True)) for row in table.rows)
    assert (fid[""], energy[""]) == ("Fréchet distance (FID)", "energy distance")
    assert np.isnan(fid["p"]) and 0 < energy["p"] <= 1
    for row in (fid, energy):
        assert row["verdict"] == ("beyond" if row["at half n"] > row["floor"] else "within")
    assert "60 + 60 images" in table.notes[0]


def test_tables_of_one_network_are_told_apart_by_their_pairs_after_an_overview(copy_of_study, run_quietly):
    options = ("-d", "fid", "-d", "energy", "--repeats", "5", "--permutations", "19")
    for on in ((), ("--on", "resvae-4")):
        run_quietly(copy_of_study, "gap", *on, *options)
    study = StudyDirectory.open(copy_of_study)
    (section,) = sections(study)
    overview, *tables = [block for block in section.blocks if isinstance(block, Table)]
    assert len({table.caption for table in tables}) == len(tables) == len(overview.rows) > 1
    for table, (pair, beyond, others) in zip(tables, overview.rows, strict=True):
        assert table.caption.endswith(f"distances of {pair}")
        verdicts = {row[0]: row[-1] for row in table.rows}
        assert beyond == f"{list(verdicts.values()).count('beyond')} of {len(verdicts)}"
        assert all((name in others) == (verdict != "beyond") for name, verdict in verdicts.items())
