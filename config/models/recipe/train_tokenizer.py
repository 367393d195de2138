"""A byte-level BPE of a few hundred tokens, trained on generated text and written as a Hugging Face tokenizer.json."""

import collections
import json
import random
import re
import sys
from pathlib import Path

from generate_text import document

SPECIAL = ["<|pad|>", "<|begin|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
VOCABULARY = 768
# what the pre-tokenizers Digits (individual) and ByteLevel (GPT-2's pattern) do together on letters of any alphabet
DIGITS = re.compile(r"\d|\D+")
PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def byte_letters():
    """GPT-2's table of one printable letter for each byte."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table, extra = {}, 0
    for byte in range(256):
        table[byte] = chr(byte) if byte in plain else chr(256 + extra)
        extra += byte not in plain
    return table


LETTERS = byte_letters()


def pieces(text):
    """The words of a text, each as a tuple of byte letters."""
    for run in DIGITS.findall(text):
        for piece in PIECES.findall(run):
            yield tuple(LETTERS[byte] for byte in piece.encode())


def joined(word, pair):
    """The word with every occurrence of the pair made one symbol, from the left."""
    result, at = [], 0
    while at < len(word):
        if at + 1 < len(word) and (word[at], word[at + 1]) == pair:
            result.append(word[at] + word[at + 1])
            at += 2
        else:
            result.append(word[at])
            at += 1
    return tuple(result)


def train(texts, size):
    """Merges the most frequent pair until the vocabulary is full; ties go to the smaller pair, so a run repeats exactly."""
    words = collections.Counter(piece for text in texts for piece in pieces(text))
    merges = []
    while len(SPECIAL) + 256 + len(merges) < size:
        pairs = collections.Counter()
        for word, count in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += count
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        merged = collections.Counter()
        for word, count in words.items():
            merged[joined(word, best)] += count
        words = merged
    return merges


class Tokenizer:
    """Encodes as the JavaScript side does: special tokens first, then words, then merges by rank."""

    def __init__(self, folder):
        data = json.loads((Path(folder) / "tokenizer.json").read_text())
        self.ids = data["model"]["vocab"]
        self.ranks = {tuple(pair): rank for rank, pair in enumerate(data["model"]["merges"])}
        self.special = {token["content"]: token["id"] for token in data["added_tokens"]}
        self.split = re.compile("(" + "|".join(re.escape(token) for token in self.special) + ")")
        self.known = {}
        bytes_of = {letter: byte for byte, letter in LETTERS.items()}
        self.bytes = {number: bytes(bytes_of[letter] for letter in token) for token, number in self.ids.items() if token not in self.special}

    def word(self, piece):
        if piece not in self.known:
            word = piece
            while len(word) > 1:
                best = min(zip(word, word[1:]), key=lambda pair: self.ranks.get(pair, 1 << 30))
                if best not in self.ranks:
                    break
                word = joined(word, best)
            self.known[piece] = [self.ids[symbol] for symbol in word]
        return self.known[piece]

    def encode(self, text):
        ids = []
        for part in self.split.split(text):
            if part in self.special:
                ids.append(self.special[part])
            else:
                for piece in pieces(part):
                    ids += self.word(piece)
        return ids

    def decode(self, ids):
        return b"".join(self.bytes.get(number, b"") for number in ids).decode(errors="replace")

    def prompt(self, messages):
        """The ids of a chat up to the point where the assistant speaks."""
        return self.encode("<|begin|>" + "".join(f"<|{role}|>{text}<|end|>" for role, text in messages) + "<|assistant|>")


def main(folders):
    draw = random.Random(11)
    texts = []
    for _ in range(6000):
        kind, content = document(draw, 0.2)
        texts += [content] if kind == "text" else [text for _, text in content]
    merges = train(texts, VOCABULARY)
    symbols = SPECIAL + [LETTERS[byte] for byte in sorted(LETTERS, key=lambda byte: LETTERS[byte])] + [a + b for a, b in merges]
    special = [{"id": number, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
               for number, token in enumerate(SPECIAL)]
    begin = {"SpecialToken": {"id": SPECIAL[1], "type_id": 0}}
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special, "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": True}, level]},
        "post_processor": {"type": "TemplateProcessing", "single": [begin, {"Sequence": {"id": "A", "type_id": 0}}],
                           "pair": [begin, {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                           "special_tokens": {SPECIAL[1]: {"id": SPECIAL[1], "ids": [1], "tokens": [SPECIAL[1]]}}},
        "decoder": level,
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
                  "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                  "vocab": {symbol: number for number, symbol in enumerate(symbols)}, "merges": [list(pair) for pair in merges]},
    }
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": True, "model_max_length": 512, "clean_up_tokenization_spaces": False,
        "bos_token": "<|begin|>", "eos_token": "<|end|>", "pad_token": "<|pad|>", "unk_token": None, "chat_template": TEMPLATE,
        "added_tokens_decoder": {str(token["id"]): {key: value for key, value in token.items() if key != "id"} for token in special},
    }
    for folder in folders:
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False, indent=1) + "\n")
        (Path(folder) / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    print(f"{len(symbols)} tokens, the last merges: {[a + b for a, b in merges[-20:]]}")


if __name__ == "__main__":
    main(sys.argv[1:])
