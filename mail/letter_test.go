package mail

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"merida/fault"
)

func letter() Letter {
	return Letter{ID: "m1", From: "merida@example.org", To: "amina@example.org", ToName: "أمينة", Subject: "قمارة: تقديم الدولة، الموعد 25 آذار/مارس 2027", Body: "سطر أول\n\nhttps://merida.example.org/ar/tasks\n",
		Lang: "ar", At: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
}

func TestALetterIsReadAsItWasWritten(t *testing.T) {
	l := letter()
	b, err := l.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(b), "\r\n") {
		if len(line) > 120 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	m, err := netmail.ReadMessage(strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := (&mime.WordDecoder{}).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != l.Subject {
		t.Errorf("subject %q %v", subject, err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || to[0].Name != l.ToName || to[0].Address != l.To {
		t.Errorf("to %v %v", to, err)
	}
	raw, _ := io.ReadAll(m.Body)
	text, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(string(raw), "\r\n", ""))
	if err != nil || strings.ReplaceAll(string(text), "\r\n", "\n") != l.Body {
		t.Errorf("body %q %v", text, err)
	}
	if m.Header.Get("Auto-Submitted") != "auto-generated" || m.Header.Get("Content-Language") != "ar" {
		t.Errorf("headers %v", m.Header)
	}
}

// Nothing that was typed begins a header of its own.
func TestHeadersCannotBeInjected(t *testing.T) {
	for name, change := range map[string]func(*Letter){
		"subject":      func(l *Letter) { l.Subject = "Hello\r\nBcc: victim@example.org" },
		"bare newline": func(l *Letter) { l.Subject = "Hello\nX: y" },
		"name":         func(l *Letter) { l.ToName = "Amina\r\nCc: victim@example.org" },
		"to":           func(l *Letter) { l.To = "amina@example.org\r\nBcc: victim@example.org" },
		"two in to":    func(l *Letter) { l.To = "amina@example.org, victim@example.org" },
		"named to":     func(l *Letter) { l.To = "Amina <amina@example.org>" },
		"from":         func(l *Letter) { l.From = "merida@example.org\n" },
		"id":           func(l *Letter) { l.ID = "m1>\r\nX: <y" },
		"separator":    func(l *Letter) { l.Subject = "a\u2028b" },
		"not UTF-8":    func(l *Letter) { l.Subject = "a\xff" },
		"zero byte":    func(l *Letter) { l.Body = "a\x00b" },
		"endless":      func(l *Letter) { l.Subject = strings.Repeat("a", MaxSubject+1) },
	} {
		l := letter()
		change(&l)
		if b, err := l.Bytes(); !fault.Is(err, fault.Invalid) || b != nil {
			t.Errorf("%s: %v %q", name, err, b)
		}
	}
	l := letter()
	l.Body = "a\r\n.\r\nBcc: victim@example.org\r\n"
	b, err := l.Bytes()
	if err != nil || strings.Contains(string(b), "victim") {
		t.Errorf("the text is not kept apart from the headers: %v", err)
	}
}

func TestALetterIsTriedLessAndLessOften(t *testing.T) {
	now := time.Unix(0, 0)
	last := time.Duration(0)
	for n := 1; n < 20; n++ {
		d := Again(now, n).Sub(now)
		if d < last || d > 4*time.Hour || d < time.Minute {
			t.Errorf("after %d tries in %v", n, d)
		}
		last = d
	}
}

// server is a mail server of the test: it takes what comes and tells.
func server(t *testing.T, refuse string) (addr string, got chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	got = make(chan string, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				r := bufio.NewReader(c)
				fmt.Fprint(c, "220 test\r\n")
				for {
					line, err := r.ReadString('\n')
					if err != nil {
						return
					}
					word := strings.ToUpper(strings.Fields(line + " x")[0])
					switch {
					case word == refuse:
						fmt.Fprint(c, "550 no\r\n")
					case word == "EHLO":
						fmt.Fprint(c, "250-test\r\n250 8BITMIME\r\n")
					case word == "DATA":
						fmt.Fprint(c, "354 go\r\n")
						var b strings.Builder
						for {
							x, err := r.ReadString('\n')
							if err != nil || x == ".\r\n" {
								break
							}
							b.WriteString(x)
						}
						got <- b.String()
						fmt.Fprint(c, "250 taken\r\n")
					case word == "QUIT":
						fmt.Fprint(c, "221 bye\r\n")
						return
					default:
						fmt.Fprint(c, "250 ok\r\n")
					}
				}
			}()
		}
	}()
	return l.Addr().String(), got
}

func TestSMTPHandsALetterOver(t *testing.T) {
	addr, got := server(t, "")
	if err := (&SMTP{Addr: addr, TLS: NoTLS}).Send(t.Context(), letter()); err != nil {
		t.Fatal(err)
	}
	if text := <-got; !strings.Contains(text, "Message-ID: <m1@example.org>") {
		t.Errorf("%q", text)
	}
	if err := (&SMTP{Addr: addr}).Send(t.Context(), letter()); err != errNoTLS {
		t.Errorf("a letter travels in the clear: %v", err)
	}
	addr, _ = server(t, "RCPT")
	if err := (&SMTP{Addr: addr, TLS: NoTLS}).Send(t.Context(), letter()); err == nil {
		t.Error("a refused recipient counts as sent")
	}
	bad := letter()
	bad.Subject = "a\r\nb"
	if err := (&SMTP{Addr: addr, TLS: NoTLS}).Send(t.Context(), bad); !fault.Is(err, fault.Invalid) {
		t.Errorf("%v", err)
	}
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // takes a connection and says nothing
	began := time.Now()
	if err := (&SMTP{Addr: l.Addr().String(), TLS: NoTLS, Timeout: 200 * time.Millisecond}).Send(t.Context(), letter()); err == nil || time.Since(began) > 10*time.Second {
		t.Errorf("a server that says nothing: %v after %v", err, time.Since(began))
	}
}
