// Starts Swagger UI on this origin's own document. Nothing is asked of any other address.
const place = document.getElementById("swagger-ui");

// Every field of the Authorize window asks for the cursor, and the last one gets it: the window
// would open at its end. The first way in is at its beginning.
const calm = () => ({
  wrapComponents: {
    Input: (Original, { React }) => (given) =>
      React.createElement(Original, { ...given, autoFocus: false }),
  },
});

const ui = SwaggerUIBundle({
  domNode: place,
  url: "/openapi.json",
  plugins: [calm],
  validatorUrl: null,
  oauth2RedirectUrl: `${location.origin}/docs/oauth2-redirect.html`,
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
});

if (place.dataset.clientId) {
  ui.initOAuth({
    clientId: place.dataset.clientId,
    usePkceWithAuthorizationCodeGrant: true,
    scopes: "openid profile email wallet:read",
  });
}
