// Copies and prints what is there to be kept; without this file those buttons stay hidden.

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) break;
  const label = button.querySelector("span");
  const before = label.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
    label.textContent = button.dataset.done;
    setTimeout(() => (label.textContent = before), 2000);
  });
  button.hidden = false;
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.addEventListener("click", () => print());
  button.hidden = false;
}
