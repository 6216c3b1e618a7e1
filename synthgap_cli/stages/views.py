"""What extract is to make: which networks with which weights, as far as which layers."""

from __future__ import annotations

from dataclasses import dataclass

from synthgap_cli.devices import Precision
from synthgap_cli.errors import UsageProblem
from synthgap_cli.extractors.loading import DEFAULT_POOL
from synthgap_cli.extractors.names import expand, tag_of
from synthgap_cli.extractors.pooling import Pool
from synthgap_cli.stages.per_network import assign
from synthgap_cli.stages.weights import identify, weights_of


@dataclass(frozen=True)
class View:
    """One way to look at images: a network with its weights, as far as a layer."""

    network: str
    weights: str
    layer: str | None
    pool: Pool

    @property
    def tag(self) -> str:
        """The step in names of files."""
        return tag_of(self.network, self.layer, self.pool)


@dataclass(frozen=True)
class ExtractSettings:
    """What enters the recipe of a feature store.

    ``weights`` (imagenet, random, or a file) and ``layers`` are values for all networks or ``NETWORK=VALUE``
    for one; of weights none is imagenet, of layers none is the input of the last linear layer, and several
    make a store each.
    """

    networks: tuple[str, ...]
    weights: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    pool: Pool | None = None
    seed: int = 0  # of random weights
    precision: str = "fp32"

    def views(self) -> list[View]:
        """Return what is to be extracted.

        Raises
        ------
        UsageProblem
            Weights or layers do not go with the networks, or there is a pool and no layer.
        """
        networks = expand(self.networks)
        if self.pool and not self.layers:
            raise UsageProblem(
                f"--pool {self.pool} needs a layer: without one the features are one vector already.",
                hint="Give --layer NODE; --list-layers NETWORK shows them.",
            )
        weights = weights_of(self.weights, networks)
        layers = assign(self.layers, networks, option="--layer")
        default: list[str | None] = [None]
        return [
            View(network, weights[network], layer, self.pool or DEFAULT_POOL)
            for network in networks
            for layer in dict.fromkeys(layers[network] or default)
        ]

    def parameters(self, view: View, precision: Precision) -> dict[str, object]:
        """Return the recipe's parameters for one view; a file of weights counts by its content."""
        return {
            "network": view.network,
            "layer": view.layer,
            "pool": view.pool if view.layer else None,
            "weights": identify(view.weights),
            "seed": self.seed if view.weights == "random" else None,
            "precision": precision,
        }
