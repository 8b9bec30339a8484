package ical_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"merida/exchange/ical"
)

func TestCalendar(t *testing.T) {
	at := time.Date(2027, 1, 31, 14, 30, 0, 0, time.FixedZone("", 3600))
	var b strings.Builder
	long := strings.Repeat("اجتماع المانحين، ", 20)
	err := ical.Write(&b, "Donor table; QM", []ical.Event{
		{UID: "1@merida", Sequence: 3, Changed: at, Begins: at, Ends: at.Add(time.Hour), Title: "Tables, chairs; \\ and\r\nEND:VEVENT", Text: long, Place: "Room\x00 1", URL: "https://example.org/x\r\nX:1"},
		{UID: "2@merida", Changed: at, Begins: at, Ends: at, Title: "Off", Cancelled: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	out := b.String()
	if !utf8.ValidString(out) || strings.Count(out, "\r\n") != strings.Count(out, "\n") {
		t.Fatalf("lines do not end as they must: %q", out)
	}
	for _, line := range strings.Split(out, "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	whole := strings.ReplaceAll(out, "\r\n ", "")
	for _, want := range []string{"NAME:Donor table\\; QM\r\n", "DTSTART:20270131T133000Z\r\n", "DTEND:20270131T143000Z\r\n", `SUMMARY:Tables\, chairs\; \\ and\nEND:VEVENT` + "\r\n",
		"LOCATION:Room 1\r\n", "DESCRIPTION:" + long + "\r\n", "URL:https://example.org/xX:1\r\n", "SEQUENCE:3\r\n", "STATUS:CANCELLED\r\n"} {
		if !strings.Contains(whole, want) {
			t.Errorf("no %q in\n%s", want, whole)
		}
	}
	if n := strings.Count(whole, "\r\nBEGIN:VEVENT\r\n"); n != 2 || strings.Count(whole, "\r\nEND:VEVENT\r\n") != 2 {
		t.Errorf("%d events", n)
	}
}
