import dataclasses

import numpy as np
import pytest
import torch
from sklearn.metrics import average_precision_score, roc_auc_score

from synthgap_cli.classifier.retraining import retrain
from synthgap_cli.classifier.scoring import score
from synthgap_cli.classifier.training import ClassifierSettings, train

CPU = torch.device("cpu")
SETTINGS = ClassifierSettings(epochs=1, learning_rate=1e-3)
IS_SYNTHETIC = np.arange(60) % 2 == 1
IMAGES = np.random.default_rng(0).integers(0, 200, (60, 8, 8, 3)).astype(np.uint8)
IMAGES[IS_SYNTHETIC] += 40
LEARNED, TESTED = np.arange(40), np.arange(40, 60)


def test_each_seed_is_a_training_of_its_own_on_the_same_rows():
    options = {"image_size": 8, "device": CPU}
    found = retrain(IMAGES, IS_SYNTHETIC, LEARNED, TESTED, settings=SETTINGS, seeds=[3, 4], **options)
    assert [one.seed for one in found] == [3, 4]
    for one in found:
        settings = dataclasses.replace(SETTINGS, seed=one.seed)
        model, _ = train(IMAGES, IS_SYNTHETIC, LEARNED, settings=settings, **options)
        probability = score(model, IMAGES, TESTED, batch_size=20, device=CPU).probability
        assert one.auc == pytest.approx(roc_auc_score(IS_SYNTHETIC[TESTED], probability))
        assert one.average_precision == pytest.approx(
            average_precision_score(IS_SYNTHETIC[TESTED], probability)
        )
    assert found[0] != found[1]
