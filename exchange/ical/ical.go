// Package ical writes meetings as iCalendar, the form that calendars subscribe to.
// Source: RFC 5545 (format), RFC 7986 (name of a calendar).
package ical

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Event is one entry. Times are instants; they are written in UTC.
type Event struct {
	UID          string // the same in every version of the event, on every system
	Sequence     int64  // grows with each version
	Changed      time.Time
	Begins, Ends time.Time
	Title        string
	Place        string
	Text         string
	URL          string
	Cancelled    bool
}

const stamp = "20060102T150405Z"

// Write writes a calendar. Errors are those of w.
func Write(w io.Writer, name string, events []Event) error {
	b := bufio.NewWriter(w)
	put := func(property, value string) { fold(b, property+":"+value) }
	put("BEGIN", "VCALENDAR")
	put("VERSION", "2.0")
	put("PRODID", "-//Merida//Merida//EN")
	put("NAME", text(name))
	put("X-WR-CALNAME", text(name)) // what calendars read that do not know RFC 7986
	for _, e := range events {
		put("BEGIN", "VEVENT")
		put("UID", text(e.UID))
		put("SEQUENCE", strconv.FormatInt(max(e.Sequence, 0), 10))
		put("DTSTAMP", e.Changed.UTC().Format(stamp))
		put("DTSTART", e.Begins.UTC().Format(stamp))
		put("DTEND", e.Ends.UTC().Format(stamp))
		put("SUMMARY", text(e.Title))
		for _, x := range [][2]string{{"LOCATION", e.Place}, {"DESCRIPTION", e.Text}} {
			if x[1] != "" {
				put(x[0], text(x[1]))
			}
		}
		if e.URL != "" {
			put("URL", strings.NewReplacer("\r", "", "\n", "").Replace(e.URL)) // a URI, which is not escaped
		}
		if e.Cancelled {
			put("STATUS", "CANCELLED")
		}
		put("END", "VEVENT")
	}
	put("END", "VCALENDAR")
	return b.Flush()
}

// text escapes a value of type TEXT (RFC 5545 section 3.3.11); other control characters are dropped.
func text(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r\n", "\n")
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\\' || r == ';' || r == ',':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r < 0x20 && r != '\t' || r == 0x7f:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fold breaks a line after at most 75 bytes, never within a character (RFC 5545 section 3.1).
func fold(b *bufio.Writer, line string) {
	const most = 75
	limit := most
	for len(line) > limit {
		cut := limit
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		b.WriteString(line[:cut])
		b.WriteString("\r\n ")
		line, limit = line[cut:], most-1 // the space counts
	}
	b.WriteString(line)
	b.WriteString("\r\n")
}
