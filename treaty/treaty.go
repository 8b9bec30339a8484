package treaty

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"merida/convention"
	"merida/fault"
	"merida/lang"
)

// Limits of one text, several times what the longest treaty needs.
const (
	MaxPassages = 20_000
	MaxPassage  = 200_000 // bytes of one passage
	MaxText     = 8 << 20 // bytes of a text
	maxSource   = 500     // characters of source, address and licence each
)

// Text is a convention's official text in one language.
type Text struct {
	Convention convention.ID
	Lang       lang.Tag
	Edition    int         // 1, 2, … within convention and language
	Status     lang.Status // authentic, official, courtesy, machine or unofficial
	Source     string      // who published the text, as people cite it
	SourceURL  string      // empty where there is no address
	Licence    string      // terms under which the text may be used; empty where the source names none
	Date       string      // of the edition: "2003", "2003-10" or "2003-10-31"
	Hash       string      // SHA-256 of provisions and words in order, hex
	LoadedAt   time.Time   // UTC
	By         string      // account that loaded it
	Passages   []Passage   // in printed order; nil where only the record was read
}

// Passage is the words of one provision, without those of the provisions below it.
type Passage struct {
	Provision convention.ID // the convention's own id for what stands before the first article
	Text      string        // paragraphs parted by a blank line
	Line      int           // in the file, from 1; 0 when it has none. Not kept.
}

// Finding is something that the check of a text found.
type Finding struct {
	Provision convention.ID
	Line      int // in the file, from 1; 0 where the file has no place for it
	Key       string
	Args      fault.Args
	Fatal     bool // the text cannot be taken in
}

// HashPassages is the SHA-256 of passages in order, hex.
func HashPassages(ps []Passage) string {
	h := sha256.New()
	for _, p := range ps {
		for _, f := range []string{string(p.Provision), p.Text} {
			io.WriteString(h, strconv.Itoa(len(f))+":"+f)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Check brings a text to its stored form, with its passages in printed order, and compares it with the
// convention's tree: fatal findings in the order of the file, then the provisions that have no words, in printed order.
// A point needs no words of its own where its paragraph or article stands in one passage.
// Invalid: an unknown convention, language, status or date, no source, no passage; each field is named.
func Check(tree *convention.Catalogue, t *Text) ([]Finding, error) {
	var bad fault.List
	_, known := tree.Convention(t.Convention)
	if !known || t.Convention != t.Convention.Convention() {
		bad.Add("convention", "treaty.error.convention", fault.Args{"id": string(t.Convention)})
	}
	if b := t.Lang.Base(); len(b) < 2 || len(b) > 3 || len(t.Lang) > 35 {
		bad.Add("lang", "measure.error.lang", nil)
	}
	if !slices.Contains([]lang.Status{lang.Authentic, lang.OfficialTr, lang.Courtesy, lang.Machine, lang.Unofficial}, t.Status) {
		bad.Add("status", "fault.unknown_choice", nil)
	}
	if t.Source = strings.TrimSpace(t.Source); t.Source == "" {
		bad.Add("source", "fault.required", nil)
	}
	for name, s := range map[string]string{"source": t.Source, "source_url": t.SourceURL, "licence": t.Licence} {
		if n := utf8.RuneCountInString(s); n > maxSource || !utf8.ValidString(s) {
			bad.Add(name, "fault.too_long", fault.Args{"limit": maxSource, "length": n})
		}
	}
	if t.SourceURL != "" && !strings.HasPrefix(t.SourceURL, "https://") && !strings.HasPrefix(t.SourceURL, "http://") {
		bad.Add("source_url", "measure.error.url", nil)
	}
	if !validDate(t.Date) {
		bad.Add("date", "fault.not_a_date", nil)
	}
	if len(t.Passages) == 0 {
		bad.Add("passages", "fault.required", nil)
	}
	if len(t.Passages) > MaxPassages {
		bad.Add("passages", "fault.too_many", fault.Args{"limit": MaxPassages})
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return t.compare(tree), nil
}

func validDate(s string) bool {
	for _, layout := range []string{"2006", "2006-01", time.DateOnly} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return s == ""
}

func (t *Text) compare(tree *convention.Catalogue) (out []Finding) {
	has := make(map[convention.ID]bool, len(t.Passages))
	size := 0
	for i := range t.Passages {
		p := &t.Passages[i]
		p.Text = strings.TrimSpace(p.Text)
		size += len(p.Text)
		fatal := func(key string, args fault.Args) {
			out = append(out, Finding{p.Provision, p.Line, key, args, true})
		}
		x, ok := tree.Get(p.Provision)
		switch {
		case p.Provision != t.Convention && (!ok || p.Provision.Convention() != t.Convention):
			fatal("treaty.error.unknown", fault.Args{"id": string(p.Provision)})
		case ok && x.Kind == convention.Chapter:
			fatal("treaty.error.chapter", fault.Args{"id": string(p.Provision)})
		case has[p.Provision]:
			fatal("treaty.error.twice", fault.Args{"id": string(p.Provision)})
		case p.Text == "":
			fatal("fault.required", nil)
		case !utf8.ValidString(p.Text):
			fatal("treaty.error.utf8", nil)
		case len(p.Text) > MaxPassage:
			fatal("fault.too_long", fault.Args{"limit": MaxPassage, "length": len(p.Text)})
		}
		has[p.Provision] = true
	}
	if size > MaxText {
		out = append(out, Finding{t.Convention, 0, "fault.too_long", fault.Args{"limit": MaxText, "length": size}, true})
	}
	if len(out) > 0 {
		return out
	}
	place := func(p Passage) int {
		if x, ok := tree.Get(p.Provision); ok {
			return x.Order
		}
		return 0
	}
	slices.SortStableFunc(t.Passages, func(a, b Passage) int { return place(a) - place(b) })
	t.Hash = HashPassages(t.Passages)
	return t.missing(tree, has)
}

// missing names articles without any words, and leaves without words in articles that are divided.
func (t *Text) missing(tree *convention.Catalogue, has map[convention.ID]bool) (out []Finding) {
	for a := range tree.Walk(t.Convention) {
		if a.Kind != convention.Article {
			continue
		}
		any, whole := false, false
		for _, id := range tree.Below(a.ID) {
			any = any || has[id]
		}
		if !any {
			out = append(out, Finding{Provision: a.ID, Key: "treaty.missing", Args: fault.Args{"id": string(a.ID)}})
			continue
		}
		for _, leaf := range tree.Leaves(a.ID) {
			if whole = has[leaf.ID]; whole {
				continue
			}
			// A passage above that has nothing below it stands for all that is below.
			for _, up := range tree.Ancestors(leaf.ID) {
				whole = whole || has[up.ID] && !slices.ContainsFunc(tree.Below(up.ID), func(id convention.ID) bool { return id != up.ID && has[id] })
			}
			if !whole {
				out = append(out, Finding{Provision: leaf.ID, Key: "treaty.missing", Args: fault.Args{"id": string(leaf.ID)}})
			}
		}
	}
	return out
}
