/* Sends the answer to the app at once. A classic script, for browsers of any age. */
document.getElementById("form-post").submit();
