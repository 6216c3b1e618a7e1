"""Several ledgers beside each other on the screen."""

from synthgap_cli.ledger.standings import Standing, rank
from synthgap_cli.ledger.told import Ledger
from synthgap_cli.tables.ledgers import beside_each_other


def standing(name, closed, utility):
    headline = {"after_pair": "R/U", "closed": closed, "low": closed - 0.1, "high": closed + 0.1,
                "verdict": "partly closed", "headline": 1}  # fmt: skip
    learned = [
        {"trained_on": one, "tested_on": "R", "accuracy": value, "low": value - 0.02, "high": value + 0.02}
        for one, value in (("S", 0.5), ("U", utility))
    ]
    ledger = Ledger(pairs=[{"pair": "R/U"}], all_closed=[headline], utility=learned)
    return Standing(name, tuple(name.split(".")), ledger)


def test_a_row_a_ledger_best_first_with_what_harms_and_what_beats_the_autoencoder():
    table = beside_each_other(
        rank(
            [
                standing("vae.ot.affine", 0.3, 0.6),
                standing("vae.x.affine", 0.9, 0.1),
                standing("pixels.y", 0.5, 0.6),
            ]
        )
    )
    assert [row[0] for row in table.rows] == ["pixels.y", "vae.ot.affine", "vae.x.affine"]
    assert table.rows[0][1:5] == ["R/U", "50%", "40% to 60%", "partly closed"]
    assert [row[-1] for row in table.rows] == ["0.600+", "0.600+", "0.100-"]
    notes = table.notes.splitlines()
    assert notes[0].startswith("Best first")
    assert any(
        note.startswith("utility: real images read right after learning; after S 0.500") for note in notes
    )
    assert any(note.startswith("vae.x.affine: it is worse to learn from than S") for note in notes)
    assert notes[-1].startswith("pixels.y, in pixels, closes 50%")
