"""Which images a judge has learned from, known by name."""

from pathlib import Path

import numpy as np
import pytest

from synthgap_cli.classifier.network import SmallCnn
from synthgap_cli.stages.sides import Sides
from synthgap_cli.stages.stored_judge import StoredJudge, seen_before
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Provenance, Recipe
from synthgap_cli.store.samples import Samples
from synthgap_cli.store.schema import Kind


def text(*values):
    return np.array(values, dtype=object)


def judge(*, seen, group):
    shown = {
        "is_synthetic": np.zeros(4, np.uint8),
        "source": text(*["photos"] * 4),
        "id": text("a", "b", "c", "d"),
        "group": text(*group),
        "seen": np.array(seen, np.uint8),
    }
    return StoredJudge(header("reference"), SmallCnn(8), shown)


def header(role):
    return Header(Kind.IMAGES, Provenance(Recipe("prepare", {})), "real", role, path=Path("x.h5"))


def side(*, role="reference", source="photos", id=("a", "c", "new"), group=("dusk", "noon", "dusk")):
    split = text(*["test"] * len(id))
    columns = {"id": text(*id), "group": text(*group), "source": text(*[source] * len(id)), "split": split}
    return Sides((header(role),), (Samples(columns),))


def test_where_scenes_were_kept_whole_all_images_of_a_scene_were_seen():
    known = judge(seen=[1, 1, 0, 0], group=["dusk", "dusk", "noon", "noon"])
    assert seen_before(known, side()).tolist() == [True, False, True]


def test_where_scenes_were_cut_only_the_images_themselves_were_seen():
    known = judge(seen=[1, 0, 1, 0], group=["dusk", "dusk", "noon", "noon"])
    assert seen_before(known, side()).tolist() == [True, True, False]


@pytest.mark.parametrize("other", [{"source": "renders"}, {"role": "candidate"}], ids=str)
def test_the_same_name_from_elsewhere_is_another_image(other):
    known = judge(seen=[1, 1, 0, 0], group=["dusk", "dusk", "noon", "noon"])
    assert not seen_before(known, side(**other)).any()


def test_a_scene_is_known_whether_or_not_its_folder_was_prepared_with_others():
    known = judge(seen=[1, 1, 0, 0], group=["photos/dusk", "photos/dusk", "photos/noon", "photos/noon"])
    assert seen_before(known, side(id=("x", "y", "z"))).tolist() == [True, False, True]


def test_an_image_is_known_though_its_scene_has_another_name():
    known = judge(seen=[1, 1, 0, 0], group=["dusk", "dusk", "noon", "noon"])
    assert seen_before(known, side(group=("1", "2", "3"))).tolist() == [True, False, False]
