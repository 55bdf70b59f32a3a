#!/bin/sh
# What `rr loop` does, by hand: every stage is a command that reads and writes files, so any of them can be left out,
# repeated, or replaced by your own. Usage: sh examples/pipeline.sh [CONFIG]
# GAMES, EPOCHS, JUDGED and BUDGET set the amounts.
set -eu
# ../bin/rr comes first; a copy of this script in another folder takes the program on the path.
bin=$(dirname "$0")/../bin
[ ! -x "$bin/rr" ] || PATH=$(cd "$bin" && pwd):$PATH
config=${1:-hex8_2p}
games=${RR_DATA:-.}/data/games/$config.db
samples=${RR_DATA:-.}/data/training/$config.npz

# 1. The heuristic plays itself, from varied openings and with noise on its weights. `--resume` makes it repeatable:
#    games that are there already are not played again, and 4 means that all were.
rr selfplay --config "$config" --games "${GAMES:-2000}" --seed 1 --opening-moves 6 --weight-noise 0.3 \
  --out "$games" --resume --ok-codes 4

# 2. Games become samples, samples become a model; the pointer `candidate` moves to it.
rr export --npz --db "$games" --out "$samples"
rr train "$samples" --config "$config" --arch nano --epochs "${EPOCHS:-4}" --seed 2

# 3. The candidate plays opponents, and goes into production if it passes the gate (3: it does not).
rr gauntlet --config "$config" --against random --against heuristic --games "${JUDGED:-100}" --budget "${BUDGET:-32}" \
  --seed 3 > verdicts.ndjson
rr promote --config "$config" verdicts.ndjson

# 4. From now on the best model plays itself, and training uses its games together with the earlier ones.
rr selfplay --config "$config" --engine gumbel --model production --budget "${BUDGET:-32}" \
  --games "$((${GAMES:-2000} / 4))" --seed 4 --out "$games" --resume --ok-codes 4
rr export --npz --db "$games" --out "$samples"
rr train "$samples" --config "$config" --init production --epochs "${EPOCHS:-4}" --seed 5
