"""Hugging Face checkpoints with an image and a text tower: found, loaded, and read for what a
backbone folder has to say about them."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from matching.engine.errors import BackboneError

HUB_TIMEOUT = 5  # seconds until an unreachable hub is given up
WANTED_FILES = ["*.json", "*.txt", "*.model", "*.safetensors", "README.md"]
# Neither the network nor code that comes with a checkpoint, whatever its files ask for.
OFFLINE = {"local_files_only": True, "trust_remote_code": False}
KINDS = "a CLIP-like checkpoint with an image and a text tower is needed"


@dataclass(frozen=True)
class Checkpoint:
    """`source` is what the user named; `folder` is where its files lie on this machine."""

    source: str
    revision: str
    folder: Path
    kind: str
    model: Any
    tokenizer: Any
    image: dict[str, Any]

    @property
    def licence(self) -> str:
        """As its model card states it; empty where it does not."""
        try:
            card = (self.folder / "README.md").read_text(errors="replace")
        except OSError:
            return ""
        found = re.search(r"\A---\n.*?^license:\s*([^\n]+)$.*?^---", card, re.M | re.S)
        return found[1].strip().strip("\"'") if found else ""

    @property
    def text_length(self) -> int:
        """Tokens that the text tower takes."""
        config = getattr(self.model.config, "text_config", self.model.config)
        most = getattr(config, "max_position_embeddings", self.tokenizer.model_max_length)
        return int(min(most, self.tokenizer.model_max_length))

    @property
    def text_inputs(self) -> list[str]:
        # SigLIP was trained with its padding in sight, so a mask would change what it says.
        if self.kind.startswith("siglip") or "attention_mask" not in self._tokenizer_inputs:
            return ["input_ids"]
        return ["input_ids", "attention_mask"]

    @property
    def _tokenizer_inputs(self) -> list[str]:
        return list(self.tokenizer.model_input_names)


def load_checkpoint(
    source: str, *, revision: str | None = None, tell: Callable[[str], None] = lambda _: None
) -> Checkpoint:
    """A hub id or a local folder; a folder never touches the network. Raises BackboneError."""
    folder = _locate(source, revision, tell)
    is_local = Path(source).expanduser().is_dir()
    tell(f"loading {source}")
    with quiet():
        model = _load_model(source, folder)
        return Checkpoint(
            source=Path(source).expanduser().resolve().name if is_local else source,
            revision=revision or ("local" if is_local else folder.name),
            folder=folder,
            kind=str(model.config.model_type),
            model=model,
            tokenizer=_load_tokenizer(source, folder),
            image=_image_section(source, folder),
        )


def _locate(source: str, revision: str | None, tell: Callable[[str], None]) -> Path:
    folder = Path(source).expanduser()
    if source and folder.is_dir():
        if not (folder / "config.json").is_file():
            raise BackboneError(
                f"{source} is no checkpoint: it has no config.json. Name the folder that "
                "`save_pretrained` or a download from the hub wrote."
            )
        return folder
    if not re.fullmatch(r"[\w-][\w.-]*(/[\w-][\w.-]*)?", source):
        raise BackboneError(f"There is no folder {source}.")
    return _download(source, revision, tell)


def _download(source: str, revision: str | None, tell: Callable[[str], None]) -> Path:
    """The snapshot of a hub repository; the local cache serves where the hub is out of reach."""
    import httpx2
    from huggingface_hub import HfApi
    from huggingface_hub import errors as hub

    tell(f"looking for {source} on the Hugging Face hub")
    try:
        # Asked first and with a limit of its own: a download waits for minutes on a silent hub.
        commit = HfApi().model_info(source, revision=revision, timeout=HUB_TIMEOUT).sha
        tell(f"downloading {source} at {commit}")
        return _snapshot(source, commit, cached=False)
    except (hub.RepositoryNotFoundError, hub.RevisionNotFoundError) as error:
        raise BackboneError(
            f"The hub has no checkpoint {source}{f' at {revision}' if revision else ''} that this "
            "machine may read."
        ) from error
    except (httpx2.HTTPError, hub.LocalEntryNotFoundError, hub.OfflineModeIsEnabled) as error:
        found = _cached(source, revision, error)
        tell(f"the hub cannot be reached: taking the copy in its cache, {found}")
        return found
    except OSError as error:
        raise BackboneError(f"{source} could not be downloaded: {error}.") from error


def _cached(source: str, revision: str | None, cause: Exception) -> Path:
    try:
        return _snapshot(source, revision, cached=True)
    except OSError:
        raise BackboneError(
            f"The Hugging Face hub cannot be reached for {source}, and its cache on this machine "
            "has no whole copy. Download the checkpoint on a machine that reaches it, copy its "
            "folder here, and run: python manage.py install_backbone FOLDER"
        ) from cause


def _snapshot(source: str, revision: str | None, *, cached: bool) -> Path:
    from huggingface_hub import snapshot_download

    # Weights as pickles are never loaded, so they are not downloaded either.
    return Path(
        snapshot_download(
            source,
            revision=revision,
            allow_patterns=WANTED_FILES,
            ignore_patterns=["*/*"],
            local_files_only=cached,
        )
    )


def _load_model(source: str, folder: Path) -> Any:
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModel

    _check_kind(source, folder)
    if not any(folder.glob("*.safetensors")):
        raise BackboneError(
            f"{source} has no weights in the safetensors format; weights in other formats can run "
            "code and are not loaded."
        )
    try:
        model, facts = AutoModel.from_pretrained(
            folder,
            dtype=torch.float32,
            use_safetensors=True,
            output_loading_info=True,
            **OFFLINE,
        )
    except (SafetensorError, OSError, RuntimeError, ValueError, KeyError) as error:
        raise BackboneError(
            f"The weights of {source} are damaged or do not fit its config.json; "
            "download them again."
        ) from error
    if missing := sorted(facts["missing_keys"]) + sorted(facts.get("mismatched_keys", ())):
        raise BackboneError(
            f"The weights of {source} are incomplete: {len(missing)} are missing, among them "
            f"{missing[0]}."
        )
    return model.eval()


def _check_kind(source: str, folder: Path) -> None:
    from huggingface_hub.errors import StrictDataclassError
    from transformers import MODEL_MAPPING, AutoConfig

    try:
        config = AutoConfig.from_pretrained(folder, **OFFLINE)
    except (OSError, ValueError, KeyError, StrictDataclassError) as error:
        raise BackboneError(
            f"The config.json of {source} is damaged or of an unknown kind; {KINDS}."
        ) from error
    found = MODEL_MAPPING.get(type(config), None)
    if not (hasattr(found, "get_image_features") and hasattr(found, "get_text_features")):
        raise BackboneError(f"{source} is a checkpoint of the kind {config.model_type!r}; {KINDS}.")


def _load_tokenizer(source: str, folder: Path) -> Any:
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    # Without files, CLIP's class would make up a tokenizer of three words; SigLIP's first class
    # wants a library that its tokenizer.json makes needless.
    if not any((folder / name).is_file() for name in ("tokenizer.json", "vocab.json")):
        raise BackboneError(f"{source} has no fast tokenizer (tokenizer.json).")
    kind = PreTrainedTokenizerFast if _is_first_siglip(folder) else AutoTokenizer
    try:
        tokenizer = kind.from_pretrained(folder, **OFFLINE)
    except Exception as error:  # the tokenizers library raises bare Exception on a damaged file
        raise BackboneError(f"{source} has a tokenizer that cannot be loaded.") from error
    if tokenizer.pad_token_id is None:
        raise BackboneError(f"The tokenizer of {source} has no padding token.")
    return tokenizer


def _image_section(source: str, folder: Path) -> dict[str, Any]:
    """The `image` section of a manifest, from the checkpoint's own image processor."""
    from transformers import AutoImageProcessor

    try:
        processor = AutoImageProcessor.from_pretrained(folder, backend="pil", **OFFLINE)
    except (OSError, ValueError, KeyError, TypeError, ImportError) as error:
        raise BackboneError(
            f"{source} does not say how its pictures are prepared: its preprocessor_config.json is "
            "missing or damaged."
        ) from error
    normalise = processor.do_normalize
    try:
        return {
            **_geometry(source, processor),
            "resample": Image.Resampling(int(processor.resample)).name.lower(),
            "rescale": float(processor.rescale_factor) if processor.do_rescale else 1.0,
            "mean": [float(value) for value in processor.image_mean] if normalise else [0.0] * 3,
            "std": [float(value) for value in processor.image_std] if normalise else [1.0] * 3,
        }
    except (AttributeError, TypeError, ValueError) as error:
        raise BackboneError(
            f"{source} prepares its pictures in a way that is not supported: {error}."
        ) from error


def _geometry(source: str, processor: Any) -> dict[str, Any]:
    size = {key: int(value) for key, value in dict(processor.size).items() if value is not None}
    crops = getattr(processor, "do_center_crop", False)
    crop = dict(processor.crop_size or {}) if crops else {}
    target = [int(crop["height"]), int(crop["width"])] if crop else None
    if processor.do_resize and set(size) == {"shortest_edge"} and target:
        edge = size["shortest_edge"]
        if edge >= max(target):
            return {"size": target, "resize": "shortest-edge", "shortest_edge": edge}
    if processor.do_resize and set(size) == {"height", "width"}:
        whole = [size["height"], size["width"]]
        if target in (None, whole):
            return {"size": whole, "resize": "squash"}
    raise BackboneError(f"{source} prepares its pictures in a way that is not supported: {size}.")


def portable_tokenizer(checkpoint: Checkpoint) -> Any:
    """A `tokenizers.Tokenizer` that pads and truncates, and gives the ids the checkpoint's own
    tokenizer gives. Raises BackboneError where that cannot be had."""
    from tokenizers import Tokenizer

    own = checkpoint.tokenizer
    if not own.is_fast:
        raise BackboneError(f"{checkpoint.source} has no fast tokenizer (tokenizer.json).")
    made = Tokenizer.from_str(own.backend_tokenizer.to_str())
    if _is_first_siglip(checkpoint.folder):
        _canonicalise(made)
    made.enable_truncation(checkpoint.text_length)
    made.enable_padding(
        length=checkpoint.text_length,
        pad_id=own.pad_token_id,
        pad_token=own.pad_token,
        direction=own.padding_side,
    )
    return made


def own_ids(checkpoint: Checkpoint, texts: list[str]) -> list[list[int]]:
    """Token ids as the checkpoint's own tokenizer gives them."""
    if _is_first_siglip(checkpoint.folder):
        texts = [canonical(text) for text in texts]
    found = checkpoint.tokenizer(
        texts, padding="max_length", truncation=True, max_length=checkpoint.text_length
    )
    return [list(ids) for ids in found["input_ids"]]


def canonical(text: str) -> str:
    """The first SigLIP's own clean-up: lower case, no punctuation, single spaces."""
    plain = text.lower().translate(str.maketrans("", "", string.punctuation))
    return re.sub(r"\s+", " ", plain).strip()


def _is_first_siglip(folder: Path) -> bool:
    try:
        config = json.loads((folder / "tokenizer_config.json").read_text())
    except (OSError, ValueError):
        return False
    return str(config.get("tokenizer_class", "")).removesuffix("Fast") == "SiglipTokenizer"


def _canonicalise(tokenizer: Any) -> None:
    from tokenizers import Regex, normalizers

    steps = [
        normalizers.Lowercase(),
        normalizers.Replace(Regex(f"[{re.escape(string.punctuation)}]"), ""),
        normalizers.Replace(Regex(r"\s+"), " "),
        normalizers.Strip(),
    ]
    if tokenizer.normalizer is not None:
        steps.append(tokenizer.normalizer)
    tokenizer.normalizer = normalizers.Sequence(steps)


@contextmanager
def quiet() -> Iterator[None]:
    """transformers reports on stderr what errors and the caller's progress say better."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
