// The behaviour of the shell and its components. Everything hangs on data attributes, so that parts swapped in by htmx
// need no set-up; words come translated from #yf-words.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const words = () => $("#yf-words")?.dataset ?? {};

function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    /* storage may be forbidden: the choice lasts as long as the page */
  }
}

const loading = new Map();
function once(url) {
  if (!loading.has(url)) {
    loading.set(
      url,
      new Promise((resolve, reject) => {
        const style = url.includes(".css");
        const element = document.createElement(style ? "link" : "script");
        if (style) Object.assign(element, { rel: "stylesheet", href: url });
        else element.src = url;
        element.onload = resolve;
        element.onerror = reject;
        // before our own style sheet, so that ours has the last word
        if (style) $("link[href*='ui/yf']").before(element);
        else document.head.append(element);
      }),
    );
  }
  return loading.get(url);
}

// ------------------------------------------------------------------------------------------------ toasts

const LIFE = { success: 5000, info: 6000 };

export function toast(text, { tone = "info", fix = "" } = {}) {
  const region = $("#yf-toasts");
  const one = $(`.yf-toast--${tone}`, $("#yf-toast-template").content).cloneNode(true);
  const place = $(".yf-toast__text", one);
  place.textContent = text;
  if (fix) place.append(Object.assign(document.createElement("small"), { textContent: fix }));
  region.append(one);
  age();
}

// Good news goes by itself; what asks for something to be done stays until it is closed.
function age() {
  for (const one of $$("#yf-toasts [data-toast]:not([data-aging])")) {
    one.dataset.aging = "1";
    const tone = Object.keys(LIFE).find((t) => one.classList.contains(`yf-toast--${t}`));
    if (tone) setTimeout(() => one.remove(), LIFE[tone]);
  }
}

// ------------------------------------------------------------------------------------------------ dialogs

export function confirmed(text) {
  const dialog = $("#yf-confirm");
  $("#yf-confirm-text").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

// hx-confirm asks in our dialog, not in the browser's
document.addEventListener("htmx:confirm", (event) => {
  event.preventDefault();
  confirmed(event.detail.ctx.confirm).then((yes) =>
    yes ? event.detail.issueRequest() : event.detail.dropRequest(),
  );
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const asking = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!asking || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  if (await confirmed(asking)) {
    form.dataset.confirmed = "1";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  }
}, true);

// ------------------------------------------------------------------------------------------------ unsaved changes

const dirty = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-guard")) dirty.add(form);
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented || event.target.matches("[hx-post],[hx-put],[hx-patch]")) dirty.delete(event.target);
});
document.addEventListener("reset", (event) => dirty.delete(event.target));
addEventListener("beforeunload", (event) => {
  for (const form of dirty) if (!form.isConnected) dirty.delete(form);
  if (dirty.size) event.preventDefault();
});

// ------------------------------------------------------------------------------------------------ answers that are errors

const BY_STATUS = { 400: "refused", 401: "forbidden", 403: "forbidden", 404: "missing", 409: "refused", 413: "tooLarge" };

document.addEventListener("htmx:response:error", (event) => {
  const { response, text } = event.detail.ctx;
  if (response.status === 422) return; // a form with its faults, or a toast that names its own place
  const said = text?.includes("data-error") && new DOMParser().parseFromString(text, "text/html").querySelector("[data-error]");
  const csrf = response.status === 403 && /csrf/i.test(text ?? "");
  const key = csrf ? "csrf" : (BY_STATUS[response.status] ?? "server");
  toast((said && said.textContent.trim()) || words()[key] || words().server, { tone: "error" });
});
document.addEventListener("htmx:error", (event) => {
  const error = event.detail.error;
  if (error?.name === "AbortError" || !event.detail.ctx || event.detail.ctx.response) return;
  toast(words().offline, { tone: "error" });
});

// ------------------------------------------------------------------------------------------------ shell

function openNav(open) {
  document.body.classList.toggle("yf-nav-open", open);
  const veil = $(".yf-veil");
  if (veil) veil.hidden = !open;
  for (const button of $$("[data-nav-open]")) button.setAttribute("aria-expanded", String(open));
  // what is still hidden takes no focus: wait until it has begun to slide in
  if (open) setTimeout(() => $(".yf-nav__link[aria-current], .yf-nav__link")?.focus(), 80);
  else if (document.activeElement?.closest(".yf-sider")) $("[data-nav-open]")?.focus();
}

function toggleSider() {
  const root = document.documentElement;
  const mini = root.dataset.sider !== "mini";
  if (mini) root.dataset.sider = "mini";
  else delete root.dataset.sider;
  keep("yf-sider", mini ? "mini" : null);
}

function setDensity(value) {
  const root = document.documentElement;
  if (value && value !== "normal") root.dataset.density = value;
  else delete root.dataset.density;
  keep("yf-density", value === "normal" ? null : value);
  showDensity();
}

function showDensity() {
  const now = document.documentElement.dataset.density ?? "normal";
  for (const button of $$("[data-density-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.densitySet === now));
  }
}

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  let hit;
  if ((hit = at("[data-toast-close]"))) hit.closest("[data-toast]").remove();
  else if (at("[data-sider-toggle]")) toggleSider();
  else if (at("[data-nav-open]")) openNav(!document.body.classList.contains("yf-nav-open"));
  else if (at("[data-nav-close]")) openNav(false);
  else if (at("[data-palette-open]")) openPalette();
  else if ((hit = at("[data-density-set]"))) setDensity(hit.dataset.densitySet);
  else if ((hit = at("[data-dialog]"))) document.getElementById(hit.dataset.dialog)?.showModal();
  else if ((hit = at("[data-dialog-close]"))) hit.closest("dialog")?.close();
  else if ((hit = at("[data-print]"))) print();
  else if ((hit = at("[data-secret]"))) toggleSecret(hit);
  else if ((hit = at("[data-copy]"))) navigator.clipboard?.writeText(hit.dataset.copy);
  else if ((hit = at("[data-lane-fold]"))) hit.closest(".yf-lane").classList.toggle("yf-lane--folded");
  else if ((hit = at(".yf-query__toggle"))) {
    const open = hit.closest(".yf-query").classList.toggle("yf-query--open");
    hit.setAttribute("aria-expanded", String(open));
  } else if ((hit = at("[data-span]"))) pointAt(hit);
  for (const menu of $$("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  // a tap on the backdrop closes a dialog
  if (event.target instanceof HTMLDialogElement && event.target.open && event.target.id !== "yf-confirm") {
    const box = event.target.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    if (event.detail && (x < box.left || x > box.right || y < box.top || y > box.bottom)) event.target.close();
  }
});

function toggleSecret(button) {
  const input = button.parentElement.querySelector("input");
  const show = input.type === "password";
  input.type = show ? "text" : "password";
  button.setAttribute("aria-label", show ? words().hide : words().show);
  button.setAttribute("aria-pressed", String(show));
}

// Review: a field and its span in the text point at each other (data-span on both).
function pointAt(from) {
  const key = CSS.escape(from.dataset.span);
  for (const one of $$(".yf-on[data-span]")) one.classList.remove("yf-on");
  const both = $$(`[data-span="${key}"]`);
  for (const one of both) one.classList.add("yf-on");
  const other = both.find((one) => (from.matches("mark") ? !one.matches("mark") : one.matches("mark")));
  other?.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

// ------------------------------------------------------------------------------------------------ palette

let asked = 0;
let waiting;

function openPalette() {
  const dialog = $("#yf-palette");
  if (!dialog || dialog.open) return;
  openNav(false);
  dialog.showModal();
  const input = $(".yf-palette__input", dialog);
  input.select();
  if (!input.value) offerPages(dialog);
}

function offerPages(dialog) {
  $("#yf-palette-hits").replaceChildren($("#yf-palette-pages").content.cloneNode(true));
  choose(dialog, 0);
}

function options(dialog) {
  return $$('[role="option"]', dialog);
}

function choose(dialog, index) {
  const all = options(dialog);
  all.forEach((one, i) => {
    one.id ||= `yf-hit-${i}-${asked}`;
    one.tabIndex = -1;
    one.setAttribute("aria-selected", String(i === index));
  });
  all[index]?.scrollIntoView({ block: "nearest" });
  const input = $(".yf-palette__input", dialog);
  if (all[index]) input.setAttribute("aria-activedescendant", all[index].id);
  else input.removeAttribute("aria-activedescendant");
}

async function ask(dialog, text) {
  const mine = ++asked;
  const hits = $("#yf-palette-hits");
  if (!text) return offerPages(dialog);
  const pages = $$("a", $("#yf-palette-pages").content).filter((a) => a.textContent.includes(text));
  try {
    const url = new URL(dialog.dataset.url, location.href);
    url.searchParams.set("q", text);
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (mine !== asked) return;
    if (!answer.ok) throw new Error(String(answer.status));
    if (answer.headers.get("HX-Redirect")) return void (location.href = answer.headers.get("HX-Redirect"));
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    if (mine !== asked) return;
    const any = $('[role="option"]', found);
    hits.replaceChildren(...pages.map((a) => a.cloneNode(true)), ...(any || !pages.length ? found.childNodes : []));
  } catch {
    if (mine !== asked) return;
    const line = Object.assign(document.createElement("p"), { className: "yf-palette__none", textContent: words().offline });
    hits.replaceChildren(...pages.map((a) => a.cloneNode(true)), line);
  }
  choose(dialog, 0);
}

document.addEventListener("input", (event) => {
  if (!event.target.matches(".yf-palette__input") || event.isComposing) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => ask($("#yf-palette"), event.target.value.trim()), 120);
});
document.addEventListener("compositionend", (event) => {
  if (event.target.matches?.(".yf-palette__input")) ask($("#yf-palette"), event.target.value.trim());
});

function paletteKey(event) {
  const dialog = $("#yf-palette");
  const all = options(dialog);
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") choose(dialog, (at + 1) % all.length);
  else if (event.key === "ArrowUp") choose(dialog, (at - 1 + all.length) % all.length);
  else if (event.key === "Enter" && !event.isComposing) {
    if (all[at]) location.href = all[at].href;
  } else return;
  event.preventDefault();
}

// ------------------------------------------------------------------------------------------------ keys

const writing = (element) => element?.closest?.("input, select, textarea, [contenteditable], .ts-control, dialog[open]");

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    if ($("#yf-palette")) {
      event.preventDefault();
      openPalette();
    }
    return;
  }
  if (event.target.matches?.(".yf-palette__input")) return paletteKey(event);
  if (event.key === "Escape") {
    openNav(false);
    for (const menu of $$("details[data-menu][open]")) {
      menu.open = false;
      $("summary", menu).focus();
    }
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const picking = event.target.matches?.(".yf-pick");
  if (writing(event.target) && !picking) return;
  tableKey(event);
});

// j and k walk the rows, Enter opens, x picks
function tableKey(event) {
  const table = event.target.closest?.("table[data-keys]") ?? $("table[data-keys]");
  if (!table || !["j", "k", "x", "Enter"].includes(event.key)) return;
  const rows = $$("tbody > tr", table);
  const here = document.activeElement?.closest?.("tr");
  const at = rows.indexOf(here);
  if (event.key === "j" || event.key === "k") {
    const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))];
    if (next) {
      next.tabIndex = -1;
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  } else if (at < 0) return;
  else if (event.key === "x") {
    const box = $(".yf-pick", rows[at]);
    if (!box) return;
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (document.activeElement === rows[at]) $("a[href]", rows[at])?.click();
  else return;
  event.preventDefault();
}

// ------------------------------------------------------------------------------------------------ picking rows

const ONE = ".yf-pick:not(.yf-pick-all)";

// <form data-selectable>: .yf-pick boxes, .yf-pick-all, a .yf-selection bar with [data-selected-count]
function showSelection(scope) {
  const boxes = $$(ONE, scope);
  const picked = boxes.filter((box) => box.checked).length;
  const bar = $(".yf-selection", scope);
  if (bar) {
    bar.hidden = picked === 0;
    for (const place of $$("[data-selected-count]", bar)) {
      place.textContent = (words().selected ?? "{n}").replace("{n}", picked.toLocaleString("en-US"));
    }
  }
  const all = $(".yf-pick-all", scope);
  if (all) {
    all.checked = picked > 0 && picked === boxes.length;
    all.indeterminate = picked > 0 && picked < boxes.length;
  }
}

let lastPicked;
document.addEventListener("click", (event) => {
  if (event.target.matches?.("[data-selection-clear]")) {
    const scope = event.target.closest("[data-selectable]");
    for (const box of $$(ONE, scope)) box.checked = false;
    showSelection(scope);
  }
  if (!event.target.matches?.(ONE)) return;
  const scope = event.target.closest("[data-selectable]") ?? document;
  if (event.shiftKey && lastPicked?.isConnected) {
    const boxes = $$(ONE, scope);
    const [a, b] = [boxes.indexOf(lastPicked), boxes.indexOf(event.target)].sort((x, y) => x - y);
    if (a >= 0) for (const box of boxes.slice(a, b + 1)) box.checked = event.target.checked;
    showSelection(scope);
  }
  lastPicked = event.target;
});
document.addEventListener("change", (event) => {
  const scope = event.target.closest?.("[data-selectable]");
  if (!scope) return;
  if (event.target.matches(".yf-pick-all")) {
    for (const box of $$(ONE, scope)) box.checked = event.target.checked;
  }
  if (event.target.matches(".yf-pick, .yf-pick-all")) showSelection(scope);
});

// ------------------------------------------------------------------------------------------------ wide tables say that more is there

function sideways(box) {
  const more = [];
  if (box.scrollLeft > 2) more.push("left");
  if (box.scrollLeft + box.clientWidth < box.scrollWidth - 2) more.push("right");
  box.dataset.more = more.join(" ");
}
document.addEventListener("scroll", (event) => {
  if (event.target.classList?.contains("yf-tablebox")) sideways(event.target);
}, { capture: true, passive: true });
addEventListener("resize", () => $$(".yf-tablebox").forEach(sideways));

// ------------------------------------------------------------------------------------------------ choosers that search

// <select data-search-url="/x/search"> asks ?q=… and reads [{"value": 1, "text": "…", "detail": "…"}]; never loads all
async function chooser(select) {
  if (select.tomselect || select.dataset.ready) return;
  select.dataset.ready = "1";
  const { tomSelect, tomSelectCss } = document.body.dataset;
  await Promise.all([once(tomSelectCss), once(tomSelect)]);
  const line = (item, escape) =>
    `<div>${escape(item.text)}${item.detail ? `<small>${escape(item.detail)}</small>` : ""}</div>`;
  const remote = select.dataset.searchUrl;
  new window.TomSelect(select, {
    maxOptions: 50,
    maxItems: select.multiple ? null : 1,
    create: false,
    searchField: remote ? [] : ["text"],
    placeholder: select.dataset.placeholder ?? "",
    ...(remote && {
      load: async (text, done) => {
        try {
          const url = new URL(remote, location.href);
          url.searchParams.set("q", text);
          const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
          done(answer.ok ? await answer.json() : []);
        } catch {
          done();
        }
      },
      shouldLoad: (text) => text.length > 0,
      // what the server found for these words is shown as it is
      score: () => () => 1,
      onType() {
        this.clearOptions();
      },
    }),
    render: {
      option: line,
      item: (item, escape) => `<div>${escape(item.text)}</div>`,
      no_results: () => `<div class="no-results">${words().none}</div>`,
      loading: () => `<div class="no-results">${words().searching}</div>`,
    },
  });
}

// ------------------------------------------------------------------------------------------------ dragging cards

// <ol data-drag="stage-board" data-drag-value="signed"> of [data-id] cards. On a drop the board hears "yf:drop" with
// {id, from, to, card, back()}; if it carries data-drag-url, htmx posts id and to there and its answer goes to
// data-drag-target. The card returns to its place at once: only the server's answer moves it.
async function draggable(list) {
  if (list.dataset.ready) return;
  list.dataset.ready = "1";
  await once(document.body.dataset.sortable);
  window.Sortable.create(list, {
    group: list.dataset.drag,
    animation: 120,
    sort: false,
    forceFallback: true,
    fallbackOnBody: true,
    fallbackTolerance: 4,
    delay: 180,
    delayOnTouchOnly: true,
    ghostClass: "yf-ticket--held",
    onStart: () => list.closest(".yf-board")?.classList.add("yf-board--dragging"),
    onEnd({ item, from, to, oldIndex }) {
      list.closest(".yf-board")?.classList.remove("yf-board--dragging");
      if (from === to) return;
      const back = () => from.insertBefore(item, from.children[oldIndex] ?? null);
      const detail = { id: item.dataset.id, from: from.dataset.dragValue, to: to.dataset.dragValue, card: item, back };
      const board = list.closest("[data-drag-url]");
      back();
      if (!list.dispatchEvent(new CustomEvent("yf:drop", { bubbles: true, cancelable: true, detail })) || !board) return;
      window.htmx.ajax(board.dataset.dragMethod ?? "GET", board.dataset.dragUrl, {
        source: board,
        target: board.dataset.dragTarget ?? board,
        swap: board.dataset.dragSwap ?? "innerHTML",
        values: { id: detail.id, to: detail.to, from: detail.from },
      });
    },
  });
}

// ------------------------------------------------------------------------------------------------ set-up of what is on the page

// A form that starts a search again when a field changes must not race with itself.
document.addEventListener("htmx:before:init", (event) => {
  const element = event.target;
  if (element.matches?.("form.yf-query") && !element.hasAttribute("hx-sync")) element.setAttribute("hx-sync", "this:replace");
});

function ready() {
  age();
  showDensity();
  $$(".yf-tablebox").forEach(sideways);
  $$("[data-selectable]").forEach(showSelection);
  $$("select[data-search-url], select[data-chooser]").forEach(chooser);
  $$("[data-drag]").forEach(draggable);
  for (const dialog of $$("dialog[data-open]:not([open])")) dialog.showModal();
}
document.addEventListener("htmx:after:swap", ready);
addEventListener("pageshow", ready);
ready();
window.yf = { toast, confirmed };
