#!/bin/sh
# A gate for CI: fails (exit 3) as soon as the rules here and those of recorded or fresh games part ways.
# The log names the game, the move and the file; parity/ gets JUnit reports and a minimal reproduction of every
# divergence. Usage: sh examples/ci-parity-gate.sh [DATABASE…]. github-parity.yml and github-action/ run it in GitHub Actions.
set -eu
# ../bin/rr comes first; a copy of this script in another folder takes the program on the path.
bin=$(dirname "$0")/../bin
[ ! -x "$bin/rr" ] || PATH=$(cd "$bin" && pwd):$PATH
mkdir -p parity
games=${RR_GATE_GAMES:-20}

# Fresh games through every storage form, replayed move by move.
for config in hex8_2p square8_2p square8_3p; do
  rr parity --gate --config "$config" --games "$games" --seed 7 \
    --junit "parity/gate-$config.xml" --emit-fixture parity/fixtures > /dev/null
done

# Recorded games.
for database in "$@"; do
  rr parity --db "$database" --junit "parity/$(basename "$database").xml" --emit-fixture parity/fixtures > /dev/null
done

# Another engine's hashes against ours: RR_OTHER_ENGINE is the command that starts it (examples/parity-engine.mjs shows
# what it has to answer). A stream that breaks off lacks its summary, which makes the reader fail with 5, so that no
# pipefail is needed.
if [ -n "${RR_OTHER_ENGINE:-}" ]; then
  rr selfplay --board hex8 --games "$games" --seed 7 |
    rr parity - --against "$RR_OTHER_ENGINE" --junit parity/against.xml --emit-fixture parity/fixtures > /dev/null
fi
