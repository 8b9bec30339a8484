package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"merida/fault"
	"merida/lang"
	"merida/search/analysis"
)

// Term is one thing that is looked for: a word, the beginning of a word, or words in sequence.
type Term struct {
	Exact  []string // folded words; more than one stand in sequence
	Stems  []string // forms that the word may have been reduced to, of any language; empty for sequences and beginnings
	Prefix bool     // Exact is only the beginning of a word
	Fuzzy  int      // how many letters may differ
	Slop   int      // how many words may stand between those of a sequence
	Field  Field    // where it has to stand
	Not    bool     // it must not occur
	Light  bool     // so common that it need not occur
}

// Field is a place where a word may be asked to stand; empty for any place.
type Field string

const (
	InTitle   Field = "title"   // of the record, in any of its languages
	InHeading Field = "article" // number or heading of a section
	InNumber  Field = "number"  // of a law: digits of its title, whatever stands between them
)

// Op is what an expression says of its parts.
type Op uint8

const (
	Leaf Op = iota // the term occurs
	And
	Or
	Not
)

// Expr is a query as a tree. Its root is an And.
type Expr struct {
	Op   Op
	Of   []Expr
	Term int // of a Leaf, its place in Parsed.Terms
	// Soft says of a part of the root that where nothing holds the whole, a record may lack it.
	Soft bool
}

// Holds reports whether the expression is true of what has these terms, a bit for each.
func (e *Expr) Holds(has uint32) bool {
	switch e.Op {
	case Leaf:
		return has&(1<<e.Term) != 0
	case Or:
		for i := range e.Of {
			if e.Of[i].Holds(has) {
				return true
			}
		}
		return false
	case Not:
		return !e.Of[0].Holds(has)
	}
	for i := range e.Of {
		if !e.Of[i].Holds(has) {
			return false
		}
	}
	return true
}

// Parsed is a query's words taken apart.
type Parsed struct {
	Terms  []Term
	Root   Expr
	Filter map[string][]string // from field:value
	// Plain says that there are words and nothing else, so that other ways of saying the same may be added.
	Plain bool
}

// Asks reports whether some word has to occur.
func (p *Parsed) Asks() bool {
	return slices.ContainsFunc(p.Terms, func(t Term) bool { return !t.Not })
}

// filters are the names that may stand before a colon and narrow.
var filters = []string{"country", "lang", "type", "status", "provision", "region", "theme", "source", "year", "legal_system"}

var stemLanguages = map[*unicode.RangeTable][]lang.Tag{
	unicode.Latin:    {"en", "fr", "es", "pt", "de", "nl", "ca"},
	unicode.Cyrillic: {"ru"},
	unicode.Arabic:   {"ar"},
}

var quotes = map[rune]rune{'"': '"', '«': '»', '\u201c': '\u201d', '\u201e': '\u201c', '\u300c': '\u300d', '\u201f': '\u201d'}

// Parse reads the syntax: words, "phrases", beginnings*, similar~, -without, AND, OR, NOT, (groups),
// title:, article:, number: and names of filters. What is no syntax is taken as words, so that no mistake in it fails.
// AND binds most closely, then OR, then words that just follow each other. Invalid: too long, or too many terms.
func Parse(words string) (Parsed, error) {
	p := parser{rest: words, out: Parsed{Filter: map[string][]string{}, Plain: true}}
	if !utf8.ValidString(words) {
		var bad fault.List
		bad.Add("q", "fault.not_utf8", nil)
		return p.out, bad.Err()
	}
	if utf8.RuneCountInString(words) > MaxRunes {
		var bad fault.List
		bad.Add("q", "search.error.long", fault.Args{"limit": MaxRunes})
		return p.out, bad.Err()
	}
	root := Expr{Op: And}
	for p.rest != "" {
		root.Of = append(root.Of, p.sequence(0, "").Of...)
		p.rest = strings.TrimPrefix(p.rest, ")") // one that nothing opened
	}
	p.out.Root = root
	p.lighten()
	if len(p.out.Terms) > MaxTerms {
		var bad fault.List
		bad.Add("q", "search.error.terms", fault.Args{"limit": MaxTerms})
		return Parsed{}, bad.Err()
	}
	mark(&p.out.Root, p.out.Terms, false)
	return p.out, nil
}

// mark notes of each term whether it must not occur.
func mark(e *Expr, ts []Term, not bool) {
	if e.Op == Leaf {
		ts[e.Term].Not = not
	}
	for i := range e.Of {
		mark(&e.Of[i], ts, not != (e.Op == Not))
	}
}

type parser struct {
	rest string
	out  Parsed
}

const deepest = 16 // groups within groups

func (p *parser) space() bool {
	trimmed := strings.TrimLeftFunc(p.rest, unicode.IsSpace)
	had := len(trimmed) < len(p.rest)
	p.rest = trimmed
	return had
}

// word looks for an operator, which stands alone and in capitals.
func (p *parser) word(op string) bool {
	p.space()
	after, ok := strings.CutPrefix(p.rest, op)
	if !ok {
		return false
	}
	if r, _ := utf8.DecodeRuneInString(after); after != "" && !unicode.IsSpace(r) && r != '(' && r != '"' && r != ')' {
		return false
	}
	p.rest = after
	return true
}

func (p *parser) sequence(depth int, f Field) Expr {
	out := Expr{Op: And}
	for {
		p.space()
		if p.rest == "" || p.rest[0] == ')' && depth > 0 {
			return out
		}
		before := len(p.rest)
		out.Of = append(out.Of, p.either(depth, f).Of...)
		if len(p.rest) == before {
			return out
		}
	}
}

// either reads alternatives; its answer is an And of one part, or of the words of one chunk.
func (p *parser) either(depth int, f Field) Expr {
	var ways []Expr
	for {
		e := p.both(depth, f)
		if len(e.Of) > 0 {
			ways = append(ways, e)
		}
		if !p.word("OR") {
			break
		}
		p.out.Plain = false
	}
	switch len(ways) {
	case 0:
		return Expr{Op: And}
	case 1:
		return ways[0]
	}
	or := Expr{Op: Or}
	for _, w := range ways {
		or.Of = append(or.Of, single(w))
	}
	return Expr{Op: And, Of: []Expr{or}}
}

func (p *parser) both(depth int, f Field) Expr {
	out := p.unary(depth, f)
	for p.word("AND") {
		p.out.Plain = false
		next := p.unary(depth, f)
		out.Of = append(out.Of, next.Of...)
		for i := range out.Of {
			out.Of[i].Soft = false
		}
	}
	return out
}

// single makes one expression of an And of one.
func single(e Expr) Expr {
	if len(e.Of) == 1 {
		e = e.Of[0]
		e.Soft = false
	}
	return e
}

func (p *parser) unary(depth int, f Field) Expr {
	if p.word("NOT") {
		e := p.unary(depth, f)
		return p.negate(e)
	}
	p.space()
	if after, ok := strings.CutPrefix(p.rest, "-"); ok && after != "" {
		if r, _ := utf8.DecodeRuneInString(after); !unicode.IsSpace(r) && r != '-' {
			p.rest = after
			return p.negate(p.primary(depth, f))
		}
	}
	return p.primary(depth, f)
}

func (p *parser) negate(e Expr) Expr {
	if len(e.Of) == 0 {
		return e
	}
	p.out.Plain = false
	return Expr{Op: And, Of: []Expr{{Op: Not, Of: []Expr{single(e)}}}}
}

func (p *parser) primary(depth int, f Field) Expr {
	p.space()
	if p.rest == "" {
		return Expr{Op: And}
	}
	if p.rest[0] == '(' {
		p.rest = p.rest[1:]
		if depth == deepest {
			return Expr{Op: And}
		}
		e := p.sequence(depth+1, f)
		p.rest = strings.TrimPrefix(p.rest, ")")
		return e
	}
	r, n := utf8.DecodeRuneInString(p.rest)
	if closing, ok := quotes[r]; ok {
		p.rest = p.rest[n:]
		end := strings.IndexRune(p.rest, closing)
		if end < 0 {
			return p.primary(depth, f) // never closed: no phrase
		}
		inside := p.rest[:end]
		p.rest = p.rest[end+utf8.RuneLen(closing):]
		t := Term{Exact: exact(inside), Slop: p.number(), Field: f}
		if t.Slop < 0 {
			t.Slop = 0
		}
		p.out.Plain = false
		return p.leaf(t, false)
	}
	chunk := p.chunk(depth)
	if name, value, ok := strings.Cut(chunk, ":"); ok {
		name = strings.ToLower(name)
		switch field := Field(name); {
		case field == InTitle || field == InHeading || field == InNumber:
			p.rest = value + p.rest
			p.out.Plain = false
			if value == "" && (p.rest == "" || p.rest[0] != '(' && quotes[first(p.rest)] == 0) {
				return Expr{Op: And}
			}
			return hard(p.primary(depth, field))
		case value != "" && slices.Contains(filters, name):
			p.out.Filter[name] = append(p.out.Filter[name], value)
			p.out.Plain = false
			return Expr{Op: And}
		}
	}
	return p.words(chunk, f)
}

func first(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func hard(e Expr) Expr {
	for i := range e.Of {
		e.Of[i].Soft = false
	}
	return e
}

// number reads ~5 after a phrase, -1 where there is none.
func (p *parser) number() int {
	after, ok := strings.CutPrefix(p.rest, "~")
	if !ok {
		return -1
	}
	n := 0
	for after != "" && after[0] >= '0' && after[0] <= '9' {
		n = min(n*10+int(after[0]-'0'), 50)
		after = after[1:]
	}
	p.rest = after
	return n
}

// chunk takes what stands up to the next space, quote or closing bracket.
func (p *parser) chunk(depth int) string {
	end := strings.IndexFunc(p.rest, func(r rune) bool { return unicode.IsSpace(r) || quotes[r] != 0 })
	if end < 0 {
		end = len(p.rest)
	}
	s := p.rest[:end]
	if depth > 0 { // brackets of the chunk's own stay: 16(1)
		open := 0
		for i := range len(s) {
			switch s[i] {
			case '(':
				open++
			case ')':
				open--
			}
			if open < 0 {
				s = s[:i]
				break
			}
		}
	}
	if i := strings.Index(s, ":("); i >= 0 {
		s = s[:i+1]
	}
	if s == "" { // a quote that nothing closes
		s = p.rest[:max(1, end)]
	}
	p.rest = p.rest[len(s):]
	return s
}

// words makes terms of a chunk of text without spaces.
func (p *parser) words(chunk string, f Field) Expr {
	chunk = strings.Trim(chunk, "()")
	if stem, ok := strings.CutSuffix(chunk, "*"); ok {
		out := Expr{Op: And}
		xs := exact(stem)
		for i, x := range xs {
			out.Of = append(out.Of, p.leaf(Term{Exact: []string{x}, Prefix: i == len(xs)-1, Field: f}, false).Of...)
		}
		p.out.Plain = p.out.Plain && len(xs) == 0
		return out
	}
	if at := strings.LastIndexByte(chunk, '~'); at > 0 && strings.Trim(chunk[at+1:], "0123456789") == "" {
		if xs := exact(chunk[:at]); len(xs) == 1 {
			most := 1
			if utf8.RuneCountInString(xs[0]) > 5 {
				most = 2
			}
			if chunk[at+1:] == "1" {
				most = 1
			}
			p.out.Plain = false
			return p.leaf(Term{Exact: xs, Fuzzy: most, Field: f}, false)
		}
	}
	// Numbers of laws belong together: 12/2004, 273-ФЗ. Between them a text may have a word or two: 12 of 2004.
	if xs := exact(chunk); len(xs) > 1 && len(xs) < 5 && strings.ContainsFunc(chunk, unicode.IsDigit) {
		return p.leaf(Term{Exact: xs, Slop: 2, Field: f}, f == "")
	}
	out := Expr{Op: And}
	for tok := range analysis.Tokens(chunk) {
		w := chunk[tok.Start:tok.End]
		x := analysis.Fold(w)
		if x == "" {
			continue
		}
		t := Term{Exact: []string{x}, Light: analysis.Light(x), Field: f}
		if tok.Pair && utf8.RuneCountInString(x) == 1 {
			t.Prefix = true // a lone character begins a pair
			out.Of = append(out.Of, p.leaf(t, f == "").Of...)
			continue
		}
		for table, tags := range stemLanguages {
			if !unicode.Is(table, first(w)) {
				continue
			}
			for _, tag := range tags {
				if s, ok := analysis.Stem(tag, w); ok && !slices.Contains(t.Stems, s) {
					t.Stems = append(t.Stems, s)
				}
			}
		}
		slices.Sort(t.Stems)
		out.Of = append(out.Of, p.leaf(t, f == "").Of...)
	}
	return out
}

func (p *parser) leaf(t Term, soft bool) Expr {
	if len(t.Exact) == 0 {
		return Expr{Op: And}
	}
	p.out.Terms = append(p.out.Terms, t)
	return Expr{Op: And, Of: []Expr{{Op: Leaf, Term: len(p.out.Terms) - 1, Soft: soft}}}
}

// lighten takes away words that carry grammar alone, unless there are no others.
func (p *parser) lighten() {
	light := func(t Term) bool { return t.Light && len(t.Exact) == 1 && !t.Prefix && t.Field == "" }
	if !slices.ContainsFunc(p.out.Terms, func(t Term) bool { return !light(t) }) {
		return
	}
	to := make([]int, len(p.out.Terms))
	var kept []Term
	for i, t := range p.out.Terms {
		to[i] = -1
		if !light(t) {
			to[i] = len(kept)
			kept = append(kept, t)
		}
	}
	p.out.Terms = kept
	p.out.Root = without(p.out.Root, to)
}

// without gives an expression whose terms have new places; those at -1 are left out.
func without(e Expr, to []int) Expr {
	if e.Op == Leaf {
		e.Term = to[e.Term]
		return e
	}
	of := e.Of
	e.Of = nil
	for _, x := range of {
		if x.Op == Leaf && to[x.Term] < 0 {
			continue
		}
		if x = without(x, to); x.Op == Leaf || len(x.Of) > 0 {
			e.Of = append(e.Of, x)
		}
	}
	return e
}

// Ideographs reports whether a text is written without spaces, so that one sign is as much as a word.
func Ideographs(s string) bool {
	for tok := range analysis.Tokens(s) {
		return tok.Pair
	}
	return false
}

func exact(s string) (out []string) {
	for tok := range analysis.Tokens(s) {
		if x := analysis.Fold(s[tok.Start:tok.End]); x != "" {
			out = append(out, x)
		}
	}
	return out
}
