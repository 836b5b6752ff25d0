"""The encoder as an ONNX graph that computes with its 4-bit weights as they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.sentences.source import BLOCK, Encoder, Floats, Quantised

MICROSOFT = "com.microsoft"
OPSET = 20
LONGEST = 96  # pieces of a text
HALF_OF = 256  # numbers from which on an array is kept in half precision


class Graph:
    """Collects nodes and weights; each method adds some and returns the name of what comes out."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self._count = 0

    def keep(self, value: Any) -> str:
        """Weights; many numbers in half precision, which a session widens when it is opened."""
        from onnx import TensorProto, numpy_helper

        array, name = np.asarray(value), self._name("w")
        if array.dtype != np.float32 or array.size < HALF_OF:
            self.weights.append(numpy_helper.from_array(array, name))
            return name
        self.weights.append(numpy_helper.from_array(array.astype(np.float16), name))
        return self.node("Cast", name, to=TensorProto.FLOAT)

    def node(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        name = self._name(kind)
        self.nodes.append(helper.make_node(kind, list(inputs), [name], domain=domain, **attributes))
        return name

    def matmul(self, rows: str, weights: Quantised, bias: Floats) -> str:
        """`rows` (..., m) times the transposed weights (n, m), and `bias` (n,)."""
        count, blocks = weights.scales.shape
        product = self.node(
            "MatMulNBits",
            rows,
            self.keep(weights.nibbles.reshape(count, blocks, BLOCK // 2)),
            self.keep(weights.scales.reshape(-1)),
            domain=MICROSOFT,
            **{
                "K": blocks * BLOCK,
                "N": count,
                "bits": 4,
                "block_size": BLOCK,
                "accuracy_level": 4,
            },
        )
        return self.node("Add", product, self.keep(bias))

    def norm(self, rows: str, weights: Floats, bias: Floats, epsilon: float) -> str:
        kept = self.keep(weights), self.keep(bias)
        return self.node("LayerNormalization", rows, *kept, axis=-1, epsilon=epsilon)

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"


def graph_of(encoder: Encoder, words: Quantised, adapter: Floats, offset: Floats) -> Any:
    """The model: input_ids and attention_mask (texts, pieces) to embedding (texts, d), unit rows:
    the mean of what the pieces come to, less `offset` (384,), times `adapter` (d, 384)."""
    from onnx import TensorProto, helper

    graph = Graph()
    mask = graph.node("Cast", "attention_mask", to=TensorProto.FLOAT)
    hidden = _embedded(graph, encoder, words)
    unseen = graph.node("Sub", mask, graph.keep(np.float32(1)))
    unseen = graph.node("Mul", unseen, graph.keep(np.float32(1e4)))
    unseen = graph.node("Unsqueeze", unseen, graph.keep(np.array([1, 2])))
    for number in range(encoder.layers):
        hidden = _layer(graph, encoder, f"l{number}.", hidden, unseen)
    _pooled(graph, hidden, mask, adapter, offset)
    sides = ("texts", "pieces")
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, sides)
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ("texts", len(adapter)))
    made = helper.make_graph(graph.nodes, "sentences", inputs, [output], graph.weights)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=10)


def _embedded(graph: Graph, encoder: Encoder, words: Quantised) -> str:
    """Words and places; the one kind of text is added to the places."""
    vectors = encoder.vectors
    width = len(vectors["emb.ln.w"])
    places = vectors["emb.pos"].reshape(-1, width)[:LONGEST] + vectors["emb.type"][:width]
    word = graph.node(
        "GatherBlockQuantized",
        graph.keep(words.nibbles),
        "input_ids",
        graph.keep(words.scales),
        domain=MICROSOFT,
        **{"gather_axis": 0, "quantize_axis": 1, "block_size": BLOCK, "bits": 4},
    )
    length = graph.node("Shape", "input_ids", start=1, end=2)
    zero = graph.keep(np.array([0]))
    place = graph.node("Slice", graph.keep(places), zero, length, zero)
    return graph.norm(
        graph.node("Add", word, place), vectors["emb.ln.w"], vectors["emb.ln.b"], encoder.epsilon
    )


def _layer(graph: Graph, encoder: Encoder, name: str, hidden: str, unseen: str) -> str:
    matrices, vectors = encoder.matrices, encoder.vectors
    mixed = _attended(graph, encoder, name, hidden, unseen)
    mixed = graph.matmul(mixed, matrices[name + "ao.w"], vectors[name + "ao.b"])
    hidden = graph.norm(
        graph.node("Add", hidden, mixed),
        *(vectors[name + "aln.w"], vectors[name + "aln.b"]),
        encoder.epsilon,
    )
    wide = graph.matmul(hidden, matrices[name + "fi.w"], vectors[name + "fi.b"])
    narrow = graph.matmul(graph.node("Gelu", wide), matrices[name + "fo.w"], vectors[name + "fo.b"])
    return graph.norm(
        graph.node("Add", hidden, narrow),
        *(vectors[name + "oln.w"], vectors[name + "oln.b"]),
        encoder.epsilon,
    )


def _attended(graph: Graph, encoder: Encoder, name: str, hidden: str, unseen: str) -> str:
    """What each piece takes from the others, head by head."""
    each = len(encoder.vectors[name + "q.b"]) // encoder.heads
    apart = graph.keep(np.array([0, 0, encoder.heads, each]))
    heads = {}
    for part, order in (("q", [0, 2, 1, 3]), ("k", [0, 2, 3, 1]), ("v", [0, 2, 1, 3])):
        rows = graph.matmul(
            hidden, encoder.matrices[f"{name}{part}.w"], encoder.vectors[f"{name}{part}.b"]
        )
        heads[part] = graph.node("Transpose", graph.node("Reshape", rows, apart), perm=order)
    scaled = graph.node("Mul", heads["q"], graph.keep(np.float32(each**-0.5)))
    shares = graph.node("Add", graph.node("MatMul", scaled, heads["k"]), unseen)
    mixed = graph.node("MatMul", graph.node("Softmax", shares, axis=-1), heads["v"])
    side_by_side = graph.node("Transpose", mixed, perm=[0, 2, 1, 3])
    return graph.node("Reshape", side_by_side, graph.keep(np.array([0, 0, -1])))


def _pooled(graph: Graph, hidden: str, mask: str, adapter: Floats, offset: Floats) -> None:
    from onnx import helper

    seen = graph.node("Unsqueeze", mask, graph.keep(np.array([2])))
    total = graph.node(
        "ReduceSum", graph.node("Mul", hidden, seen), graph.keep(np.array([1])), keepdims=0
    )
    count = graph.node("ReduceSum", mask, graph.keep(np.array([1])), keepdims=1)
    mean = _unit(graph, graph.node("Div", total, count))
    moved = graph.node("Sub", mean, graph.keep(offset))
    found = graph.node("MatMul", moved, graph.keep(np.ascontiguousarray(adapter.T)))
    graph.nodes.append(helper.make_node("Identity", [_unit(graph, found)], ["embedding"]))


def _unit(graph: Graph, rows: str) -> str:
    length = graph.node("ReduceL2", rows, graph.keep(np.array([-1])), keepdims=1)
    return graph.node("Div", rows, graph.node("Max", length, graph.keep(np.float32(1e-9))))
