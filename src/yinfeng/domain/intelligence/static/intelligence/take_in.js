// Files dropped on the form, or pasted as files, join those chosen; their names are listed before they are sent.

const form = document.querySelector("[data-take-in]");
const zone = form?.querySelector("[data-drop]");
const input = form?.querySelector("input[type=file]");
const list = form?.querySelector("[data-chosen]");

function add(files) {
  if (!files.length) return;
  const all = new DataTransfer();
  for (const file of [...input.files, ...files]) all.items.add(file);
  input.files = all.files;
  show();
}

function show() {
  const names = input.files.length > 1 ? [...input.files].map((file) => file.name) : [];
  list.replaceChildren(...names.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
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
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
  input.addEventListener("change", show);
  form.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) {
      event.preventDefault();
      add(files);
    }
  });
}
