// Notices on this device: asks the browser for its address and sends it with an ordinary form.
// Without this file, or where the browser shows no notices, that form stays hidden.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const policy = window.trustedTypes?.createPolicy("push-worker", {
  createScriptURL: (address) => {
    if (address !== "/push-worker.js") throw new TypeError("not the worker");
    return address;
  },
});

const registered = async (address) => {
  await navigator.serviceWorker.register(policy?.createScriptURL(address) ?? address, { scope: "/account" });
  return navigator.serviceWorker.ready;
};

const ask = async (form) => {
  const { pushManager } = await registered(form.dataset.worker);
  await (await pushManager.getSubscription())?.unsubscribe(); // it may be of somebody else, or of an old key
  const applicationServerKey = bytes(form.dataset.key);
  const { endpoint, keys } = (
    await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
  ).toJSON();
  for (const [name, value] of Object.entries({ endpoint, ...keys })) form.elements[name].value = value;
  form.submit();
};

const turnOn = async (form, button) => {
  const say = (outcome) => (form.querySelector("[role=status]").textContent = form.dataset[outcome]);
  button.setAttribute("aria-busy", "true");
  say("waiting");
  try {
    if ((await Notification.requestPermission()) === "granted") return await ask(form);
    say("denied");
  } catch (error) {
    say(error.name === "NotAllowedError" ? "denied" : "failed");
  }
  button.removeAttribute("aria-busy");
};

const turnOff = async (form) => {
  try {
    const registration = await navigator.serviceWorker.getRegistration("/account");
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
  } finally {
    form.submit(); // what the server no longer sends, nobody shows
  }
};

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  for (const form of document.querySelectorAll("form[data-push=on]")) {
    const button = form.querySelector("button");
    button.addEventListener("click", () => turnOn(form, button));
    form.hidden = false;
  }
  for (const form of document.querySelectorAll("form[data-push=off]"))
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      turnOff(form);
    });
  for (const other of document.querySelectorAll("[data-without-push]")) other.hidden = true;
}
