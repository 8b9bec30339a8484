package convention

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"merida/fault"
	"merida/lang"
)

// small is a convention of our own making.
const small = `{
 "schema": "merida/convention/1", "id": "qcon", "short": "QCON", "titles": {"en": "Convention of Quamara", "fr": "Convention de Quamara"},
 "adopted": "2001-02-03", "authentic_languages": ["en"], "labels_status": "courtesy",
 "themes": [{"code": "harbour", "name": {"en": "Harbours"}}],
 "nodes": [
  {"id": "qcon/art_1", "kind": "article", "number": "1", "parent": null, "order": 1, "citation": "1", "titles": {"en": "Aims"}, "titles_status": {"en": "verified"}, "themes": ["harbour"], "related": []},
  {"id": "qcon/art_1/para_1", "kind": "paragraph", "number": "1", "parent": "qcon/art_1", "order": 2, "citation": "1(1)", "label": {"en": "First aim"}, "obligation": {"level": "mandatory", "verb": "shall", "verb_source": "own_text", "also": []}, "themes": ["prevention"], "related": []},
  {"id": "qcon/art_1/para_2", "kind": "paragraph", "number": "2", "parent": "qcon/art_1", "order": 3, "citation": "1(2)", "label": {"en": "Second aim"}, "themes": [], "related": [{"id": "uncac/art_1", "rel": "corresponds_to", "basis": "thematic"}]},
  {"id": "qcon/art_2", "kind": "article", "number": "2", "parent": null, "order": 4, "citation": "2", "titles": {"en": "Words"}, "titles_status": {"en": "unverified"}, "themes": [], "related": [{"id": "qcon/art_1", "rel": "refers_to", "basis": "treaty_text"}]}
 ]
}`

func TestWith(t *testing.T) {
	base := load(t)
	c, err := base.With(strings.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	if base.Known("qcon") {
		t.Error("the catalogue itself has changed")
	}
	if len(c.Conventions()) != 3 || len(c.Leaves("qcon")) != 3 || len(c.Reported("qcon")) != 3 {
		t.Errorf("%d conventions, %d leaves", len(c.Conventions()), len(c.Leaves("qcon")))
	}
	if id, ok := c.Parse("QCON 1(2)"); !ok || id != "qcon/art_1/para_2" {
		t.Errorf("cited as %s", id)
	}
	if p, _ := c.Get("qcon/art_1"); p.Titles["en"].Status != lang.Authentic {
		t.Errorf("title %+v", p.Titles)
	}
	if p, _ := c.Get("qcon/art_2"); p.Titles["en"].Status != lang.Unofficial {
		t.Errorf("title %+v", p.Titles)
	}
	if p, _ := c.Get("qcon/art_1/para_1"); p.Label["en"].Status != lang.Courtesy || p.Obligation.Level != Mandatory {
		t.Errorf("paragraph %+v", p)
	}
	if conv, _ := c.Convention("qcon"); conv.Titles["en"].Status != lang.Authentic || conv.Titles["fr"].Status != "" || conv.Adopted.Year() != 2001 {
		t.Errorf("convention %+v", conv)
	}
	// The link recorded in the new convention is seen from the old one.
	in := c.Related("uncac/art_1")
	if !slices.ContainsFunc(in, func(r Relation) bool { return r.To == "qcon/art_1/para_2" && r.Incoming && r.Kind == CorrespondsTo }) {
		t.Errorf("related to article 1: %v", in)
	}
	if slices.ContainsFunc(base.Related("uncac/art_1"), func(r Relation) bool { return r.To.Convention() == "qcon" }) {
		t.Error("the old catalogue shows the new link")
	}
	if r := c.Related("qcon/art_1"); len(r) != 1 || !r[0].Incoming || r[0].Kind != RefersTo || r[0].To != "qcon/art_2" {
		t.Errorf("related to the first article: %v", r)
	}
	if n := len(c.Themes()); n != 30 {
		t.Errorf("%d themes", n)
	}
	// The same file again changes nothing; one that lacks a provision is refused.
	again, err := c.With(strings.NewReader(small))
	if err != nil || len(again.Conventions()) != 3 {
		t.Errorf("again: %v", err)
	}
	cut := small[:strings.Index(small, ",\n  {\"id\": \"qcon/art_2\"")] + "\n ]\n}"
	if _, err := c.With(strings.NewReader(cut)); !broken(err, "convention.file.dropped") {
		t.Errorf("a provision that disappears: %v", err)
	}
}

// broken reports whether err is Invalid and names the rule, as its own key or in a field.
func broken(err error, key string) bool {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || e.Kind != fault.Invalid {
		return false
	}
	return e.Key == key || slices.ContainsFunc(e.Fields, func(f fault.Field) bool { return f.Key == key })
}

func TestWithRefuses(t *testing.T) {
	base := load(t)
	for name, x := range map[string]struct{ old, new, key string }{
		"no JSON":            {`"nodes": [`, `"nodes": [[`, "convention.file.malformed"},
		"wrong type":         {`"order": 3`, `"order": "3"`, "convention.file.malformed"},
		"another schema":     {"merida/convention/1", "merida/convention/9", "convention.file.schema"},
		"bad convention id":  {`"id": "qcon",`, `"id": "Q CON",`, "convention.file.id"},
		"no short name":      {`"short": "QCON"`, `"short": ""`, "convention.file.missing"},
		"bad date":           {"2001-02-03", "2001-02-30", "convention.file.date"},
		"twice the same id":  {`"qcon/art_2", "kind"`, `"qcon/art_1", "kind"`, "convention.file.duplicate"},
		"another's id":       {`"qcon/art_2", "kind"`, `"uncac/art_2", "kind"`, "convention.file.id"},
		"id beside parent":   {`"id": "qcon/art_1/para_2"`, `"id": "qcon/art_9/para_2"`, "convention.file.id"},
		"bad step":           {`"id": "qcon/art_1/para_2"`, `"id": "qcon/art_1/../para_2"`, "convention.file.id"},
		"parent unknown":     {`"parent": "qcon/art_1", "order": 3`, `"parent": "qcon/art_3", "order": 3`, "convention.file.parent"},
		"order":              {`"order": 3`, `"order": 5`, "convention.file.order"},
		"kind":               {`"kind": "paragraph", "number": "2"`, `"kind": "verse", "number": "2"`, "convention.file.unknown"},
		"level":              {`"level": "mandatory"`, `"level": "holy"`, "convention.file.unknown"},
		"verb source":        {`"verb_source": "own_text"`, `"verb_source": "rumour"`, "convention.file.unknown"},
		"title check":        {`{"en": "unverified"}`, `{"en": "sure"}`, "convention.file.unknown"},
		"relation":           {`"rel": "refers_to"`, `"rel": "amends"`, "convention.file.unknown"},
		"basis":              {`"basis": "treaty_text"`, `"basis": "thematic"`, "convention.file.unknown"},
		"relation to itself": {`{"id": "qcon/art_1", "rel"`, `{"id": "qcon/art_2", "rel"`, "convention.file.target"},
		"relation unknown":   {`{"id": "uncac/art_1", "rel"`, `{"id": "uncac/art_99", "rel"`, "convention.file.target"},
		"theme unknown":      {`"themes": ["prevention"]`, `"themes": ["weather"]`, "convention.file.unknown"},
		"no title":           {`"titles": {"en": "Words"}`, `"titles": {}`, "convention.file.missing"},
		"empty label":        {`"label": {"en": "First aim"}`, `"label": {"en": ""}`, "convention.file.text"},
		"long label":         {`"First aim"`, `"` + strings.Repeat("x", 601) + `"`, "convention.file.text"},
		"no citation":        {`"citation": "1(2)"`, `"citation": ""`, "convention.file.missing"},
		"theme twice":        {`"themes": [{"code"`, `"themes": [{"code": "harbour", "name": {"en": "H"}}, {"code"`, "convention.file.duplicate"},
		"labels status":      {`"labels_status": "courtesy"`, `"labels_status": "authentic"`, "convention.file.unknown"},
		"reported unknown":   {`"labels_status"`, `"reported_chapters": ["II"], "labels_status"`, "convention.file.target"},
	} {
		if !strings.Contains(small, x.old) {
			t.Fatalf("%s: %q is not in the file", name, x.old)
		}
		if _, err := base.With(strings.NewReader(strings.Replace(small, x.old, x.new, 1))); !broken(err, x.key) {
			t.Errorf("%s: %v, want %s", name, err, x.key)
		}
	}
	if _, err := base.With(strings.NewReader("")); !broken(err, "convention.file.malformed") {
		t.Errorf("an empty file: %v", err)
	}
	if _, err := base.With(strings.NewReader(small + strings.Repeat(" ", maxBytes))); !fault.Is(err, fault.TooLarge) {
		t.Errorf("a file that is too large: %v", err)
	}
	many := strings.Replace(small, `"nodes": [`, `"nodes": [`+strings.Repeat("{},", maxNodes), 1)
	if _, err := base.With(strings.NewReader(many)); !fault.Is(err, fault.TooLarge) {
		t.Errorf("too many provisions: %v", err)
	}
	// A file that is wrong throughout does not answer with a fault per line.
	wrong := strings.Replace(small, `"nodes": [`, `"nodes": [`+strings.Repeat("{},", 5000), 1)
	_, err := base.With(strings.NewReader(wrong))
	if e, ok := errors.AsType[*fault.Error](err); !ok || len(e.Fields) != maxFault {
		t.Errorf("%.500v", err)
	}
}

func FuzzWith(f *testing.F) {
	base, err := Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small)
	f.Add("{}")
	f.Add(`{"schema": "merida/convention/1", "nodes": [{"parent": "a"}, {"id": "a", "parent": "a"}]}`)
	f.Fuzz(func(t *testing.T, s string) {
		c, err := base.With(strings.NewReader(s))
		if err != nil {
			return
		}
		for _, conv := range c.Conventions() {
			for p := range c.Walk(conv.ID) {
				if !c.Descends(p.ID, conv.ID) || len(c.Ancestors(p.ID)) != p.Depth {
					t.Fatalf("%s is lost in its tree", p.ID)
				}
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	base, err := Load()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"16(1)", "第十六条第一款", "المادة ١٦", "chapter 40", "十十十"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if id, ok := base.Parse(s); ok && !base.Known(id) {
			t.Fatalf("Parse(%q) = %q", s, id)
		}
	})
}
