"""How many latents and weights each architecture has, by the size of the image: a table for the docs.

python benchmarks/architecture_sizes.py
"""

import math

import torch

from synthgap_cli.vaes.building import build_vae

SIZES = (64, 128, 224)
LISTED = (
    *(("resvae", {"blocks": blocks}) for blocks in (16, 32, 64)),
    ("attention", {}),
    ("compact", {}),
    ("classic", {}),
    ("classic", {"hidden": (1024, 512), "latents": 128}),
    ("vgg11_bn", {}),
    ("vgg16_bn", {}),
    ("resnet152", {}),
    ("mobilenet_v2", {}),
    ("convnext_tiny", {}),
)


def main() -> None:
    print("| architecture | options |", *(f"latents at {size} | weights at {size} |" for size in SIZES))
    print("|---|---|" + "---|---|" * len(SIZES))
    for architecture, options in LISTED:
        cells = [cell for size in SIZES for cell in sizes(architecture, options, size)]
        print(f"| `{architecture}` |", said(options), "|", " | ".join(cells), "|")


def sizes(architecture: str, options: dict[str, object], image_size: int) -> tuple[str, str]:
    with torch.device("meta"):
        vae = build_vae({"architecture": architecture, "image_size": image_size, "options": options})
    shape = "x".join(map(str, vae.latent_shape))
    latents = f"{math.prod(vae.latent_shape):,}" + (f" ({shape})" if len(vae.latent_shape) > 1 else "")
    weights = sum(weight.numel() for weight in vae.parameters())
    frozen = sum(weight.numel() for weight in vae.parameters() if not weight.requires_grad)
    told = f"{weights / 1e6:.1f} M" + (f", {frozen / 1e6:.1f} M of them frozen" if frozen else "")
    return latents, told


def said(options: dict[str, object]) -> str:
    texts = {
        name: "x".join(map(str, value)) if isinstance(value, tuple) else value
        for name, value in options.items()
    }
    return " ".join(f"`{name}={text}`" for name, text in texts.items())


if __name__ == "__main__":
    main()
