"""The headline: each measure of the gap beside what no difference would give."""

from __future__ import annotations

import math

from synthgap_cli.ledger.conclusions import use
from synthgap_cli.ledger.standings import Standing
from synthgap_cli.report.content import Finding, Tone
from synthgap_cli.report.directory import Row, StudyDirectory, summary
from synthgap_cli.report.ledgers import ledgers_of
from synthgap_cli.report.numbers import format_number
from synthgap_cli.report.sections.ledger_words import OUTCOMES, SIDES
from synthgap_cli.report.shares import leading_shares
from synthgap_cli.store.header import Header
from synthgap_cli.store.schema import Kind

CHANCE = 0.5
HARDLY = 0.6  # an area below which a judge is of little use
CLOSED_TONES: dict[str, Tone] = {
    "closed": "none",
    "partly closed": "gap",
    "not closed": "gap",
    "widened": "gap",
}
USES: dict[str, tuple[str, Tone]] = {
    "better": ("more than synthetic images teach", "none"),
    "worse": ("less than synthetic images teach", "gap"),
    "unclear": ("no clear difference", "unknown"),
}


def findings(study: StudyDirectory) -> list[Finding]:
    """Return the headline findings: the gap, then for each VAE what the shift changed.

    A ledger sums up what judges of decoded images and tests of latents say one by one.
    """
    found = [_gap(judge) for judge in study.judges(())[:1]]
    for vae in study.vaes:
        for shift in study.shifts_of(vae):
            if ledgers := ledgers_of(study, shift):
                found += [one for told in ledgers for one in (_closed(told), *_use(told))]
            else:
                found += [*_images(study, vae, shift), *_latents(study, vae, shift)]
    return found


def _gap(judge: Header) -> Finding:
    (row,) = summary(judge)
    verdict, tone = judge_auc(row)
    return Finding(
        label="Real against synthetic: ROC-AUC of a small network",
        value=row["auc"],
        interval=(row["auc_low"], row["auc_high"]),
        floor=CHANCE,
        scale=(0, 1),
        verdict=verdict,
        tone=tone,
        explanation=_explain_auc(row),
    )


def _closed(told: Standing) -> Finding:
    ledger, label = told.ledger, f"Share of the gap closed by {told.name}"
    row = ledger.headline
    sides = SIDES[ledger.leading.before]
    if row is None:
        return Finding(
            label=label,
            value=math.nan,
            style="percent",
            verdict="nothing to close that a judge sees",
            explanation=f"No judge tells {' from '.join(sides)} images, so none can say what became of the "
            "difference.",
        )
    before, after, floor = (format_number(row[name]) for name in ("before", "after", "floor"))
    return Finding(
        label=label,
        value=row["closed"],
        style="percent",
        interval=(row["low"], row["high"]),
        scale=(0, 1),
        verdict=row["verdict"],
        tone=CLOSED_TONES.get(row["verdict"], "unknown"),
        explanation=f"By {row['judge']}, {' against '.join(sides)} images: {before} before, "
        f"{after} after, {floor} if nothing differed. 95 % interval.",
    )


def _use(told: Standing) -> list[Finding]:
    ledger = told.ledger
    synthetic, shifted, real = (ledger.accuracy(name, "R") for name in ("S", ledger.outcome, "R"))
    if synthetic is None or shifted is None:
        return []
    verdict, tone = USES[use(ledger)]
    done = f"{OUTCOMES[ledger.outcome]} by {told.name}"
    ceiling = f"; trained on real images {format_number(real['accuracy'], 'percent')}" if real else ""
    return [
        Finding(
            label=f"Real images read right, trained on synthetic ones {done}",
            value=shifted["accuracy"],
            style="percent",
            before=synthetic["accuracy"],
            interval=(shifted["low"], shifted["high"]),
            scale=(0, 1),
            verdict=verdict,
            tone=tone,
            explanation=f"{shifted['n_test']} test images, mean of {shifted['seeds']} trainings. The number "
            f"before: trained on synthetic images as they are{ceiling}. Always saying the commonest label: "
            f"{format_number(shifted['base_rate'], 'percent')}.",
        )
    ]


def _images(study: StudyDirectory, vae: Header, shift: Header) -> list[Finding]:
    before, after = study.judges(vae.steps), study.judges(shift.steps)
    if not (before and after):
        return []
    (first,), (second,) = summary(before[0]), summary(after[0])
    verdict, tone = judge_auc(second)
    return [
        Finding(
            label=f"After the shift {'.'.join(shift.steps)}, decoded: ROC-AUC",
            value=second["auc"],
            before=first["auc"],
            interval=(second["auc_low"], second["auc_high"]),
            floor=CHANCE,
            scale=(0, 1),
            verdict=verdict,
            tone=tone,
            explanation="Decoded real against decoded synthetic images, before and after. "
            + _explain_auc(second),
        )
    ]


def _latents(study: StudyDirectory, vae: Header, shift: Header) -> list[Finding]:
    before = study.tests(vae.steps, Kind.LATENTS)
    after = study.tests(shift.steps, Kind.LATENTS)
    if not (before and after):
        return []
    first, second = leading_shares(before[0]), leading_shares(after[0])
    verdict, tone = judge_share(after[0])
    return [
        Finding(
            label=f"Latent components whose means differ after {'.'.join(shift.steps)}",
            value=second.rejected,
            style="percent",
            before=first.rejected,
            floor=None if math.isnan(second.expected) else second.expected,
            scale=(0, 1),
            verdict=verdict,
            tone=tone,
            explanation=f"{after[0]['n_reference']} + {after[0]['n_candidate']} rows of {after[0]['rows']}; "
            f"the shift was fitted on {'+'.join(shift.attributes['shift']['splits'])}. The floor is the "
            f"share that a true null gives for independent {second.independent}.",
        )
    ]


def judge_auc(row: Row) -> tuple[str, Tone]:
    """Return what an area under the ROC curve and its interval allow to say.

    Absence of proof is no proof of absence: only an interval that ends low says that nothing is there.
    """
    if row["auc_low"] > CHANCE:
        return "told apart", "gap"
    if row["auc_high"] < CHANCE:
        return "worse than chance: look at the splits", "unknown"
    if row["auc_high"] > HARDLY:
        return "undecided: too few independent images", "unknown"
    return "hardly told apart", "none"


def judge_share(row: Row) -> tuple[str, Tone]:
    """Return what a share of rejected components says against the share under the null.

    With scenes as independent it is held against the null and against the most that was rejected between
    halves of one domain: components go together, so that the share varies much under a null too. With
    images as independent although they come in scenes, more is rejected although nothing differs, and only
    a share as small as the null's says something.
    """
    found = leading_shares(row)
    if row["circular"]:
        return "circular: the rows were seen", "unknown"
    if math.isnan(found.expected):
        return "no null to hold it against", "unknown"
    if found.rejected <= 1.5 * found.expected:
        return "as under the null", "none"
    if found.independent == "images" and not math.isnan(row["within_reference_groups_percent"]):
        return "above the null of independent images", "unknown"
    if found.rejected <= found.highest_floor:
        return "no more than between halves of one domain", "unknown"
    return "means still differ", "gap"


def _explain_auc(row: Row) -> str:
    counted = f"{row['n_real']} + {row['n_synthetic']} test images"
    if row["groups_real"]:
        counted += f" of {row['groups_real']} + {row['groups_synthetic']} scenes"
    return f"95 % interval over {counted}; 0.5 is chance."
