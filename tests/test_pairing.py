"""Which stores are compared with which."""

import pytest

from synthgap_cli.errors import SynthgapError
from synthgap_cli.pairing import name_pairs, pair_up
from synthgap_cli.store.files import read_header


def headers(study, *names):
    return [read_header(study / name) for name in names]


@pytest.mark.parametrize("turned", [False, True])
def test_two_versions_of_one_domain_are_a_pair_and_the_one_with_fewer_steps_is_the_reference(study, turned):
    named = headers(study, "synthetic.resvae-4.latents.h5", "synthetic.resvae-4.mean.latents.h5")
    (pair,) = pair_up(named[::-1] if turned else named)
    assert [pair.reference.path.name, pair.candidate.path.name] == [header.path.name for header in named]
    assert name_pairs([pair]) == ["synthetic"]
    assert pair.name == "synthetic-synthetic.resvae-4.mean"


def test_two_references_are_a_pair_too(study):
    (pair,) = pair_up(headers(study, "real.images.h5", "real.resvae-4.images.h5"))
    assert (pair.reference.steps, pair.candidate.steps) == ((), ("resvae-4",))


def test_features_of_two_networks_are_compared_with_their_own_references(study):
    named = headers(study, "synthetic.mnasnet0_5.features.h5", "synthetic.small-cnn.features.h5")
    pairs = pair_up(named)
    assert [pair.reference.path.name for pair in pairs] == [
        "real.mnasnet0_5.features.h5",
        "real.small-cnn.features.h5",
    ]


def test_a_reference_of_another_network_does_not_stand_in(study):
    named = headers(study, "real.small-cnn.features.h5", "synthetic.mnasnet0_5.features.h5")
    (pair,) = pair_up(named)
    assert pair.reference.path.name == "real.mnasnet0_5.features.h5"


def test_two_shifts_of_one_store_are_each_compared_with_the_reference(synthgap, study, tmp_path):
    line = ("shift", study / "real.resvae-4.latents.h5", study / "synthetic.resvae-4.latents.h5")
    assert synthgap(*line, "--method", "standardise", "-o", tmp_path).code == 0
    named = headers(study, "synthetic.resvae-4.mean.latents.h5")
    named += headers(tmp_path, "synthetic.resvae-4.standardise.latents.h5")
    assert [pair.reference.domain for pair in pair_up(named)] == ["real", "real"]


def test_a_reference_alone_has_nothing_to_be_compared_with(study):
    with pytest.raises(SynthgapError, match="no candidate"):
        pair_up(headers(study, "real.images.h5"))
