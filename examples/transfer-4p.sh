#!/bin/sh
# A two-player model as the start for four players on the same board: all weights are kept but those of the heads that
# have a place per seat. Learning from there takes fewer games than from fresh weights.
# Usage: sh examples/transfer-4p.sh [BOARD]; needs BOARD_2p in production (examples/bootstrap.sh makes one).
# GAMES, EPOCHS, JUDGED and BUDGET set the amounts.
set -eu
# ../bin/rr comes first; a copy of this script in another folder takes the program on the path.
bin=$(dirname "$0")/../bin
[ ! -x "$bin/rr" ] || PATH=$(cd "$bin" && pwd):$PATH
board=${1:-hex8}
four=${board}_4p
samples=${RR_DATA:-.}/data/training/$four.npz

# The record of the new model says its hash.
hash=$(rr model transfer production --config "${board}_2p" --to "$four" --format ndjson |
  sed -n 's/.*"type":"model".*"hash":"\([0-9a-f]*\)".*/\1/p')

rr selfplay --config "$four" --games "${GAMES:-2000}" --seed 1 --opening-moves 6 --weight-noise 0.3 |
  rr export --npz --out "$samples"
rr train "$samples" --config "$four" --init "$hash" --epochs "${EPOCHS:-4}" --seed 2

# Fresh weights and the same games, for comparison; `--no-candidate` leaves the pointer where it is.
rr train "$samples" --config "$four" --arch nano --no-candidate --epochs "${EPOCHS:-4}" --seed 2

rr gauntlet --config "$four" --against random --against heuristic --games "${JUDGED:-100}" --budget "${BUDGET:-32}" \
  --seed 3 > verdicts.ndjson
rr promote --config "$four" verdicts.ndjson
