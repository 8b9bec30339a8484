//go:build unix

package testkit_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"testing"
	"time"

	"merida/internal/testkit"
)

func TestEachCallGivesAnEmptyDatabase(t *testing.T) {
	testkit.Need(t, "postgres")
	for i := range 2 {
		db, err := sql.Open("pgx", testkit.Postgres(t))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), `CREATE TABLE only_here (a TEXT)`); err != nil {
			t.Fatalf("database %d is not empty: %v", i, err)
		}
	}
}

// A test process may end in any way; its server must not stay behind.
func TestTheServerEndsWithItsProcess(t *testing.T) {
	testkit.Need(t, "postgres")
	if os.Getenv("MERIDA_TESTKIT_CHILD") != "" {
		fmt.Println("url", testkit.Postgres(t))
		time.Sleep(time.Minute)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestTheServerEndsWithItsProcess$")
	child.Env = append(os.Environ(), "MERIDA_TESTKIT_CHILD=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	address := ""
	for s := bufio.NewScanner(out); s.Scan(); {
		if _, err := fmt.Sscanf(s.Text(), "url %s", &address); err == nil {
			break
		}
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		child.Process.Kill()
		t.Fatalf("the child gave the address %q", address)
	}
	answers := func() bool {
		c, err := net.DialTimeout("tcp", u.Host, time.Second)
		if err == nil {
			c.Close()
		}
		return err == nil
	}
	if !answers() {
		t.Error("the server of the child does not answer")
	}
	child.Process.Kill()
	child.Wait()
	for deadline := time.Now().Add(20 * time.Second); answers(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the server lives on after its process was killed")
		}
	}
}
