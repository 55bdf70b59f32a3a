#!/usr/bin/env python3
"""An external player for rr: chooses at random. The protocol is described in docs/external-players.md.

    rr gauntlet --config hex8_2p --candidate heuristic --against "cmd:python3 examples/random-bot.py"
"""
import json
import random
import sys

for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "hello":
        reply = {"type": "ready", "name": "random-bot"}
    elif message["type"] == "choose":
        reply = {"type": "move", "id": message["id"], "index": random.randrange(len(message["moves"]))}
    else:  # quit
        break
    print(json.dumps(reply), flush=True)
