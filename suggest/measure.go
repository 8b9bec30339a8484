package suggest

import (
	"cmp"
	"maps"
	"slices"

	"merida/convention"
)

// Method is a way of proposing, for comparison.
type Method string

// The methods that are measured side by side.
const (
	Full     Method = "full"      // what people see
	Terms    Method = "thesaurus" // the thesaurus alone, nothing learnt
	Frequent Method = "frequent"  // always the articles that examples belong to most often
)

// Methods lists them in the order in which they are shown.
var Methods = []Method{Full, Terms, Frequent}

// Row is how well a method did on some sections. Articles are compared, not paragraphs, unless it says so.
type Row struct {
	Method  Method        `json:"method"`
	Lang    string        `json:"lang,omitempty"`    // of the laws; empty for all
	Article convention.ID `json:"article,omitempty"` // of the mapping; empty for all
	N       int           `json:"n"`                 // sections
	P1      float64       `json:"precision_1"`       // share of sections whose first proposal is right; of an article: share right of those for which it came first
	P3      float64       `json:"precision_3"`       // share of right ones among the first three
	Hit3    float64       `json:"hit_3"`             // share of sections with a right one among the first three
	Recall3 float64       `json:"recall_3"`          // share of what people mapped that is among the first three
	Recall5 float64       `json:"recall_5"`
}

// Grade is how often suggestions of one strength were right.
type Grade struct {
	Strength Strength `json:"strength"`
	N        int      `json:"n"`      // suggestions for mapped sections
	Right    float64  `json:"right"`  // share whose article is that of a mapping
	Inside   float64  `json:"inside"` // share whose provision is that of a mapping, holds it or lies in it
	Others   float64  `json:"others"` // share of the laws' other sections that get at least one of this strength
}

// Report is one measurement.
type Report struct {
	Sections int     `json:"sections"` // mapped ones with text
	Mappings int     `json:"mappings"` // of these, to articles
	Laws     int     `json:"laws"`
	States   int     `json:"states"`
	Others   int     `json:"others"` // sections of the same laws that nobody mapped, looked at for comparison
	Rows     []Row   `json:"rows"`
	Grades   []Grade `json:"grades"`
}

// mostOthers bounds the sections of one law that are looked at beside the mapped ones.
const mostOthers = 200

// tally adds up a row.
type tally struct{ n, first, right3, given3, hit3, recall3, recall5, put, putRight float64 }

// Measure proposes provisions for the mapped sections of laws and compares them with what people mapped. Nothing of a law's own
// State is learnt from: each State is held aside in turn. Examples may name more than the laws have, such as notes.
// tell, which may be nil, hears after each law.
func (r *Reference) Measure(laws []Law, examples []Example, tell func(done, total int)) Report {
	corpus := r.Read(examples)
	models := map[string]*Model{}
	rows := map[Row]*tally{}
	grades := map[Strength]*struct{ n, right, inside, others float64 }{}
	for _, s := range []Strength{Strong, Likely, Possible} {
		grades[s] = &struct{ n, right, inside, others float64 }{}
	}
	mapped := map[string]map[string][]convention.ID{}
	for _, e := range corpus.examples {
		if e.Note {
			continue
		}
		if mapped[e.Law] == nil {
			mapped[e.Law] = map[string][]convention.ID{}
		}
		mapped[e.Law][e.Unit.EID] = append(mapped[e.Law][e.Unit.EID], e.Provisions...)
	}
	var rep Report
	states := map[string]bool{}
	for done, l := range laws {
		want := mapped[l.ID]
		if len(want) > 0 {
			rep.Laws++
			states[l.Country] = true
			m := models[l.Country]
			if m == nil {
				m = r.Learn(corpus, func(e Example) bool { return e.Country != l.Country })
				models[l.Country] = m
			}
			l.Units = sample(l.Units, want)
			read, weighed := m.read(l)
			given := m.propose(l, read, weighed)
			for i, u := range l.Units {
				ps := want[u.EID]
				if len(ps) == 0 {
					rep.Others++
					seen := map[Strength]bool{}
					for _, x := range given[i] {
						if !seen[x.Strength] {
							seen[x.Strength] = true
							grades[x.Strength].others++
						}
					}
					continue
				}
				var right []int
				for _, p := range ps {
					if a, ok := r.article(p); ok && !slices.Contains(right, a) {
						right = append(right, a)
					}
				}
				rep.Sections++
				rep.Mappings += len(right)
				for _, x := range given[i] {
					g := grades[x.Strength]
					g.n++
					if a, _ := r.article(x.Provision); slices.Contains(right, a) {
						g.right++
					}
					if slices.ContainsFunc(ps, func(p convention.ID) bool {
						return r.catalogue.Descends(p, x.Provision) || r.catalogue.Descends(x.Provision, p)
					}) {
						g.inside++
					}
				}
				for _, method := range Methods {
					count(rows, r, method, string(l.Lang.Base()), m.first(method, read[i], weighed[i]), right)
				}
			}
		}
		if tell != nil {
			tell(done+1, len(laws))
		}
	}
	rep.States = len(states)
	rep.Rows = table(rows)
	for _, s := range []Strength{Strong, Likely, Possible} {
		g := grades[s]
		rep.Grades = append(rep.Grades, Grade{s, int(g.n), share(g.right, g.n), share(g.inside, g.n), share(g.others, float64(rep.Others))})
	}
	return rep
}

// sample keeps the mapped units and, of the others, some that lie evenly over the law.
func sample(us []Unit, mapped map[string][]convention.ID) (out []Unit) {
	others := len(us) - len(mapped)
	step := max(1, (others+mostOthers-1)/mostOthers)
	n := 0
	for _, u := range us {
		if len(mapped[u.EID]) == 0 {
			if n++; n%step != 0 {
				continue
			}
		}
		out = append(out, u)
	}
	return out
}

// first gives the articles that a method proposes, best first.
func (m *Model) first(method Method, s *seen, es []evidence) (out []int) {
	switch method {
	case Terms:
		sum := make([]float64, len(m.articles))
		for _, id := range slices.Sorted(maps.Keys(s.named)) {
			for a, x := range m.tied[id] {
				sum[a] += x * s.named[id].weight()
			}
		}
		return order(sum)
	case Frequent:
		return order(m.common)
	}
	for _, r := range rank(es, weights) {
		out = append(out, r.article)
	}
	return out
}

func order(by []float64) (out []int) {
	for i, x := range by {
		if x > 0 {
			out = append(out, i)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int { return -cmp.Compare(by[a], by[b]) })
	return out
}

func count(rows map[Row]*tally, r *Reference, method Method, lang string, found, right []int) {
	at := func(k Row) *tally {
		if rows[k] == nil {
			rows[k] = &tally{}
		}
		return rows[k]
	}
	hits := func(k int) (n float64) {
		for _, a := range found[:min(k, len(found))] {
			if slices.Contains(right, a) {
				n++
			}
		}
		return n
	}
	for _, k := range []Row{{Method: method}, {Method: method, Lang: lang}} {
		t := at(k)
		t.n++
		t.first += hits(1)
		t.right3 += hits(3)
		t.given3 += float64(min(3, len(found)))
		t.hit3 += min(1, hits(3))
		t.recall3 += hits(3) / float64(len(right))
		t.recall5 += hits(5) / float64(len(right))
	}
	for _, a := range right {
		t := at(Row{Method: method, Article: r.articles[a]})
		t.n++
		in := func(k int) float64 {
			if slices.Contains(found[:min(k, len(found))], a) {
				return 1
			}
			return 0
		}
		t.hit3 += in(3)
		t.recall3 += in(3)
		t.recall5 += in(5)
	}
	if len(found) > 0 {
		t := at(Row{Method: method, Article: r.articles[found[0]]})
		t.put++
		if slices.Contains(right, found[0]) {
			t.putRight++
		}
	}
}

func table(rows map[Row]*tally) (out []Row) {
	for k, t := range rows {
		k.N = int(t.n)
		if k.Article != "" {
			if k.N == 0 {
				continue
			}
			k.P1 = share(t.putRight, t.put)
		} else {
			k.P1, k.P3 = share(t.first, t.n), share(t.right3, t.given3)
		}
		k.Hit3, k.Recall3, k.Recall5 = share(t.hit3, t.n), share(t.recall3, t.n), share(t.recall5, t.n)
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b Row) int {
		return cmp.Or(slices.Index(Methods, a.Method)-slices.Index(Methods, b.Method), cmp.Compare(len(a.Article), len(b.Article)), cmp.Compare(a.Article, b.Article), cmp.Compare(a.Lang, b.Lang))
	})
	return out
}

func share(part, of float64) float64 {
	if of == 0 {
		return 0
	}
	return part / of
}
