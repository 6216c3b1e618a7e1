import pytest

from synthgap_cli.errors import UsageProblem
from synthgap_cli.stages.per_network import assign


def test_a_network_has_its_own_values_or_those_given_alone():
    assigned = assign(["a=1", "2", "timm/b=3", "a=4"], ["a", "timm/b", "c"], option="--layer")
    assert assigned == {"a": ["1", "4"], "timm/b": ["3"], "c": ["2"]}


def test_nothing_given_is_nothing_assigned():
    assert assign([], ["a"], option="--layer") == {"a": []}


def test_a_value_for_a_network_that_is_not_named_is_refused():
    with pytest.raises(UsageProblem, match=r"'vgg16'.*vgg16_bn"):
        assign(["vgg16=features.6"], ["vgg16_bn"], option="--layer")


def test_a_file_may_have_the_sign_in_its_name(tmp_path):
    path = tmp_path / "lr=0.1.pth"
    path.touch()
    assert assign([str(path)], ["a"], option="--weights") == {"a": [str(path)]}
