import numpy as np

from synthgap_cli.classifier.examples import most_telling

SURENESS = np.array([0.2, 0.9, 0.8, 0.95, 0.1, 0.5])
SCENES = np.array(["dusk", "noon", "noon", "noon", "night", "rain"], dtype=object)


def test_the_surest_image_of_each_scene_comes_first():
    assert most_telling(SURENESS, SCENES, 3).tolist() == [3, 5, 0]


def test_negated_they_are_the_most_misleading():
    assert most_telling(-SURENESS, SCENES, 2).tolist() == [4, 0]


def test_there_are_no_more_than_scenes():
    assert len(most_telling(SURENESS, SCENES, 10)) == 4
    assert most_telling(SURENESS, np.arange(6), 10).tolist() == np.argsort(-SURENESS).tolist()
