// Forms of a page that was opened before somebody signed in elsewhere, and forms sent twice.
//
// Each sign-in gives the browser another cookie, and the token in a form must fit it. So all forms
// take theirs from the cookie at the moment of sending, or from the server where there is none to
// read; one that htmx sent and that is refused all the same is sent once more with a fresh one.

const FIELD = "csrfmiddlewaretoken";
const COOKIE = /(?:^|; )csrftoken=([A-Za-z0-9]{64}|[A-Za-z0-9]{32})(?:;|$)/;
const TWICE_MS = 3000;
const { tokenUrl } = document.querySelector("script[data-token-url]").dataset;
const isSentByHtmx = (form) => Boolean(window.htmx) && form.hasAttribute("hx-post");

// --- fresh tokens ---

const tokenInCookie = () => COOKIE.exec(document.cookie)?.[1];
const asked = new WeakSet(); // Forms that got a token from the server and go off with it.
const sentAgain = new WeakSet(); // What was refused once already.
const refused = new WeakSet(); // Requests that are sent again: nobody else is to hear of them.

function putToken(token) {
  for (const field of document.querySelectorAll(`input[name="${FIELD}"]`)) field.value = token;
}

async function fetchToken() {
  try {
    const answer = await fetch(tokenUrl, { cache: "no-store", credentials: "same-origin" });
    putToken((await answer.json()).token);
  } catch {
    // Then the form goes as it is, and its own words say what is wrong.
  }
}

async function sendWithFreshToken(sender, submitter) {
  await fetchToken();
  if (!sender.isConnected) return;
  if (!sender.matches("form")) return sender.click();
  asked.add(sender);
  underway.delete(sender);
  sender.requestSubmit(submitter?.isConnected ? submitter : null);
}

function takeTokenFromCookie() {
  const token = tokenInCookie();
  if (token) putToken(token);
}

// Also before a click: scripts may send a form without its event.
document.addEventListener("click", takeTokenFromCookie, true);
document.addEventListener("submit", takeTokenFromCookie, true);

window.addEventListener(
  "htmx:beforeOnLoad",
  (event) => {
    const { xhr, elt } = event.detail;
    if (xhr.getResponseHeader("X-CSRF-Failure") === null || sentAgain.has(elt)) return;
    sentAgain.add(elt);
    refused.add(xhr);
    hold(event);
  },
  true,
);

window.addEventListener(
  "htmx:afterRequest",
  (event) => {
    const { xhr, elt, requestConfig } = event.detail;
    underway.delete(elt);
    if (!refused.has(xhr)) return sentAgain.delete(elt);
    hold(event);
    sendWithFreshToken(elt, requestConfig.triggeringEvent?.submitter);
  },
  true,
);

// --- sent twice ---

let underway = new WeakMap(); // Forms on their way, and until when a second sending is held back.

function hold(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

const isPost = (form) => form?.getAttribute("method")?.toLowerCase() === "post";

function send(event) {
  const form = event.target;
  if (!isPost(form)) return;
  if (performance.now() < underway.get(form)) return hold(event);
  const needsToken = form.elements[FIELD] && !tokenInCookie() && !asked.delete(form);
  const isForHtmx = isSentByHtmx(form) && !needsToken;
  underway.set(form, isForHtmx ? Infinity : performance.now() + TWICE_MS);
  if (!needsToken) return setTimeout(() => forgetIfCalledOff(event));
  hold(event);
  sendWithFreshToken(form, event.submitter);
}

function forgetIfCalledOff(event) {
  if (event.defaultPrevented && !isSentByHtmx(event.target)) underway.delete(event.target);
}

document.addEventListener("submit", send, true);

// The second click of a double click may meet the button that has taken the first one's place.
document.addEventListener(
  "click",
  (event) => {
    if (event.detail < 2) return;
    if (isPost(event.target.closest?.("button, input[type=submit]")?.form)) hold(event);
  },
  true,
);

// A page that comes back as it was left can be sent again.
window.addEventListener("pageshow", () => {
  underway = new WeakMap();
});
