// Files or whole folders dropped on the form, or pasted as files, join those chosen; their names are listed before they
// are sent. What the bookmarklet brings stands behind # in the address and is put into the fields.

const form = document.querySelector("[data-take-in]");
const zone = form?.querySelector("[data-drop]");
const input = form?.querySelector("input[type=file][name=uploads]");
const folder = form?.querySelector("[data-folder]");
const list = form?.querySelector("[data-chosen]");
const count = form?.querySelector("[data-count]");

// A folder's own leavings: .DS_Store, ~$draft.docx, Thumbs.db.
const isLeaving = (name) => /^(\.|~\$)/.test(name) || name === "Thumbs.db" || name === "desktop.ini";

function add(files) {
  const wanted = [...files].filter((file) => !isLeaving(file.name));
  if (!wanted.length) return;
  const all = new DataTransfer();
  for (const file of [...input.files, ...wanted]) all.items.add(file);
  input.files = all.files;
  show();
}

function show() {
  const names = input.files.length > 1 ? [...input.files].map((file) => file.name) : [];
  list.replaceChildren(...names.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
  count.hidden = names.length < 2;
  count.textContent = count.dataset.count.replace("{n}", names.length);
}

// What was dropped as a folder is an entry without a file: its files are asked for, one batch after the other.
async function filesOf(entry) {
  if (entry.isFile) return [await new Promise((done, fail) => entry.file(done, fail))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!some.length) return found;
    for (const one of some) found.push(...(await filesOf(one)));
  }
}

if (zone) {
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      zone.classList.add("yf-on");
    });
  }
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("yf-on"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    const plain = [...event.dataTransfer.files];
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    add(entries.some((entry) => entry.isDirectory) ? (await Promise.all(entries.map(filesOf))).flat() : plain);
  });
  input.addEventListener("change", show);
  folder.addEventListener("change", () => {
    add(folder.files);
    folder.value = ""; // they are sent once, with the others
  });
  form.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) {
      event.preventDefault();
      add(files);
    }
  });
}

if (form && location.hash.startsWith("#clip=")) {
  try {
    const clip = JSON.parse(decodeURIComponent(location.hash.slice(6)));
    const put = (name, value) => {
      const field = form.elements[name];
      if (field && typeof value === "string") field.value = value.slice(0, field.maxLength > 0 ? field.maxLength : undefined);
    };
    put("text", clip.x);
    put("title", clip.t);
    put("source", clip.u);
    put("way", "bookmark");
  } catch {
    /* not ours: the form stays empty */
  }
  history.replaceState(null, "", location.pathname);
}
