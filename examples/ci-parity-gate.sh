#!/usr/bin/env bash
# A gate for CI: fails (exit 3) as soon as the rules here and those of recorded or fresh games part ways.
# Usage: bash examples/ci-parity-gate.sh [DATABASE…]; reports for the CI server land in parity/.
set -euo pipefail
# In a checkout npx finds rr; elsewhere it is on the path.
command -v rr > /dev/null || rr() { npx rr "$@"; }
mkdir -p parity
games=${RR_GATE_GAMES:-20}

# Fresh games through every storage form, replayed move by move.
for config in hex8_2p square8_2p square8_3p; do
  rr parity --gate --config "$config" --games "$games" --seed 7 --junit "parity/gate-$config.xml" > /dev/null
done

# Recorded games, with a minimal reproduction of every divergence.
for database in "$@"; do
  rr parity --db "$database" --junit "parity/$(basename "$database").xml" --emit-fixture parity/fixtures > /dev/null
done

# Another engine's hashes against ours: put the command that starts yours in the place of the example.
rr selfplay --board hex8 --games "$games" --seed 7 |
  rr parity - --against "${RR_OTHER_ENGINE:-node examples/parity-engine.mjs}" --junit parity/against.xml > /dev/null
