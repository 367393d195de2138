"""Writes manifest.json: file digests, shapes, figures, and the known answers that a copy of the model must reproduce."""

import hashlib
import json
import sys
from pathlib import Path

import torch

from figures import answers, figures
from model import load
from train_tokenizer import Tokenizer

# ONNX and PyTorch differ in the order of sums alone; this is far above that and far below any change of a weight's precision that matters
TOLERANCE = 1e-3
TOKENS, TOP = 24, 5
CHATS = [
    [("user", "Tell a short story about a clever fox in the forest.")],
    [("user", "What is 17 plus 25?")],
    [("user", "Write a dialogue between a baker and a sailor about a lost key.")],
    [("system", "You are a helpful assistant."), ("user", "Describe a quiet harbour.")],
    [("user", "Repeat these words: river copper lemon cloud")],
    [("user", "Which day comes 3 days after Friday?"), ("assistant", "Monday."), ("user", "Write a poem about a gentle horse.")],
]


@torch.no_grad()
def known_answer(decoder, tokenizer, chat):
    """One chat's prompt ids, greedy answer, and the highest logits at each of its positions from one prefill of both."""
    prompt = tokenizer.prompt(chat)
    ids = answers(decoder, [prompt], tokenizer.special["<|end|>"], TOKENS)[0]["ids"]
    logits = decoder(torch.tensor([prompt + ids]))[0, len(prompt) - 1 : -1]
    best = logits.topk(TOP)
    return {
        "messages": [{"role": role, "content": text} for role, text in chat],
        "promptTokenIds": prompt,
        "tokenIds": ids,
        "topLogits": [[[int(number), round(float(value), 6)] for number, value in zip(*pair)] for pair in zip(best.indices, best.values)],
    }


def main(checkpoint, folder):
    decoder, saved = load(checkpoint)
    folder, shape = Path(folder), decoder.shape
    tokenizer = Tokenizer(folder)
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name not in ("manifest.json", "README.md"))
    numbers, more = figures(checkpoint, folder)
    manifest = {
        "version": "assay/manifest/1",
        "name": saved["name"],
        "architecture": "llama",
        "precision": "fp32",
        "files": [{"path": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "sizeBytes": path.stat().st_size} for path in files],
        "shapes": {key: shape[key] for key in ("layers", "hidden", "heads", "kvHeads", "headDim", "vocab", "context")},
        "eosTokenIds": [tokenizer.special["<|end|>"]],
        "bosTokenId": tokenizer.special["<|begin|>"],
        "knownAnswers": [known_answer(decoder, tokenizer, chat) for chat in CHATS],
        "tolerance": TOLERANCE,
        "figures": numbers,
    }
    text = json.dumps(manifest, indent=1)
    (folder / "manifest.json").write_text(compact(text) + "\n")
    print(json.dumps({**numbers, **more}, indent=2))


def compact(text):
    """Lists of numbers on one line each."""
    import re

    return re.sub(r"\[[\s\d.,\-e\[\]]*\]", lambda match: re.sub(r"\s+", "", match.group(0)).replace(",", ", "), text)


if __name__ == "__main__":
    main(*sys.argv[1:])
