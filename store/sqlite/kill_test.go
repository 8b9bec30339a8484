package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"merida/assessment"
	"merida/identity"
	"merida/internal/clock"
	"merida/internal/id"
	"merida/lang"
	"merida/party"
	"merida/store"
	"merida/store/sqlite"
)

// killedSaver is set in the process that saves until it is killed: the path of its store.
const killedSaver = "MERIDA_TEST_KILLED_SAVER"

const (
	killRounds   = 6  // times that the saver is killed
	killSavers   = 16 // saves at once
	killedAnswer = 8  // answers that are saved
)

var focal = identity.Actor{Account: "focal", Name: "Focal point", Role: identity.FocalPoint, Party: "QM"}

// saveUntilKilled saves answers and prints each acknowledged version; it never ends by itself before its time is over.
func saveUntilKilled(path string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	db, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	s := assessment.Service{Store: store.Assessments{DB: db}, Now: clock.System}
	rows, err := s.Store.Find(ctx, assessment.Filter{Party: "QM"})
	if err != nil {
		return err
	}
	w, err := s.Store.Whole(ctx, focal.Sight(), rows[0].ID)
	if err != nil {
		return err
	}
	var out sync.Mutex
	var wg sync.WaitGroup
	for n := range killSavers {
		wg.Go(func() {
			a := w.Answers[n%len(w.Answers)]
			for i := 0; ctx.Err() == nil; i++ {
				actor := focal
				actor.Request = identity.Request{Key: id.Secret(), Hash: "h"}
				d, err := s.Store.Detail(ctx, actor.Sight(), a.ID)
				if err != nil {
					return
				}
				text := fmt.Sprintf("%d/%d/%d", os.Getpid(), n, i)
				saved, err := s.Save(ctx, actor, a.ID, d.Answer.Version, assessment.Content{Lang: "en", Practice: text})
				if err != nil {
					continue // somebody else was first; the text is kept beside and not acknowledged as a version
				}
				out.Lock()
				fmt.Printf("stored %s %d %s\n", a.ID, saved.Version, text)
				out.Unlock()
			}
		})
	}
	wg.Wait()
	return nil
}

func TestMain(m *testing.M) {
	if path := os.Getenv(killedSaver); path != "" {
		if err := saveUntilKilled(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Every save that the program acknowledged is there after kill -9 in the middle of a load of saves.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "merida.db")
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	s := assessment.Service{Store: store.Assessments{DB: db}, Now: clock.System}
	var questions []assessment.Question
	for i := range killedAnswer {
		questions = append(questions, assessment.Question{ID: fmt.Sprintf("q%d", i), Provision: "uncac/art_9/para_1"})
	}
	if _, err := s.OpenRound(t.Context(), identity.Actor{Account: "officer", Role: identity.Officer}, "self-assessment-1", lang.T("en", "Round"), assessment.Deadlines{}, questions, []party.ID{"QM"}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]string{} // "answer version" -> text
	for round := range killRounds {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), killedSaver+"="+path)
		cmd.Stderr = os.Stderr
		lines, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		scan := bufio.NewScanner(lines)
		stopAfter := 200 + rand.IntN(400) // saves, then the process is killed while others are under way
		for n := 0; scan.Scan(); n++ {
			f := strings.Fields(scan.Text())
			if len(f) == 4 && f[0] == "stored" {
				acknowledged[f[1]+" "+f[2]] = f[3]
			}
			if n == stopAfter {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		cmd.Wait()
		if len(acknowledged) < 100*(round+1) {
			t.Fatalf("round %d: only %d saves were acknowledged, the test shows nothing", round, len(acknowledged))
		}
	}
	db, err = sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if bad, err := db.Check(t.Context()); err != nil || len(bad) > 0 {
		t.Fatalf("after the kills: %v %v", bad, err)
	}
	kept := map[string]string{}
	if err := db.Read(t.Context(), func(tx store.Tx) error {
		type row struct {
			answer string
			n      int
			c      assessment.Content
		}
		rows, err := store.All(t.Context(), tx, func(r store.Scanner) (x row, err error) {
			return x, r.Scan(&x.answer, &x.n, store.FromJSON(&x.c))
		}, `SELECT answer, n, content FROM answer_version`)
		for _, x := range rows {
			kept[fmt.Sprintf("%s %d", x.answer, x.n)] = x.c.Practice
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for k, text := range acknowledged {
		if kept[k] != text {
			t.Errorf("acknowledged %s %q, kept %q", k, text, kept[k])
		}
	}
	if n, bad, err := store.CheckHashes(t.Context(), db, nil); err != nil || len(bad) > 0 || int(n) < len(acknowledged) {
		t.Errorf("hashes: %d looked at, damaged %v, %v", n, bad, err)
	}
	// No version without its entry in the audit record.
	entries, err := store.AuditEntries(t.Context(), db, store.AuditFilter{Kind: "answer", Limit: 1_000_000})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range entries {
		seen[e.Object+" "+e.Detail["version"]] = true
	}
	for k := range kept {
		if !seen[k] {
			t.Errorf("version %s has no audit entry", k)
		}
	}
	t.Logf("%d acknowledged saves in %d kills, none lost", len(acknowledged), killRounds)
}
