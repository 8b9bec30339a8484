package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"merida/assessment"
	"merida/identity"
	"merida/internal/testkit"
	"merida/lang"
	"merida/party"
	"merida/questionnaire"
)

// BenchmarkSaves is people who save at once, each an answer of their own, over HTTP through
// the whole server as `merida serve` runs it, with the durability that it has there. The savers
// run in the same process on the same processors, so the figures are those of server and clients together.
func BenchmarkSaves(b *testing.B) { benchSaves(b, "") }

// BenchmarkSavesPostgres is the same on a PostgreSQL server, on the same processors too.
func BenchmarkSavesPostgres(b *testing.B) { benchSaves(b, testkit.Postgres(b)) }

func benchSaves(b *testing.B, database string) {
	a, base, savers := saversOf(b, database, 200)
	for _, n := range []int{1, 16, 200} {
		b.Run(fmt.Sprintf("savers=%d", n), func(b *testing.B) {
			some := savers[:n]
			for _, s := range some {
				if err := s.dial(base); err != nil {
					b.Fatal(err)
				}
				defer s.conn.Close()
			}
			var left atomic.Int64
			left.Store(int64(b.N))
			took := make([][]time.Duration, n)
			var wg sync.WaitGroup
			b.ResetTimer()
			for i, s := range some {
				wg.Go(func() {
					for left.Add(-1) >= 0 {
						began := time.Now()
						if err := s.save(); err != nil {
							b.Error(err)
							return
						}
						took[i] = append(took[i], time.Since(began))
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			all := slices.Concat(took...)
			slices.Sort(all)
			if len(all) == 0 {
				b.Fatal("nothing was saved")
			}
			at := func(p int) float64 { return float64(all[(len(all)-1)*p/100]) / float64(time.Millisecond) }
			b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), "saves/s")
			b.ReportMetric(at(50), "p50-ms")
			b.ReportMetric(at(99), "p99-ms")
			for _, s := range some {
				s.check(b, a)
			}
		})
	}
}

// saver is one signed-in person with one answer and one connection.
type saver struct {
	party   party.ID
	answer  assessment.AnswerID
	session string
	host    string
	conn    net.Conn
	in      *bufio.Reader
	out     bytes.Buffer
	saved   int // newest version that the server acknowledged
}

func text(version int) string {
	return fmt.Sprintf("Version %d. Tenders are published for thirty days on the portal of the authority, with the criteria by which offers are judged.", version)
}

func (s *saver) dial(base string) (err error) {
	s.host = strings.TrimPrefix(base, "http://")
	s.conn, err = net.Dial("tcp", s.host)
	if err == nil {
		s.in = bufio.NewReader(s.conn)
	}
	return err
}

// save sends the form as the page's script does and keeps the version that was acknowledged.
func (s *saver) save() error {
	body := url.Values{"base": {fmt.Sprint(s.saved)}, "lang": {"en"}, "implementation": {"in_part"}, "practice": {text(s.saved + 1)}, "missing": {""}}.Encode()
	s.out.Reset()
	fmt.Fprintf(&s.out, "POST /en/questions/%s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
		"Cookie: __Host-s=%s\r\nIdempotency-Key: %s-%d\r\nContent-Length: %d\r\n\r\n%s", s.answer, s.host, s.session, s.answer, s.saved+1, len(body), body)
	if _, err := s.conn.Write(s.out.Bytes()); err != nil {
		return err
	}
	r, err := http.ReadResponse(s.in, nil)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	got, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var saved assessment.Saved
	if err := json.Unmarshal(got, &saved); r.StatusCode != http.StatusOK || err != nil || saved.Version != s.saved+1 {
		return fmt.Errorf("save %d of %s: status %d, %.300s", s.saved+1, s.answer, r.StatusCode, got)
	}
	s.saved = saved.Version
	return nil
}

// check reads every version back: none that was acknowledged is missing.
func (s *saver) check(b *testing.B, a *app) {
	b.Helper()
	vs, err := a.assessments.Store.Versions(b.Context(), identity.Actor{Account: "reader", Role: identity.FocalPoint, Party: s.party}.Sight(), s.answer)
	if err != nil {
		b.Fatal(err)
	}
	there := map[int]string{}
	for _, v := range vs {
		there[v.N] = v.Content.Practice
	}
	for n := 1; n <= s.saved; n++ {
		if there[n] != text(n) {
			b.Fatalf("answer %s: version %d was acknowledged and is lost", s.answer, n)
		}
	}
}

// saversOf starts a server with a round of three parties and signs n people in, each for an answer of their own.
func saversOf(b *testing.B, database string, n int) (a *app, base string, out []*saver) {
	b.Helper()
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	f, err := openFolder(b.TempDir())
	must(err)
	a, err = openApp(b.Context(), f, appOptions{database: database, demo: true, log: slog.New(slog.NewJSONHandler(io.Discard, nil))})
	must(err)
	ctx, officer := context.Background(), identity.Actor{Account: "officer-of-rounds", Name: "Officer", Role: identity.Officer}
	shipped, err := questionnaire.Shipped()
	must(err)
	content := slices.MaxFunc(shipped, func(x, y questionnaire.Content) int { return len(x.All()) - len(y.All()) })
	edition, err := a.questionnaires.Add(ctx, officer, content)
	must(err)
	must(a.questionnaires.Table(ctx, officer, edition))
	must(a.questionnaires.Approve(ctx, identity.OperatorActor(), edition, "CAC/TEST/1", "2026-11-24"))
	var questions []assessment.Question
	for _, q := range content.All() {
		questions = append(questions, assessment.Question{ID: q.ID, Provision: q.Provision})
	}
	parties := []party.ID{"QM", "QN", "QP"}
	round, err := a.assessments.OpenRound(ctx, officer, string(edition), lang.T("en", "Round of the figures"), assessment.Deadlines{}, questions, parties)
	must(err)
	rows, err := a.assessments.Store.Find(ctx, assessment.Filter{Round: round})
	must(err)
	for _, r := range rows {
		whole, err := a.assessments.Store.Whole(ctx, identity.Actor{Account: "x", Role: identity.FocalPoint, Party: r.Party}.Sight(), r.ID)
		must(err)
		for _, answer := range whole.Answers {
			if len(out) == n {
				break
			}
			account, err := a.identity.Add(ctx, identity.OperatorActor(), identity.Account{Name: fmt.Sprint("Saver ", len(out)+1), Role: identity.FocalPoint, Party: r.Party})
			must(err)
			secret, err := a.identity.NewLink(ctx, identity.OperatorActor(), account, time.Hour, false)
			must(err)
			session, _, err := a.identity.SignIn(ctx, secret, "")
			must(err)
			out = append(out, &saver{party: r.Party, answer: answer.ID, session: session})
		}
	}
	if len(out) < n {
		b.Fatalf("the round has %d answers, %d are needed", len(out), n)
	}
	serving, stop := context.WithCancel(ctx)
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- a.listen(serving, &env{out: w, err: io.Discard}, serveOptions{addr: "localhost:0"}, nil, nil)
		w.Close()
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	_, base, ok := strings.Cut(strings.TrimSpace(line), "Merida is ready at ")
	b.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			b.Error(err)
		}
		a.close()
	})
	if !ok {
		b.Fatalf("it did not start: %q %v", line, err)
	}
	return a, base, out
}
