"""The network, losses and AdamW of rr in PyTorch: a second opinion on gradients and a yardstick for speed.

usage: torch_reference.py JOB.json
JOB names a folder's files of little-endian arrays (weights and one batch, NCHW) and says what to do:
  {"mode": "gradients"} writes gradients.f64 (flat vector order) and losses.f64 (per sample, head after head), computed
                        in float64
  {"mode": "bench", "steps": n} times n optimiser steps in float32 and prints {"samples_per_cpu_second", ...} as JSON
"""
import json
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

job = json.load(open(sys.argv[1]))
folder = os.path.dirname(os.path.abspath(sys.argv[1]))
torch.set_num_threads(job["threads"])
exact = job["mode"] == "gradients"
real = torch.float64 if exact else torch.float32
arch, players, planes = job["architecture"], job["players"], job["planes"]
n, height, width = job["batch"], job["height"], job["width"]
area, hexagonal = height * width, job["family"] == "hex"


def read(name, dtype=np.float32):
    return torch.from_numpy(np.fromfile(os.path.join(folder, name), dtype=dtype).copy())


flat = read("weights.f32")
weights = {}
for p in job["parameters"]:
    value = flat[p["offset"] : p["offset"] + p["size"]].reshape(p["shape"]).to(real)
    if p["kind"] == "conv3":
        value = value.permute(3, 2, 0, 1).contiguous()
    elif p["kind"] == "cells":
        value = value.t().reshape(p["shape"][1], p["shape"][0], 1, 1).contiguous()
    weights[p["name"]] = value.requires_grad_()

x = read("x.f32").reshape(n, planes, height, width).to(real)
moves = read("moves.i32", np.int32).reshape(-1, 5).long()
scalars = read("scalars.f32").to(real)
policy_target = read("policy_target.f32").to(real)
value_target = read("value_target.f32").reshape(n, players).to(real)
ownership_target = read("ownership_target.i32", np.int32).reshape(n, area).long()
margins_target = read("margins_target.f32").reshape(n, 2, players).to(real)
plies_target = read("plies_target.f32").to(real)
policy_weight, value_weight, auxiliary_weight = (
    read(f"{name}_weight.f32").to(real) for name in ("policy", "value", "auxiliary")
)
head_weights = read("head_weights.f32").to(real)
valid = read("valid.f32").reshape(1, 1, height, width).to(real)
cells_on_board = valid.sum()
taps = torch.tensor(job["taps"], dtype=real).reshape(1, 1, 3, 3)


def conv3(h, name):
    kernel = weights[name + ".weight"]
    return F.conv2d(h, kernel * taps if hexagonal else kernel, weights[name + ".bias"], padding=1)


def cells(h, name):
    return F.conv2d(h, weights[name + ".weight"], weights[name + ".bias"])


def dense(v, name):
    return torch.addmm(weights[name + ".bias"], v, weights[name + ".weight"])


def keep_valid(h):
    return h * valid if hexagonal else h


def mean(h):
    return (h * valid).sum((2, 3)) / cells_on_board if hexagonal else h.mean((2, 3))


def rows(h, missing, column):
    table = torch.cat([missing[:, None, :], h.flatten(2).transpose(1, 2)], 1)
    return table[moves[:, 0], moves[:, column] + 1]


def forward():
    h = keep_valid(F.relu(conv3(x, "stem")))
    for i in range(arch["blocks"]):
        y = conv3(keep_valid(F.relu(conv3(h, f"block{i}.conv1"))), f"block{i}.conv2")
        s = torch.sigmoid(dense(F.relu(dense(mean(y), f"block{i}.squeeze")), f"block{i}.excite"))
        h = keep_valid(F.relu(y * s[:, :, None, None] + h))
    v = keep_valid(F.relu(cells(h, "value.cells")))
    g = F.relu(dense(torch.cat([mean(v), v.amax((2, 3))], 1), "globals"))
    p = F.relu(cells(h, "policy.cells") + dense(g, "policy.globals")[:, :, None, None])
    q, k, t = (
        rows(cells(p, "policy." + role), dense(g, "policy.no_" + role), column)
        for role, column in (("from", 2), ("to", 3), ("third", 4))
    )
    kind = {
        term: weights["policy.kind_" + term][moves[:, 1]]
        for term in ("product", "from", "to", "third", "scalar", "bias", "slope")
    }
    towards = kind["product"] * k + kind["from"] + kind["scalar"] * scalars[:, None]
    match = (q * towards + kind["to"] * k + kind["third"] * t).sum(1) / arch["embedding"] ** 0.5
    logits = match + kind["bias"] + kind["slope"] * scalars
    return (
        logits,
        dense(g, "value.seats"),
        cells(v, "ownership").flatten(2),
        dense(g, "margins").reshape(n, 2, players),
        dense(g, "plies").reshape(n),
    )


def losses():
    logits, seats, ownership, margins, plies = forward()
    sample = moves[:, 0]
    largest = torch.full((n,), -1e30, dtype=real).scatter_reduce(0, sample, logits.detach(), "amax")
    shifted = logits - largest[sample]
    log_sum = torch.full((n,), 1e-30, dtype=real).index_add(0, sample, shifted.exp()).log()
    policy = -torch.zeros(n, dtype=real).index_add(0, sample, policy_target * (shifted - log_sum[sample]))
    value = -(F.log_softmax(seats, 1) * value_target).sum(1)
    known = ownership_target >= 0
    owner = F.log_softmax(ownership, 1).gather(1, ownership_target.clamp(min=0)[:, None, :])[:, 0]
    own = -(owner * known).sum(1) / cells_on_board
    margin = F.smooth_l1_loss(margins, margins_target, reduction="none").mean((1, 2))
    left = F.smooth_l1_loss(plies, plies_target, reduction="none")
    per_head = [policy, value, own, margin, left]
    sample_weights = [policy_weight, value_weight] + [auxiliary_weight] * 3
    total = sum((loss * w).mean() * hw for loss, w, hw in zip(per_head, sample_weights, head_weights))
    return total, per_head


if exact:
    total, per_head = losses()
    total.backward()
    flat_gradient = []
    for p in job["parameters"]:
        gradient = weights[p["name"]].grad
        if p["kind"] == "conv3":
            gradient = gradient.permute(2, 3, 1, 0)
        elif p["kind"] == "cells":
            gradient = gradient[:, :, 0, 0].t()
        flat_gradient.append(gradient.reshape(-1))
    torch.cat(flat_gradient).numpy().tofile(os.path.join(folder, "gradients.f64"))
    torch.stack(per_head).detach().numpy().tofile(os.path.join(folder, "losses.f64"))
else:
    optimiser = torch.optim.AdamW(weights.values(), lr=1e-3, weight_decay=1e-2)

    def step():
        optimiser.zero_grad()
        total, _ = losses()
        total.backward()
        torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
        optimiser.step()
        return total.item()

    for _ in range(2):
        step()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(job["steps"]):
        last = step()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    count = job["steps"] * n
    result = {"samples_per_cpu_second": count / cpu, "samples_per_second": count / wall, "loss": last}
    print(json.dumps({**result, "torch": torch.__version__, "threads": job["threads"]}))
