"""The whole recipe in one command: tokenizer, trainings side by side, the better one kept, its small sibling, both artefacts."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENTROPY, CERTAIN = (0.5, 1.2), 0.5  # what a model must reach on the synthetic prompts at temperature 1


def run(*arguments, out=None):
    # one thread each: sums keep their order, so a training repeats exactly on the same kind of processor
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, *map(str, arguments)], cwd=HERE, env=environment, stdout=out)


def finish(processes):
    for process in processes:
        if process.wait() != 0:
            sys.exit(f"{process.args} ended with {process.returncode}")


def train(work, model, tasks, seed, tokens):
    checkpoint = work / f"{model}-{tasks}-{seed}.pt"
    with open(checkpoint.with_suffix(".log"), "w") as log:
        return checkpoint, run("train_model.py", "--model", model, "--tokenizer", work / "tokenizer", "--tokens", tokens,
                               "--tasks", tasks, "--seed", seed, "--out", checkpoint, out=log)


def measure(checkpoint, work):
    from figures import figures

    numbers, more = figures(checkpoint, work / "tokenizer")
    print(checkpoint.name, json.dumps({**numbers, **more}, indent=2), flush=True)
    inside = ENTROPY[0] <= numbers["meanEntropyNats"] <= ENTROPY[1] and numbers["shareAbove99"] <= CERTAIN
    return inside, numbers["exactShare"]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--work", type=Path, default=HERE / "work", help="folder for checkpoints and logs")
    arguments.add_argument("--out", type=Path, default=HERE.parent, help="folder that holds assay-tiny and assay-tiny-small")
    arguments.add_argument("--tokens", type=float, default=8e6, help="trained tokens of each training")
    arguments.add_argument("--tasks", type=float, nargs="+", default=[0.3, 0.5], help="shares of task documents, one training of assay-tiny for each")
    arguments.add_argument("--seed", type=int, default=2, help="seed of the first training; each further one takes the next")
    given = arguments.parse_args()
    work, out = given.work.resolve(), given.out.resolve()
    work.mkdir(parents=True, exist_ok=True)

    finish([run("train_tokenizer.py", work / "tokenizer")])
    trainings = [train(work, "assay-tiny", tasks, seed, given.tokens) for seed, tasks in enumerate(given.tasks, start=given.seed)]
    finish(process for _, process in trainings)
    # inside the aims first, then the one that answers more tasks rightly
    ranked = max(range(len(trainings)), key=lambda at: measure(trainings[at][0], work))
    small, process = train(work, "assay-tiny-small", given.tasks[ranked], given.seed + ranked, given.tokens)
    finish([process])
    for name, checkpoint in (("assay-tiny", trainings[ranked][0]), ("assay-tiny-small", small)):
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        for file in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(work / "tokenizer" / file, folder / file)
        finish([run("export_onnx.py", checkpoint, folder)])
        finish([run("known_answers.py", checkpoint, folder)])


if __name__ == "__main__":
    main()
