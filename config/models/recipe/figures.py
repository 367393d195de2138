"""What a trained model is like on the prompts of synthetic requests: entropy, certainty, lengths, right answers of tasks."""

import collections
import json
import random
import sys

import torch

from generate_text import FREE, draw_prompt, exact_answer
from model import load
from train_tokenizer import Tokenizer

SAMPLED, TASKS, LIMIT = 400, 900, 200
CERTAIN = 0.99


@torch.no_grad()
def answers(decoder, prompts, end, limit, draw=None):
    """Answers to prompts (lists of ids), greedy or (with a generator) drawn at temperature 1; each with its per-token entropy and highest chance."""
    found = [{"ids": [], "entropy": [], "top": []} for _ in prompts]
    open_ = [True] * len(prompts)
    caches = [{} for _ in decoder.layers]
    ids = torch.tensor([prompt[0] for prompt in prompts])
    for at in range(decoder.shape["context"] - 1):
        logs = decoder.step(ids, at, caches).log_softmax(-1)
        chances = logs.exp()
        chosen = torch.multinomial(chances, 1, generator=draw)[:, 0] if draw else logs.argmax(-1)
        entropy, top = -(chances * logs).sum(-1), chances.max(-1).values
        for row, (prompt, answer) in enumerate(zip(prompts, found)):
            if at + 1 < len(prompt):
                chosen[row] = prompt[at + 1]
            elif open_[row]:
                answer["ids"].append(int(chosen[row]))
                answer["entropy"].append(float(entropy[row]))
                answer["top"].append(float(top[row]))
                open_[row] = int(chosen[row]) != end and len(answer["ids"]) < limit
        if not any(open_):
            break
        ids = chosen
    return found


def batches(items, size=100):
    return [items[at : at + size] for at in range(0, len(items), size)]


def share(values):
    return sum(values) / max(1, len(values))


def figures(checkpoint, folder):
    decoder, saved = load(checkpoint)
    tokenizer = Tokenizer(folder)
    end = tokenizer.special["<|end|>"]
    draw = random.Random(2024)
    prompts = [draw_prompt(draw) for _ in range(SAMPLED)]
    generator = torch.Generator().manual_seed(7)
    drawn = []
    for part in batches(prompts):
        drawn += answers(decoder, [tokenizer.prompt([("user", prompt["text"])]) for prompt in part], end, LIMIT, generator)
    tasks = [draw_prompt(draw, {t for t in ("add", "subtract", "sort", "alphabet", "copy", "reverse", "convert", "day", "month")}) for _ in range(TASKS)]
    right = collections.defaultdict(list)
    for part in batches(tasks):
        for prompt, answer in zip(part, answers(decoder, [tokenizer.prompt([("user", prompt["text"])]) for prompt in part], end, 24)):
            right[prompt["kind"]].append(answer["ids"][-1] == end and tokenizer.decode(answer["ids"]) == exact_answer(prompt))
    free = [answer for prompt, answer in zip(prompts, drawn) if prompt["kind"] in FREE]
    entropies = [value for answer in drawn for value in answer["entropy"]]
    tops = [value for answer in drawn for value in answer["top"]]
    return {
        "parameters": sum(weight.numel() for weight in decoder.parameters()),
        "trainedTokens": saved["trainedTokens"],
        "meanEntropyNats": round(share(entropies), 4),
        "shareAbove99": round(share([top > CERTAIN for top in tops]), 4),
        "exactShare": round(share([hit for hits in right.values() for hit in hits]), 4),
        "loss": round(saved["loss"], 4),
    }, {
        "exact by kind": {kind: round(share(hits), 3) for kind, hits in sorted(right.items())},
        "tokens drawn": len(entropies),
        "mean length of free answers": round(share([len(answer["ids"]) for answer in free]), 1),
        "free answers that end by themselves": round(share([answer["ids"][-1] == end for answer in free]), 4),
        "mean entropy of free answers": round(share([value for answer in free for value in answer["entropy"]]), 4),
        "examples": [f"{prompt['text']} => {tokenizer.decode(answer['ids'])}" for prompt, answer in list(zip(prompts, drawn))[:12]],
    }


if __name__ == "__main__":
    numbers, more = figures(*sys.argv[1:])
    print(json.dumps({**numbers, **more}, indent=2))
