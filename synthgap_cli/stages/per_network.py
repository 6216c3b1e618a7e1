"""Options that may be given for each network apart: ``NETWORK=VALUE``, or a value alone for the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from synthgap_cli.errors import UsageProblem


def assign(texts: Sequence[str], networks: Sequence[str], *, option: str) -> dict[str, list[str]]:
    """Return the values of each network, in the order given: its own, or else those given alone.

    Raises
    ------
    UsageProblem
        A value is for a network that is not among ``networks``.
    """
    alone = []
    own: dict[str, list[str]] = {network: [] for network in networks}
    for text in texts:
        network, equals, value = text.partition("=")
        if equals and network in own:
            own[network].append(value)
        elif equals and not Path(text).exists():  # a file may have the sign in its name
            raise UsageProblem(
                f"{option} {text} is for {network!r}, which is none of the networks: {', '.join(networks)}.",
                hint=f"Name the network with -n too, as {option} spells it.",
            )
        else:
            alone.append(text)
    return {network: values or alone for network, values in own.items()}
