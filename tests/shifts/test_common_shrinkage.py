import numpy as np

from synthgap_cli.shifts.common_shrinkage import LEAST_SHARE, common_basis, shrunk_in


def covariances():
    rng = np.random.default_rng(0)
    roots = rng.normal(size=(2, 4, 9)) * np.array([10, 1, 0.1, 1])[:, None]
    return [root @ root.T / 9 for root in roots]


def scatters_of(scatters):
    return lambda basis: (basis.T @ scatter @ basis for scatter in scatters)


def in_latents(basis, covariance):
    return basis.directions @ covariance @ basis.directions.T


def test_images_that_all_say_the_same_are_shrunk_least():
    source, target = covariances()
    basis = common_basis(source, target)
    found = in_latents(basis, shrunk_in(basis, source, scatters_of([source] * 5), 5))
    expected = (1 - LEAST_SHARE) * source + LEAST_SHARE * (source + target) / 2
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-12)


def test_the_share_is_the_variance_of_the_mean_over_the_distance_to_what_is_common():
    source, target = covariances()
    wobble = 0.3 * source
    scatters = [source + wobble, source - wobble] * 20
    basis = common_basis(source, target)
    root = basis.whitening
    noise = np.sum((root.T @ wobble @ root) ** 2) / 40
    share = noise / np.sum((root.T @ (source - target) @ root / 2) ** 2)
    assert LEAST_SHARE < share < 0.5
    found = in_latents(basis, shrunk_in(basis, source, scatters_of(scatters), 40))
    expected = (1 - share) * source + share * (source + target) / 2
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-12)


def test_images_that_contradict_each_other_leave_what_is_common():
    source, target = covariances()
    scatters = [50 * source, *[np.zeros((4, 4))] * 49]
    basis = common_basis(source, target)
    found = in_latents(basis, shrunk_in(basis, source, scatters_of(scatters), 50))
    np.testing.assert_allclose(found, (source + target) / 2, rtol=1e-8, atol=1e-12)


def test_units_of_latents_do_not_matter():
    source, target = covariances()
    scatters = [1.5 * source, 0.5 * source]
    units = np.diag([0.01, 1, 50, 1])
    found = []
    for change in (np.eye(4), units):
        before, after = (change @ side @ change for side in (source, target))
        basis = common_basis(before, after)
        scaled = scatters_of([change @ scatter @ change for scatter in scatters])
        found.append(in_latents(basis, shrunk_in(basis, before, scaled, 2)))
    np.testing.assert_allclose(units @ found[0] @ units, found[1], rtol=1e-6, atol=1e-9)
