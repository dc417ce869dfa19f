// Betters what already works: every page does its work when this file never loads.

// Show and hide a password.
for (const button of document.querySelectorAll("button[data-peek]")) {
  const input = document.getElementById(button.dataset.peek);
  const label = button.querySelector("span");
  const turn = (shown) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    label.textContent = shown ? button.dataset.hide : button.dataset.show;
  };
  button.addEventListener("click", () => turn(input.type === "password"));
  input.form.addEventListener("submit", () => turn(false)); // so that managers see a password
  button.hidden = false;
}

// Send a form once, and say that it is on its way; unless its answer is a file, and the page stays.
const sent = new Map();

for (const form of document.forms) {
  if ("stays" in form.dataset) continue;
  form.addEventListener("submit", (event) => {
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    const button = event.submitter;
    const label = button?.querySelector("span");
    sent.set(form, label && { button, label, text: label.textContent });
    if (label && button.dataset.busy) {
      button.setAttribute("aria-busy", "true");
      label.textContent = button.dataset.busy;
    }
  });
}

// Back from the next page: the form may be sent again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const before of sent.values()) {
    if (!before) continue;
    before.button.removeAttribute("aria-busy");
    before.label.textContent = before.text;
  }
  sent.clear();
});

// What went wrong is read first.
document.getElementById("form-error")?.focus();
