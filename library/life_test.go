package library

import (
	"errors"
	"testing"

	"merida/fault"
)

func TestInForceOn(t *testing.T) {
	v := func(n int, from, until string, s Status) Version {
		return Version{N: n, Life: Life{From: from, Until: until, Status: s}}
	}
	three := []Version{v(3, "2020-07-01", "", InForce), v(2, "2015-01-01", "", Amended), v(1, "2001-05-10", "", Amended)}
	for _, c := range []struct {
		name           string
		vs             []Version
		day            string
		n              int
		doubt          Doubt
		previous, next int
		dated, undated int
	}{
		{"before all", three, "2001-05-09", 0, NoDoubt, 0, 1, 3, 0},
		{"first day", three, "2001-05-10", 1, NoDoubt, 0, 0, 3, 0},
		{"until the next begins", three, "2014-12-31", 1, NoDoubt, 0, 0, 3, 0},
		{"the next", three, "2015-01-01", 2, NoDoubt, 0, 0, 3, 0},
		{"today", three, "2026-11-25", 3, NoDoubt, 0, 0, 3, 0},
		{"a gap", []Version{v(1, "2001", "2005-03-31", Repealed), v(2, "2010-02-01", "", InForce)}, "2007-01-01", 0, NoDoubt, 1, 2, 2, 0},
		{"ended", []Version{v(1, "2001", "2005", Repealed)}, "2006-01-01", 0, NoDoubt, 1, 0, 1, 0},
		{"its last year", []Version{v(1, "2001", "2005", Repealed)}, "2005-06-01", 1, EndDoubt, 0, 0, 1, 0},
		{"its last day", []Version{v(1, "2001-01-01", "2005-06-01", Repealed)}, "2005-06-01", 1, NoDoubt, 0, 0, 1, 0},
		{"its first month", []Version{v(1, "2001-02", "", InForce)}, "2001-02-28", 1, NoDoubt, 0, 0, 1, 0},
		{"within its first month", []Version{v(1, "2001-02", "", InForce)}, "2001-02-27", 1, StartDoubt, 0, 0, 1, 0},
		{"repealed, nobody says when", []Version{v(1, "2001", "", Repealed)}, "2009-01-01", 1, EndDoubt, 0, 0, 1, 0},
		{"a draft never holds", []Version{v(1, "2001", "", InForce), v(2, "2002", "", DraftText)}, "2009-01-01", 1, NoDoubt, 0, 0, 1, 0},
		{"recorded later stands", []Version{v(1, "2001", "", InForce), v(2, "2001-01-01", "", InForce)}, "2009-01-01", 2, NoDoubt, 0, 0, 2, 0},
		{"nobody says", []Version{v(1, "", "", InForce), v(2, "", "2009", InForce)}, "2009-01-01", 0, NoDoubt, 0, 0, 0, 2},
		{"one says", []Version{v(1, "2001", "", InForce), v(2, "", "", InForce)}, "2009-01-01", 1, NoDoubt, 0, 0, 1, 1},
		{"no text", nil, "2009-01-01", 0, NoDoubt, 0, 0, 0, 0},
	} {
		got, err := InForceOn(c.vs, c.day)
		if err != nil || got.N != c.n || got.Doubt != c.doubt || got.Previous.N != c.previous || got.Next.N != c.next || got.Dated != c.dated || got.Undated != c.undated {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	for _, day := range []string{"", "2009", "2009-02-30", "yesterday"} {
		if _, err := InForceOn(three, day); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", day, err)
		}
	}
}

func TestLifeCheck(t *testing.T) {
	for _, c := range []struct {
		life  Life
		field string
	}{
		{Life{}, ""},
		{Life{Adopted: "2017", From: "2017-03", Until: "2017", Status: Amended, Source: "https://example.org/law"}, ""},
		{Life{From: "2017-13"}, "from"},
		{Life{Adopted: "soon"}, "adopted"},
		{Life{From: "2017-03-02", Until: "2017-03-01"}, "until"},
		{Life{Status: "gone"}, "status"},
		{Life{Source: "javascript:alert(1)"}, "source_url"},
	} {
		var bad fault.List
		c.life.check(&bad)
		err := bad.Err()
		if c.field == "" {
			if err != nil || c.life.Status == "" {
				t.Errorf("%+v: %v", c.life, err)
			}
			continue
		}
		if f, ok := errors.AsType[*fault.Error](err); !ok || len(f.Fields) != 1 || f.Fields[0].Name != c.field {
			t.Errorf("%+v: %v", c.life, err)
		}
	}
}
