from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from matching.engine.backbone import Backbone  # noqa: E402
from matching.engine.errors import BackboneError  # noqa: E402
from matching.engine.installing import export  # noqa: E402
from matching.engine.installing.export import ExportReport, export_checkpoint, name_for  # noqa: E402
from tests.matching.engine.checkpoints import (  # noqa: E402
    COMMIT,
    drawing,
    save_bert,
    save_clip,
    save_in_cache,
    save_siglip,
)

pytestmark = pytest.mark.slow
SIZES = [(32, 32), (48, 80), (301, 44), (64, 63), (9, 70)]
TEXTS = ["a red dress", "Blue SHIRT for men", "", "unheard-of words, 3!", "jeans with " * 60]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_clip(tmp_path_factory.mktemp("hub") / "Tiny_CLIP")


@pytest.fixture(scope="module")
def siglip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_siglip(tmp_path_factory.mktemp("hub") / "tiny-siglip")


@pytest.fixture(scope="module")
def exported(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> ExportReport:
    return export_checkpoint(str(clip), tmp_path_factory.mktemp("backbones") / "tiny-clip")


def unit(features: Any) -> Any:
    return torch.nn.functional.normalize(features.pooler_output, dim=-1).numpy()


def expected_rows(folder: Path, texts: list[str], **padding: Any) -> tuple[Any, Any]:
    """What transformers itself says, from picture and text to unit rows."""
    model = transformers.AutoModel.from_pretrained(folder).eval()
    processor = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    pixels = [processor(drawing(*size), return_tensors="pt")["pixel_values"] for size in SIZES]
    tokens = tokenizer(texts, truncation=True, return_tensors="pt", **padding)
    with torch.inference_mode():
        images = unit(model.get_image_features(pixel_values=torch.cat(pixels)))
        return images, unit(model.get_text_features(**tokens))


def refusal(source: Path | str, destination: Path, **options: Any) -> str:
    """The message; whatever went wrong, nothing may be left."""
    before = sorted(destination.parent.rglob("*"))
    with pytest.raises(BackboneError) as caught:
        export_checkpoint(str(source), destination, **options)
    assert sorted(destination.parent.rglob("*")) == before
    return str(caught.value)


def test_clip_says_in_onnx_what_it_says_in_torch(clip: Path, exported: ExportReport) -> None:
    images, texts = expected_rows(clip, TEXTS, padding="max_length", max_length=77)
    backbone = Backbone(exported.folder)
    found = backbone.embed_images([drawing(*size) for size in SIZES])
    assert np.abs(found - images).max() < 1e-4
    assert np.abs(backbone.embed_texts(TEXTS) - texts).max() < 1e-4
    # Unlike inputs must have unlike rows, or the comparison would prove nothing.
    assert np.sort((images @ images.T).ravel())[0] < 0.9
    assert np.sort((texts @ texts.T).ravel())[0] < 0.9


def test_siglip_says_in_onnx_what_it_says_in_torch(siglip: Path, tmp_path: Path) -> None:
    report = export_checkpoint(str(siglip), tmp_path / "tiny-siglip")
    images, texts = expected_rows(siglip, TEXTS, padding="max_length", max_length=64)
    backbone = Backbone(report.folder)
    found = backbone.embed_images([drawing(*size) for size in SIZES])
    assert np.abs(found - images).max() < 1e-4
    assert np.abs(backbone.embed_texts(TEXTS) - texts).max() < 1e-4
    assert backbone.manifest["text"] == {"length": 64, "inputs": ["input_ids"]}
    assert backbone.manifest["image"]["resize"] == "squash"


def test_the_first_siglip_reads_lower_case_without_punctuation(
    siglip: Path, tmp_path: Path
) -> None:
    config_path = siglip / "tokenizer_config.json"
    before = config_path.read_text()
    config_path.write_text(json.dumps(json.loads(before) | {"tokenizer_class": "SiglipTokenizer"}))
    try:
        report = export_checkpoint(str(siglip), tmp_path / "tiny-siglip")
    finally:
        config_path.write_text(before)
    wild, plain = Backbone(report.folder).embed_texts(["  A red,  DRESS! ", "a red dress"])
    assert wild == pytest.approx(plain, abs=1e-6)


def test_the_report_and_the_manifest_agree(clip: Path, exported: ExportReport) -> None:
    manifest = json.loads((exported.folder / "manifest.json").read_text())
    files = {path.name for path in exported.folder.iterdir()}
    assert files == {"manifest.json", "image.onnx", "text.onnx", "tokenizer.json"}
    assert set(manifest["sha256"]) == files - {"manifest.json"}
    assert manifest["name"] == exported.name == "tiny-clip"
    assert manifest["dimension"] == exported.dimension == 24
    assert manifest["source"] == {"id": "Tiny_CLIP", "revision": "local"}
    assert manifest["text"] == {"length": 77, "inputs": ["input_ids", "attention_mask"]}
    assert manifest["image"]["resize"] == "shortest-edge"
    assert manifest["precision"] == "fp32"
    assert exported.cosine >= 0.9999
    assert exported.size == sum(path.stat().st_size for path in exported.folder.iterdir())


def test_preprocessing_in_the_old_notation_is_understood(clip: Path, tmp_path: Path) -> None:
    path = clip / "preprocessor_config.json"
    before = path.read_text()
    old = {
        "feature_extractor_type": "CLIPFeatureExtractor",
        "crop_size": 32,
        "size": 32,
        "do_center_crop": True,
        "do_normalize": True,
        "do_resize": True,
        "resample": 3,
        "image_mean": [0.4, 0.5, 0.6],
        "image_std": [0.2, 0.3, 0.4],
    }
    path.write_text(json.dumps(old))
    try:
        report = export_checkpoint(str(clip), tmp_path / "old")
    finally:
        path.write_text(before)
    image = Backbone(report.folder).manifest["image"]
    assert image["size"] == [32, 32]
    assert (image["resize"], image["shortest_edge"]) == ("shortest-edge", 32)
    assert image["mean"] == [0.4, 0.5, 0.6]
    assert image["rescale"] == pytest.approx(1 / 255)


def test_the_licence_comes_from_the_model_card(tmp_path: Path) -> None:
    source = save_clip(tmp_path / "clip")
    (source / "README.md").write_text("---\ntags:\n- fashion\nlicense: mit\n---\n# Card\n")
    report = export_checkpoint(str(source), tmp_path / "out")
    assert json.loads((report.folder / "manifest.json").read_text())["licence"] == "mit"


def test_it_tells_what_it_does_and_prints_nothing(
    clip: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        export_checkpoint(str(clip), tmp_path / "quiet", on_progress=told.append)
    assert told == [f"loading {clip}", "exporting the image tower", "exporting the text tower"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("patrickjohncyh/fashion-clip", "fashion-clip"),
        ("google/siglip-base-patch16-224", "siglip-base-patch16-224"),
        ("Marqo/marqo-fashionSigLIP", "marqo-fashionsiglip"),
    ],
)
def test_a_backbone_is_called_after_its_checkpoint(source: str, name: str) -> None:
    assert name_for(source) == name


def test_a_folder_lends_its_own_name(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert name_for(str(clip)) == "tiny-clip"
    monkeypatch.chdir(clip)
    assert name_for(".") == "tiny-clip"


def test_a_folder_without_config_is_no_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    message = refusal(tmp_path / "empty", tmp_path / "out")
    assert message == (
        f"{tmp_path / 'empty'} is no checkpoint: it has no config.json. Name the folder that "
        "`save_pretrained` or a download from the hub wrote."
    )


def test_a_folder_that_does_not_exist_is_not_looked_for_on_the_hub(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no", tmp_path / "out") == f"There is no folder {tmp_path / 'no'}."


def test_a_checkpoint_of_another_kind_is_named(tmp_path: Path) -> None:
    source = save_bert(tmp_path / "bert")
    assert refusal(source, tmp_path / "out") == (
        f"{source} is a checkpoint of the kind 'bert'; "
        "a CLIP-like checkpoint with an image and a text tower is needed."
    )


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"model_type": "unheard-of"}'])
def test_a_damaged_config_is_refused(clip: Path, tmp_path: Path, text: str) -> None:
    source = copy_of(clip, tmp_path)
    (source / "config.json").write_text(text)
    assert refusal(source, tmp_path / "out") == (
        f"The config.json of {source} is damaged or of an unknown kind; "
        "a CLIP-like checkpoint with an image and a text tower is needed."
    )


def copy_of(source: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(source, tmp_path / "copy"))


@pytest.mark.parametrize("kept", [0.0, 0.001, 0.5, 0.99])
def test_truncated_weights_are_refused(clip: Path, tmp_path: Path, kept: float) -> None:
    source = copy_of(clip, tmp_path)
    weights = source / "model.safetensors"
    data = weights.read_bytes()
    weights.write_bytes(data[: int(len(data) * kept)])
    assert refusal(source, tmp_path / "out") == (
        f"The weights of {source} are damaged or do not fit its config.json; download them again."
    )


def test_weights_of_another_size_are_refused(clip: Path, tmp_path: Path) -> None:
    source = copy_of(clip, tmp_path)
    config = json.loads((source / "config.json").read_text()) | {"projection_dim": 48}
    (source / "config.json").write_text(json.dumps(config))
    assert refusal(source, tmp_path / "out") == (
        f"The weights of {source} are damaged or do not fit its config.json; download them again."
    )


def test_weights_with_holes_are_refused(clip: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    source = copy_of(clip, tmp_path)
    weights = load_file(source / "model.safetensors")
    del weights["text_projection.weight"]
    save_file(weights, source / "model.safetensors", {"format": "pt"})
    assert refusal(source, tmp_path / "out") == (
        f"The weights of {source} are incomplete: 1 are missing, among them text_projection.weight."
    )


@pytest.mark.parametrize(
    ("weight", "tower"), [("visual_projection", "image"), ("text_projection", "text")]
)
def test_weights_that_are_no_numbers_are_refused(
    clip: Path, tmp_path: Path, weight: str, tower: str
) -> None:
    from safetensors.torch import load_file, save_file

    source = copy_of(clip, tmp_path)
    weights = load_file(source / "model.safetensors")
    weights[f"{weight}.weight"][:] = float("nan")
    save_file(weights, source / "model.safetensors", {"format": "pt"})
    assert refusal(source, tmp_path / "out") == (
        f"The exported {tower} tower of copy does not say what the checkpoint says: "
        "the cosine is nan, at least 0.9999 is needed."
    )


@pytest.mark.parametrize("changes", [{"image_std": [0, 0, 0]}, {"image_mean": [float("nan")] * 3}])
def test_preprocessing_that_makes_no_sense_is_refused(
    clip: Path, tmp_path: Path, changes: dict[str, Any]
) -> None:
    source = copy_of(clip, tmp_path)
    path = source / "preprocessor_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    assert refusal(source, tmp_path / "out") == (
        "The preprocessor_config.json of copy makes no sense: its pictures cannot be prepared "
        "that way."
    )


def test_weights_as_pickles_are_not_loaded(clip: Path, tmp_path: Path) -> None:
    source = copy_of(clip, tmp_path)
    (source / "model.safetensors").rename(source / "pytorch_model.bin")
    assert refusal(source, tmp_path / "out") == (
        f"{source} has no weights in the safetensors format; weights in other formats can run "
        "code and are not loaded."
    )


def test_a_checkpoint_without_preprocessing_is_refused(clip: Path, tmp_path: Path) -> None:
    source = copy_of(clip, tmp_path)
    (source / "preprocessor_config.json").unlink()
    assert refusal(source, tmp_path / "out") == (
        f"{source} does not say how its pictures are prepared: its preprocessor_config.json is "
        "missing or damaged."
    )


def test_a_checkpoint_without_tokenizer_is_refused(clip: Path, tmp_path: Path) -> None:
    source = copy_of(clip, tmp_path)
    for path in source.glob("tokenizer*"):
        path.unlink()
    message = refusal(source, tmp_path / "out")
    assert message == f"{source} has no fast tokenizer (tokenizer.json)."


def test_a_damaged_tokenizer_is_refused(clip: Path, tmp_path: Path) -> None:
    source = copy_of(clip, tmp_path)
    (source / "tokenizer.json").write_text('{"version": "1.0"')
    message = refusal(source, tmp_path / "out")
    assert message == f"{source} has a tokenizer that cannot be loaded."


def test_code_that_comes_with_a_checkpoint_is_never_run(clip: Path, tmp_path: Path) -> None:
    source = copy_of(clip, tmp_path)
    (source / "evil.py").write_text("raise SystemExit('run')")
    config = json.loads((source / "config.json").read_text())
    config |= {"model_type": "own", "auto_map": {"AutoConfig": "evil.C", "AutoModel": "evil.M"}}
    (source / "config.json").write_text(json.dumps(config))
    assert "is damaged or of an unknown kind" in refusal(source, tmp_path / "out")


def test_an_export_that_says_something_else_is_refused(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_lowest_cosine", lambda *_: 0.9998)
    assert refusal(clip, tmp_path / "out") == (
        "The exported image tower of Tiny_CLIP does not say what the checkpoint says: "
        "the cosine is 0.99980, at least 0.9999 is needed."
    )


def test_an_existing_backbone_is_kept_unless_told_otherwise(clip: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_text("the old one")
    assert refusal(clip, out) == (
        "There is a backbone out already; replace it with --force or choose another name."
    )
    export_checkpoint(str(clip), out, replace=True)
    assert Backbone(out).dimension == 24
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, BackboneError("stop")])
def test_a_stop_at_the_last_moment_leaves_the_old_one(
    clip: Path, tmp_path: Path, error: BaseException
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_text("the old one")

    def finish(folder: Path) -> None:
        assert Backbone(folder).dimension == 24
        raise error

    with pytest.raises((KeyboardInterrupt, BackboneError)):
        export_checkpoint(str(clip), out, replace=True, finish=finish)
    assert os.listdir(tmp_path) == ["out"]
    assert (out / "manifest.json").read_text() == "the old one"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Counts connections that somebody tried to open, and refuses them all."""
    import socket

    tried = 0

    def refuse(*_: Any, **__: Any) -> None:
        nonlocal tried
        tried += 1
        raise OSError("no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    return lambda: tried


def test_a_folder_never_touches_the_network(
    clip: Path, tmp_path: Path, no_network: Callable[[], int]
) -> None:
    export_checkpoint(str(clip), tmp_path / "out")
    assert no_network() == 0


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the hub's library keeps what it downloaded; empty."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_an_unreachable_hub_names_the_folder_form(
    tmp_path: Path, cache: Path, no_network: Callable[[], int]
) -> None:
    message = refusal("nobody/no-such-clip", tmp_path / "backbones" / "out")
    assert message == (
        "The Hugging Face hub cannot be reached for nobody/no-such-clip, and its cache on this "
        "machine has no whole copy. Download the checkpoint on a machine that reaches it, copy "
        "its folder here, and run: python manage.py install_backbone FOLDER"
    )
    assert not (tmp_path / "backbones").exists()


def test_what_the_cache_holds_serves_without_the_hub(
    clip: Path, tmp_path: Path, cache: Path, no_network: Callable[[], int]
) -> None:
    snapshot = save_in_cache(cache, "somebody/tiny-clip", clip)
    told: list[str] = []
    report = export_checkpoint("somebody/tiny-clip", tmp_path / "out", on_progress=told.append)
    assert told[1] == f"the hub cannot be reached: taking the copy in its cache, {snapshot}"
    source = Backbone(report.folder).manifest["source"]
    assert source == {"id": "somebody/tiny-clip", "revision": COMMIT}


def test_the_cache_serves_where_the_hub_is_switched_off(
    clip: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    save_in_cache(cache, "somebody/tiny-clip", clip)
    export_checkpoint("somebody/tiny-clip", tmp_path / "out", revision=COMMIT)
    message = refusal("somebody/tiny-clip", tmp_path / "other", revision="v2")
    assert message.startswith("The Hugging Face hub cannot be reached for somebody/tiny-clip, and")
