// What is seen between a photo and its result: the photo itself, progress, a skeleton.

const stage = document.getElementById("stage");
const pending = document.getElementById("pending");
const status = document.getElementById("status");
const words = pending.dataset;
const title = pending.querySelector("h1");
const progress = pending.querySelector("progress");
const photo = pending.querySelector("img");
const noPhoto = pending.querySelector("[data-no-preview]");

export function announce(text) {
  status.textContent = text;
}

export function showPending(file) {
  preview(file);
  pending.classList.remove("is-thinking");
  progress.value = 0;
  progress.hidden = false;
  stage.hidden = true;
  pending.hidden = false;
  say(words.uploading);
  title.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

export function showProgress(part) {
  progress.value = part;
  if (part >= 1) showThinking();
}

export function showStage() {
  pending.hidden = true;
  stage.hidden = false;
  announce("");
}

export const isPending = () => !pending.hidden;

function showThinking() {
  if (pending.classList.contains("is-thinking")) return;
  pending.classList.add("is-thinking");
  progress.hidden = true;
  say(words.thinking);
}

function say(text) {
  title.textContent = text;
  announce(text);
}

function preview(file) {
  URL.revokeObjectURL(photo.src);
  photo.hidden = false;
  noPhoto.hidden = true;
  photo.src = URL.createObjectURL(file);
}

photo.addEventListener("error", () => {
  photo.hidden = true;
  noPhoto.hidden = false;
});
