// The project page and its forms: blocks that remember whether they were open, drafts that survive, faults in sight.

const store = {
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      /* storage may be forbidden: it lasts as long as the page */
    }
  },
};

// <details data-remember="key">: open or closed as this person left it
function remember() {
  for (const block of document.querySelectorAll("details[data-remember]:not([data-remembered])")) {
    const key = `yf-open.${block.dataset.remember}`;
    block.dataset.remembered = "1";
    const kept = store.get(key);
    if (kept !== null) block.open = kept === "1";
    block.addEventListener("toggle", () => store.set(key, block.open ? "1" : "0"));
  }
}

// everything is open on paper
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details.yf-fold:not([open])")];
  for (const block of folded) block.open = true;
});
addEventListener("afterprint", () => {
  for (const block of folded) block.open = false;
});

// a form that came back with faults shows the first of them
function faults() {
  const first = document.querySelector("[data-focus]:not([data-focused])");
  if (!first) return;
  first.dataset.focused = "1";
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "nearest" });
}

// <form data-draft="key">: what was typed survives a lost connection, until it is saved
function drafts() {
  for (const form of document.querySelectorAll("form[data-draft]:not([data-drafted])")) {
    form.dataset.drafted = "1";
    const key = `yf-draft.${form.dataset.draft}`;
    const said = form.querySelector("[data-draft-note]");
    const fields = () => [...form.elements].filter((e) => e.name && !["hidden", "file", "password"].includes(e.type));
    const kept = form.dataset.draftFresh === undefined ? null : store.get(key);
    if (kept) {
      try {
        const values = JSON.parse(kept);
        let any = false;
        for (const field of fields()) {
          if (!(field.name in values)) continue;
          if (field.type === "radio" || field.type === "checkbox") field.checked = values[field.name].includes(field.value);
          else [field.value] = values[field.name];
          any = true;
        }
        if (any && said) said.textContent = form.dataset.draftRestored;
      } catch {
        store.set(key, null);
      }
    }
    form.addEventListener("input", () => {
      const values = {};
      for (const field of fields()) {
        if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
        (values[field.name] ??= []).push(field.value);
      }
      store.set(key, JSON.stringify(values));
      if (said) said.textContent = form.dataset.draftSaved;
    });
  }
  for (const mark of document.querySelectorAll("[data-draft-clear]")) store.set(`yf-draft.${mark.dataset.draftClear}`, null);
}

// [data-shown-when="name=value"] is shown while that choice stands
function conditions() {
  for (const block of document.querySelectorAll("[data-shown-when]")) {
    const [name, wanted] = block.dataset.shownWhen.split("=");
    const form = block.closest("form");
    const chosen = form?.querySelector(`[name="${CSS.escape(name)}"]:checked, select[name="${CSS.escape(name)}"]`)?.value;
    block.hidden = !wanted.split("|").includes(chosen);
  }
}
document.addEventListener("change", (event) => {
  conditions();
  // what a form asks for may hang on a choice: the server draws it anew, with everything that was typed
  const redraw = event.target.matches?.('select[name="stage"], [name="site_route"]') && event.target.form?.querySelector(".yf-redraw");
  if (redraw) event.target.form.requestSubmit(redraw);
});

// on a phone the way of a phase begins at where it stands
function ways() {
  for (const way of document.querySelectorAll(".yf-way .yf-steps")) {
    const here = way.querySelector(".yf-step--now, .yf-step--late");
    if (here && way.scrollWidth > way.clientWidth) way.scrollLeft = here.offsetLeft - way.offsetLeft - way.clientWidth / 2 + here.offsetWidth / 2;
  }
}

function ready() {
  for (const button of document.querySelectorAll(".yf-redraw")) button.hidden = true;
  ways();
  remember();
  drafts();
  conditions();
  faults();
}
document.addEventListener("htmx:after:swap", ready);
ready();
