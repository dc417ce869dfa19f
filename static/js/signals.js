// Tells the browser what has become of passkeys, so that it offers none that is gone and calls the
// rest by their person's name (WebAuthn Level 3 §5.1.10). Where it takes no word, nothing is lost.

for (const told of document.querySelectorAll("[data-signals]"))
  for (const [method, about] of Object.entries(JSON.parse(told.dataset.signals)))
    window.PublicKeyCredential?.[method]?.(about)?.catch(() => {});
