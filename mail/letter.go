package mail

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"merida/fault"
	"merida/lang"
)

// Letter is a message in words, ready to be sent.
type Letter struct {
	ID      string // of the message; makes Message-ID
	From    string // address
	To      string // address
	ToName  string
	Subject string
	Body    string // plain text
	Lang    lang.Tag
	At      time.Time
	// Unsubscribe is an address that stops letters of this kind with a post and without signing in (RFC 8058); empty for letters that cannot be stopped.
	Unsubscribe string
}

// MaxSubject is the longest subject, in characters.
const MaxSubject = 200

// Bytes is the letter as RFC 5322 wants it, with the text in base64 (RFC 2045).
// Invalid: an address is none, or a header holds a line break or another control
// character: nothing that was typed may begin a header of its own.
func (l Letter) Bytes() ([]byte, error) {
	var bad fault.List
	header := func(name, s string, limit int) string {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }) {
			bad.Add(name, "mail.error.header", nil)
			return ""
		}
		if n := utf8.RuneCountInString(s); n > limit {
			bad.Add(name, "fault.too_long", fault.Args{"limit": limit, "length": n})
		}
		return s
	}
	address := func(name, s string) string {
		a, err := mail.ParseAddress(header(name, s, 254))
		if err != nil || a.Address != s {
			bad.Add(name, "fault.not_an_address", nil)
			return ""
		}
		return a.Address
	}
	from, to := address("from", l.From), address("to", l.To)
	name, subject := header("name", l.ToName, 200), header("subject", l.Subject, MaxSubject)
	id := header("id", l.ID, 200)
	unsubscribe := header("unsubscribe", l.Unsubscribe, 900) // a line of a letter ends at 998 bytes
	if strings.ContainsAny(unsubscribe, "<> ") {
		bad.Add("unsubscribe", "mail.error.header", nil)
	}
	if !utf8.ValidString(l.Body) || strings.ContainsRune(l.Body, 0) {
		bad.Add("body", "mail.error.header", nil)
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	_, host, _ := strings.Cut(from, "@")
	var b bytes.Buffer
	line := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	line("From", (&mail.Address{Name: "Merida", Address: from}).String())
	line("To", (&mail.Address{Name: name, Address: to}).String())
	line("Subject", fold(mime.BEncoding.Encode("utf-8", subject)))
	line("Date", l.At.UTC().Format(time.RFC1123Z))
	line("Message-ID", "<"+id+"@"+host+">")
	line("MIME-Version", "1.0")
	line("Content-Type", "text/plain; charset=utf-8")
	line("Content-Transfer-Encoding", "base64")
	if l.Lang != "" {
		line("Content-Language", string(l.Lang))
	}
	if unsubscribe != "" {
		line("List-Unsubscribe", "<"+unsubscribe+">")
		line("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	line("Auto-Submitted", "auto-generated") // RFC 3834: out-of-office programs do not answer
	b.WriteString("\r\n")
	text := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(strings.ReplaceAll(l.Body, "\r\n", "\n"), "\n", "\r\n")))
	for len(text) > 76 {
		b.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	b.WriteString(text + "\r\n")
	return b.Bytes(), nil
}

// fold puts each encoded word of a header on a line of its own, since lines have at most 78 characters.
func fold(s string) string { return strings.ReplaceAll(s, "?= =?", "?=\r\n =?") }
