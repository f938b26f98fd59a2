// A picture dropped on the form, or chosen, is shown before it is sent. Without this the form works all the same.
for (const form of document.querySelectorAll("[data-picture-drop]")) {
  const zone = form.querySelector("[data-drop]");
  const input = form.querySelector("input[type=file]");
  const preview = form.querySelector("[data-preview]");
  let shown = "";

  const show = () => {
    const [file] = input.files;
    if (shown) URL.revokeObjectURL(shown);
    shown = file ? URL.createObjectURL(file) : "";
    preview.hidden = !file;
    if (file) preview.src = shown;
  };

  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    show();
  });
  preview.addEventListener("error", () => { preview.hidden = true; });
  input.addEventListener("change", show);
}
