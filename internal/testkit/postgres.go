//go:build unix

package testkit

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx", to make and drop databases
)

// server is a running PostgreSQL that ends with this process.
type server struct {
	port int
	hold io.Closer // the writing end of the pipe whose closing stops the server
}

var (
	start = sync.OnceValues(startServer)
	made  atomic.Int64 // databases made so far, to name the next one
)

// Postgres gives the address of an empty database of its own, which is dropped
// when the test ends. All tests of a process share one server, which is started
// by the first call and ends with the process, however that ends.
//
// The test is skipped when MERIDA_ENGINES does not ask for PostgreSQL, and fails
// when it does and PostgreSQL cannot be started.
func Postgres(t testing.TB) (url string) {
	t.Helper()
	Need(t, "postgres")
	s, err := start()
	if err != nil {
		t.Fatalf("PostgreSQL was asked for by MERIDA_ENGINES and cannot be started: %v\n`make tools` installs it.", err)
	}
	name := fmt.Sprintf("t%d", made.Add(1))
	if err := s.admin(context.Background(), `CREATE DATABASE `+name); err != nil {
		t.Fatalf("make a database for the test: %v", err)
	}
	t.Cleanup(func() {
		if err := s.admin(context.Background(), `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			t.Errorf("drop the database of the test: %v", err)
		}
	})
	return s.url(name)
}

func (s *server) url(database string) string {
	return fmt.Sprintf("postgres://merida@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
}

func (s *server) admin(ctx context.Context, statement string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	db, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}

// supervise waits for the end of its standard input, which comes with the end
// of the test process by whatever cause, then stops the server and removes its folder.
const supervise = `
cd "$1" || exit 1
"$2/postgres" -D "$1/data" -k "$1" -p "$3" -c listen_addresses=127.0.0.1 -c max_connections=200 -c timezone=Asia/Kathmandu >"$1/log" 2>&1 &
server=$!
read -r _
kill -INT $server 2>/dev/null
wait $server
cd / && rm -rf "$1"
`

// startServer makes a cluster and starts it. Another process may take the port
// between our look and the server's start: then all is tried once more.
func startServer() (*server, error) {
	bin, err := serverPrograms()
	if err != nil {
		return nil, err
	}
	var errs []error
	for range 3 {
		s, err := tryServer(bin)
		if err == nil {
			return s, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

func tryServer(bin string) (*server, error) {
	dir, err := os.MkdirTemp("", "merida-pg-")
	if err != nil {
		return nil, err
	}
	attr, err := unprivileged(dir)
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "merida", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = dir, attr
	if out, err := initdb.CombinedOutput(); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("initdb: %w\n%s", err, bytes.TrimSpace(out))
	}
	port, err := freePort()
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return launch(dir, bin, port, attr)
}

// launch starts the cluster in dir. The server's time zone is an odd one, so that
// a time that passes through it unprotected is noticed. After a failure dir is gone.
func launch(dir, bin string, port int, attr *syscall.SysProcAttr) (*server, error) {
	cmd := exec.Command("sh", "-c", supervise, "merida-test-postgres", dir, bin, strconv.Itoa(port))
	cmd.SysProcAttr = attr
	attr.Setpgid = true // an interrupt at the keyboard ends the tests first, the server after them
	hold, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{port: port, hold: hold}
	var last error
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if last = s.admin(context.Background(), `SELECT 1`); last == nil {
			return s, nil
		}
	}
	log, _ := os.ReadFile(filepath.Join(dir, "log"))
	hold.Close()
	cmd.Wait()
	return nil, fmt.Errorf("PostgreSQL does not answer on port %d: %w\n%s", port, last, log)
}

// serverPrograms finds the folder of initdb and postgres: the newest of Debian's, else that of the search path.
func serverPrograms() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	best, version := "", 0.0
	for _, f := range found {
		if v, err := strconv.ParseFloat(filepath.Base(filepath.Dir(filepath.Dir(f))), 64); err == nil && v > version {
			best, version = filepath.Dir(f), v
		}
	}
	if best != "" {
		return best, nil
	}
	f, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("initdb is neither under /usr/lib/postgresql nor in the search path")
	}
	return filepath.Dir(f), nil
}

// unprivileged gives the attributes under which PostgreSQL runs: initdb refuses
// root, so root hands the folder to the account postgres or nobody.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.Atoi(u.Uid)
		if err != nil {
			continue
		}
		gid, err := strconv.Atoi(u.Gid)
		if err != nil {
			continue
		}
		if err := os.Chown(dir, uid, gid); err != nil {
			return nil, err
		}
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no account postgres or nobody to run it as")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
