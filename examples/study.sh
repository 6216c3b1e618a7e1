#!/usr/bin/env bash
# The study by hand: the verbs, one after the other.
#
#   examples/study.sh REAL SYNTHETIC [DIRECTORY]
#
# SIZE, NETWORK, WEIGHTS, BLOCKS and EPOCHS override what is used; WEIGHTS=random needs no download. LABEL_FROM, say
# 'folder', tells what the images show: the ledger then says what a classifier learns from them.
set -euo pipefail

real=$(realpath "$1")
synthetic=$(realpath "$2")
directory=${3:-study-by-hand}
size=${SIZE:-32}
network=${NETWORK:-mnasnet0_5}
weights=${WEIGHTS:-random}
blocks=${BLOCKS:-16}
epochs=${EPOCHS:-2}
vae=resvae-$blocks
labels=()
if [[ -n ${LABEL_FROM:-} ]]; then labels=(--label-from "$LABEL_FROM"); fi

mkdir -p "$directory"
cd "$directory"

# Is there a difference?
synthgap prepare --real "$real" --synthetic "$synthetic" --size "$size" "${labels[@]}"
synthgap classify
synthgap extract -n "$network" --weights "$weights"
synthgap ttest
synthgap gap

# A latent space that represents both, and a shift in it
synthgap train-vae --arch resvae --blocks "$blocks" --epochs "$epochs"
synthgap encode
synthgap ttest --on "$vae"
synthgap shift --method mean
synthgap ttest --on "$vae.mean"
synthgap decode --png png

# The originals at their own size, changed as the shift says; and a rival that needs no autoencoder
synthgap decode --detail affine
synthgap shift --pixels --method channel-ot

# Did it help? Real against synthetic is before, against translated after; and was it worth it?
synthgap ledger
synthgap report

# A training set: the folder again, translated, with all that lies beside the images
synthgap translate "$synthetic" -o translated --using "$vae.mean"

# The same chain as one pipe: paths flow on stdout, tables are on stderr
mkdir -p piped
synthgap prepare --real "$real" --synthetic "$synthetic" --size "$size" -o piped |
    synthgap train-vae --arch resvae --blocks "$blocks" --epochs "$epochs" - |
    synthgap encode - | synthgap shift - | synthgap decode - --png piped/png
