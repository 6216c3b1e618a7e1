"""What ``--weights`` says: published weights, random ones, or a file; and which of them are to be had."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from synthgap_cli.errors import InputMissing, UsageProblem
from synthgap_cli.extractors.families import torchvision
from synthgap_cli.extractors.loading import WeightsSource
from synthgap_cli.extractors.names import family_of
from synthgap_cli.extractors.weights import file_sha256, read_state
from synthgap_cli.stages.per_network import assign
from synthgap_cli.stages.run import Reporter
from synthgap_cli.vaes.architectures.backbone import BackboneVae

KNOWN: dict[str, WeightsSource] = {"imagenet": "imagenet", "random": "random"}
DEFAULT = "imagenet"


def weights_of(texts: Sequence[str], networks: Sequence[str]) -> dict[str, str]:
    """Return what ``--weights`` says of each network; ``imagenet`` where it says nothing.

    Raises
    ------
    UsageProblem
        A network is given two weights, or several networks one file.
    """
    assigned = {
        network: values or [DEFAULT]
        for network, values in assign(texts, networks, option="--weights").items()
    }
    for network, values in assigned.items():
        if len(values) > 1:
            raise UsageProblem(f"{network} is given {len(values)} weights: {', '.join(values)}.")
    chosen = {network: values[0] for network, values in assigned.items()}
    for network, text in chosen.items():
        if text not in KNOWN and text in texts and list(chosen.values()).count(text) > 1:
            raise UsageProblem(
                f"{text} is one network's file, but {len(networks)} networks are named.",
                hint=f"Say whose it is: --weights {network}={text}.",
            )
    return chosen


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


def obtainable(networks: Sequence[str], text: str) -> tuple[list[str], dict[str, InputMissing]]:
    """Return the networks whose weights are here or were downloaded now, and what the others lack.

    Raises
    ------
    UsageProblem
        A network is unknown.
    """
    missing: dict[str, InputMissing] = {}
    for network in networks:
        try:
            family, name = family_of(network)
            if parse_weights(text) == "imagenet":
                family.fetch(name)
            identify(text)
        except InputMissing as error:
            missing[network] = error
    return [network for network in networks if network not in missing], missing


def load_front(network: BackboneVae, text: str, reporter: Reporter) -> None:
    """Give the front of a VAE the weights that ``--weights`` says: ``imagenet``, ``random`` or a file.

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
    path = source if isinstance(source, Path) else torchvision.fetch(network.front_network)
    network.load_imagenet(torchvision.rename(read_state(path)))
