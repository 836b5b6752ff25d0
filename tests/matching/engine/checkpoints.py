"""Small checkpoints with random weights, as `save_pretrained` writes them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import torch
from PIL import Image, ImageDraw
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertModel,
    CLIPConfig,
    CLIPImageProcessorPil,
    CLIPModel,
    PreTrainedTokenizerFast,
    SiglipConfig,
    SiglipImageProcessorPil,
    SiglipModel,
)

WORDS = ["a", "red", "blue", "green", "dress", "shirt", "jeans", "with", "for", "men", "size"]
TOWER: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
}
VISION = TOWER | {"image_size": 32, "patch_size": 8}
COMMIT = "0123456789abcdef0123456789abcdef01234567"
CLIP_EDGES = ("<|startoftext|>", "<|endoftext|>")


def drawing(width: int, height: int, seed: int = 0) -> Image.Image:
    """A picture with edges and gradients, so that every way of resizing it shows."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    colour = (200, 40 + 30 * (seed % 7), 90)
    draw.ellipse([width // 5, height // 6, width * 4 // 5, height * 3 // 4], fill=colour)
    draw.line([0, 0, width, height], fill="white", width=3)
    return image


def clip_tokenizer() -> PreTrainedTokenizerFast:
    start, end = CLIP_EDGES
    vocabulary = {"<unk>": 0} | {word: number for number, word in enumerate(WORDS, 1)}
    vocabulary |= {start: 98, end: 99}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.RobertaProcessing((end, 99), (start, 98), False, False)
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        bos_token=start,
        eos_token=end,
        pad_token=end,
        unk_token="<unk>",
        model_max_length=77,
        model_input_names=["input_ids", "attention_mask"],
    )


def siglip_tokenizer() -> PreTrainedTokenizerFast:
    vocabulary = {"<unk>": 0, "</s>": 1} | {word: number for number, word in enumerate(WORDS, 2)}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    made.normalizer = normalizers.Replace(Regex(" {2,}"), " ")
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    made.post_processor = processors.TemplateProcessing("$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        eos_token="</s>",
        pad_token="</s>",
        unk_token="<unk>",
        model_max_length=64,
        model_input_names=["input_ids"],
    )


def save_clip(folder: Path, **vision: Any) -> Path:
    torch.manual_seed(0)
    text = TOWER | {"vocab_size": 100, "bos_token_id": 98, "eos_token_id": 99, "pad_token_id": 99}
    config = CLIPConfig(text_config=text, vision_config=VISION | vision, projection_dim=24)
    _spread(CLIPModel(config)).save_pretrained(folder)
    clip_tokenizer().save_pretrained(folder)
    CLIPImageProcessorPil(
        size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
    ).save_pretrained(folder)
    return folder


def save_in_cache(cache: Path, repository: str, checkpoint: Path) -> Path:
    """Lays a checkpoint out as a download from the hub does; its snapshot's folder."""
    own = cache / f"models--{repository.replace('/', '--')}"
    snapshot = own / "snapshots" / COMMIT
    for folder in (own / "blobs", own / "refs", snapshot):
        folder.mkdir(parents=True)
    (own / "refs" / "main").write_text(COMMIT)
    for file in checkpoint.iterdir():
        blob = own / "blobs" / hashlib.sha256(file.read_bytes()).hexdigest()
        blob.write_bytes(file.read_bytes())
        (snapshot / file.name).symlink_to(Path("../../blobs") / blob.name)
    return snapshot


def save_siglip(folder: Path) -> Path:
    torch.manual_seed(0)
    text = TOWER | {"vocab_size": 100, "max_position_embeddings": 64, "pad_token_id": 1}
    config = SiglipConfig(text_config=text, vision_config=VISION)
    _spread(SiglipModel(config)).save_pretrained(folder)
    siglip_tokenizer().save_pretrained(folder)
    SiglipImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def save_bert(folder: Path) -> Path:
    BertModel(BertConfig(vocab_size=50, **TOWER)).save_pretrained(folder)
    return folder


def _spread(model: Any) -> Any:
    """Larger weights than at the start of a training, else all inputs give nearly one vector."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.normal_(0, 0.3)
    return model.eval()
