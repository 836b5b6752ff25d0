// Search by photo: dropped, pasted, chosen, photographed, or one that is on the page.
// Without this file the form works as any other form does.

import { askForPart, cropOnPage } from "./parts.js";
import { announce, isPending, showPending, showProgress, showStage } from "./pending.js";
import { shrink } from "./shrink.js";

const SLOW_MS = 90_000;
const cover = document.getElementById("cover");
const { noPicture, failed, noFetch } = document.getElementById("pending").dataset;
const theForm = () => document.getElementById("photo-form");
let turn = 0;

// `like`: the product whose own photo it is.
async function search(file, like = "") {
  const form = theForm();
  if (!file || !form) return;
  if (file.type && !file.type.startsWith("image/")) return fail(noPicture);
  const mine = ++turn;
  window.htmx?.trigger(form, "htmx:abort");
  const part = form.querySelector("[data-crop-first]")?.checked ? await askForPart(file) : {};
  if (!part) return backToForm();
  for (const [side, value] of Object.entries(part)) form.elements[side].value = value;
  form.elements.like.value = like;
  showPending(file);
  const sent = await shrink(file);
  if (mine !== turn) return; // Another photo came meanwhile, or it was called off.
  put(sent, form);
  form.requestSubmit();
}

function put(file, form) {
  const carrier = new DataTransfer();
  carrier.items.add(file);
  form.elements.photo.files = carrier.files;
}

async function searchOnPage(button) {
  try {
    const answer = await fetch(button.dataset.searchPhoto);
    if (!answer.ok) throw new TypeError(answer.statusText);
    const blob = await answer.blob();
    await search(new File([blob], "photo", { type: blob.type }), button.dataset.like);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    fail(noFetch);
  }
}

// A garment in the photo is its button, too.
document.addEventListener("click", ({ target }) => {
  const number = target.closest?.("[data-garment]")?.dataset.garment;
  if (number) document.querySelector(`[data-look] [value="${number}"]`)?.click();
});

// What has a page of its own to say is asked for the plain way.
function goThere(elt) {
  if (elt.matches("form")) elt.submit();
  else if (elt.href) window.location.assign(elt.href);
}

function fail(text) {
  const place = document.getElementById("search-error");
  const notice = document.getElementById("failure").content.cloneNode(true);
  notice.querySelector("[data-text]").textContent = text;
  backToForm();
  place.replaceChildren(notice);
}

function backToForm() {
  turn += 1;
  showStage();
  theForm()?.reset();
  theForm()?.elements.photo.focus({ preventScroll: true });
}

// --- changing a search: another part, other words, a correction ---

document.addEventListener("toggle", cropOnPage, true);

document.addEventListener("change", (event) => {
  if (event.target.matches(".correct select")) event.target.form.requestSubmit();
});

function cancel() {
  window.htmx?.trigger(theForm(), "htmx:abort");
  backToForm();
}

// --- where a photo comes from ---

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-photo-input]")) search(event.target.files[0]);
});

document.addEventListener("paste", (event) => {
  const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
  if (!file) return;
  event.preventDefault();
  search(file);
});

const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");

document.addEventListener("dragover", (event) => {
  if (!holdsFiles(event) || !theForm()) return;
  event.preventDefault();
  cover.hidden = false;
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) cover.hidden = true;
});

document.addEventListener("drop", (event) => {
  cover.hidden = true;
  if (!holdsFiles(event) || !theForm()) return;
  event.preventDefault();
  search(event.dataTransfer.files[0]);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-search-photo], [data-cancel]");
  if (button?.matches("[data-cancel]")) cancel();
  else if (button) searchOnPage(button);
});

// --- what becomes of it ---

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.timeout = SLOW_MS;
  if (event.detail.verb !== "get") return;
  for (const [name, value] of [...event.detail.formData.entries()]) {
    if (value === "") event.detail.formData.delete(name); // Short addresses to share.
  }
});

document.addEventListener("htmx:xhr:progress", ({ detail }) => {
  if (isPending() && detail.lengthComputable) showProgress(detail.loaded / detail.total);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status < 400) return showStage();
  const { elt } = event.detail.requestConfig;
  const isOfPhoto = elt.matches("#photo-form");
  const isPage = /^\s*<!doctype/i.test(event.detail.serverResponse);
  if (!isPage) return isOfPhoto ? backToForm() : undefined; // A form of the page says it by itself.
  event.detail.shouldSwap = false; // A page of somebody else's: a proxy's, or our own 404 or 500.
  if (isOfPhoto) fail(failed);
  else goThere(elt);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const title = event.detail.target.querySelector("[data-announce]");
  if (!title) return;
  title.focus({ preventScroll: true });
  announce(title.dataset.announce);
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => fail(failed));
}

// A page that comes back as it was left must not still be waiting.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) showStage();
});
