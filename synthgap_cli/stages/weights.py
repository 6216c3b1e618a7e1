"""What ``--weights`` says: published weights, random ones, or a file."""

from __future__ import annotations

from pathlib import Path

from synthgap_cli.errors import InputMissing
from synthgap_cli.extractors.loading import WeightsSource
from synthgap_cli.extractors.names import family_of
from synthgap_cli.extractors.weights import file_sha256, read_state
from synthgap_cli.stages.run import Reporter
from synthgap_cli.vaes.architectures._backbone import BackboneVae

KNOWN: dict[str, WeightsSource] = {"imagenet": "imagenet", "random": "random"}


def parse_weights(text: str) -> WeightsSource:
    """Return one of the two words, or a path."""
    return KNOWN.get(text, Path(text))


def identify(text: str) -> str:
    """Return what a recipe records: the word, or the digest of the file.

    Raises
    ------
    InputMissing
        The file is not there.
    """
    source = parse_weights(text)
    if not isinstance(source, Path):
        return source
    if not source.is_file():
        raise InputMissing(f"There is no file of weights {source}.", hint="Say imagenet, random, or a file.")
    return file_sha256(source)


def load_front(network: BackboneVae, text: str, reporter: Reporter) -> None:
    """Give the front of a VAE its weights.

    Raises
    ------
    InputMissing
        They are not here and cannot be downloaded.
    InvalidInput
        They are another network's.
    """
    source = parse_weights(text)
    if source == "random":
        reporter.warn(f"The front of {network.tag} has random weights: it was never trained on ImageNet.")
        return
    if not isinstance(source, Path):
        family, name = family_of(network.tag)
        source = family.fetch(name)
    network.load_imagenet(read_state(source))
