// Package thesaurus holds the concepts of the Convention's field with their terms in
// the six languages, each tied to provisions, so that a question in one language also finds laws
// written in another. The terms are ours, in the vocabulary of the treaty's authentic texts; they
// serve to find, not to interpret.
//
// A file of data is a list of blocks. "= id provisions" begins a concept, its provisions without
// the name of the Convention; then a line for each language: its tag, the preferred term, and other terms, parted by
// semicolons. A term's parts, parted by spaces, may stand in any order close to each other in a text.
package thesaurus

import (
	"bufio"
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"merida/convention"
	"merida/lang"
	"merida/search/analysis"
)

//go:embed data/*.txt
var data embed.FS

// Concept is one matter of the field.
type Concept struct {
	ID         string
	Provisions []convention.ID
	Terms      map[lang.Tag][]string // the preferred one first
}

// Name is the preferred term in a language, or the English one.
func (c *Concept) Name(tag lang.Tag) string {
	if ts := c.Terms[tag.Base()]; len(ts) > 0 {
		return ts[0]
	}
	return c.Terms["en"][0]
}

type entry struct {
	concept *Concept
	lang    lang.Tag
	term    string
	words   []string
}

// Thesaurus is the loaded set. Its methods may be called at once.
type Thesaurus struct {
	concepts []*Concept
	byID     map[string]*Concept
	entries  []entry  // longest first
	indexes  sync.Map // *termIndex by language, made when a reader first asks
	spelled  []spelled
}

// spelled is a term as a reader types it: folded, for what is only begun.
type spelled struct {
	folded, term string
	lang         lang.Tag
}

// Load reads the embedded data. An error names the file and line that is wrong.
func Load() (*Thesaurus, error) {
	t := &Thesaurus{byID: map[string]*Concept{}}
	names, err := fs.Glob(data, "data/*.txt")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := data.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := t.read(string(b)); err != nil {
			return nil, fmt.Errorf("thesaurus: %s: %w", name, err)
		}
	}
	for _, e := range t.entries {
		t.spelled = append(t.spelled, spelled{strings.Join(analysis.Words(e.term), " "), e.term, e.lang})
	}
	slices.SortFunc(t.spelled, func(a, b spelled) int {
		return cmp.Or(strings.Compare(a.folded, b.folded), strings.Compare(string(a.lang), string(b.lang)))
	})
	slices.SortStableFunc(t.entries, func(a, b entry) int { return len(b.words) - len(a.words) })
	return t, nil
}

func (t *Thesaurus) read(text string) error {
	var c *Concept
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		head, rest, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		switch {
		case head == "":
		case head == "=":
			fields := strings.Fields(rest)
			if len(fields) < 2 {
				return fmt.Errorf("line %d: a concept needs an id and a provision", n)
			}
			if t.byID[fields[0]] != nil {
				return fmt.Errorf("line %d: the concept %s stands twice", n, fields[0])
			}
			c = &Concept{ID: fields[0], Terms: map[lang.Tag][]string{}}
			for _, p := range fields[1:] {
				c.Provisions = append(c.Provisions, convention.UNCAC+"/"+convention.ID(p))
			}
			t.concepts = append(t.concepts, c)
			t.byID[c.ID] = c
		case c == nil || len(head) != 2:
			return fmt.Errorf("line %d: neither a concept nor a language", n)
		default:
			tag := lang.Tag(head)
			for term := range strings.SplitSeq(rest, ";") {
				term = strings.TrimSpace(term)
				words := stems(tag, term)
				if len(words) == 0 {
					return fmt.Errorf("line %d: an empty term", n)
				}
				c.Terms[tag] = append(c.Terms[tag], term)
				t.entries = append(t.entries, entry{c, tag, term, words})
			}
		}
	}
	return lines.Err()
}

// stems are a text's words as a language reduces them, without those that carry grammar alone.
func stems(tag lang.Tag, text string) (out []string) {
	for tok := range analysis.Tokens(text) {
		w := text[tok.Start:tok.End]
		x := analysis.Fold(w)
		if x == "" || analysis.Light(x) && !tok.Pair {
			continue
		}
		if s, ok := analysis.Stem(tag, w); ok {
			x = s
		}
		out = append(out, x)
	}
	return out
}

// Begin gives at most so many terms that begin with a text, whatever its case and accents; those of the reader's
// language come first, then in the order of the alphabet.
func (t *Thesaurus) Begin(text string, tag lang.Tag, most int) (out []string) {
	want := strings.Join(analysis.Words(text), " ")
	if want == "" {
		return nil
	}
	i, _ := slices.BinarySearchFunc(t.spelled, want, func(x spelled, w string) int { return strings.Compare(x.folded, w) })
	var others []string
	for ; i < len(t.spelled) && strings.HasPrefix(t.spelled[i].folded, want); i++ {
		switch x := t.spelled[i]; {
		case slices.Contains(out, x.term) || slices.Contains(others, x.term):
		case x.lang == tag.Base():
			out = append(out, x.term)
		default:
			others = append(others, x.term)
		}
	}
	out = append(out, others...)
	return out[:min(len(out), most)]
}

// Concepts lists all of them in the order of the data.
func (t *Thesaurus) Concepts() []*Concept { return slices.Clone(t.concepts) }

// Get gives a concept by its id.
func (t *Thesaurus) Get(id string) (*Concept, bool) {
	c, ok := t.byID[id]
	return c, ok
}

// Match is a concept that a text names.
type Match struct {
	Concept *Concept
	Lang    lang.Tag
	Term    string // as the data has it
}

// most bounds the concepts of one text.
const most = 4

// Find gives the concepts that a text names in any language. All words of a term stand in the text, near
// each other and in any order; the longest term wins, and a word belongs to one term only.
func (t *Thesaurus) Find(text string) (out []Match) {
	said := map[lang.Tag][]string{}
	taken := map[lang.Tag][]bool{}
	var used []string // exact forms of words already explained
	for _, e := range t.entries {
		if len(out) == most {
			return out
		}
		ws, ok := said[e.lang]
		if !ok {
			ws = stems(e.lang, text)
			said[e.lang], taken[e.lang] = ws, make([]bool, len(ws))
		}
		at := place(ws, taken[e.lang], e.words)
		if at == nil || slices.ContainsFunc(out, func(m Match) bool { return m.Concept == e.concept }) {
			continue
		}
		// The same word may be a term in two languages ("extradition"); the first reading is enough unless it means another concept.
		key := strings.Join(e.words, " ")
		if slices.Contains(used, key) {
			continue
		}
		used = append(used, key)
		for _, i := range at {
			taken[e.lang][i] = true
		}
		out = append(out, Match{e.concept, e.lang, e.term})
	}
	return out
}

// place finds where the words of a term stand, nil when they do not stand within three words more than the term has.
func place(text []string, taken []bool, term []string) (at []int) {
	for _, w := range term {
		found := -1
		for i, x := range text {
			if x == w && !taken[i] && !slices.Contains(at, i) {
				found = i
				break
			}
		}
		if found < 0 {
			return nil
		}
		at = append(at, found)
	}
	if slices.Max(at)-slices.Min(at) > len(term)+3 {
		return nil
	}
	return at
}
