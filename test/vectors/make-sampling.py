"""Writes sampling.json: picks of the seeded sampler, by another implementation (plain Python, own ChaCha8). Run: python3 make-sampling.py"""

import json
import math
import struct
from pathlib import Path

MASK = 0xFFFFFFFF


def quarter(s, a, b, c, d):
    for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[x] = (s[x] + s[y]) & MASK
        s[z] ^= s[x]
        s[z] = ((s[z] << turn) | (s[z] >> (32 - turn))) & MASK


def chacha(key: bytes, block: int, nonce: int, rounds=8):
    start = list(struct.unpack("<4I", b"expand 32-byte k")) + list(struct.unpack("<8I", key)) + list(struct.unpack("<4I", struct.pack("<QQ", block, nonce)))
    s = list(start)
    for _ in range(rounds // 2):
        for i in range(4):
            quarter(s, i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(s, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return [(a + b) & MASK for a, b in zip(s, start)]


# The published test vector of ChaCha20 with a key and nonce of zeros, so that the rounds are known to be right.
assert struct.pack("<16I", *chacha(bytes(32), 0, 0, 20)).hex().startswith("76b8e0ada0f13d90405d6ae55386bd28")


def noise(key, position, token):
    word = chacha(key, token // 16, position)[token % 16]
    return -math.log(-math.log((word + 0.5) / 2**32))


def f32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def logits(case, vocab):
    """Integers of a linear congruence, in steps of 1/64: exact in float32 in any language."""
    state, row = case + 1, []
    for _ in range(vocab):
        state = (state * 1103515245 + 12345) % 2**31
        row.append(((state >> 8) % 1024 - 512) / 64)
    return row


def kept(row, top_k):
    if top_k == 0 or top_k >= len(row):
        return set(range(len(row)))
    return set(sorted(range(len(row)), key=lambda v: (-row[v], v))[:top_k])


def pick(row, key, position, temperature, top_k):
    if temperature == 0:
        return max(range(len(row)), key=lambda v: (row[v], -v)), None
    keep = kept(row, top_k)
    values = {v: row[v] / temperature + noise(key, position, v) for v in keep}
    best = max(keep, key=lambda v: (values[v], -v))
    return best, values[best]


cases = []
for case in range(64):
    vocab = [7, 16, 33, 100, 512][case % 5]
    temperature = [0, 0.3, 0.7, 1, 1.7][(case // 5) % 5]
    top_k = [0, 1, 5, 50][(case // 7) % 4]
    key = bytes((case * 31 + i * 7) % 256 for i in range(32))
    position = [0, 1, 17, 511, 70000][(case // 3) % 5]
    row = logits(case, vocab)
    token, value = pick(row, key, position, temperature, top_k)
    t = temperature or 1
    keep = kept(row, top_k) if temperature else set(range(vocab))
    highest = max(row)
    total = sum(math.exp((row[v] - highest) / t) for v in keep)
    p = {v: math.exp((row[v] - highest) / t) / total for v in keep}
    cases.append({
        "case": case, "vocab": vocab, "temperature": temperature, "topK": top_k, "key": key.hex(), "position": position,
        "token": token, "value": value, "kept": len(keep),
        "logProb": row[token] - highest - math.log(sum(math.exp(l - highest) for l in row)),
        "entropy": -sum(q * math.log(q) for q in p.values() if q > 0) if temperature else 0,
        "surprisal": -math.log(p[token]) if temperature else 0,
    })

blocks = [{"key": bytes(range(32)).hex(), "block": b, "nonce": n, "words": chacha(bytes(range(32)), b, n)} for b, n in ((0, 0), (1, 0), (0, 1), (7, 511), (8000, 70000))]
out = {"provenance": "test/vectors/make-sampling.py, Python 3, standard library only; logits by the linear congruence of its function logits", "blocks": blocks, "cases": cases}
Path(__file__).with_name("sampling.json").write_text(json.dumps(out, indent=1) + "\n")
