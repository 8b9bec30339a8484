package convention

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"merida/fault"
	"merida/lang"
)

// Schema is the mark that a convention file carries.
const Schema = "merida/convention/1"

// Limits on a file that is read, far above what a treaty needs.
const (
	maxBytes = 8 << 20
	maxNodes = 20_000
	maxDepth = 8
	maxText  = 600 // characters of a title or label
	maxFault = 100 // broken rules that are listed before reading stops
)

type words map[lang.Tag]string

type file struct {
	Schema             string      `json:"schema"`
	ID                 ID          `json:"id"`
	Short              string      `json:"short"`
	ShortTitles        words       `json:"short_titles"`
	Titles             words       `json:"titles"`
	Adopted            string      `json:"adopted"`
	AdoptingInstrument string      `json:"adopting_instrument"`
	Opened             string      `json:"opened_for_signature"`
	InForce            string      `json:"entry_into_force"`
	Registration       string      `json:"registration"`
	Authentic          []lang.Tag  `json:"authentic_languages"`
	Unverified         []string    `json:"unverified"`
	LabelsStatus       lang.Status `json:"labels_status"`
	ReportedChapters   []string    `json:"reported_chapters"`
	Levels             []term      `json:"obligation_levels"`
	Relations          []term      `json:"relations"`
	Themes             []term      `json:"themes"`
	Nodes              []node      `json:"nodes"`
}

type term struct {
	Code    string `json:"code"`
	Name    words  `json:"name"`
	Inverse words  `json:"inverse"`
}

type node struct {
	ID          ID                 `json:"id"`
	Kind        Kind               `json:"kind"`
	Number      string             `json:"number"`
	Parent      ID                 `json:"parent"`
	Order       int                `json:"order"`
	Citation    string             `json:"citation"`
	Implicit    bool               `json:"implicit"`
	Titles      words              `json:"titles"`
	TitleChecks map[lang.Tag]Check `json:"titles_status"`
	Label       words              `json:"label"`
	Obligation  *struct {
		Level      Level   `json:"level"`
		Verb       string  `json:"verb"`
		VerbSource string  `json:"verb_source"`
		Also       []Level `json:"also"`
	} `json:"obligation"`
	ReviewCycle  int        `json:"review_cycle"`
	Priority2007 bool       `json:"priority_2007"`
	Themes       []string   `json:"themes"`
	Related      []relation `json:"related"`
}

type relation struct {
	ID         ID           `json:"id"`
	Rel        RelationKind `json:"rel"`
	Basis      string       `json:"basis"`
	Similarity float64      `json:"similarity"`
	Provision  string       `json:"provision"`
}

var (
	conventionForm = regexp.MustCompile(`^[a-z][a-z0-9-]{1,31}$`)
	stepForm       = map[Kind]*regexp.Regexp{
		Chapter:   regexp.MustCompile(`^chp_[IVXLC0-9]+$`),
		Article:   regexp.MustCompile(`^art_[0-9]+[a-z]{0,5}$`),
		Paragraph: regexp.MustCompile(`^para_[0-9]+[a-z]{0,5}$`),
		Point:     regexp.MustCompile(`^point_[a-z0-9]{1,5}$`),
	}
	// bases says which reasons a kind of relation may have.
	bases = map[RelationKind][]string{
		RefersTo:      {"treaty_text"},
		CorrespondsTo: {"text_similarity", "thematic"},
		SeeAlso:       {"editorial"},
	}
	verbSources = []string{"", "own_text", "chapeau", "points"}
	checks      = []Check{Verified, Corroborated, Unverified}
)

// reader turns a file into a tree and collects the rules it breaks.
type reader struct {
	bad   fault.List
	count int
}

func (r *reader) fail(place, key string, args fault.Args) {
	if r.count++; r.count <= maxFault {
		r.bad.Add(place, key, args)
	}
}

// known notes a value that is not in a closed list.
func known[T ~string](r *reader, place string, v T, list []T) {
	if !slices.Contains(list, v) {
		r.fail(place, "convention.file.unknown", fault.Args{"value": string(v)})
	}
}

func (r *reader) text(place string, w words, status lang.Status) lang.Text {
	if len(w) == 0 {
		return nil
	}
	t := make(lang.Text, len(w))
	for tag, s := range w {
		if s == "" || s != strings.TrimSpace(s) || utf8.RuneCountInString(s) > maxText {
			r.fail(place+"."+string(tag), "convention.file.text", nil)
		}
		t[tag] = lang.Value{S: s, Status: status}
	}
	return t
}

func (r *reader) day(place, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		r.fail(place, "convention.file.date", fault.Args{"value": s})
	}
	return d
}

func (r *reader) terms(place string, list []term) []Term {
	out := make([]Term, 0, len(list))
	for _, t := range list {
		at := place + "." + t.Code
		if t.Code == "" || len(t.Name) == 0 {
			r.fail(at, "convention.file.missing", nil)
		}
		if slices.ContainsFunc(out, func(o Term) bool { return o.Code == t.Code }) {
			r.fail(at, "convention.file.duplicate", fault.Args{"id": t.Code})
		}
		out = append(out, Term{t.Code, r.text(at, t.Name, lang.Unofficial), r.text(at, t.Inverse, lang.Unofficial)})
	}
	return out
}

// read parses and checks one convention file.
func read(src io.Reader) (*tree, error) {
	b, err := io.ReadAll(io.LimitReader(src, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read convention: %w", err)
	}
	if len(b) > maxBytes {
		return nil, fault.New(fault.TooLarge, "convention.file.too_large", fault.Args{"bytes": maxBytes})
	}
	var f file
	if err := json.Unmarshal(b, &f); err != nil {
		at := fault.Args{"offset": int64(len(b))}
		if e, ok := errors.AsType[*json.SyntaxError](err); ok {
			at["offset"] = e.Offset
		} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			at["offset"] = e.Offset
		}
		return nil, &fault.Error{Kind: fault.Invalid, Key: "convention.file.malformed", Args: at, Err: err}
	}
	if f.Schema != Schema {
		return nil, fault.New(fault.Invalid, "convention.file.schema", fault.Args{"want": Schema, "got": f.Schema})
	}
	if len(f.Nodes) > maxNodes {
		return nil, fault.New(fault.TooLarge, "convention.file.too_many", fault.Args{"max": maxNodes})
	}
	r := &reader{}
	if !conventionForm.MatchString(string(f.ID)) {
		r.fail("id", "convention.file.id", fault.Args{"id": string(f.ID)})
	}
	if f.Short == "" {
		r.fail("short", "convention.file.missing", nil)
	}
	if len(f.Titles) == 0 {
		r.fail("titles", "convention.file.missing", nil)
	}
	if len(f.Nodes) == 0 {
		r.fail("nodes", "convention.file.missing", nil)
	}
	labels := f.LabelsStatus
	if labels == "" {
		labels = lang.Unofficial
	}
	known(r, "labels_status", labels, []lang.Status{lang.OfficialTr, lang.Courtesy, lang.Machine, lang.Unofficial})
	titles := r.text("titles", f.Titles, "")
	for tag, v := range titles {
		if slices.Contains(f.Authentic, tag) {
			v.Status = lang.Authentic
			titles[tag] = v
		}
	}
	t := &tree{
		convention: Convention{
			ID: f.ID, Short: f.Short, ShortTitles: r.text("short_titles", f.ShortTitles, lang.Unofficial), Titles: titles,
			Adopted: r.day("adopted", f.Adopted), OpenedForSignature: r.day("opened_for_signature", f.Opened),
			EntryIntoForce: r.day("entry_into_force", f.InForce), AdoptingInstrument: f.AdoptingInstrument,
			Registration: f.Registration, AuthenticLanguages: f.Authentic, Unverified: f.Unverified,
		},
		themes:    r.terms("themes", f.Themes),
		levels:    r.terms("obligation_levels", f.Levels),
		relations: r.terms("relations", f.Relations),
	}
	for _, l := range t.levels {
		known(r, "obligation_levels", Level(l.Code), Levels)
	}
	for _, k := range t.relations {
		known(r, "relations", RelationKind(k.Code), RelationKinds)
	}
	r.nodes(t, &f, labels)
	if len(f.ReportedChapters) > 0 {
		t.reported = make(map[ID]bool)
		for _, n := range f.ReportedChapters {
			id := f.ID + ID("/chp_"+n)
			t.reported[id] = true
			if !slices.ContainsFunc(t.nodes, func(p *Provision) bool { return p.ID == id }) {
				r.fail("reported_chapters", "convention.file.target", fault.Args{"id": string(id)})
			}
		}
	}
	if err := r.bad.Err(); err != nil {
		return nil, err
	}
	return t, nil
}

// nodes builds the tree. The nodes stand in printed order, each after its parent and
// its parent's earlier children, so the open branch is all that has to be remembered.
func (r *reader) nodes(t *tree, f *file, labels lang.Status) {
	t.nodes = make([]*Provision, 0, len(f.Nodes))
	t.end = make([]int, len(f.Nodes))
	seen := make(map[ID]bool, len(f.Nodes))
	var open []*Provision
	closeTo := func(n, at int) {
		for len(open) > n {
			t.end[open[len(open)-1].Order-1] = at
			open = open[:len(open)-1]
		}
	}
	for i := range f.Nodes {
		n := &f.Nodes[i]
		at := fmt.Sprintf("nodes[%d]", i)
		if seen[n.ID] {
			r.fail(at+".id", "convention.file.duplicate", fault.Args{"id": string(n.ID)})
		}
		seen[n.ID] = true
		if n.Order != i+1 {
			r.fail(at+".order", "convention.file.order", fault.Args{"want": i + 1, "got": n.Order})
		}
		known(r, at+".kind", n.Kind, Kinds)

		depth := 0
		if n.Parent != "" {
			if depth = 1 + slices.IndexFunc(open, func(p *Provision) bool { return p.ID == n.Parent }); depth == 0 {
				r.fail(at+".parent", "convention.file.parent", fault.Args{"id": string(n.Parent)})
			}
		}
		closeTo(depth, i)
		if depth >= maxDepth {
			r.fail(at+".parent", "convention.file.depth", fault.Args{"max": maxDepth})
		}
		var parent *Provision
		if depth > 0 {
			parent = open[depth-1]
		}
		if !wellFormed(f.ID, n, parent) {
			r.fail(at+".id", "convention.file.id", fault.Args{"id": string(n.ID)})
		}
		p := &Provision{
			ID: n.ID, Kind: n.Kind, Number: n.Number, Citation: n.Citation, Parent: n.Parent, Order: i + 1, Depth: depth,
			Implicit: n.Implicit, TitleChecks: n.TitleChecks, Themes: n.Themes,
			ReviewCycle: n.ReviewCycle, Priority2007: n.Priority2007,
			Titles: r.text(at+".titles", n.Titles, lang.Unofficial),
			Label:  r.text(at+".label", n.Label, labels),
		}
		if n.Citation == "" || n.Number == "" && !n.Implicit {
			r.fail(at+".citation", "convention.file.missing", nil)
		}
		if p.Heading() == nil {
			r.fail(at, "convention.file.missing", nil)
		}
		for tag, c := range n.TitleChecks {
			known(r, at+".titles_status", c, checks)
			if v, ok := p.Titles[tag]; ok && c == Verified && slices.Contains(f.Authentic, tag) {
				v.Status = lang.Authentic
				p.Titles[tag] = v
			}
		}
		if o := n.Obligation; o != nil {
			p.Obligation = Obligation{o.Level, o.Verb, o.VerbSource, o.Also}
			known(r, at+".obligation.level", o.Level, Levels)
			known(r, at+".obligation.verb_source", o.VerbSource, verbSources)
			for _, l := range o.Also {
				known(r, at+".obligation.also", l, Levels)
			}
		}
		for _, l := range n.Related {
			known(r, at+".related.rel", l.Rel, RelationKinds)
			known(r, at+".related.basis", l.Basis, bases[l.Rel])
			if l.Similarity < 0 || l.Similarity > 1 || l.ID == n.ID {
				r.fail(at+".related", "convention.file.target", fault.Args{"id": string(l.ID)})
			}
			p.Related = append(p.Related, Relation{To: l.ID, Kind: l.Rel, Basis: l.Basis, Similarity: l.Similarity, Detail: l.Provision})
		}
		if parent != nil {
			parent.Children = append(parent.Children, p.ID)
		}
		t.nodes = append(t.nodes, p)
		open = append(open, p)
	}
	closeTo(0, len(f.Nodes))
}

// wellFormed reports whether a node's id says what it is: convention/step for chapters and
// articles, the parent's id with one more step below them.
func wellFormed(conv ID, n *node, parent *Provision) bool {
	base, step := ID(""), ""
	if i := strings.LastIndexByte(string(n.ID), '/'); i > 0 {
		base, step = n.ID[:i], string(n.ID[i+1:])
	}
	form := stepForm[n.Kind]
	if form == nil || !form.MatchString(step) {
		return false
	}
	switch n.Kind {
	case Chapter:
		return base == conv && parent == nil
	case Article:
		return base == conv && (parent == nil || parent.Kind == Chapter)
	case Paragraph:
		return parent != nil && parent.Kind == Article && base == parent.ID
	default:
		return parent != nil && (parent.Kind == Paragraph || parent.Kind == Point) && base == parent.ID
	}
}
