import numpy as np

from synthgap_cli.shifts.common_shrinkage import LEAST_SHARE, common_basis, shrunk_in


def covariances():
    rng = np.random.default_rng(0)
    roots = rng.normal(size=(2, 4, 9)) * np.array([10, 1, 0.1, 1])[:, None]
    return [root @ root.T / 9 for root in roots]


def shrink(source, target, scatters):
    """Return the source's covariance, shrunk, in the latents' own coordinates."""
    basis = common_basis(source, target)
    root = basis.whitening
    fourth = np.mean([np.sum((root.T @ scatter @ root) ** 2) for scatter in scatters])
    found = shrunk_in(basis, source, fourth=fourth, n=len(scatters))
    return basis.directions @ found @ basis.directions.T


def test_images_that_all_say_the_same_are_shrunk_least():
    source, target = covariances()
    found = shrink(source, target, [source] * 5)
    expected = (1 - LEAST_SHARE) * source + LEAST_SHARE * (source + target) / 2
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-12)


def test_the_share_is_the_variance_of_the_mean_over_the_distance_to_what_is_common():
    source, target = covariances()
    wobble = 0.3 * source
    scatters = [source + wobble, source - wobble] * 20
    root = common_basis(source, target).whitening
    noise = np.sum((root.T @ wobble @ root) ** 2) / 40
    share = noise / np.sum((root.T @ (source - target) @ root / 2) ** 2)
    assert LEAST_SHARE < share < 0.5
    found = shrink(source, target, scatters)
    expected = (1 - share) * source + share * (source + target) / 2
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-12)


def test_images_that_contradict_each_other_leave_what_is_common():
    source, target = covariances()
    scatters = [50 * source, *[np.zeros((4, 4))] * 49]
    found = shrink(source, target, scatters)
    np.testing.assert_allclose(found, (source + target) / 2, rtol=1e-8, atol=1e-12)


def test_units_of_latents_do_not_matter():
    source, target = covariances()
    scatters = [1.5 * source, 0.5 * source]
    units = np.diag([0.01, 1, 50, 1])
    found = [
        shrink(
            *(change @ side @ change for side in (source, target)), [change @ s @ change for s in scatters]
        )
        for change in (np.eye(4), units)
    ]
    np.testing.assert_allclose(units @ found[0] @ units, found[1], rtol=1e-6, atol=1e-9)
