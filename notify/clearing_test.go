package notify_test

import (
	"strings"
	"testing"

	"merida/audit"
	"merida/identity"
	"merida/mail"
	"merida/store"
)

// Letters about requests and offers say whose matter it is, until when, and how it stands, in the reader's language;
// whoever is addressed by organisation, by mechanism or with all others gets one, and the author does not.
func TestLettersOfRequestsAndOffers(t *testing.T) {
	o := open(t)
	reader := o.person(identity.ContactPoint, "QN", "ar", "contact@example.org")
	for _, kind := range []string{"request", "offer"} {
		for _, what := range []string{"due", "window", "moved", "asked", "answered", "overdue"} {
			l, err := o.Compose(t.Context(), mail.Message{ID: "m", Account: reader.ID, Party: "QM", Kind: mail.Kind(kind + "_" + what),
				Args: map[string]string{"date": "2026-12-01", "case_state": "received", "path": "/" + kind + "s/1"}})
			if err != nil || strings.ContainsAny(l.Subject+l.Body, "{}") || !strings.Contains(l.Body, "/ar/"+kind+"s/1") || kind == "request" && !strings.Contains(l.Subject, "كوامارا") {
				t.Errorf("%s of a %s: %v\n%s\n%s", what, kind, err, l.Subject, l.Body)
			}
		}
	}

	o.person(identity.ContactPoint, "QM", "en", "author@example.org")
	p, err := o.ids.Add(t.Context(), identity.OperatorActor(), identity.Account{Name: "Somebody", Email: "fund@example.org", Role: identity.Provider, Organisation: "XM-DEMO-1", Lang: "fr"})
	if err != nil {
		t.Fatal(err)
	}
	roles := []string{string(identity.ContactPoint), string(identity.Provider)}
	for _, c := range []struct {
		note mail.Note
		want string
	}{
		{mail.Note{Everyone: true, Roles: roles, But: "QM", About: "QM"}, "contact@example.org fund@example.org"},
		{mail.Note{Organisation: "XM-DEMO-1", Roles: roles, About: "QM"}, "fund@example.org"},
		{mail.Note{Everyone: true, Roles: roles, ButOrganisation: "XM-DEMO-1"}, "author@example.org contact@example.org"},
		{mail.Note{Party: "QN", Roles: roles, About: "QM"}, "contact@example.org"},
	} {
		c.note.Kind, c.note.Args = "request_asked", map[string]string{"date": "2026-12-01", "path": "/requests/1"}
		if err := o.Store.(store.Mail).DB.Write(t.Context(), func(tx store.Tx) error {
			trace := p.Actor().Trace(o.now, identity.RunClocks, "QM", "request", "1", nil)
			trace.Once, trace.Mail = audit.Once{}, []mail.Note{c.note}
			return store.SaveTrace(t.Context(), tx, trace)
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, l := range o.post.take() {
			got[l.To] = true
			if c.note.About == "QM" && strings.Contains(l.Subject, "Qunera") {
				t.Errorf("the letter speaks of the reader's own State: %q", l.Subject)
			}
		}
		for _, to := range strings.Fields(c.want) {
			if !got[to] {
				t.Errorf("%+v: no letter to %s", c.note, to)
			}
		}
		if len(got) != len(strings.Fields(c.want)) {
			t.Errorf("%+v went to %v", c.note, got)
		}
	}
}
