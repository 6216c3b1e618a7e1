import numpy as np
import pytest

from synthgap_cli.shifts.choice import choose, explain
from synthgap_cli.shifts.evidence import Area, Distance, Evidence, plan_evidence, weigh

ORDER = ["none", "mean", "ot"]


def evidence(c2st, frechet, *, noise=0.0):
    """Return numbers that differ from those without noise by errors of the noise, and 1,900 times it."""
    wave = 100 * noise * np.tile([1.0, -1.0], 10)
    return Evidence(Area(c2st, noise), Distance(frechet, frechet + wave))


def test_the_standard_error_of_a_distance_is_the_jackknifes():
    values = np.random.default_rng(0).normal(size=20)
    left_out = (values.sum() - values) / 19
    mean = Distance(float(values.mean()), left_out)
    zero = Distance(0.0, np.zeros(20))
    assert mean.error(zero) == pytest.approx(values.std(ddof=1) / np.sqrt(20), rel=1e-12)


def test_the_standard_error_of_the_classifier_is_about_that_of_independent_areas():
    rng = np.random.default_rng(0)
    plan = plan_evidence((60, 80), None, seed=0)
    found = [
        weigh(rng.normal(size=(60, 4)), rng.normal(size=(80, 4)) + 0.5, plan, seed=0).c2st for _ in range(40)
    ]
    spread = np.std([area.value for area in found], ddof=1)
    assert 0.6 * spread < np.mean([area.own_error for area in found]) < 1.2 * spread


def test_what_lies_within_the_noise_leaves_the_latents_alone():
    found = {"none": evidence(0.9, 50), "mean": evidence(0.8, 40, noise=0.05), "ot": evidence(0.95, 60)}
    assert choose(found, ORDER) == "none"


def test_the_nearest_is_taken():
    found = {"none": evidence(0.9, 50), "mean": evidence(0.8, 40), "ot": evidence(0.6, 10)}
    assert choose(found, ORDER) == "ot"


def test_of_two_as_near_the_simpler_is_taken():
    found = {"none": evidence(0.9, 50), "mean": evidence(0.61, 11, noise=0.01), "ot": evidence(0.6, 10)}
    assert choose(found, ORDER) == "mean"


@pytest.mark.parametrize("worse", [evidence(0.95, 10), evidence(0.6, 60)], ids=["classifier", "frechet"])
def test_a_map_that_is_worse_by_either_number_is_not_taken(worse):
    found = {"none": evidence(0.9, 50), "mean": evidence(0.85, 45), "ot": worse}
    assert choose(found, ORDER) == "mean"


def test_the_reason_names_the_numbers_before_and_after():
    found = {"none": evidence(0.9, 50), "mean": evidence(0.8, 40)}
    assert "from 50 to 40" in explain("mean", found, (60, 70))
    assert "no map beat no shift" in explain("none", found, (60, 70))
