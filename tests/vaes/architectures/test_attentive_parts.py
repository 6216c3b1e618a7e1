import pytest
import torch

from synthgap_cli.vaes.architectures import _attentive_parts
from synthgap_cli.vaes.architectures._attentive_parts import BRANCH_SCALE, ResBlock, SelfAttention


@pytest.fixture
def maps():
    return torch.randn(2, 128, 3, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("part", [ResBlock, SelfAttention])
def test_a_new_part_changes_nothing(part, maps):
    torch.testing.assert_close(part(128).double()(maps), maps, rtol=0, atol=0)


def _attend_by_hand(layer, maps):
    """Return what every position finds, head by head and position by position."""
    parts = layer.query_key_value(layer.norm(maps)).flatten(2)
    found = torch.empty(len(maps), 128, 15, dtype=torch.float64)
    for head in range(2):
        channels = slice(64 * head, 64 * (head + 1))
        query, key, value = (part[:, channels] for part in parts.split(128, dim=1))
        for position in range(15):
            likeness = torch.einsum("nd,ndt->nt", query[:, :, position], key) / 8
            weights = likeness.exp() / likeness.exp().sum(dim=1, keepdim=True)
            found[:, channels, position] = torch.einsum("nt,ndt->nd", weights, value)
    return layer.found(found.unflatten(2, (3, 5)))


def test_attention_is_the_softmax_weighted_mean_of_the_values_of_two_heads(maps):
    torch.manual_seed(0)
    layer = SelfAttention(128).double()
    layer.found.reset_parameters()
    expected = maps + BRANCH_SCALE * _attend_by_hand(layer, maps)
    torch.testing.assert_close(layer(maps), expected, rtol=1e-10, atol=1e-12)


def test_attention_moves_with_the_positions(maps):
    torch.manual_seed(0)
    layer = SelfAttention(128).double()
    layer.found.reset_parameters()
    torch.testing.assert_close(layer(maps.flip(3)), layer(maps).flip(3), rtol=1e-10, atol=1e-12)


def test_eight_groups_are_normed_or_as_many_as_divide_the_channels():
    assert [_attentive_parts.group_norm(channels).num_groups for channels in (64, 12, 7)] == [8, 4, 1]
