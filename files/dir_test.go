package files

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"merida/fault"
)

func store(t *testing.T) (*Dir, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a b", "files")
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d, path
}

// The well-known SHA-256 of "abc" (FIPS 180-2, appendix B.1).
const abc Hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

func TestPutAndOpen(t *testing.T) {
	d, path := store(t)
	for range 2 { // the same again is kept once
		h, n, err := d.Put(t.Context(), strings.NewReader("abc"))
		if err != nil || h != abc || n != 3 {
			t.Fatalf("Put: %q, %d, %v", h, n, err)
		}
	}
	if _, err := os.Stat(filepath.Join(path, string(abc[:2]), string(abc[2:]))); err != nil {
		t.Fatal(err)
	}
	f, err := d.Open(t.Context(), abc)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if b, err := io.ReadAll(f); string(b) != "abc" || err != nil {
		t.Fatalf("read %q, %v", b, err)
	}
	if left, _ := os.ReadDir(filepath.Join(path, tmpDir)); len(left) != 0 {
		t.Errorf("%d temporary files left", len(left))
	}
}

func TestAbsent(t *testing.T) {
	d, _ := store(t)
	for _, h := range []Hash{"", "../../etc/passwd", abc, Hash(strings.ToUpper(string(abc))), abc[:63] + "/"} {
		if _, err := d.Open(t.Context(), h); !fault.Is(err, fault.NotFound) {
			t.Errorf("Open(%q): %v", h, err)
		}
		if ok, err := d.Has(t.Context(), h); ok || err != nil {
			t.Errorf("Has(%q): %v, %v", h, ok, err)
		}
	}
}

func TestFailedReadLeavesNothing(t *testing.T) {
	d, path := store(t)
	boom := errors.New("boom")
	if _, _, err := d.Put(t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(boom))); !errors.Is(err, boom) {
		t.Fatalf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := d.Put(ctx, strings.NewReader("abc")); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if left, _ := os.ReadDir(filepath.Join(path, tmpDir)); len(left) != 0 {
		t.Errorf("%d temporary files left", len(left))
	}
	if err := d.Walk(t.Context(), func(s Stored) error { return errors.New("found " + string(s.Hash)) }); err != nil {
		t.Error(err)
	}
}

func TestOpenSweepsOldLeftovers(t *testing.T) {
	_, path := store(t)
	old, young := filepath.Join(path, tmpDir, "old"), filepath.Join(path, tmpDir, "young")
	for _, p := range []string{old, young} {
		if err := os.WriteFile(p, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(old, time.Now(), time.Now().Add(-2*staleAfter)); err != nil {
		t.Fatal(err)
	}
	again, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Error("the old leftover is still there")
	}
	if _, err := os.Stat(young); err != nil {
		t.Error("a file that somebody may be writing was swept")
	}
}

func TestManyAtOnce(t *testing.T) {
	d, _ := store(t)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for j := range 10 {
				text := strings.Repeat("x", j) // each text is put by all
				h, n, err := d.Put(t.Context(), strings.NewReader(text))
				if err != nil || int(n) != j {
					t.Errorf("%d/%d: %d bytes, %v", i, j, n, err)
					return
				}
				f, err := d.Open(t.Context(), h)
				if err != nil {
					t.Error(err)
					return
				}
				if b, _ := io.ReadAll(f); string(b) != text {
					t.Errorf("read %q for %q", b, text)
				}
				f.Close()
			}
		})
	}
	wg.Wait()
	seen, last := 0, Hash("")
	if err := d.Walk(t.Context(), func(s Stored) error {
		if s.Hash <= last {
			t.Errorf("%s after %s", s.Hash, last)
		}
		seen, last = seen+1, s.Hash
		return nil
	}); err != nil || seen != 10 {
		t.Errorf("walked over %d files, %v", seen, err)
	}
}

func TestVerifyNamesChangedBytes(t *testing.T) {
	d, path := store(t)
	for _, s := range []string{"abc", "def"} {
		if _, _, err := d.Put(t.Context(), strings.NewReader(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(path, string(abc[:2]), string(abc[2:])), []byte("abx"), 0o600); err != nil {
		t.Fatal(err)
	}
	var bad []Hash
	n, err := d.Verify(t.Context(), func(s Stored) error { bad = append(bad, s.Hash); return nil })
	if err != nil || n != 2 || len(bad) != 1 || bad[0] != abc {
		t.Errorf("read %d, bad %v, %v", n, bad, err)
	}
}

func TestLinksDoNotLeaveTheFolder(t *testing.T) {
	d, path := store(t)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(path, string(abc[:2])), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(path, string(abc[:2]), string(abc[2:]))); err != nil {
		t.Skip("this system makes no links:", err)
	}
	if f, err := d.Open(t.Context(), abc); err == nil {
		f.Close()
		t.Error("a link led out of the folder")
	}
	if ok, _ := d.Has(t.Context(), abc); ok {
		t.Error("a link counts as a file")
	}
}
