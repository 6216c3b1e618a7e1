from dataclasses import dataclass
from typing import Literal

import pytest

from synthgap_cli.errors import UsageProblem
from synthgap_cli.vaes.options import ArchitectureOptions, read_options


@dataclass(frozen=True)
class Options(ArchitectureOptions):
    width: int = 32
    norm: Literal["group", "instance", "none"] = "group"
    hidden: tuple[int, ...] = (4096, 2048)
    frozen: bool = True
    scale: float = 1.0
    network: str = "resnet152"


def _read(*given):
    return read_options(Options, given, of="demo")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("width=64", 64),
        ("norm=none", "none"),
        ("hidden=1024x512x256", (1024, 512, 256)),
        ("hidden=1024,512", (1024, 512)),
        ("hidden=64", (64,)),
        ("frozen=no", False),
        ("frozen=True", True),
        ("scale=2.5", 2.5),
        ("network=vgg11_bn", "vgg11_bn"),
    ],
)
def test_a_text_becomes_a_value_of_the_option_s_type(text, value):
    name = text.partition("=")[0]
    read = _read(text)
    assert read == {name: value}
    assert type(read[name]) is type(value)
    assert getattr(Options(**read), name) == value


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("width=wide", "Say a whole number, 1 or more."),
        ("width=0", "Say a whole number, 1 or more."),
        ("width=1.5", "Say a whole number, 1 or more."),
        ("norm=batch", "Say group, instance or none."),
        ("hidden=4096*2048", "Say whole numbers of 1 or more, as 4096x2048."),
        ("hidden=4096x0", "Say whole numbers of 1 or more, as 4096x2048."),
        ("hidden=", "Say whole numbers of 1 or more, as 4096x2048."),
        ("frozen=perhaps", "Say yes or no."),
        ("scale=nan", "Say a number."),
        ("network=", "Say a name."),
    ],
)
def test_an_impossible_value_is_refused_with_what_is_possible(text, hint):
    name, _, value = text.partition("=")
    with pytest.raises(UsageProblem) as refused:
        _read(text)
    assert refused.value.message == f"Option {name} cannot be {value!r}."
    assert refused.value.hint == hint


def test_an_unknown_option_is_refused_with_all_there_are_as_they_would_be_typed():
    with pytest.raises(UsageProblem, match="demo has no option 'blocks'") as refused:
        _read("blocks=4")
    assert refused.value.hint == (
        "demo has width=32, norm=group, hidden=4096x2048, "
        "frozen=yes, scale=1.0, network=resnet152 by default."
    )


@pytest.mark.parametrize(
    ("given", "message"), [(["width"], "'width' is no option"), (["width=1", "width=2"], "given twice")]
)
def test_a_text_that_is_not_one_value_of_one_option_is_refused(given, message):
    with pytest.raises(UsageProblem, match=message):
        _read(*given)


@pytest.mark.parametrize(
    "value", [{"width": True}, {"width": "8"}, {"norm": "batch"}, {"hidden": ()}, {"frozen": 1}]
)
def test_values_from_elsewhere_are_checked_as_well(value):
    with pytest.raises(UsageProblem, match=f"Option {next(iter(value))} cannot be"):
        Options(**value)


def test_sizes_may_come_as_a_list_as_json_has_them():
    assert Options(hidden=[64, 32]) == Options(hidden=(64, 32))
