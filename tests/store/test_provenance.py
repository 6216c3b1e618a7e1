import dataclasses
import json
import shutil

from synthgap_cli.store.files import find_parent, read_header
from synthgap_cli.store.provenance import FittedOn, Parent, Provenance, Recipe, seen_splits


def test_provenance_survives_json(provenance):
    assert Provenance.from_json(provenance.to_json()) == provenance
    json.loads(provenance.to_json())


def test_recipes_are_equal_wherever_their_parents_lie(provenance):
    recipe = provenance.recipe
    moved = dataclasses.replace(recipe.parents[0], path="/elsewhere/vae.safetensors")
    assert recipe.same_as(dataclasses.replace(recipe, parents=(moved,)))


def test_recipes_differ_by_parameter_and_by_a_parents_content(provenance):
    recipe = provenance.recipe
    other = Parent("vae", "resvae-16.vae.safetensors", "vae", "cd" * 32)
    assert not recipe.same_as(Recipe("encode", {"precision": "bf16", "seed": 3}, recipe.parents))
    assert not recipe.same_as(dataclasses.replace(recipe, parents=(other,)))


def test_seen_splits_are_those_of_all_domains():
    seen = (FittedOn("train-vae", "real", ("train", "val")), FittedOn("shift", "synthetic", ("train",)))
    assert seen_splits(seen) == {"train", "val"}


def test_a_parent_is_found_after_the_directory_has_moved_but_not_after_it_has_changed(
    write, header, latents, tmp_path
):
    parent = read_header(write("parent.latents.h5"))
    recipe = Recipe("shift", {}, (parent.as_parent("source", child=tmp_path / "child.latents.h5"),))
    child_header = dataclasses.replace(header, provenance=Provenance(recipe))
    write("child.latents.h5", header=child_header, latents=latents + 1)

    moved = tmp_path.rename(tmp_path.with_name("moved"))
    child = read_header(moved / "child.latents.h5")
    assert [found.sha256 for found in find_parent(child, "source")] == [parent.sha256]
    assert find_parent(child, "target") == []

    shutil.copy(moved / "child.latents.h5", moved / "parent.latents.h5")
    assert find_parent(child, "source") == []
