// Every act below has a working link or form without it.
(() => {
  const d = document, $ = (s, r = d) => r.querySelector(s), $$ = (s, r = d) => [...r.querySelectorAll(s)];
  const T = JSON.parse($('#t')?.textContent || '{}');
  d.documentElement.classList.add('js');
  const live = d.createElement('div'); live.className = 'vh'; live.setAttribute('aria-live', 'polite'); d.body.append(live);
  const toast = m => { $('.toast')?.remove(); const e = d.createElement('div'); e.className = 'toast'; e.textContent = m; d.body.append(e); live.textContent = m; setTimeout(() => e.remove(), 3500); };
  d.addEventListener('click', async e => {
    const b = e.target.closest('[data-copy]'); if (!b) return; e.preventDefault();
    try { await navigator.clipboard.writeText(b.dataset.copy || location.href); toast(T.copied); } catch { toast(b.dataset.copy || location.href); }
  });
  d.addEventListener('click', e => {
    const b = e.target.closest('[data-theme-set]'); if (!b) return; e.preventDefault();
    d.documentElement.dataset.theme = b.dataset.themeSet; d.cookie = 'theme=' + b.dataset.themeSet + ';path=/;max-age=31536000;samesite=lax';
  });
  d.addEventListener('toggle', e => { if (e.target.matches?.('.menu') && e.target.open) $$('.menu[open]').forEach(m => m !== e.target && (m.open = false)); }, true);
  d.addEventListener('keydown', e => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName);
    if (e.key === 'Escape') { const m = $('.menu[open]'); if (m) { m.open = false; $('summary', m).focus(); } }
    if (e.key === '/' && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) { const q = $('input[type=search]'); if (q) { e.preventDefault(); q.focus(); q.select(); } }
  });
  // A narrow screen shows outline and filters closed.
  if (matchMedia('(max-width:52rem)').matches) $$('details.outline[open],details.facets[open]').forEach(x => x.open = false);
  // What is being typed is completed; the search itself is the same without.
  const list = $('#suggested'), box = list && $('input[list=suggested]');
  if (box) {
    let asked = '', timer;
    box.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const q = box.value.trim(); if (!q || q === asked) return; asked = q;
        try {
          const r = await fetch(list.dataset.suggest + '?q=' + encodeURIComponent(q)); if (!r.ok) return;
          const found = (await r.json()).suggestions; if (asked !== q) return;
          list.replaceChildren(...found.map(s => { const o = d.createElement('option'); o.value = s; return o; }));
        } catch { /* a line that fell out: nothing is suggested */ }
      }, 120);
    });
  }
  // Filters apply as they are ticked; without script the button does it.
  $$('form[data-auto]').forEach(f => f.addEventListener('change', e => { if (e.target.matches('input[type=checkbox],select')) f.requestSubmit(); }));
  // Matrix and grid of States: one stop of the tab key; arrow keys move in reading direction, Home and End along the row.
  const roving = (box, items, next) => {
    let at = items[0]; items.forEach(x => x.tabIndex = -1); if (at) at.tabIndex = 0;
    box.addEventListener('focusin', e => { const a = items.includes(e.target) && e.target; if (a) { at.tabIndex = -1; (at = a).tabIndex = 0; } });
    box.addEventListener('keydown', e => {
      if (!items.includes(e.target) || e.ctrlKey || e.metaKey || e.altKey) return;
      const key = d.dir === 'rtl' ? { ArrowRight: 'ArrowLeft', ArrowLeft: 'ArrowRight' }[e.key] || e.key : e.key, to = next(e.target, key);
      if (to) { e.preventDefault(); to.focus(); }
    });
  };
  $$('.mx').forEach(m => roving(m, $$('tbody td a', m), (a, key) => {
    const td = a.parentElement, tr = td.parentElement, i = td.cellIndex;
    const row = k => { let r = tr[k]; while (r && !$('td', r)) r = r[k]; return r; };
    const c = { ArrowRight: () => tr.cells[i + 1], ArrowLeft: () => i > 1 && tr.cells[i - 1], ArrowDown: () => row('nextElementSibling')?.cells[i], ArrowUp: () => row('previousElementSibling')?.cells[i], Home: () => tr.cells[1], End: () => tr.cells[tr.cells.length - 1] }[key]?.();
    return c && $('a', c);
  }));
  const tiles = $$('.tiles a');
  if (tiles.length) roving(d, tiles, (a, key) => {
    const i = tiles.indexOf(a), x = a.getBoundingClientRect().left;
    const beside = step => { let t = tiles[i + step]; while (t && Math.abs(t.getBoundingClientRect().left - x) > 4) t = tiles[tiles.indexOf(t) + step]; return t; };
    return { ArrowRight: () => tiles[i + 1], ArrowLeft: () => tiles[i - 1], ArrowDown: () => beside(1), ArrowUp: () => beside(-1), Home: () => tiles[0], End: () => tiles[tiles.length - 1] }[key]?.();
  });
  if ($('#errors')) $('#errors').focus();
})();
