import pytest

from synthgap_cli.tables.shift_choice import _how_found, _show_kinds

FOUND = {"rounds": 7, "changed-in-last-round": 3, "held-to-shares": 1.0, "agreement": 0.123}


class Screen:
    def table(self, title, columns, rows, *, notes):
        self.rows, self.notes = rows, notes


def test_the_agreement_of_kinds_found_is_shown():
    assert "Agreement: 0.12, 0 being chance." in _how_found(FOUND)


def test_of_kinds_found_before_agreement_was_measured_none_is_shown():
    before = {name: value for name, value in FOUND.items() if name != "agreement"}
    assert _how_found(before).endswith("3 rows still changed kind.")


@pytest.mark.parametrize(("alone", "reason"), [([1], "too few: moves with all"), ([0, 1], "moves with all")])
def test_a_kind_without_a_map_of_its_own_moves_with_all(alone, reason):
    screen = Screen()
    counts = {"source-counts": [20, 5], "target-counts": [20, 9]}
    _show_kinds(screen, {**FOUND, **counts, "kinds": ["a", "b"], "moved-with-all": alone})
    assert screen.rows[1] == ["b", "5", "9", reason]
