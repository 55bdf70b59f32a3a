#!/bin/sh
# Sends a finding of `rr doctor --notify` by mail: rr doctor --jobs --notify 'examples/notify-mail.sh me@example.org'
# The finding comes as one line of JSON on stdin. Needs a `mail` program (package bsd-mailx or mailutils).
set -eu
exec mail -s "rr on $(hostname): something is broken" "$1"
