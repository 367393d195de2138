"""Training text: chats on the shared prompt templates, with the answer that a template's kind asks for, and plain text."""

import json
import random
import re
from pathlib import Path

from grammar import TABLE, expand

PROMPTS = Path(__file__).resolve().parents[2] / "prompts" / "assay-tiny.json"
FILE = json.loads(PROMPTS.read_text())
SLOT = re.compile(r"\{(\w+)\}")
FREE = {"story", "describe", "dialogue", "letter", "list", "advice", "weather", "recipe", "diary", "poem"}
FACTORS = {"kilometres to metres": 1000, "metres to centimetres": 100, "kilograms to grams": 1000, "hours to minutes": 60,
           "minutes to seconds": 60, "weeks to days": 7, "days to hours": 24, "dozens to pieces": 12}


def draw_prompt(draw: random.Random, kinds=None):
    """One prompt as {kind, text, values}: a template by equal chance, every slot drawn on its own."""
    template = draw.choice([t for t in FILE["templates"] if kinds is None or t["kind"] in kinds])
    values = []

    def fill(match):
        value = draw.choice(FILE["slots"][match.group(1)])
        values.append((match.group(1), value))
        return value

    return {"kind": template["kind"], "text": SLOT.sub(fill, template["text"]), "values": values, "template": template["text"]}


def exact_answer(prompt):
    """The one right answer of a task, None for free text."""
    kind, values = prompt["kind"], [value for _, value in prompt["values"]]
    if kind == "add":
        return f"{int(values[0]) + int(values[1])}."
    if kind == "subtract":
        return f"{int(values[0]) - int(values[1])}."
    if kind == "sort":
        return " ".join(sorted(values, key=int))
    if kind == "alphabet":
        return " ".join(sorted(values))
    if kind == "copy":
        return " ".join(values)
    if kind == "reverse":
        return " ".join(reversed(values))
    if kind == "convert":
        source, target = values[1].split(" to ")
        return f"{values[0]} {source} are {int(values[0]) * FACTORS[values[1]]} {target}."
    if kind in ("day", "month"):
        circle = FILE["slots"][kind]
        return circle[(circle.index(values[1]) + int(values[0])) % len(circle)] + "."
    return None


def rule_of(prompt):
    """The grammar's rule that answers a free prompt."""
    kind, template = prompt["kind"], prompt["template"]
    if kind == "describe":
        return "described" if "{object}" in template else "describe"
    if kind == "list":
        return "list_" if "take" in template else "list"
    if kind == "diary":
        return "animalday" if "{animal}" in template else "diary"
    return {"advice": "advise"}.get(kind, kind)


def free_answer(prompt, draw: random.Random):
    """One of the many answers to a free prompt, about what the prompt names."""
    kind = prompt["kind"]
    given = {}
    for name, value in prompt["values"]:
        given.setdefault(name, []).append(value)
    bound = {name: [given[name][0]] if name in given else values for name, values in FILE["slots"].items()}
    bound["adjective"] = given.get("adjective") or TABLE["adj"]
    heroes = given.get("animal", []) + given.get("job", [])
    hero = draw.choice(heroes) if heroes else "visitor"
    bound["hero"] = [hero]
    other = heroes[-1] if len(heroes) > 1 else hero
    bound["who"] = [f"the {hero}", f"the {other}", "he", "she", "it"] if heroes else ["he", "she", "the visitor"]
    if kind == "story" or rule_of(prompt) == "animalday":
        bound["who"] = [f"the {hero}", f"the {other}", "it" if "animal" in given else "he"]
    bound["one"] = [w.capitalize() for w in heroes[:1]] or ["A"]
    bound["two"] = [w.capitalize() for w in heroes[1:2]] or ["B"]
    bound["reader"] = given.get("job", ["neighbour"]) if "to a" in prompt["template"] else ["neighbour", "sister", "brother", "mother", "father"]
    bound["signer"] = [f"the {hero}"] if "from a" in prompt["template"] else TABLE["name"]
    bound["theme"] = given.get("animal") or given.get("season") or ["night"]
    return expand("{" + rule_of(prompt) + "}", draw, bound)


def answer(prompt, draw):
    return free_answer(prompt, draw) if prompt["kind"] in FREE else exact_answer(prompt)


def document(draw: random.Random, task_share):
    """One training document: ('chat', messages) or ('text', string)."""
    at = draw.random()
    tasks = {t["kind"] for t in FILE["templates"]} - FREE
    if at < task_share:
        # several questions of one kind in a row teach a task with few tokens
        kinds = {draw.choice(sorted(tasks) + ["add", "add", "subtract", "subtract"])}
        messages = []
        for _ in range(draw.choice([1, 2, 4, 6])):
            prompt = draw_prompt(draw, kinds)
            messages += [("user", prompt["text"]), ("assistant", answer(prompt, draw))]
        return "chat", messages
    if at > 0.96:
        return "text", " ".join(free_answer(draw_prompt(draw, {"story"}), draw) for _ in range(2))
    messages = [("system", "You are a helpful assistant.")] if draw.random() < 0.04 else []
    for _ in range(draw.choice([1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 4])):
        prompt = draw_prompt(draw, FREE)
        messages += [("user", prompt["text"]), ("assistant", answer(prompt, draw))]
    return "chat", messages


if __name__ == "__main__":
    draw = random.Random(1)
    for _ in range(12):
        print(document(draw, 0.3), "\n")
