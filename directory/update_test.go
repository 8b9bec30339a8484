package directory_test

import (
	"slices"
	"strings"
	"testing"

	"merida/directory"
	"merida/fault"
)

// What is written is read back and changes nothing; a changed line changes that entry alone.
func TestUpdateOfParties(t *testing.T) {
	b, err := directory.File(nil)
	if err != nil {
		t.Fatal(err)
	}
	u, err := directory.ReadUpdate(b)
	if err != nil {
		t.Fatal(err)
	}
	if added, changed, err := u.Changes(nil); err != nil || len(added)+len(changed) > 0 {
		t.Fatalf("%v %v %v", added, changed, err)
	}
	lines := strings.Split(string(b), "\n")
	i := slices.IndexFunc(lines, func(s string) bool { return strings.Contains(s, `"id":"AD"`) })
	one := `{"schema":"merida/parties/1","status_as_of":"2026-11-01","parties":[` + strings.TrimSuffix(strings.Replace(lines[i], `"en":"Andorra"`, `"en":"Andorra renamed"`, 1), ",") + `]}`
	v, err := directory.ReadUpdate([]byte(one))
	if err != nil {
		t.Fatal(err)
	}
	if added, changed, err := v.Changes([]*directory.Update{u}); err != nil || len(added) > 0 || len(changed) != 1 || changed[0] != "AD" {
		t.Errorf("%v %v %v", added, changed, err)
	}
	was, err := directory.Load()
	if err != nil {
		t.Fatal(err)
	}
	is, err := directory.With([]*directory.Update{u, v}, directory.Demonstration()...)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := is.Get("AD")
	if p.Name("en") != "Andorra renamed" || is.AsOf.Format("2006-01-02") != "2026-11-01" || len(is.All("en")) != len(was.All("en"))+3 {
		t.Errorf("%s %v %d", p.Name("en"), is.AsOf, len(is.All("en")))
	}
	if q, _ := was.Get("AD"); q.Name("en") != "Andorra" {
		t.Error("the list that ships was changed")
	}
}

func TestUpdateRefused(t *testing.T) {
	for _, s := range []string{``, `{}`, `{"schema":"merida/parties/1"}`, `{"schema":"merida/parties/1","parties":[{"id":"QM","type":"demonstration"}]}`,
		`{"schema":"merida/parties/1","parties":[{"id":"AD","type":"un_member","names":{"en":"x"},"uncac":{"status":"party","signature_date":"soon"}}]}`} {
		if _, err := directory.ReadUpdate([]byte(s)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", s, err)
		}
	}
}
