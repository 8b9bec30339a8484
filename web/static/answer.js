// Keeps what is typed: first on this device, then at the server. The form works without it.
(() => {
  const d = document, $ = s => d.querySelector(s), form = $('#qf'); if (!form) return;
  const T = JSON.parse($('#t')?.textContent || '{}'), place = $('#save'), key = 'answer:' + form.dataset.account + ':' + form.dataset.answer;
  const skip = new Set(['once', 'q', 'cite', 'base', 'kept']); // cite changes only by whole forms
  const fill = (s, v) => s.replace(/\{(\w+)\}/g, (m, k) => v[k] ?? m);
  const clock = t => new Date(t).toLocaleTimeString(d.documentElement.lang + '-u-nu-latn', { hour: '2-digit', minute: '2-digit', hour12: false });
  const say = (words, href) => {
    if (!place) return;
    if (place.textContent === words && !href) return;
    place.textContent = '';
    if (href) { const a = d.createElement('a'); a.href = href; a.textContent = words; place.append(a); } else place.textContent = words;
  };
  // The form as lists of values by name, so that rows of one name keep their order.
  const read = () => { const o = {}; for (const [k, v] of new FormData(form)) if (!skip.has(k)) (o[k] ||= []).push(v); o.challenge ||= []; o.implementation ||= ['']; return o; };
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  // Empty rows at the end say nothing.
  const trim = xs => { const y = [...(xs || [])]; while (y.length && y[y.length - 1] === '') y.pop(); return y; };
  const changed = (now, then) => Object.keys(now).filter(k => !same(trim(now[k]), trim(then[k])));
  let stored = read(), base = form.elements.base.value, kept = true, dirty = false, stopped = false, flying = false, again = false, leaving = false;
  let timer = 0, wait = 5000, last = null; // last: the body of a save whose answer never came, with its key

  const journal = () => {
    const now = read(), names = changed(now, stored);
    dirty = names.length > 0;
    try {
      if (!dirty) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify({ base, at: Date.now(), names: Object.fromEntries(names.map(k => [k, now[k]])) }));
      kept = true;
    } catch { kept = false; }
  };
  const forget = () => { try { localStorage.removeItem(key); } catch { /* then nothing is kept either */ } };
  const unsent = () => say(kept ? fill(T.kept, { time: clock(Date.now()) }) : T.nosave);

  const addRow = set => { const rows = set.querySelectorAll('.rowgrid'), r = rows[rows.length - 1], n = r.cloneNode(true); for (const e of n.querySelectorAll('input,select')) e.value = ''; r.after(n); return n; };
  const put = (name, values) => {
    let els = [...form.elements].filter(e => e.name === name);
    if (els[0]?.type === 'radio' || els[0]?.type === 'checkbox') return els.forEach(e => e.checked = values.includes(e.value));
    const set = els[0]?.closest('fieldset');
    while (set && els[0].closest('.rowgrid') && els.length < Math.min(values.length, 50)) { addRow(set); els = [...form.elements].filter(e => e.name === name); }
    els.forEach((e, i) => { if (values[i] !== undefined) e.value = values[i]; });
  };
  const restore = () => {
    const before = new URLSearchParams(location.search).get('saved'); // the question from which the reader came on
    if (before) try { localStorage.removeItem('answer:' + form.dataset.account + ':' + before); } catch { /* nothing was kept */ }
    if (/[?&]done=/.test(location.search)) return forget(); // the form arrived
    let j; try { j = JSON.parse(localStorage.getItem(key)); } catch { return; }
    if (!j?.names) return;
    for (const k of Object.keys(j.names)) if (!skip.has(k)) put(k, j.names[k]);
    if (!changed(read(), stored).length) return forget(); // the server has it
    // On the version that its writer saw: what others changed since is joined or shown, never covered.
    base = form.elements.base.value = j.base; dirty = true;
    const n = $('#restored'); n.textContent = T.restored; n.hidden = false; unsent();
  };

  const send = async quick => {
    clearTimeout(timer);
    if (stopped || leaving || !dirty) return;
    if (flying) { again = true; return; }
    const now = read(), data = new URLSearchParams(new FormData(form)); data.delete('once'); data.delete('q');
    const body = data.toString();
    if (last?.body !== body) last = { body, key: crypto.randomUUID?.() || Date.now() + '-' + Math.random() };
    flying = true; if (!quick) say(T.saving);
    let r, j = {};
    try {
      r = await fetch(form.action, { method: 'POST', body: data, credentials: 'same-origin', redirect: 'error', keepalive: !!quick && body.length < 60000, headers: { Accept: 'application/json', 'Idempotency-Key': last.key } });
      j = await r.json();
    } catch { if (r?.ok) r = null; }
    flying = false;
    if (r?.ok) {
      last = null; wait = 5000; stored = now; form.elements.kept?.remove();
      base = form.elements.base.value = form.dataset.write === 'proposal' ? j.saves : j.version;
      journal();
      if (j.merged) { leaving = true; return location.assign(location.pathname); } // others' parts came in: what was typed since waits in the journal
      if (!dirty) { $('#restored').hidden = true; say(fill(T.stored, { time: clock(j.at), name: j.by })); }
    } else if (r?.status === 401) { say(T.signin); again = false; return; }
    else if (r?.status === 409 && j.both) { stopped = true; last = null; forget(); say(T.clash, j.both); return; }
    else if (r && r.status < 500 && r.status !== 429) { last = null; again = false; say(fill(T.refused, { detail: Object.values(j.fields || {}).join(' ') || j.detail || r.status })); return; }
    else { unsent(); timer = setTimeout(send, wait); wait = Math.min(wait * 2, 60000); again = false; return; }
    if (again || dirty) { again = false; timer = setTimeout(send, 800); }
  };

  const typed = () => { if (stopped) return; journal(); clearTimeout(timer); if (dirty) timer = setTimeout(send, 800); };
  form.addEventListener('input', e => { if (!skip.has(e.target.name)) typed(); });
  form.addEventListener('change', e => { if (!skip.has(e.target.name)) typed(); });
  form.addEventListener('focusout', () => send());
  form.addEventListener('submit', () => { leaving = true; clearTimeout(timer); });
  form.addEventListener('click', e => { const b = e.target.closest('[data-add]'); if (b) addRow(b.closest('fieldset')).querySelector('select,input').focus(); });
  addEventListener('pagehide', () => { if (dirty && !stopped) { journal(); send(true); } });
  addEventListener('pageshow', e => { if (e.persisted) leaving = false; });
  d.addEventListener('visibilitychange', () => { if (d.visibilityState === 'hidden') send(true); else if (dirty && !timer) send(); });
  addEventListener('focus', () => { if (dirty) send(); }); // back from signing in, perhaps
  addEventListener('online', () => send());
  addEventListener('offline', () => { if (dirty) unsent(); });
  // Signing out with unsent text stops and says so; the text is sent first.
  d.addEventListener('submit', e => { if (dirty && !stopped && e.target.action?.endsWith('/sign-out')) { e.preventDefault(); unsent(); send(); } });
  restore();
  // Who else writes here: a few bytes a minute, while the page is looked at.
  const here = $('#here'), look = async () => {
    if (d.visibilityState === 'hidden' || !navigator.onLine) return;
    try {
      const r = await fetch(form.dataset.here, { credentials: 'same-origin', headers: { Accept: 'application/json' } });
      const words = r.status === 200 ? (await r.json()).here : '';
      if (r.ok && here.textContent !== words) { here.textContent = words; here.hidden = !words; }
    } catch { /* asked again in a minute */ }
  };
  if (here && form.dataset.here) setInterval(look, 60000);
})();
