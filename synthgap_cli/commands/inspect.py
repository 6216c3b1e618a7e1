"""What a store holds and where it comes from, as text."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from synthgap_cli.console import to_json
from synthgap_cli.options import AsJson, begin

Files = Annotated[list[str], typer.Argument(help="Stores or VAE files.")]
Verify = Annotated[
    bool, typer.Option("--verify", help="Recompute the content digest; exit 65 if it differs.")
]


def inspect(files: Files, *, verify: Verify = False, as_json: AsJson = False) -> None:
    """Print what stores and VAE files hold.

    Kind, datasets, provenance, and which rows something upstream has seen.
    """
    console, _ = begin(as_json=as_json)
    described = [_describe(Path(file), verify=verify) for file in files]
    if as_json:
        console.text(to_json({"files": described}))
        return
    console.text("\n\n".join(_as_text(one) for one in described))


def _describe(path: Path, *, verify: bool) -> dict[str, Any]:
    from synthgap_cli.store.files import read_header
    from synthgap_cli.store.reader import open_store
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.store.vae_file import read_vae

    header = read_header(path)
    datasets: dict[str, Any] = {}
    if header.kind is not Kind.VAE:
        with open_store(path) as store:
            datasets = {name: [list(shape), dtype] for name, (shape, dtype) in store.shapes().items()}
            if verify:
                store.verify()
    elif verify:
        read_vae(path)  # which compares the digest
    provenance = header.provenance
    return {
        "path": str(path),
        "kind": str(header.kind),
        "domain": header.domain,
        "role": header.role,
        "steps": ".".join(header.steps),
        "content-sha256": header.sha256,
        "verified": verify,
        "attributes": dict(header.attributes),
        "datasets": datasets,
        "recipe": asdict(provenance.recipe),
        "fitted-on": [asdict(fitted) for fitted in provenance.fitted_on],
        "argv": list(provenance.argv),
        "versions": dict(provenance.versions),
    }


def _as_text(described: dict[str, Any]) -> str:
    lines = [described["path"]]
    for name in ("kind", "domain", "role", "steps", "content-sha256"):
        if described[name]:
            lines.append(
                f"  {name:<15}{described[name]}" + (" (verified)" if _is_verified(described, name) else "")
            )
    lines += [f"  {name:<15}{json.dumps(value)}" for name, value in described["attributes"].items()]
    for name, (shape, dtype) in described["datasets"].items():
        lines.append(f"  /{name:<27}{'x'.join(map(str, shape)) or 'scalar':<16}{dtype}")
    recipe = described["recipe"]
    lines.append(f"  made by        {recipe['command']} {json.dumps(recipe['parameters'])}")
    lines += [f"  from           {parent['role']}: {parent['path']}" for parent in recipe["parents"]]
    for fitted in described["fitted-on"]:
        lines.append(f"  has seen       {fitted['domain']} {'+'.join(fitted['splits'])} ({fitted['by']})")
    return "\n".join(lines)


def _is_verified(described: dict[str, Any], name: str) -> bool:
    return bool(described["verified"]) and name == "content-sha256"
