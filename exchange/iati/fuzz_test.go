package iati

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"merida/party"
)

// FuzzReader holds that any bytes are read without a panic and to an end, that what is cut
// out stands in the input, and that what our parser takes the standard library takes too.
func FuzzReader(f *testing.F) {
	for _, name := range []string{"testdata/first.xml", "testdata/second.xml"} {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`<iati-activities version="2.03"><iati-activity><a b='&#x41;'/><!-- --></iati-activity><iati-activity`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := newScanner(bytes.NewReader(b))
		if s.begin() != nil {
			return
		}
		for n := 0; ; n++ {
			if n > len(b) {
				t.Fatal("more pieces than bytes")
			}
			p, err := s.next()
			if err != nil {
				if errors.Is(err, io.ErrNoProgress) {
					t.Fatal(err)
				}
				return
			}
			if !bytes.Contains(b, p.xml) {
				t.Fatalf("%q does not stand in the input", p.xml)
			}
			glance(p.xml)
			if p.bad != nil {
				continue
			}
			root, bad := parse(p.xml, p.line)
			if bad != nil {
				continue
			}
			d := decoder{known: func(c string) (party.ID, bool) { return party.ID(c), true }, now: time.Unix(1<<31, 0)}
			if _, bad := d.decode(root, s.head); bad != nil && bad.Key == "" {
				t.Fatal("refused without a reason")
			}
			if bytes.IndexFunc(p.xml, func(r rune) bool { return r > 126 }) < 0 {
				for dec := xml.NewDecoder(bytes.NewReader(p.xml)); ; {
					if _, err := dec.Token(); err == io.EOF {
						break
					} else if err != nil {
						t.Fatalf("encoding/xml refuses %q: %v", p.xml, err)
					}
				}
			}
		}
	})
}
