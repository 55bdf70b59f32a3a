#!/bin/sh
# Records are lines of JSON, so the tools of every shell fit in the middle of a pipe: tee, jq, split.
# Needs jq. Usage: sh examples/pipes.sh [FOLDER]
set -eu
# ../bin/rr comes first; a copy of this script in another folder takes the program on the path.
bin=$(dirname "$0")/../bin
[ ! -x "$bin/rr" ] || PATH=$(cd "$bin" && pwd):$PATH
folder=${1:-pipes}
mkdir -p "$folder"

# tee: make training files of the games and keep their records too.
rr selfplay --board hex8 --games 20 --engine random --seed 7 |
  tee "$folder/games.ndjson" |
  rr export --npz --out "$folder/all.npz"

# jq: only games that seat 1 won. Every other record passes through, so the stream keeps its header and summary.
jq -c 'select(.type != "game" or .winner == 1)' "$folder/games.ndjson" |
  rr export --npz --out "$folder/seat1.npz"

# jq: lengths and reasons of the games as a table.
jq -r 'select(.type == "game") | [.index, .plies, .reason] | @tsv' "$folder/games.ndjson" > "$folder/lengths.tsv"

# split: parts of five games for several machines. A part has no header and no summary, hence --allow-truncated.
grep '^{"type":"game"' "$folder/games.ndjson" | split -l 5 - "$folder/part-"
for part in "$folder"/part-a?; do
  rr export --allow-truncated --npz --out "$part.npz" < "$part"
done
