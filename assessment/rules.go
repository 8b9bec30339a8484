package assessment

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"merida/fault"
	"merida/library"
)

// Limits of what one answer holds; see docs/settings.md.
const (
	MaxText      = 200 << 10 // bytes of one field of prose
	MaxLine      = 1000      // bytes of a short field
	MaxCitations = 100
	MaxRows      = 50 // wishes for assistance, or statements of it
)

// Clean brings typed content to its stored form (NFC, no control characters but
// line breaks and tabs, no rows without content) and refuses what breaks a limit.
// Invalid: each field that is too long, too many, unknown or not UTF-8.
func (c Content) Clean() (Content, error) {
	var bad fault.List
	text := func(name, s string, limit int) string {
		if !utf8.ValidString(s) {
			bad.Add(name, "fault.not_utf8", nil)
			return ""
		}
		if len(s) > limit {
			bad.Add(name, "fault.too_long", fault.Args{"limit": limit, "length": len(s)})
			return ""
		}
		s = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) && r != '\n' && r != '\t' {
				return -1
			}
			return r
		}, strings.ReplaceAll(s, "\r\n", "\n"))
		return strings.TrimSpace(norm.NFC.String(s))
	}
	switch c.Implementation {
	case Unanswered, Yes, InPart, No:
	default:
		bad.Add("implementation", "fault.unknown_choice", nil)
	}
	c.Practice = text("practice", c.Practice, MaxText)
	c.Missing = text("missing", c.Missing, MaxText)
	var citations []library.Citation
	for _, x := range c.Citations {
		if x.Measure != "" && !slices.Contains(citations, x) {
			citations = append(citations, x)
		}
	}
	c.Citations = citations
	if len(c.Citations) > MaxCitations {
		bad.Add("citations", "fault.too_many", fault.Args{"limit": MaxCitations})
	}
	var challenges []string
	for _, x := range c.Challenges {
		if x = text("challenges", x, MaxLine); x != "" && !slices.Contains(challenges, x) {
			challenges = append(challenges, x)
		}
	}
	c.Challenges = challenges
	var wanted []Wanted
	for _, w := range c.Wanted {
		w = Wanted{text("wanted", w.Form, MaxLine), text("wanted", w.What, MaxText), text("wanted", w.ForWhom, MaxLine), text("wanted", w.When, MaxLine)}
		if w != (Wanted{}) {
			wanted = append(wanted, w)
		}
	}
	c.Wanted = wanted
	var given []Given
	for _, g := range c.Given {
		g = Given{text("given", g.Form, MaxLine), text("given", g.By, MaxLine), text("given", g.When, MaxLine), text("given", g.What, MaxText)}
		if g != (Given{}) {
			given = append(given, g)
		}
	}
	c.Given = given
	if len(c.Wanted) > MaxRows {
		bad.Add("wanted", "fault.too_many", fault.Args{"limit": MaxRows})
	}
	if len(c.Given) > MaxRows {
		bad.Add("given", "fault.too_many", fault.Args{"limit": MaxRows})
	}
	return c, bad.Err()
}

// Blocks tells why an answer cannot be submitted, as catalogue keys; none when
// it can. An unanswered question blocks; so does a "yes" or "in part" that cites
// no law, a "no" or "in part" that does not say what is missing, and a wish for assistance without its form.
func (c Content) Blocks() (keys []string) {
	if c.Implementation == Unanswered {
		return []string{"assessment.blocks.unanswered"}
	}
	if c.Implementation != No && len(c.Citations) == 0 {
		keys = append(keys, "assessment.blocks.no_citation")
	}
	if c.Implementation != Yes && c.Missing == "" {
		keys = append(keys, "assessment.blocks.no_missing")
	}
	if slices.ContainsFunc(c.Wanted, func(w Wanted) bool { return w.Form == "" }) {
		keys = append(keys, "assessment.blocks.no_form")
	}
	return keys
}

// General reports whether the answer is about the convention as a whole and not about one of its provisions: then it is
// a text with citations, and the follow-up block is not asked.
func (a Answer) General() bool {
	return a.Provision != "" && !strings.Contains(string(a.Provision), "/")
}

// blocks is [Content.Blocks] for the answer to a question of either kind.
func (a Answer) blocks(c Content) []string {
	if !a.General() {
		return c.Blocks()
	}
	if c.Practice == "" && len(c.Citations) == 0 {
		return []string{"assessment.blocks.unanswered"}
	}
	return nil
}

// Owed reports whether the answer was returned and nobody has changed it since.
func (a Answer) Owed() bool { return a.State == SentBack && a.Version == a.Submitted }

// Writable reports whether the party may change the answer now: while the
// assessment is a draft, or when this answer was returned.
func (a Answer) Writable(s State) bool {
	switch s {
	case Draft:
		return true
	case Returned:
		return a.State == SentBack
	}
	return false
}

// MergeParts joins two changes of one base, part by part: a part that only one
// side changed is taken from that side, and prose that both changed is joined
// sentence by sentence (MergeProse). ok is false when both changed the same
// place differently; then nothing is merged and both texts must be shown.
func MergeParts(base, mine, theirs Content) (merged Content, ok bool) {
	merged, ok = theirs, true
	pick := func(same func(a, b Content) bool, take func()) {
		switch {
		case same(mine, theirs), same(mine, base):
		case same(theirs, base):
			take()
		default:
			ok = false
		}
	}
	pick(func(a, b Content) bool { return a.Lang == b.Lang }, func() { merged.Lang = mine.Lang })
	pick(func(a, b Content) bool { return a.Implementation == b.Implementation }, func() { merged.Implementation = mine.Implementation })
	pick(func(a, b Content) bool { return slices.Equal(a.Citations, b.Citations) }, func() { merged.Citations = mine.Citations })
	prose := func(base, mine, theirs string) string {
		s, fine := MergeProse(base, mine, theirs)
		ok = ok && fine && len(s) <= MaxText
		return s
	}
	merged.Practice = prose(base.Practice, mine.Practice, theirs.Practice)
	merged.Missing = prose(base.Missing, mine.Missing, theirs.Missing)
	pick(func(a, b Content) bool { return slices.Equal(a.Challenges, b.Challenges) }, func() { merged.Challenges = mine.Challenges })
	pick(func(a, b Content) bool { return slices.Equal(a.Wanted, b.Wanted) }, func() { merged.Wanted = mine.Wanted })
	pick(func(a, b Content) bool { return slices.Equal(a.Given, b.Given) }, func() { merged.Given = mine.Given })
	if !ok {
		return Content{}, false
	}
	return merged, true
}
