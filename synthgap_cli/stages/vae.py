"""A stored VAE as a network again."""

from __future__ import annotations

from pathlib import Path

from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.store.files import find_parent, list_headers, read_header
from synthgap_cli.store.header import Header
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.vae_file import read_vae
from synthgap_cli.vaes.building import restore_vae
from synthgap_cli.vaes.model import Vae


def load_vae(header: Header) -> Vae:
    """Return the network of a VAE file, in evaluation mode.

    Raises
    ------
    InvalidInput
        The file is damaged, or its weights do not fit the network that it describes.
    """
    header, weights = read_vae(header.path)
    return restore_vae(header.attributes["config"], weights)


def vae_of(latents: Header) -> Header:
    """Return the VAE that encoded a latent store: where provenance says, or else in the same directory.

    Raises
    ------
    InputMissing
        No file with the recorded digest is there.
    """
    sha256 = latents.attributes["vae-sha256"]
    beside = [
        header
        for header in list_headers(latents.path.parent)
        if header.kind is Kind.VAE and header.sha256 == sha256
    ]
    found = find_parent(latents, "vae") or beside
    if not found:
        raise InputMissing(
            f"The VAE that encoded {latents.path} is not where it was.", hint="Name it with --vae."
        )
    return found[0]


def vae_to_decode(latents: Header, named: str | None) -> Header:
    """Return the VAE at the path ``named``, or else that which `vae_of` finds.

    Raises
    ------
    InputMissing
        It is not there.
    InvalidInput
        The one named is another than that which encoded.
    """
    if named is None:
        return vae_of(latents)
    vae = read_header(Path(named))
    if vae.sha256 != latents.attributes["vae-sha256"]:
        raise InvalidInput(f"{named} is not the VAE that encoded {latents.path}.")
    return vae
