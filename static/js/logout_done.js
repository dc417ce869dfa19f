/* Goes on when the apps' pages have loaded, or after two seconds; the link does the same. A classic
   script in the words of every browser, since this page has to do its work in all of them. */
(function () {
  var gone = false;

  function goOn() {
    if (!gone) {
      gone = true;
      window.location.replace(document.getElementById("logout-continue").href);
    }
  }

  window.addEventListener("load", goOn); /* frames are loaded by then, or have failed */
  window.setTimeout(goOn, 2000);
})();
