import numpy as np

from synthgap_cli.shifts.methods import none
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.statistics.rows import ArrayRows


def test_no_strength_changes_a_bit():
    rng = np.random.default_rng(0)
    source, target = rng.normal(size=(2, 30, 4)).astype(np.float32)
    parameters = none.fit(ArrayRows(source), ArrayRows(target + 5), setting=Setting((4,)))
    assert parameters == {}
    for strength in (0.5, 1, 2):
        assert none.apply(source, parameters, strength).tobytes() == source.tobytes()
