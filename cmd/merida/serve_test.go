package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"merida/store"
)

// running is `merida serve` or `merida demo` in this process.
type running struct {
	base  string
	links []string
	stop  func() int
}

var migrationRow = regexp.MustCompile(`^\[\d+,"\w+","[0-9a-f]{64}",\d+\]$`)

var linkLine = regexp.MustCompile(`http://\S+/sign-in/\S+`)

func start(t *testing.T, args ...string) running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	code := make(chan int, 1)
	var log bytes.Buffer
	go func() {
		code <- run(ctx, &env{out: w, err: &log}, args)
		w.Close()
	}()
	out := running{stop: func() int {
		cancel()
		select {
		case c := <-code:
			return c
		case <-time.After(30 * time.Second):
			t.Error("the server did not stop")
			return -1
		}
	}}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if l := linkLine.FindString(lines.Text()); l != "" {
			out.links = append(out.links, l)
		}
		if _, base, ok := strings.Cut(lines.Text(), "Merida is ready at "); ok {
			out.base = base
			break
		}
	}
	go io.Copy(io.Discard, r)
	if out.base == "" {
		t.Fatalf("it did not start: exit code %d: %s", out.stop(), log.String())
	}
	return out
}

func merida(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(t.Context(), &env{out: &out, err: &errs}, args); code != want {
		t.Fatalf("merida %s: exit code %d, want %d: %s", strings.Join(args, " "), code, want, errs.String())
	}
	return out.String() + errs.String()
}

func TestServe(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := start(t, "serve", "--data", dir, "--addr", "localhost:0")
	if len(s.links) != 1 {
		t.Fatalf("links of a first start: %v", s.links)
	}
	r, err := http.Get(s.base + "/en/")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "X-Request-Id": "", "Cache-Control": "no-store"} {
		if got := r.Header.Get(name); got == "" || !strings.HasPrefix(got, want) {
			t.Errorf("header %s: %q", name, got)
		}
	}
	ask := func(method, path string, change func(*http.Request)) *http.Response {
		t.Helper()
		req, err := http.NewRequest(method, s.base+path, strings.NewReader(url.Values{"a": {"b"}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		if method == "POST" {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if change != nil {
			change(req)
		}
		client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	link := strings.TrimPrefix(s.links[0], s.base)
	if got := ask("GET", "/en/", func(r *http.Request) { r.Host = "elsewhere.example" }).StatusCode; got != http.StatusMisdirectedRequest {
		t.Errorf("another host: %d", got)
	}
	if got := ask("POST", link, func(r *http.Request) { r.Header.Set("Origin", "https://elsewhere.example") }).StatusCode; got != http.StatusForbidden {
		t.Errorf("a form of another site: %d", got)
	}
	// Looking at a link does not use it up; the button does.
	for range 2 {
		if got := ask("GET", link, nil).StatusCode; got != 200 {
			t.Errorf("looking at the link: %d", got)
		}
	}
	in := ask("POST", link, nil)
	i := slices.IndexFunc(in.Cookies(), func(c *http.Cookie) bool { return c.Name == "__Host-s" })
	if in.StatusCode != http.StatusSeeOther || i < 0 {
		t.Fatalf("signing in: %d %v", in.StatusCode, in.Cookies())
	}
	c := in.Cookies()[i]
	if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
		t.Errorf("cookie %+v", c)
	}
	if got := ask("POST", link, nil).StatusCode; got != http.StatusNotFound {
		t.Errorf("a used link: %d", got)
	}
	if out := ask("POST", "/en/sign-out", func(r *http.Request) { r.AddCookie(c) }); out.StatusCode != http.StatusSeeOther || out.Header.Get("Clear-Site-Data") != `"cookies", "cache"` {
		t.Errorf("signing out: %d %q", out.StatusCode, out.Header.Get("Clear-Site-Data"))
	}
	// Commands reach the running server through the folder.
	merida(t, 0, "user", "add", "--data", dir, "--name", "Officer", "--role", "officer")
	if list := merida(t, 0, "user", "list", "--data", dir); !strings.Contains(list, "officer") || !strings.Contains(list, "administrator") {
		t.Errorf("accounts: %s", list)
	}
	merida(t, 1, "user", "add", "--data", dir, "--name", "Nobody", "--role", "king")
	merida(t, 2, "user", "add", "--data")
	merida(t, 2, "import", "corpus")
	merida(t, 2, "fly")
	if code := s.stop(); code != 0 {
		t.Errorf("stopping: exit code %d", code)
	}
	if s = start(t, "serve", "--data", dir, "--addr", "localhost:0"); len(s.links) != 0 {
		t.Error("a second start made another first administrator")
	}
	s.stop()
	if got := merida(t, 1, "demo", "--data", dir, "--addr", "localhost:0"); !strings.Contains(got, "no demonstration made") {
		t.Errorf("a demonstration in a real store: %s", got)
	}
	merida(t, 2, "demo", "--addr", "0.0.0.0:0")
}

// A backup restored elsewhere holds every record, every file, and is found by the same search.
func TestBackupAndRestore(t *testing.T) {
	a, _ := filled(t)
	if _, _, err := a.files.Put(t.Context(), strings.NewReader("an original")); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "demo.backup")
	args, err := json.Marshal(backupArgs{file})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := backupOperation(t.Context(), a, args, func(progress) {}); err != nil {
		t.Fatal(err)
	}
	if _, err := backupOperation(t.Context(), a, args, func(progress) {}); err == nil {
		t.Error("a backup replaced another file")
	}
	to := filepath.Join(dir, "restored")
	merida(t, 0, "restore", file, "--data", to)
	merida(t, 1, "restore", file, "--data", to) // it is not empty any more
	merida(t, 0, "check", "--data", to)
	f, err := openFolder(to)
	if err != nil {
		t.Fatal(err)
	}
	b, err := openApp(t.Context(), f, appOptions{demo: true, log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	lines := func(db store.DB) []string {
		var w bytes.Buffer
		if err := store.Dump(t.Context(), db, &w, nil); err != nil {
			t.Fatal(err)
		}
		all := strings.Split(w.String(), "\n")
		// When a migration ran is a fact about the store, not a record of it.
		all = slices.DeleteFunc(all, func(s string) bool { return migrationRow.MatchString(s) })
		slices.Sort(all)
		return all
	}
	x, y := lines(a.db), lines(b.db)
	if len(x) < 1000 || !slices.Equal(x, y) {
		t.Errorf("%d records before, %d after", len(x), len(y))
		for i := range x {
			if i < len(y) && x[i] != y[i] {
				t.Fatalf("before %.200s\nafter  %.200s", x[i], y[i])
			}
		}
	}
	if n, err := b.files.Verify(t.Context(), nil); err != nil || n == 0 {
		t.Errorf("files: %d %v", n, err)
	}
	raw, _ := json.Marshal(searchArgs{Words: "procurement", Limit: 5})
	found, err := searchOperation(t.Context(), b, raw, nil)
	if err != nil || found.(searchResult).Total == 0 {
		t.Errorf("search after the restore: %+v %v", found, err)
	}
	// Every kind of damage is refused before anything is written.
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string][]byte{"cut": good[:len(good)/2], "flipped": flip(good, len(good)/3), "empty": nil, "text": []byte("no backup")} {
		bad := filepath.Join(dir, name)
		if err := os.WriteFile(bad, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		into := filepath.Join(dir, "into-"+name)
		merida(t, 1, "restore", bad, "--data", into)
		if _, err := os.Stat(filepath.Join(into, databaseName)); err == nil {
			t.Errorf("%s: a store was made of a damaged backup", name)
		}
	}
	// A record that was changed behind the program's back is found.
	if err := b.db.Write(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE answer_version SET content = '{"lang":"en","practice":"forged"}' WHERE n = 1`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	checked, err := checkOperation(t.Context(), b, nil, func(progress) {})
	if err != nil || len(checked.(checkResult).Damaged) == 0 {
		t.Errorf("a forged answer passes the check: %+v %v", checked, err)
	}
}

func flip(b []byte, at int) []byte {
	out := bytes.Clone(b)
	out[at] ^= 0x40
	return out
}

// A database that does not answer is said in a sentence, not in a crash.
func TestServeOnADatabaseThatIsNotThere(t *testing.T) {
	f, err := openFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	a, err := openApp(t.Context(), f, appOptions{database: "postgres://nobody@127.0.0.1:1/x?connect_timeout=2", log: quiet()})
	if err == nil {
		a.close()
		t.Fatal("it was opened")
	}
}

// A mistyped folder is not made, not found whole and not backed up empty.
func TestServeRefusesWhatIsNoAddress(t *testing.T) {
	for _, addr := range []string{"nonsense", "localhost:99999", "localhost:no-such-service", "1.2.3.4.5"} {
		dir := filepath.Join(t.TempDir(), "data")
		merida(t, 2, "serve", "--addr", addr, "--data", dir)
		if _, err := os.Stat(dir); !os.IsNotExist(err) {
			t.Errorf("--addr %s made a store: %v", addr, err)
		}
	}
}

func TestCommandsRefuseAFolderWithoutAStore(t *testing.T) {
	empty, missing := t.TempDir(), filepath.Join(t.TempDir(), "typo")
	for _, dir := range []string{missing, empty} {
		for _, args := range [][]string{{"check"}, {"backup", filepath.Join(t.TempDir(), "b")}, {"doctor"}, {"search", "law"}, {"reindex"}} {
			var out, errs bytes.Buffer
			args = append([]string{args[0], "--data", dir}, args[1:]...)
			if code := run(t.Context(), &env{out: &out, err: &errs}, args); code != 1 || !strings.Contains(errs.String(), "holds no Merida") {
				t.Errorf("%v: code %d, %s", args, code, errs.String())
			}
		}
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("the mistyped folder was made")
	}
}
