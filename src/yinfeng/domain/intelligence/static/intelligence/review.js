// The review screen: text and record point at each other, keys walk the records, yuan are echoed while typing.
// Everything is found anew at each event, so that parts swapped in by htmx need no set-up.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
const phone = () => matchMedia("(max-width: 991px)").matches;

function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* the choice lasts as long as the page */
  }
}

// ------------------------------------------------------------------------------------------------ which side, which text

function showSide(side) {
  const review = $("[data-review]");
  if (!review) return;
  review.dataset.side = side;
  for (const button of $$("[data-show-side]")) button.setAttribute("aria-pressed", String(button.dataset.showSide === side));
}

function showText(form) {
  const texts = $("[data-texts]");
  if (!texts || !$("[data-text='readable']", texts)) return;
  texts.dataset.texts = form;
  for (const button of $$("[data-show-text]")) button.setAttribute("aria-pressed", String(button.dataset.showText === form));
}

// ------------------------------------------------------------------------------------------------ pointing

const marksOf = (key) => $$(`mark[data-marks~="${CSS.escape(key)}"]`);
const seen = (element) => element.offsetParent !== null;

function goto(key) {
  if (phone()) showSide("text");
  for (const one of $$("mark.yf-on")) one.classList.remove("yf-on");
  const marks = marksOf(key);
  for (const mark of marks) mark.classList.add("yf-on");
  for (const text of $$("[data-text]").filter(seen)) {
    const first = marks.find((mark) => text.contains(mark));
    first?.scrollIntoView({ block: "center", behavior: calm() });
  }
}

function current() {
  return $("[data-proposal]")?.dataset.proposal;
}

function underline() {
  const pk = current();
  for (const one of $$("mark.yf-rv-mine")) one.classList.remove("yf-rv-mine");
  if (pk) for (const one of $$(`mark[data-of~="${pk}"]`)) one.classList.add("yf-rv-mine");
}

// the pane of the text scrolls by itself to where the record begins; the page stays where it is
function follow() {
  underline();
  const pane = $(".yf-rv-text");
  const first = $$("mark.yf-rv-mine").find(seen);
  if (!pane || !first || phone()) return;
  const box = pane.getBoundingClientRect();
  const at = first.getBoundingClientRect();
  if (at.top < box.top + 90 || at.bottom > box.bottom - 20) {
    pane.scrollTo({ top: pane.scrollTop + at.top - box.top - box.height / 3, behavior: calm() });
  }
  const line = $(".yf-rv-line[aria-current]");
  const list = line?.closest("ol");
  if (list) list.scrollTop = Math.max(0, line.parentElement.offsetTop - list.offsetTop - 80);
}

// a tap on marked words: to the field they support, or to their record first
function fromMark(mark) {
  const keys = mark.dataset.marks.split(" ");
  const mine = keys.find((key) => key.split("-")[0] === current());
  if (!mine) {
    const line = $(`[data-record="${keys[0].split("-")[0]}"]`);
    if (line) {
      waiting = keys[0];
      line.click();
    }
    return;
  }
  for (const one of $$("mark.yf-on")) one.classList.remove("yf-on");
  for (const one of marksOf(mine)) one.classList.add("yf-on");
  if (phone()) showSide("records");
  const link = keys.map((key) => $(`#review-side [data-goto="${CSS.escape(key)}"]`)).find(Boolean);
  const place = link?.closest(".yf-rv-input, .yf-rv-block, .yf-quote") ?? $("[data-proposal]");
  const input = $("input:not([type=hidden]), select, textarea", place);
  (input ?? place).scrollIntoView({ block: "center", behavior: calm() });
  input?.focus({ preventScroll: true });
}
let waiting = "";

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest?.(selector);
  let hit;
  if ((hit = at("[data-goto]"))) {
    event.preventDefault();
    goto(hit.dataset.goto);
  } else if ((hit = at("mark[data-marks]"))) fromMark(hit);
  else if ((hit = at("[data-show-side]"))) showSide(hit.dataset.showSide);
  else if ((hit = at("[data-show-text]"))) {
    showText(hit.dataset.showText);
    keep("yf-review-text", hit.dataset.showText);
    follow();
  }
});

document.addEventListener("htmx:after:swap", () => {
  if (!$("[data-review]")) return;
  follow();
  $("[data-faults]")?.focus();
  if (waiting) {
    const mark = marksOf(waiting)[0];
    waiting = "";
    if (mark) fromMark(mark);
  }
});

// ------------------------------------------------------------------------------------------------ yuan while typing

const UNITS = [["万亿", 12], ["千亿", 11], ["百亿", 10], ["亿", 8], ["千万", 7], ["百万", 6], ["万", 4], ["元", 0]];

function yuan(text) {
  const found = /^\s*([0-9][0-9,，]*(?:\.[0-9]+)?)\s*(.*)$/.exec(text);
  if (!found) return null;
  const power = found[2] ? UNITS.find(([word]) => found[2].startsWith(word))?.[1] : 8;
  if (power === undefined) return null;
  const [whole, part = ""] = found[1].replace(/[,，]/g, "").split(".");
  const digits = (whole + part.padEnd(power, "0").slice(0, power)).replace(/^0+(?=\d)/, "");
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-yi]")) return;
  const shown = yuan(event.target.value);
  event.target.title = shown ? `= ${shown}` : "";
  const place = $(`[data-yuan-of="${event.target.name}"]`);
  if (!place) return;
  place.dataset.read ??= place.textContent;
  place.textContent = shown ? `${place.dataset.read} → ${shown} ${$("[name=currency]")?.value ?? ""}` : place.dataset.read;
});

// ------------------------------------------------------------------------------------------------ keys

const writing = (element) => element?.closest?.("input, select, textarea, [contenteditable], dialog[open]");

document.addEventListener("keydown", (event) => {
  if (!$("[data-review]") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && event.target.closest?.("#review-side")) return event.target.blur();
  if (writing(event.target) || $("dialog[open]")) return;
  const press = (selector) => {
    const one = $(selector);
    if (one) event.preventDefault();
    one?.click();
  };
  const reach = (selector) => {
    const one = $(selector);
    if (!one) return;
    event.preventDefault();
    if (phone()) showSide("records");
    one.focus();
    one.scrollIntoView({ block: "center", behavior: calm() });
  };
  if (event.key === "j") press("[data-next]");
  else if (event.key === "k") press("[data-previous]");
  else if (event.key === "a") {
    // two steps, so that a stray key enters nothing in the ledger: to the button, then Enter or a once more
    const accept = $('[data-accept="first"]') ?? $("[data-accept]");
    if (document.activeElement === accept) accept?.click();
    else reach(accept?.matches('[data-accept="first"]') ? '[data-accept="first"]' : "[data-accept]");
    event.preventDefault();
  }
  else if (event.key === "r") reach("#rv-reason");
  else if (event.key === "e") reach("#rv-form input:not([type=hidden]):not(:disabled)");
  else if (event.key === "?") $("#rv-help")?.showModal();
});

const text = kept("yf-review-text");
if (text && !(phone() && text === "both")) showText(text);
follow();
if (location.hash.startsWith("#t-")) goto(location.hash.slice(3));
