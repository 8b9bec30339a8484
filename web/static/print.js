// The print button of pages made for paper; without script the browser's own command does it.
(() => {
  const b = document.querySelector('.js-print');
  if (b) { b.hidden = false; b.addEventListener('click', () => print()); }
})();
