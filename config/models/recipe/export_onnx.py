"""Writes a trained decoder as ONNX in the layout of Hugging Face exports, with standard operators only (opset 17)."""

import json
import math
import struct
import sys
from pathlib import Path

from model import EPSILON, THETA, load

FLOAT, INT64, BOOL = 1, 7, 9


# --- the few protobuf messages of an ONNX file (field numbers of onnx.proto) ---
def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while True:
        out.append((number & 127) | (128 if number > 127 else 0))
        number >>= 7
        if not number:
            return bytes(out)


def field(number, value):
    """One field: an int as varint, text and bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(name, dims, kind, data):
    return b"".join(field(1, size) for size in dims) + field(2, kind) + field(8, name) + field(9, data)


def attribute(name, value):
    if isinstance(value, float):
        return field(1, name) + varint(2 << 3 | 5) + struct.pack("<f", value) + field(20, 1)
    if isinstance(value, list):
        return field(1, name) + b"".join(field(8, item) for item in value) + field(20, 7)
    return field(1, name) + field(3, value) + field(20, 2)


def value_info(name, kind, dims):
    shape = b"".join(field(1, field(2, size) if isinstance(size, str) else field(1, size)) for size in dims)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, shape)))


class Graph:
    """Collects nodes and initializers; every node's first output carries the node's name."""

    def __init__(self):
        self.nodes, self.weights, self.inputs, self.outputs, self.constants = [], [], [], [], {}

    def node(self, kind, name, inputs, outputs=None, **attributes):
        outputs = outputs or [name + "/output_0"]
        body = b"".join(field(1, item) for item in inputs) + b"".join(field(2, item) for item in outputs)
        body += field(3, name) + field(4, kind) + b"".join(field(5, attribute(key, value)) for key, value in attributes.items())
        self.nodes.append(body)
        return outputs[0]

    def weight(self, name, values):
        """A float32 initializer from a PyTorch tensor."""
        self.weights.append(tensor(name, values.shape, FLOAT, values.detach().contiguous().numpy().astype("<f4").tobytes()))
        return name

    def integers(self, *values):
        name = "constant_int64_" + "_".join(str(value).replace("-", "minus") for value in values)
        if name not in self.constants:
            self.constants[name] = tensor(name, [len(values)], INT64, struct.pack(f"<{len(values)}q", *values))
        return name

    def scalar(self, value):
        name = f"constant_scalar_{value}"
        self.constants[name] = tensor(name, [], INT64, struct.pack("<q", value))
        return name

    def integers_empty(self):
        self.constants["constant_int64_none"] = tensor("constant_int64_none", [0], INT64, b"")
        return "constant_int64_none"

    def number(self, value):
        name = "constant_float_" + repr(value).replace("-", "minus").replace(".", "_").replace("+", "")
        if name not in self.constants:
            self.constants[name] = tensor(name, [], FLOAT, struct.pack("<f", value))
        return name

    def bytes(self):
        body = b"".join(field(1, node) for node in self.nodes) + field(2, "main_graph")
        body += b"".join(field(5, weight) for weight in [*self.weights, *self.constants.values()])
        body += b"".join(field(11, value) for value in self.inputs) + b"".join(field(12, value) for value in self.outputs)
        return field(1, 8) + field(2, "assay-recipe") + field(7, body) + field(8, field(1, "") + field(2, 17))


def norm(graph, name, x, weight):
    square = graph.node("Mul", f"{name}/Square", [x, x])
    mean = graph.node("ReduceMean", f"{name}/Mean", [square], axes=[-1], keepdims=1)
    safe = graph.node("Add", f"{name}/Epsilon", [mean, graph.number(EPSILON)])
    scale = graph.node("Sqrt", f"{name}/Sqrt", [safe])
    even = graph.node("Div", f"{name}/Div", [x, scale])
    return graph.node("Mul", f"{name}/Mul", [even, weight])


def rope(graph, name, x, half, cos, sin):
    """x [batch, heads, sequence, headDim] turned by its position, halves as in rotate-half."""
    low = graph.node("Slice", f"{name}/Low", [x, graph.integers(0), graph.integers(half), graph.integers(3)])
    high = graph.node("Slice", f"{name}/High", [x, graph.integers(half), graph.integers(2 * half), graph.integers(3)])
    minus = graph.node("Neg", f"{name}/Neg", [high])
    turned = graph.node("Concat", f"{name}/Concat", [minus, low], axis=3)
    a = graph.node("Mul", f"{name}/Cos", [x, cos])
    b = graph.node("Mul", f"{name}/Sin", [turned, sin])
    return graph.node("Add", f"{name}/Add", [a, b])


def mask(graph):
    """[batch, 1, sequence, past + sequence]: 0 where a key may be seen, -1e9 where it lies ahead or is padding."""
    at = "/model/mask"
    key_length = graph.node("Gather", f"{at}/Total", [graph.node("Shape", f"{at}/MaskShape", ["attention_mask"]), graph.integers(1)], axis=0)
    length = graph.node("Gather", f"{at}/Sequence", [graph.node("Shape", f"{at}/IdsShape", ["input_ids"]), graph.integers(1)], axis=0)
    past = graph.node("Sub", f"{at}/Past", [key_length, length])
    # places count from 0 by memory, not by position id, so left padding does not move them; Range wants scalars
    empty = graph.integers_empty()
    scalar = {name: graph.node("Reshape", f"{at}/{name}Scalar", [value, empty]) for name, value in (("Total", key_length), ("Past", past))}
    keys = graph.node("Range", f"{at}/Keys", [graph.scalar(0), scalar["Total"], graph.scalar(1)])
    queries = graph.node("Range", f"{at}/Queries", [scalar["Past"], scalar["Total"], graph.scalar(1)])
    queries = graph.node("Unsqueeze", f"{at}/QueriesColumn", [queries, graph.integers(1)])
    causal = graph.node("LessOrEqual", f"{at}/Causal", [keys, queries])
    real = graph.node("Cast", f"{at}/Real", ["attention_mask"], to=BOOL)
    real = graph.node("Unsqueeze", f"{at}/RealWide", [real, graph.integers(1, 2)])
    seen = graph.node("And", f"{at}/Seen", [causal, real])
    return graph.node("Where", f"{at}/Where", [seen, graph.number(0.0), graph.number(-1e9)])


def attention(graph, layer, number, shape, x, cos, sin, hide):
    at, weights = f"/model/layers.{number}/self_attn", f"model.layers.{number}.self_attn"
    heads, kv, size = shape["heads"], shape["kvHeads"], shape["headDim"]

    def project(which, count):
        weight = graph.weight(f"{weights}.{which}_proj.weight", getattr(layer.self_attn, which + "_proj").weight.t())
        flat = graph.node("MatMul", f"{at}/{which}_proj/MatMul", [x, weight])
        split = graph.node("Reshape", f"{at}/{which}_proj/Reshape", [flat, graph.integers(0, 0, count, size)])
        return graph.node("Transpose", f"{at}/{which}_proj/Transpose", [split], perm=[0, 2, 1, 3])

    q = rope(graph, f"{at}/q_rope", project("q", heads), size // 2, cos, sin)
    k = rope(graph, f"{at}/k_rope", project("k", kv), size // 2, cos, sin)
    v = project("v", kv)
    k = graph.node("Concat", f"{at}/PresentKey", [f"past_key_values.{number}.key", k], [f"present.{number}.key"], axis=2)
    v = graph.node("Concat", f"{at}/PresentValue", [f"past_key_values.{number}.value", v], [f"present.{number}.value"], axis=2)
    # query heads in their groups: [batch, kv, group, sequence, headDim] against keys [batch, kv, 1, headDim, past + sequence]
    q = graph.node("Reshape", f"{at}/Groups", [q, graph.integers(0, kv, heads // kv, -1, size)])
    k = graph.node("Unsqueeze", f"{at}/KeyWide", [graph.node("Transpose", f"{at}/KeyTurned", [k], perm=[0, 1, 3, 2]), graph.integers(2)])
    v = graph.node("Unsqueeze", f"{at}/ValueWide", [v, graph.integers(2)])
    scores = graph.node("MatMul", f"{at}/Scores/MatMul", [q, k])
    scores = graph.node("Mul", f"{at}/Scores/Scale", [scores, graph.number(1 / math.sqrt(size))])
    scores = graph.node("Add", f"{at}/Scores/Masked", [scores, hide])
    chances = graph.node("Softmax", f"{at}/Softmax", [scores], axis=-1)
    mixed = graph.node("MatMul", f"{at}/Mixed/MatMul", [chances, v])
    mixed = graph.node("Reshape", f"{at}/Mixed/Heads", [mixed, graph.integers(0, heads, -1, size)])
    mixed = graph.node("Transpose", f"{at}/Mixed/Transpose", [mixed], perm=[0, 2, 1, 3])
    mixed = graph.node("Reshape", f"{at}/Mixed/Flat", [mixed, graph.integers(0, 0, heads * size)])
    weight = graph.weight(f"{weights}.o_proj.weight", layer.self_attn.o_proj.weight.t())
    return graph.node("MatMul", f"{at}/o_proj/MatMul", [mixed, weight])


def mlp(graph, layer, number, x):
    at, weights = f"/model/layers.{number}/mlp", f"model.layers.{number}.mlp"
    weight = {which: graph.weight(f"{weights}.{which}_proj.weight", getattr(layer.mlp, which + "_proj").weight.t()) for which in ("gate", "up", "down")}
    gate = graph.node("MatMul", f"{at}/gate_proj/MatMul", [x, weight["gate"]])
    up = graph.node("MatMul", f"{at}/up_proj/MatMul", [x, weight["up"]])
    silu = graph.node("Mul", f"{at}/act_fn/Mul", [gate, graph.node("Sigmoid", f"{at}/act_fn/Sigmoid", [gate])])
    return graph.node("MatMul", f"{at}/down_proj/MatMul", [graph.node("Mul", f"{at}/Mul", [silu, up]), weight["down"]])


def build(decoder):
    """The whole graph; the residual stream after layer k is the tensor /model/layers.k/output."""
    shape, graph = decoder.shape, Graph()
    kv, size = shape["kvHeads"], shape["headDim"]
    graph.inputs += [value_info("input_ids", INT64, ["batch_size", "sequence_length"]),
                     value_info("attention_mask", INT64, ["batch_size", "total_sequence_length"]),
                     value_info("position_ids", INT64, ["batch_size", "sequence_length"])]
    graph.outputs.append(value_info("logits", FLOAT, ["batch_size", "sequence_length", shape["vocab"]]))
    for number in range(shape["layers"]):
        for part in ("key", "value"):
            graph.inputs.append(value_info(f"past_key_values.{number}.{part}", FLOAT, ["batch_size", kv, "past_sequence_length", size]))
            graph.outputs.append(value_info(f"present.{number}.{part}", FLOAT, ["batch_size", kv, "total_sequence_length", size]))
    graph.outputs.append(value_info("hidden_states", FLOAT, ["batch_size", "sequence_length", shape["hidden"]]))

    x = graph.node("Gather", "/model/embed_tokens/Gather", [graph.weight("model.embed_tokens.weight", decoder.embed_tokens.weight), "input_ids"], axis=0)
    tables = {}
    for part, table in (("cos", decoder.cos), ("sin", decoder.sin)):
        found = graph.node("Gather", f"/model/rotary_emb/{part}", [graph.weight(f"model.rotary_emb.{part}", table), "position_ids"], axis=0)
        tables[part] = graph.node("Unsqueeze", f"/model/rotary_emb/{part}_wide", [found, graph.integers(1)])
    hide = graph.node("Unsqueeze", "/model/mask/Groups", [mask(graph), graph.integers(1)])
    for number, layer in enumerate(decoder.layers):
        at = f"/model/layers.{number}"
        scale = graph.weight(f"model.layers.{number}.input_layernorm.weight", layer.input_layernorm.weight)
        mixed = attention(graph, layer, number, shape, norm(graph, f"{at}/input_layernorm", x, scale), tables["cos"], tables["sin"], hide)
        x = graph.node("Add", f"{at}/AttentionResidual", [x, mixed])
        scale = graph.weight(f"model.layers.{number}.post_attention_layernorm.weight", layer.post_attention_layernorm.weight)
        x = graph.node("Add", f"{at}/MlpResidual", [x, mlp(graph, layer, number, norm(graph, f"{at}/post_attention_layernorm", x, scale))], [f"{at}/output"])
    last = norm(graph, "/model/norm", x, graph.weight("model.norm.weight", decoder.norm.weight))
    last = graph.node("Identity", "/model/norm/Output", [last], ["hidden_states"])
    # the tied matrix a second time, so that every MatMul has its weight as [in, out]
    graph.node("MatMul", "/lm_head/MatMul", [last, graph.weight("lm_head.weight", decoder.embed_tokens.weight.t())], ["logits"])
    return graph.bytes()


def config(shape, special):
    """config.json as Hugging Face's llama has it."""
    return {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "hidden_size": shape["hidden"],
            "intermediate_size": shape["intermediate"], "num_hidden_layers": shape["layers"], "num_attention_heads": shape["heads"],
            "num_key_value_heads": shape["kvHeads"], "head_dim": shape["headDim"], "vocab_size": shape["vocab"],
            "max_position_embeddings": shape["context"], "rms_norm_eps": EPSILON, "rope_theta": THETA, "tie_word_embeddings": True,
            "attention_bias": False, "mlp_bias": False, "torch_dtype": "float32", "use_cache": True,
            "bos_token_id": special["<|begin|>"], "eos_token_id": special["<|end|>"], "pad_token_id": special["<|pad|>"]}


def main(checkpoint, folder):
    from train_tokenizer import Tokenizer

    decoder, _ = load(checkpoint)
    folder = Path(folder)
    (folder / "model.onnx").write_bytes(build(decoder))
    (folder / "config.json").write_text(json.dumps(config(decoder.shape, Tokenizer(folder).special), indent=2) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
