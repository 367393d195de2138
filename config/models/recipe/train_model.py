"""Trains one model: Muon on the matrices, AdamW on the rest, a constant rate with a linear fall at the end."""

import argparse
import random
import time

import torch
import torch.nn.functional as F

from generate_text import document
from model import SHAPES, Decoder
from train_tokenizer import Tokenizer

ROW = 256
LONG_SHARE = 0.1  # of the tokens, at the end, on rows of the whole context


def rows(tokenizer, draw, task_share, length):
    """Endless rows of length + 1 tokens; each starts with a document, and only what the model is to say is learnt (else target -100)."""
    begin = tokenizer.special["<|begin|>"]
    while True:
        ids, learnt, documents, number = [], [], [], 0
        while len(ids) <= length:
            kind, content = document(draw, task_share)
            ids.append(begin)
            learnt.append(False)
            for role, text in content if kind == "chat" else [("text", content)]:
                body = tokenizer.encode(text) + tokenizer.encode("<|end|>")
                head = [] if role == "text" else tokenizer.encode(f"<|{role}|>")
                ids += head + body
                learnt += [False] * len(head) + [role in ("assistant", "text")] * len(body)
            number += 1
            documents += [number] * (len(ids) - len(documents))
        targets = [token if learn else -100 for token, learn in zip(ids, learnt)]
        yield ids[:length], targets[1 : length + 1], documents[:length]


def orthogonal(gradient):
    """Newton-Schulz iteration towards the nearest orthogonal matrix, the step of Muon."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = gradient / (gradient.norm() + 1e-7)
    flip = x.shape[0] > x.shape[1]
    x = x.t() if flip else x
    for _ in range(5):
        square = x @ x.t()
        x = a * x + (b * square + c * square @ square) @ x
    return x.t() if flip else x


class Muon(torch.optim.Optimizer):
    def __init__(self, weights, lr):
        super().__init__(weights, {"lr": lr})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weight in group["params"]:
                momentum = self.state[weight].setdefault("momentum", torch.zeros_like(weight))
                momentum.lerp_(weight.grad, 0.05)
                step = orthogonal(weight.grad.lerp(momentum, 0.95))
                weight.mul_(1 - group["lr"] * 0.01)
                weight.add_(step, alpha=-group["lr"] * max(1, weight.shape[0] / weight.shape[1]) ** 0.5)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--model", choices=SHAPES, required=True)
    arguments.add_argument("--tokenizer", required=True, help="the folder with tokenizer.json")
    arguments.add_argument("--tokens", type=float, default=4e6)
    arguments.add_argument("--tasks", type=float, default=0.3, help="share of documents that are tasks with one right answer")
    arguments.add_argument("--batch", type=int, default=2048, help="tokens a step")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--out", required=True)
    given = arguments.parse_args()

    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(given.seed)
    tokenizer = Tokenizer(given.tokenizer)
    decoder = Decoder(SHAPES[given.model])
    matrices = [w for n, w in decoder.named_parameters() if w.dim() == 2 and "embed" not in n]
    rest = [w for n, w in decoder.named_parameters() if w.dim() == 1 or "embed" in n]
    optimizers = [Muon(matrices, lr=0.02), torch.optim.AdamW(rest, lr=4e-3, betas=(0.9, 0.95), weight_decay=0.0)]
    rates = [optimizer.param_groups[0]["lr"] for optimizer in optimizers]
    sources = {length: rows(tokenizer, random.Random(given.seed * 1000 + length), given.tasks, length) for length in (ROW, decoder.shape["context"])}
    steps = int(given.tokens // given.batch)
    started, losses = time.time(), []
    for step in range(steps):
        share = step / steps
        rate = min(1, (step + 1) / 50, (1 - share) / 0.4)
        for optimizer, full in zip(optimizers, rates):
            optimizer.param_groups[0]["lr"] = full * rate
        length = decoder.shape["context"] if share >= 1 - LONG_SHARE else ROW
        batch = [next(sources[length]) for _ in range(given.batch // length)]
        ids, targets, documents = (torch.tensor([row[at] for row in batch]) for at in (0, 1, 2))
        loss = F.cross_entropy(decoder(ids, documents).flatten(0, 1), targets.flatten(), ignore_index=-100)
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(rest, 1.0)
        for optimizer in optimizers:
            optimizer.step()
        losses.append(loss.item())
        if step % 25 == 24 or step == steps - 1:
            recent = losses[-50:]
            seconds = time.time() - started
            print(f"step {step + 1}/{steps} tokens {(step + 1) * given.batch} loss {sum(recent) / len(recent):.4f} {(step + 1) * given.batch / seconds:.0f} tokens/s", flush=True)
    final = losses[-100:]
    torch.save({"name": given.model, "weights": decoder.state_dict(), "trainedTokens": steps * given.batch, "loss": sum(final) / len(final),
                "tasks": given.tasks, "seed": given.seed}, given.out)


if __name__ == "__main__":
    main()
