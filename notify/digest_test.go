package notify_test

import (
	"strings"
	"testing"
	"time"

	"merida/assistance"
	"merida/codelist"
	"merida/convention"
	"merida/directory"
	"merida/follow"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/mail"
	"merida/party"
	"merida/publication"
	"merida/store"
)

// following gives an office what letters about changes need.
func (o *office) following(db store.DB) *assistance.Service {
	o.t.Helper()
	tree, err := convention.Load()
	if err != nil {
		o.t.Fatal(err)
	}
	lists, err := codelist.Load()
	if err != nil {
		o.t.Fatal(err)
	}
	o.Conventions = tree
	o.Follow = &follow.Service{Store: store.NewFollows(db), Conventions: tree, Searches: store.SavedSearches{DB: db}, Finder: &library.Finder{}, Mechanisms: store.Mechanisms{DB: db},
		Known: func(p party.ID) bool { return p == "QM" }, Now: o.Now}
	o.Contacts = &directory.Register{Store: store.Contacts{DB: db}, Now: o.Now}
	return &assistance.Service{Store: store.Assistance{DB: db}, Terms: assistance.Terms{Conventions: tree, Lists: lists}, Now: o.Now}
}

// TestLetterOfChanges writes what changed in the reader's language, with the rights of the moment in which it is written.
func TestLetterOfChanges(t *testing.T) {
	o, db := openWith(t)
	aid := o.following(db)
	reader := o.person(identity.Officer, "", "ar", "reader@example.org")
	for _, s := range []follow.Subject{{Kind: follow.State, Value: "QM"}, {Kind: follow.Provision, Value: "uncac/art_9"}} {
		if _, err := o.Follow.Follow(t.Context(), reader.Actor(), s, "", follow.AtOnce); err != nil {
			t.Fatal(err)
		}
	}
	focal, approver := identity.Actor{Account: "f", Role: identity.FocalPoint, Party: "QM"}, identity.Actor{Account: "a", Role: identity.Approver, Party: "QM"}
	publish := func(what string) assistance.NeedID {
		t.Helper()
		n, err := aid.DraftNeed(t.Context(), focal, "QM", assistance.NeedContent{Provisions: []convention.ID{"uncac/art_9/para_1"}, Form: "legislative-drafting", What: lang.T("en", what)}, assistance.Origin{})
		if err != nil {
			t.Fatal(err)
		}
		if err := aid.PublishNeed(t.Context(), approver, n.ID, n.Rev, publication.Public); err != nil {
			t.Fatal(err)
		}
		return n.ID
	}
	tell := func(want int) {
		t.Helper()
		if n, err := o.Follow.Tell(t.Context(), identity.OperatorActor()); err != nil || n != want {
			t.Fatalf("%d letters, want %d: %v", n, want, err)
		}
	}
	id := publish("Drafting\r\nBcc: x@example.org")
	tell(1)
	o.post.down = true
	o.deliver(0)
	o.post.down = false
	o.now = o.now.Add(2 * time.Minute)
	l := o.deliver(1)[0]
	if strings.Count(l.Body, string(id)) != 1 || !strings.Contains(l.Body, "https://merida.example.org/ar/needs/"+string(id)) || strings.Contains(l.Body, "\nBcc:") || l.Lang != "ar" {
		t.Errorf("%s", l.Body)
	}
	raw, err := l.Bytes()
	if err != nil || !strings.Contains(string(raw), "List-Unsubscribe: <https://merida.example.org/ar/stop/") || !strings.Contains(string(raw), "List-Unsubscribe-Post: List-Unsubscribe=One-Click") {
		t.Errorf("%s %v", raw, err)
	}
	_, secret, _ := strings.Cut(l.Unsubscribe, "/stop/")
	if err := o.Follow.Stoppable(t.Context(), secret); err != nil {
		t.Error(err)
	}
	o.deliver(0)
	// The account is closed before the next letter is written: it is not, and it is not tried again.
	o.now = o.now.Add(time.Hour)
	publish("Another")
	tell(1)
	if err := o.ids.Disable(t.Context(), identity.OperatorActor(), reader.ID, true); err != nil {
		t.Fatal(err)
	}
	o.deliver(0)
	// A letter that has nothing left to tell is given up as such.
	if err := o.ids.Disable(t.Context(), identity.OperatorActor(), reader.ID, false); err != nil {
		t.Fatal(err)
	}
	o.now = o.now.Add(time.Hour)
	publish("A third")
	tell(1)
	subs, err := o.Follow.List(t.Context(), reader.Actor())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range subs {
		if err := o.Follow.Drop(t.Context(), reader.Actor(), x.ID); err != nil {
			t.Fatal(err)
		}
	}
	o.deliver(0)
	ms, _, err := o.Store.Messages(t.Context(), mail.Filter{})
	if err != nil || ms[0].Failed != "withdrawn" || !ms[0].GivenUp {
		t.Errorf("%+v %v", ms[0], err)
	}
}

// TestLetterToAContactPoint goes to an address without an account, in a language of the office, with a link that answers.
func TestLetterToAContactPoint(t *testing.T) {
	o, db := openWith(t)
	o.following(db)
	focal := identity.Actor{Account: "f", Role: identity.FocalPoint, Party: "QM"}
	id, err := o.Contacts.Keep(t.Context(), focal, directory.ContactPoint{Role: directory.TAContact, Office: lang.T("fr", "Bureau de coopération"), Email: "desk@example.org", From: "2026-01-01", Languages: []lang.Tag{"de", "fr"}})
	if err != nil {
		t.Fatal(err)
	}
	o.now = o.now.AddDate(1, 0, 1)
	if n, err := o.Contacts.Ask(t.Context(), identity.OperatorActor()); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	l := o.deliver(1)[0]
	_, rest, ok := strings.Cut(l.Body, "https://merida.example.org/fr/still/")
	if l.To != "desk@example.org" || l.Lang != "fr" || !ok || !strings.Contains(l.Body, "Bureau de coopération") {
		t.Fatalf("%+v", l)
	}
	secret, _, _ := strings.Cut(rest, "\n")
	if c, err := o.Contacts.AnswerStill(t.Context(), secret, true, ""); err != nil || c.ID != id || c.AskedOn != "" {
		t.Errorf("%+v %v", c, err)
	}
}
