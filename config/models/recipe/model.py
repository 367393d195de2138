"""The decoder in PyTorch, in the form and with the tensor names of Hugging Face's llama."""

import math

import torch
import torch.nn.functional as F
from torch import nn

SHAPES = {
    "assay-tiny": {"layers": 4, "hidden": 128, "heads": 4, "kvHeads": 2, "headDim": 32, "intermediate": 448, "vocab": 768, "context": 512},
    "assay-tiny-small": {"layers": 2, "hidden": 128, "heads": 4, "kvHeads": 2, "headDim": 32, "intermediate": 448, "vocab": 768, "context": 512},
}
THETA = 10_000.0
EPSILON = 1e-5


def rope_tables(shape):
    """cos and sin [context, headDim], the halves repeated as rotate-half wants them."""
    half = shape["headDim"] // 2
    frequencies = THETA ** (-torch.arange(half, dtype=torch.float64) / half)
    angles = torch.arange(shape["context"], dtype=torch.float64)[:, None] * frequencies
    angles = torch.cat([angles, angles], dim=1)
    return angles.cos().float(), angles.sin().float()


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], dim=-1) * sin


class Norm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPSILON) * self.weight


class Attention(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.heads, self.kv, self.size = shape["heads"], shape["kvHeads"], shape["headDim"]
        hidden = shape["hidden"]
        self.q_proj = nn.Linear(hidden, self.heads * self.size, bias=False)
        self.k_proj = nn.Linear(hidden, self.kv * self.size, bias=False)
        self.v_proj = nn.Linear(hidden, self.kv * self.size, bias=False)
        self.o_proj = nn.Linear(self.heads * self.size, hidden, bias=False)

    def forward(self, x, cos, sin, mask, cache=None):
        rows, length, _ = x.shape
        q = self.q_proj(x).view(rows, length, self.heads, self.size).transpose(1, 2)
        k = self.k_proj(x).view(rows, length, self.kv, self.size).transpose(1, 2)
        v = self.v_proj(x).view(rows, length, self.kv, self.size).transpose(1, 2)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if cache is not None:
            k = cache["k"] = torch.cat([cache["k"], k], dim=2) if cache else k
            v = cache["v"] = torch.cat([cache["v"], v], dim=2) if "v" in cache else v
        # the query heads of one group lie one below the other, so that keys and values need no copies
        group = self.heads // self.kv
        q = q.reshape(rows, self.kv, group * length, self.size)
        scores = (q @ k.transpose(2, 3)) * (1 / math.sqrt(self.size))
        scores = scores.view(rows, self.heads, length, -1) + mask
        mixed = scores.softmax(-1).view(rows, self.kv, group * length, -1) @ v
        mixed = mixed.view(rows, self.heads, length, self.size).transpose(1, 2).reshape(rows, length, -1)
        return self.o_proj(mixed)


class Mlp(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.gate_proj = nn.Linear(shape["hidden"], shape["intermediate"], bias=False)
        self.up_proj = nn.Linear(shape["hidden"], shape["intermediate"], bias=False)
        self.down_proj = nn.Linear(shape["intermediate"], shape["hidden"], bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.input_layernorm = Norm(shape["hidden"])
        self.self_attn = Attention(shape)
        self.post_attention_layernorm = Norm(shape["hidden"])
        self.mlp = Mlp(shape)

    def forward(self, x, cos, sin, mask, cache=None):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, mask, cache)
        return x + self.mlp(self.post_attention_layernorm(x))


class Decoder(nn.Module):
    """Token ids [batch, length] to logits [batch, length, vocab]; the embedding is also the output matrix."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.embed_tokens = nn.Embedding(shape["vocab"], shape["hidden"])
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape["layers"]))
        self.norm = Norm(shape["hidden"])
        cos, sin = rope_tables(shape)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * shape["layers"]) if name.endswith(("o_proj.weight", "down_proj.weight")) else 0.02)

    def hidden(self, ids, documents=None):
        """documents [batch, length] numbers the documents of a row, so that none sees its neighbours."""
        length = ids.shape[1]
        mask = torch.full((length, length), -1e9).triu(1)
        if documents is not None:
            mask = mask + (documents[:, None, :, None] != documents[:, None, None, :]) * -1e9
        x = self.embed_tokens(ids)
        for layer in self.layers:
            x = layer(x, self.cos[:length], self.sin[:length], mask)
        return self.norm(x)

    def step(self, ids, at, caches):
        """Logits [batch, vocab] after one more token ids [batch] at position at; caches is one dictionary a layer, filled here."""
        x = self.embed_tokens(ids[:, None])
        for layer, cache in zip(self.layers, caches):
            x = layer(x, self.cos[at : at + 1], self.sin[at : at + 1], 0.0, cache)
        return (self.norm(x) @ self.embed_tokens.weight.t())[:, 0]

    def forward(self, ids, documents=None):
        return self.hidden(ids, documents) @ self.embed_tokens.weight.t()


def load(checkpoint):
    """The trained decoder of a checkpoint, with what the training wrote beside the weights."""
    saved = torch.load(checkpoint)
    decoder = Decoder(SHAPES[saved["name"]])
    decoder.load_state_dict(saved["weights"])
    return decoder.eval(), saved
