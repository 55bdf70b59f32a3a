#!/bin/sh
# After kill -9, a power cut or a full disk. Nothing has to be repaired: files appear complete or not at all, databases
# recover when they are opened next, leases of dead processes on this machine are taken over at once (those of other
# machines after a minute). What may be left is temporary files, which are harmless.
# Usage: sh examples/after-a-crash.sh [CONFIG] [DATA FOLDER]
set -eu
# ../bin/rr comes first; a copy of this script in another folder takes the program on the path.
bin=$(dirname "$0")/../bin
[ ! -x "$bin/rr" ] || PATH=$(cd "$bin" && pwd):$PATH
config=${1:-hex8_2p}
RR_DATA=${2:-${RR_DATA:-.}}
export RR_DATA

# 1. Look: databases and models are checked, leftovers counted and removed. Exit 3 means that something is damaged
#    (a disk that lied), and the line says what to do.
rr doctor --sweep

# 2. See how far a loop got; 4: there was none.
rr loop --config "$config" --status --ok-codes 4

# 3. Rerun the command that was running. It finds what is done:
#      rr loop …                          at the first unfinished stage
#      rr selfplay … --seed N --resume    plays the games that are missing
#      rr train … --seed N --resume       from the last checkpoint, to the same weights
#      rr gauntlet … --seed N --out FILE.db --resume
#      rr export, rr db merge, rr db import, rr sync …   just run them again
