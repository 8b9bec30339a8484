// Package eval measures how well a search answers questions whose right answers are
// known: a person wrote them down before the search was asked. It knows only ranks; who
// asks the search is its caller.
//
// Measures (Järvelin and Kekäläinen 2002 for nDCG, with gain 1 for a listed record):
//
//	nDCG@10    sum of 1/log2(rank+1) over listed records among the first ten, divided by the most that could be had
//	recall@k   share of the listed records that stand among the first k
//	MRR        1/rank of the first listed record, 0 when none stands among the first [Depth]
package eval

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"slices"
	"strings"

	"merida/lang"
)

// Depth is how many answers to a question are looked at.
const Depth = 100

// Most is the greatest number of questions that one file may hold.
const Most = 100_000

// Kind says what a question asks of the search.
type Kind string

const (
	Own        Kind = "own"        // in the language and, mostly, in the words of the text
	Paraphrase Kind = "paraphrase" // in its language, avoiding its words
	Across     Kind = "across"     // in another language, with the State given as a filter
	AcrossOpen Kind = "across_all" // in another language, without a filter
)

// Kinds lists the kinds in the order in which they are shown.
var Kinds = []Kind{Own, Paraphrase, Across, AcrossOpen}

// Question is one line of a file of questions.
type Question struct {
	ID           string   `json:"qid"`
	Words        string   `json:"query"`
	Lang         lang.Tag `json:"lang"`
	Relevant     []string `json:"relevant"` // source ids of the records that answer it
	Country      string   `json:"country"`  // asked as a filter; empty for none
	Crosslingual bool     `json:"crosslingual"`
	Paraphrase   bool     `json:"paraphrase"`
}

// Kind is what the question asks of the search.
func (q Question) Kind() Kind {
	switch {
	case q.Crosslingual && q.Country != "":
		return Across
	case q.Crosslingual:
		return AcrossOpen
	case q.Paraphrase:
		return Paraphrase
	}
	return Own
}

// Aside reports whether the question is in the half that nobody looks at while the ranking is
// worked on. The halves depend on the question's id alone, so that they stay the same as a file grows.
func (q Question) Aside() bool {
	h := fnv.New32a()
	h.Write([]byte(q.ID))
	return h.Sum32()>>8&1 == 1
}

// Read reads questions, one JSON object a line; empty lines are passed over.
// An error names the line that is no question.
func Read(r io.Reader) (out []Question, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	seen := map[string]bool{}
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var q Question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		switch {
		case q.ID == "" || q.Words == "" || q.Lang == "" || len(q.Relevant) == 0:
			return nil, fmt.Errorf("line %d: a question needs qid, query, lang and relevant", n)
		case seen[q.ID]:
			return nil, fmt.Errorf("line %d: qid %q stands twice", n, q.ID)
		case len(out) == Most:
			return nil, fmt.Errorf("line %d: more than %d questions", n, Most)
		}
		slices.Sort(q.Relevant)
		q.Relevant = slices.Compact(q.Relevant)
		seen[q.ID] = true
		out = append(out, q)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("there is no question in it")
	}
	return out, nil
}

// Score is how well answers meet what was expected; each value lies between 0 and 1.
type Score struct {
	NDCG10   float64 `json:"ndcg_10"`
	Recall10 float64 `json:"recall_10"`
	Recall3  float64 `json:"recall_3"`
	MRR      float64 `json:"mrr"`
}

// Of scores one answer: ids in the order in which they were shown, against those that were expected.
func Of(found, relevant []string) (s Score) {
	if len(relevant) == 0 {
		return s
	}
	var gain, best float64
	counted := map[string]bool{}
	for i, id := range found[:min(len(found), Depth)] {
		if counted[id] || !slices.Contains(relevant, id) {
			continue
		}
		counted[id] = true
		if s.MRR == 0 {
			s.MRR = 1 / float64(i+1)
		}
		if i < 10 {
			s.Recall10++
			gain += 1 / math.Log2(float64(i+2))
		}
		if i < 3 {
			s.Recall3++
		}
	}
	for i := range min(len(relevant), 10) {
		best += 1 / math.Log2(float64(i+2))
	}
	n := float64(len(relevant))
	s.NDCG10, s.Recall10, s.Recall3 = gain/best, s.Recall10/n, s.Recall3/n
	return s
}

// Answer is a question with what the search made of it.
type Answer struct {
	Question
	Found []string // source ids, best first
}

// Row is the mean over the questions of a group.
type Row struct {
	Kind Kind   `json:"kind"` // empty for all kinds
	Lang string `json:"lang"` // of the question; empty for all languages
	Half string `json:"half"` // "seen" or "aside"; empty for both
	N    int    `json:"n"`
	Score
}

// halves in the order in which they are shown; the empty name is both together.
var halves = []string{"", "seen", "aside"}

// Table gives the means by kind, by kind and half, and by kind and language of the question; groups without a question are left out.
func Table(answers []Answer) (out []Row) {
	type group struct {
		kind Kind
		lang string
		half string
	}
	sums := map[group]*Row{}
	for _, a := range answers {
		s := Of(a.Found, a.Relevant)
		half := "seen"
		if a.Aside() {
			half = "aside"
		}
		for _, g := range []group{{}, {half: half}, {kind: a.Kind()}, {kind: a.Kind(), half: half}, {kind: a.Kind(), lang: string(a.Lang.Base())}} {
			r := sums[g]
			if r == nil {
				r = &Row{Kind: g.kind, Lang: g.lang, Half: g.half}
				sums[g] = r
			}
			r.N++
			r.NDCG10 += s.NDCG10
			r.Recall10 += s.Recall10
			r.Recall3 += s.Recall3
			r.MRR += s.MRR
		}
	}
	for _, r := range sums {
		n := float64(r.N)
		r.NDCG10, r.Recall10, r.Recall3, r.MRR = r.NDCG10/n, r.Recall10/n, r.Recall3/n, r.MRR/n
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b Row) int {
		return cmp.Or(cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind)), cmp.Compare(a.Lang, b.Lang), cmp.Compare(slices.Index(halves, a.Half), slices.Index(halves, b.Half)))
	})
	return out
}
