#!/bin/sh
# Sends a finding of `rr doctor --notify` to a Slack channel. SLACK_WEBHOOK holds the address of an incoming webhook:
# rr doctor --jobs --notify examples/notify-slack.sh
# The finding comes as one line of JSON on stdin. Needs curl and jq.
set -eu
jq -c --arg host "$(hostname)" '{text: "rr on \($host): \(.check): \(.found)\nfix: \(.fix // .mend // "")"}' |
  curl --fail --silent --show-error --header 'content-type: application/json' --data @- "$SLACK_WEBHOOK"
