package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"merida/assessment"
	"merida/identity"
	"merida/lang"
	"merida/party"
	"merida/questionnaire"
	"merida/store"
)

// fullRound opens a round on the largest edition that ships with the program.
func (s *testSite) fullRound(t testing.TB, parties ...party.ID) assessment.RoundID {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	officer := identity.Actor{Account: "officer-of-rounds", Name: "Officer", Role: identity.Officer}
	shipped, err := questionnaire.Shipped()
	must(err)
	c := slices.MaxFunc(shipped, func(a, b questionnaire.Content) int { return len(a.All()) - len(b.All()) })
	edition, err := s.Questionnaires.Add(ctx, officer, c)
	must(err)
	must(s.Questionnaires.Table(ctx, officer, edition))
	must(s.Questionnaires.Approve(ctx, identity.OperatorActor(), edition, "CAC/TEST/1", "2026-11-24"))
	var questions []assessment.Question
	for _, q := range c.All() {
		questions = append(questions, assessment.Question{ID: q.ID, Provision: q.Provision})
	}
	id, err := s.Assessments.OpenRound(ctx, officer, string(edition), lang.T("en", "Round of the figures"), assessment.Deadlines{}, questions, parties)
	must(err)
	return id
}

// BenchmarkQuestionPage opens question pages of a full assessment: every question of
// the largest edition answered, 20 versions each. It prints the time that the server
// spends on a page, in ms.
func BenchmarkQuestionPage(b *testing.B) {
	s := benchSite(b)
	focal := s.person(identity.FocalPoint, "QM")
	round := s.fullRound(b, "QM")
	rows, err := s.Assessments.Store.Find(b.Context(), assessment.Filter{Round: round})
	if err != nil {
		b.Fatal(err)
	}
	whole, err := s.Assessments.Store.Whole(b.Context(), focal.account.Actor().Sight(), rows[0].ID)
	if err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat("The authority audits tenders each year and publishes what it found. ", 12)
	err = s.db.Write(b.Context(), func(tx store.Tx) error {
		for _, a := range whole.Answers {
			for n := 1; n <= 20; n++ {
				c := assessment.Content{Lang: "en", Implementation: assessment.InPart, Practice: fmt.Sprintf("%s %d", text, n), Missing: text}
				if _, err := tx.Exec(b.Context(), `INSERT INTO answer_version (answer, n, content, hash, at, by_account, by_name, agency, source, proposal) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
					string(a.ID), n, store.JSON(c), c.Hash(), int64(n), focal.account.ID, focal.account.Name, "", "typed", ""); err != nil {
					return err
				}
			}
			if _, err := tx.Exec(b.Context(), `UPDATE answer SET state = 'draft', version = 20 WHERE id = $1`, string(a.ID)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range []string{"/en/questions/%s", "/en/questions/%s/history", "/en/tasks?x=%s"} {
		b.Run(strings.Trim(fmt.Sprintf(path, "")[3:], "/?x="), func(b *testing.B) {
			var took []time.Duration
			size := 0
			for i := 0; b.Loop(); i++ {
				at := fmt.Sprintf(path, whole.Answers[i*37%len(whole.Answers)].ID)
				began := time.Now()
				w := focal.get(at)
				took = append(took, time.Since(began))
				if size = w.Body.Len(); w.Code != http.StatusOK {
					b.Fatalf("%s: %d", at, w.Code)
				}
			}
			times(b, took)
			b.ReportMetric(float64(size), "bytes")
		})
	}
}

// BenchmarkStatusBoard opens the status board of a round of 192 States on the largest edition.
func BenchmarkStatusBoard(b *testing.B) {
	s := benchSite(b)
	officer := s.person(identity.Officer, "")
	var parties []party.ID
	for _, p := range s.Parties.StatesParties("en") {
		if !p.Demonstration && len(parties) < 192 {
			parties = append(parties, p.ID)
		}
	}
	began := time.Now()
	round := s.fullRound(b, parties...)
	b.Logf("opening a round of %d States took %v", len(parties), time.Since(began).Round(time.Millisecond))
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		if w := officer.get("/en/rounds/" + string(round)); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
		took = append(took, time.Since(began))
	}
	times(b, took)
}

func times(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	ms := func(p int) float64 { return float64(took[min(len(took)*p/100, len(took)-1)].Microseconds()) / 1000 }
	b.ReportMetric(ms(50), "ms/p50")
	b.ReportMetric(ms(95), "ms/p95")
}
