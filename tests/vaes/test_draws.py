import numpy as np
import pytest
from scipy import stats

from synthgap_cli.vaes.draws import draw_latents
from synthgap_cli.vaes.inference import Latents

ROWS, WIDTH = 40, 50


@pytest.fixture(params=["unit", "gaussian"])
def latents(request):
    rng = np.random.default_rng(1)
    mean, log_variance = rng.normal(3, 2, (2, ROWS, WIDTH)).astype(np.float32)
    return Latents(mean, log_variance if request.param == "gaussian" else None)


def _standardised(latents, drawn):
    spread = 1 if latents.log_variance is None else np.exp(latents.log_variance / 2)
    return (drawn - latents.mean) / spread


def test_draws_are_float32_and_normal_around_the_mean(latents):
    drawn = draw_latents(latents, np.arange(ROWS), seed=0)
    assert drawn.shape == (ROWS, WIDTH) and drawn.dtype == np.float32
    assert stats.kstest(_standardised(latents, drawn).ravel(), "norm").pvalue > 0.01


@pytest.mark.parametrize("batch_size", [1, 7])
def test_draws_do_not_depend_on_batch_size(latents, batch_size):
    whole = draw_latents(latents, np.arange(ROWS), seed=(5, 2**200))
    for start in range(0, ROWS, batch_size):
        rows = np.arange(start, min(start + batch_size, ROWS))
        part = Latents(*(column if column is None else column[rows] for column in latents))
        np.testing.assert_array_equal(draw_latents(part, rows, seed=(5, 2**200)), whole[rows])


def test_rows_and_seeds_have_noise_of_their_own(latents):
    first = _standardised(latents, draw_latents(latents, np.arange(ROWS), seed=0))
    other = _standardised(latents, draw_latents(latents, np.arange(ROWS), seed=1))
    off_diagonal = np.corrcoef(np.concatenate([first, other]))[~np.eye(2 * ROWS, dtype=bool)]
    assert np.abs(off_diagonal).max() < 0.75  # of 50 numbers: five standard deviations
