import pytest

from synthgap_cli.errors import UsageProblem
from synthgap_cli.stages.outputs import place


@pytest.mark.parametrize(
    ("output", "name"), [("x.h5", "resvae-4.vae.safetensors"), ("x.safetensors", "real.latents.h5")]
)
def test_a_name_of_another_format_is_refused(output, name):
    with pytest.raises(UsageProblem, match="no command would find it"):
        place(output, [name])
