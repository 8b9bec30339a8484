package notify_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"merida/assessment"
	"merida/directory"
	"merida/identity"
	"merida/lang"
	"merida/locale"
	"merida/mail"
	"merida/notify"
	"merida/party"
	"merida/store"
	"merida/store/sqlite"
)

// post is a sender of the test.
type post struct {
	sent []mail.Letter
	down bool
}

func (p *post) Send(_ context.Context, l mail.Letter) error {
	if p.down {
		return errors.New("connection refused")
	}
	if _, err := l.Bytes(); err != nil {
		return err
	}
	p.sent = append(p.sent, l)
	return nil
}

func (p *post) take() []mail.Letter {
	out := p.sent
	p.sent = nil
	return out
}

type office struct {
	*notify.Courier
	t    *testing.T
	now  time.Time
	post *post
	ass  *assessment.Service
	ids  *identity.Service
}

func open(t *testing.T) *office {
	t.Helper()
	o, _ := openWith(t)
	return o
}

func openWith(t *testing.T) (*office, store.DB) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "merida.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	o := &office{t: t, now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC), post: &post{}}
	clock := func() time.Time { return o.now }
	parties, err := directory.Load(directory.Demonstration()...)
	if err != nil {
		t.Fatal(err)
	}
	words, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	o.ids = &identity.Service{Store: store.Identity{DB: db}, Now: clock}
	o.ass = &assessment.Service{Store: store.Assessments{DB: db}, Now: clock}
	o.Courier = &notify.Courier{Store: store.Mail{DB: db}, Accounts: o.ids, Rounds: o.ass.Store, Parties: parties, Locale: words, Sender: o.post,
		From: "merida@example.org", BaseURL: "https://merida.example.org", Now: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	return o, db
}

func (o *office) person(r identity.Role, p party.ID, tag lang.Tag, email string) identity.Account {
	o.t.Helper()
	a, err := o.ids.Add(o.t.Context(), identity.OperatorActor(), identity.Account{Name: "Somebody", Email: email, Role: r, Party: p, Lang: tag})
	if err != nil {
		o.t.Fatal(err)
	}
	return a
}

func (o *office) deliver(want int) []mail.Letter {
	o.t.Helper()
	n, err := o.Deliver(o.t.Context())
	if err != nil || n != want || len(o.post.sent) != want {
		o.t.Fatalf("%d letters, want %d: %v", n, want, err)
	}
	return o.post.take()
}

func (o *office) remind(want int) {
	o.t.Helper()
	n, err := o.ass.Remind(o.t.Context(), identity.OperatorActor())
	if err != nil || n != want {
		o.t.Fatalf("%d occasions, want %d: %v", n, want, err)
	}
}

// TestLettersOfARound follows the letters of a round from its opening over the reminders to the day after.
func TestLettersOfARound(t *testing.T) {
	o := open(t)
	officer := o.person(identity.Officer, "", "en", "officer@example.org")
	o.person(identity.FocalPoint, "QM", "ar", "focal@example.org")
	o.person(identity.Approver, "QM", "fr", "approver@example.org")
	o.person(identity.FocalPoint, "QN", "en", "") // has no address
	contributor := o.person(identity.Contributor, "QM", "zh", "contributor@example.org")
	round, err := o.ass.OpenRound(t.Context(), officer.Actor(), "self-assessment-1", lang.Text{"en": {S: "First round"}, "ar": {S: "الجولة الأولى"}}, assessment.Deadlines{Prepare: "2027-02-15", Submit: "2027-03-31"},
		[]assessment.Question{{ID: "9-1", Provision: "uncac/art_9/para_1"}, {ID: "9-2", Provision: "uncac/art_9/para_2"}}, []party.ID{"QM", "QN"})
	if err != nil {
		t.Fatal(err)
	}
	letters := o.deliver(2)
	for _, l := range letters {
		switch l.Lang {
		case "ar":
			if !strings.Contains(l.Subject, "الجولة الأولى") || !strings.Contains(l.Body, "https://merida.example.org/ar/tasks") {
				t.Errorf("%+v", l)
			}
		case "fr":
			if !strings.HasPrefix(l.Subject, "Quamara") {
				t.Errorf("the subject does not begin with the State: %q", l.Subject)
			}
		default:
			t.Errorf("a letter in %s", l.Lang)
		}
		if strings.Contains(l.Body, "/sign-in/") {
			t.Error("a notice carries a link to sign in")
		}
	}
	o.deliver(0)

	// Assigning twice on one day is one letter.
	rows, err := o.ass.Store.Find(t.Context(), assessment.Filter{Round: round, Party: "QM"})
	if err != nil {
		t.Fatal(err)
	}
	focal := identity.Actor{Account: "f", Role: identity.FocalPoint, Party: "QM"}
	for _, p := range []string{"uncac/art_9/para_1", "uncac/art_9/para_2"} {
		if err := o.ass.Assign(t.Context(), focal, rows[0].ID, "uncac/art_9", contributor.ID, "Bank", ""); err != nil {
			t.Fatal(p, err)
		}
	}
	if l := o.deliver(1)[0]; l.To != "contributor@example.org" || l.Lang != "zh" {
		t.Errorf("%+v", l)
	}

	// Nothing is near.
	o.remind(0)
	// Preparing is due in a week: the contributor is reminded once, however often the job runs.
	o.now = time.Date(2027, 2, 9, 9, 0, 0, 0, time.UTC)
	for want := range 2 {
		o.remind(1 - want)
	}
	if l := o.deliver(1)[0]; l.To != "contributor@example.org" || !strings.Contains(l.Body, "2027") {
		t.Errorf("%+v", l)
	}
	// The submission is due in 20 days, in one, and was due two days ago; both States are asked, one can be reached.
	for _, day := range []time.Time{time.Date(2027, 3, 11, 9, 0, 0, 0, time.UTC), time.Date(2027, 3, 30, 9, 0, 0, 0, time.UTC), time.Date(2027, 4, 2, 9, 0, 0, 0, time.UTC)} {
		o.now = day
		if _, err := o.ass.Remind(t.Context(), identity.OperatorActor()); err != nil {
			t.Fatal(err)
		}
		o.remind(0)
		n := 0
		if _, err := o.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, l := range o.post.take() {
			if l.To == "focal@example.org" || l.To == "approver@example.org" {
				n++
			}
		}
		if n != 2 {
			t.Errorf("on %s %d letters to those who lead", day.Format(time.DateOnly), n)
		}
	}
	if _, err := o.ass.Remind(t.Context(), focal); err == nil {
		t.Error("a focal point writes to all States")
	}
}

func TestAServerThatIsDownLosesNoLetter(t *testing.T) {
	o := open(t)
	a := o.person(identity.FocalPoint, "QM", "en", "focal@example.org")
	if err := o.ids.AskLink(t.Context(), "nobody@example.org", ""); err != nil {
		t.Fatal("whether an address is known can be asked", err)
	}
	for range 3 { // one letter in ten minutes
		if err := o.ids.AskLink(t.Context(), " Focal@Example.org", ""); err != nil {
			t.Fatal(err)
		}
	}
	o.post.down = true
	o.deliver(0)
	o.post.down = false
	o.deliver(0) // it is not time yet
	o.now = o.now.Add(2 * time.Minute)
	l := o.deliver(1)[0]
	_, secret, _ := strings.Cut(l.Body, "/en/sign-in/")
	secret, _, _ = strings.Cut(secret, "\n")
	if who, err := o.ids.Peek(t.Context(), secret); err != nil || who.ID != a.ID {
		t.Fatalf("the link of the letter signs in %v %v", who, err)
	}
	found, total, err := o.Store.Messages(t.Context(), mail.Filter{})
	if err != nil || total != 1 || found[0].SentAt.IsZero() || found[0].Body != "" || found[0].Tries != 2 {
		t.Fatalf("%+v %d %v", found, total, err)
	}

	// A letter that waited for a week helps nobody; one to a closed account is not written.
	o.now = o.now.Add(time.Hour)
	if err := o.ids.AskLink(t.Context(), "focal@example.org", ""); err != nil {
		t.Fatal(err)
	}
	o.now = o.now.Add(mail.Stale + time.Hour)
	o.deliver(0)
	if err := o.ids.AskLink(t.Context(), "focal@example.org", ""); err != nil {
		t.Fatal(err)
	}
	if err := o.ids.Disable(t.Context(), identity.OperatorActor(), a.ID, true); err != nil {
		t.Fatal(err)
	}
	o.deliver(0)
	if waiting, n, err := o.Store.Messages(t.Context(), mail.Filter{Waiting: true}); err != nil || n != 0 {
		t.Fatalf("%+v %v", waiting, err)
	}
}

// TestTwoProcessesSendOneLetter holds the claim.
func TestTwoProcessesSendOneLetter(t *testing.T) {
	o := open(t)
	o.person(identity.FocalPoint, "QM", "en", "focal@example.org")
	if err := o.ids.AskLink(t.Context(), "focal@example.org", ""); err != nil {
		t.Fatal(err)
	}
	waiting, err := o.Store.Waiting(t.Context(), o.now, 10)
	if err != nil || len(waiting) != 1 {
		t.Fatal(waiting, err)
	}
	won := 0
	for range 2 {
		ok, err := o.Store.Claim(t.Context(), waiting[0], mail.Claim(o.now))
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d processes have it", won)
	}
}
