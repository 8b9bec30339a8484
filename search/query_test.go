package search_test

import (
	"fmt"
	"strings"
	"testing"

	"merida/search"
)

// show writes an expression so that a person can read it.
func show(p search.Parsed, e search.Expr) string {
	switch e.Op {
	case search.Leaf:
		t := p.Terms[e.Term]
		s := strings.Join(t.Exact, "_")
		if t.Prefix {
			s += "*"
		}
		if t.Fuzzy > 0 {
			s += fmt.Sprint("~", t.Fuzzy)
		}
		if t.Field != "" {
			s = string(t.Field) + ":" + s
		}
		if e.Soft {
			s += "?"
		}
		return s
	case search.Not:
		return "-" + show(p, e.Of[0])
	}
	var parts []string
	for _, x := range e.Of {
		parts = append(parts, show(p, x))
	}
	sep := " "
	if e.Op == search.Or {
		sep = "|"
	}
	return "(" + strings.Join(parts, sep) + ")"
}

func TestParse(t *testing.T) {
	for words, want := range map[string]string{
		"bribery officials":              "(bribery? officials?)",
		"bribery of officials":           "(bribery? officials?)",
		"of the":                         "(of? the?)",
		`"public official" bribery`:      "(public_official bribery?)",
		"corrup*":                        "(corrup*)",
		"anti-corr*":                     "(anti corr*)",
		"brybery~":                       "(brybery~2)",
		"gift~1":                         "(gift~1)",
		"bribery -foreign":               "(bribery? -foreign)",
		"bribery NOT foreign":            "(bribery? -foreign)",
		"a1 OR b1 c1":                    "((a1|b1) c1?)",
		"c1 a1 OR b1":                    "(c1? (a1|b1))",
		"a1 AND b1 OR c1":                "(((a1 b1)|c1))",
		"a1 AND (b1 OR c1)":              "(a1 (b1|c1))",
		"(a1 OR b1) (c1 OR d1)":          "((a1|b1) (c1|d1))",
		"a1 AND NOT (b1 OR c1)":          "(a1 -(b1|c1))",
		"title:(bribery OR fraud) fines": "((title:bribery|title:fraud) fines?)",
		`title:"public contracts"`:       "(title:public_contracts)",
		"title:contracts works":          "(title:contracts works?)",
		"article:12":                     "(article:12)",
		"number:12/2004":                 "(number:12_2004)",
		"Law 12/2004":                    "(law? 12_2004?)",
		"№ 273-ФЗ":                       "(273_фз?)",
		"article 16(1)":                  "(article? 16_1?)",
		"(article 16(1)) a1":             "(article? 16_1? a1?)",
		"反洗钱":                            "(反洗? 洗钱?)",
		"税":                              "(税*?)",
		// Mistakes are words or nothing.
		"(((":        "()",
		")))":        "()",
		"a1 OR":      "(a1?)",
		"OR a1":      "(a1?)",
		"AND":        "(and?)", // a word like another
		"NOT":        "()",
		`"a1 b1`:     "(a1? b1?)",
		"a1 ) b1 (":  "(a1? b1?)",
		"title:":     "()",
		"-":          "()",
		"a1 AND AND": "(a1)",
		"nofield:xy": "(nofield? xy?)",
		"~":          "()",
		"*":          "()",
	} {
		p, err := search.Parse(words)
		if err != nil {
			t.Errorf("%q: %v", words, err)
			continue
		}
		if got := show(p, p.Root); got != want {
			t.Errorf("%q is read as %s, want %s", words, got, want)
		}
	}
	p, err := search.Parse("country:KE Provision:uncac/art_16 bribery")
	if err != nil || p.Filter["country"][0] != "KE" || p.Filter["provision"][0] != "uncac/art_16" || len(p.Terms) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`a AND (b OR "c d"~3) -e title:(f* g~)`, "((((", `"`, "NOT NOT a", "title:title:x", "a(b)c)d(", "\u201ca\u201d b", "-(-(-a))"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := search.Parse(s)
		if err != nil {
			return
		}
		p.Root.Holds(0)
		p.Root.Holds(^uint32(0))
	})
}
