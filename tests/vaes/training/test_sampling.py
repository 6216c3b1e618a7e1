from collections import Counter

import numpy as np
import pytest

from synthgap_cli.vaes.training.sampling import epoch_batches

ROWS = {"real": np.arange(10), "synthetic": np.arange(100, 140)}


def _drawn(epoch=0, seed=0, rows=ROWS, batch_size=8, steps=10):
    return epoch_batches(rows, batch_size=batch_size, steps=steps, seed=seed, epoch=epoch)


def test_every_batch_is_full():
    assert [len(batch) for batch in _drawn()] == [8] * 10


def test_a_single_row_still_makes_full_batches():
    assert [batch.tolist() for batch in _drawn(rows={"real": np.array([7])}, steps=1)] == [[7] * 8]


def test_every_domain_has_the_same_share_however_many_rows_it_has():
    rows = np.concatenate(_drawn())
    assert Counter(np.where(rows < 100, "real", "synthetic").tolist()) == {"real": 40, "synthetic": 40}


def test_domains_are_mixed_within_batches():
    shares = np.array([np.mean(batch < 100) for batch in _drawn(steps=200)])
    assert shares.std() == pytest.approx(np.sqrt(0.25 / 8), rel=0.2)


def test_the_rows_of_a_domain_are_used_evenly():
    counts = Counter(np.concatenate(_drawn(steps=9)).tolist())  # 36 of each domain
    assert {counts[row] for row in ROWS["real"]} == {3, 4}
    assert {counts[row] for row in ROWS["synthetic"]} == {0, 1}


def test_the_order_is_a_function_of_seed_and_epoch():
    np.testing.assert_array_equal(_drawn(epoch=3), _drawn(epoch=3))
    assert not np.array_equal(_drawn(epoch=3), _drawn(epoch=4))
    assert not np.array_equal(_drawn(epoch=3), _drawn(epoch=3, seed=1))
