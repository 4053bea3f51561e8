// The link that hides the marks of a search is Sphinx's; what it did by a javascript: address, which the pages' policy forbids, is done here.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.(".highlight-link a")) return;
  event.preventDefault();
  SphinxHighlight.hideSearchWords();
});
