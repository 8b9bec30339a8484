// The editor of mappings: the tree narrows as one types, and letters press buttons. Without it forms and links do the same.
(() => {
  const d = document, $ = (s, r = d) => r.querySelector(s), $$ = (s, r = d) => [...r.querySelectorAll(s)];
  const q = $('#f-q'), list = $('.maplist');
  const fold = s => s.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  // What the server narrowed cannot be widened here.
  if (q && list && !q.value) {
    const was = $$('details', list).map(x => [x, x.open]);
    q.addEventListener('input', () => {
      const words = fold(q.value).split(/\s+/).filter(Boolean);
      const has = e => { const t = fold(e.textContent); return words.every(w => t.includes(w)); };
      for (const ch of $$('.mapch', list)) {
        let any = false;
        for (const li of ch.querySelectorAll(':scope>ul>li')) {
          const below = $('.mapbelow', li), own = has(li.querySelector(':scope>label'));
          let inner = false;
          if (below) for (const b of $$('li', below)) { const on = own || has(b); b.hidden = !on; inner ||= on && !own; }
          if (below && words.length) below.open = inner;
          li.hidden = !(own || inner); any ||= !li.hidden;
        }
        ch.hidden = !any; if (words.length) ch.open = any;
      }
      if (!words.length) was.forEach(([x, o]) => { x.open = o; });
    });
    q.form.addEventListener('submit', e => { const b = $('li:not([hidden])>label input:not(:disabled)', list); if (b) { e.preventDefault(); b.focus(); } });
  }
  d.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) && e.target.type !== 'checkbox') return;
    const b = /^[a-z]$/.test(e.key) && $(`[data-key=${e.key}]`);
    if (b) { e.preventDefault(); b.click(); }
  });
})();
