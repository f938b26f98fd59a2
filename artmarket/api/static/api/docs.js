// Starts Swagger UI without inline script, as the content security policy asks.
const place = document.getElementById("swagger-ui");

window.SwaggerUIBundle({
  url: place.dataset.schemaUrl,
  domNode: place,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  requestInterceptor: (request) => {
    if (request.method && request.method !== "GET") {
      request.headers["X-CSRFToken"] = place.dataset.csrfToken;
    }
    return request;
  },
});
