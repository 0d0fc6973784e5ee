// Files that are dropped are sent as if they had been chosen.
for (const form of document.querySelectorAll("form[data-drop]")) {
  const files = form.querySelector("input[type=file]");
  const status = form.querySelector("[role=status]");
  const over = (is) => form.classList.toggle("over", is);
  form.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
  form.addEventListener("dragleave", () => over(false));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer.files.length) return;
    files.files = event.dataTransfer.files;
    form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    status.textContent = "Looking for wells ...";
    form.querySelector("button").disabled = true;
  });
  addEventListener("pageshow", () => { status.textContent = ""; form.querySelector("button").disabled = false; });
}
