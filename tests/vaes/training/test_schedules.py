from itertools import pairwise

import pytest
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, CyclicLR, OneCycleLR

from synthgap_cli.vaes.training.schedules import COSINE_WARM_UP, ONE_CYCLE_RISE, learning_rate

LOW, HIGH, TOTAL, CYCLE = 1e-5, 1e-2, 240, 60


def _ours(schedule, total=TOTAL, cycle=CYCLE):
    return [
        learning_rate(schedule, step, low=LOW, high=HIGH, total_steps=total, cycle_steps=cycle)
        for step in range(total)
    ]


def _of_torch(make_scheduler, start, steps=TOTAL):
    optimizer = torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))], lr=start)
    scheduler = make_scheduler(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def test_cyclic_is_torch_s_triangular_cyclic_lr():
    reference = _of_torch(
        lambda optimizer: CyclicLR(optimizer, LOW, HIGH, step_size_up=CYCLE // 2, cycle_momentum=False), LOW
    )
    assert _ours("cyclic") == pytest.approx(reference, rel=1e-10)


def test_one_cycle_is_torch_s_one_cycle_lr_between_the_two_ends():
    reference = _of_torch(
        lambda optimizer: OneCycleLR(
            optimizer,
            HIGH,
            total_steps=TOTAL + 1,  # torch counts the step after the last one
            pct_start=ONE_CYCLE_RISE,
            div_factor=HIGH / LOW,
            final_div_factor=1,
            cycle_momentum=False,
        ),
        LOW,
    )
    assert _ours("one-cycle", total=TOTAL + 1)[:-1] == pytest.approx(reference, rel=1e-10)


def test_cosine_falls_as_torch_s_cosine_annealing_once_it_is_warm():
    warm_up = round(COSINE_WARM_UP * TOTAL)
    reference = _of_torch(
        lambda optimizer: CosineAnnealingLR(optimizer, TOTAL - 1 - warm_up, eta_min=LOW),
        HIGH,
        TOTAL - warm_up,
    )
    assert _ours("cosine")[warm_up:] == pytest.approx(reference, rel=1e-10)


def test_cosine_rises_evenly_while_it_warms_up():
    warm_up = _ours("cosine")[: round(COSINE_WARM_UP * TOTAL) + 1]
    rises = [after - before for before, after in pairwise(warm_up)]
    assert rises == pytest.approx([rises[0]] * len(rises)) and rises[0] > 0


@pytest.mark.parametrize("schedule", ["one-cycle", "cosine"])
@pytest.mark.parametrize("total", [2, 3, 4, 10, 1001])
def test_the_last_step_has_the_lowest_rate_however_short_the_training(schedule, total):
    rates = _ours(schedule, total=total)
    assert rates[-1] == pytest.approx(LOW)
    assert min(rates) >= LOW * (1 - 1e-9) and max(rates) <= HIGH


def test_the_step_after_a_cycle_has_the_lowest_rate():
    assert learning_rate("cyclic", CYCLE, low=LOW, high=HIGH, total_steps=CYCLE, cycle_steps=CYCLE) == LOW


def test_constant_stays_at_the_high_end():
    assert set(_ours("constant")) == {HIGH}
