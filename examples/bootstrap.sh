#!/bin/sh
# From nothing to a model in production: check the machine, run the loop, look at what came out.
# Usage: sh examples/bootstrap.sh [CONFIG] [FLAGS OF rr loop…]
#   sh examples/bootstrap.sh hex8_2p --quick            a few minutes on two cores
#   sh examples/bootstrap.sh square8_3p --rounds 5      as long as it takes
# Rerun the same command to resume after a stop or a crash.
set -eu
# ../bin/rr comes first; a copy of this script in another folder takes the program on the path.
bin=$(dirname "$0")/../bin
[ ! -x "$bin/rr" ] || PATH=$(cd "$bin" && pwd):$PATH
config=${1:-hex8_2p}
[ $# -eq 0 ] || shift

# Exit 3, and how to fix it, when this machine lacks something.
rr doctor --for selfplay --for train

status=0
rr loop --config "$config" "$@" || status=$?
case $status in
  0) ;;
  3) echo "every model was refused; use a larger --rounds to continue" >&2 ;;
  4) echo "all rounds are done; a larger --rounds adds some" >&2 ;;
  *) exit "$status" ;;
esac

# What there is now, and the best model as one file for any ONNX tool.
rr model ls --config "$config"
rr report --config "$config" --out "$config.html"
[ "$status" -eq 3 ] || rr model export production --config "$config" --out "$config.onnx"
exit "$status"
