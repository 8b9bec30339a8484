package web

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"merida/assessment"
	"merida/lang"
)

type historyPage struct {
	Base
	Q      asked
	Groups []versionGroup
	Pager  Pager
	Total  int
}

// versionGroup is what one author saved within ten minutes, as one step.
type versionGroup struct {
	assessment.Version     // the newest of the group
	From               int // number of the oldest
	Saves              int
	Changes            []change
	Submitted          bool
	Published          bool
}

// change is what a step did to one part.
type change struct {
	Label  string
	Pieces []piece
	Lang   lang.Tag
}

const (
	groupWithin   = 10 * time.Minute
	groupsPerPage = 20
)

// historyPage shows how an answer came about, newest first, with what each step changed.
func (v *visit) historyPage() error {
	q, err := v.question()
	if err != nil {
		return err
	}
	versions, err := v.site.Assessments.Store.Versions(v.r.Context(), v.actor.Sight(), q.Answer.ID)
	if err != nil {
		return err
	}
	p := historyPage{Base: v.questionBase(q, v.p.T("question.history.title", nil)), Q: q}
	p.Band.Save = ""
	p.Crumbs = append(p.Crumbs, Crumb{v.name(q.Provision), v.href("/questions/%s", q.Answer.ID)})
	groups := groupVersions(versions, q.Answer)
	p.Total = len(groups)
	offset := v.number("offset", 0, 0, len(groups))
	p.Pager = v.pager(len(groups), groupsPerPage, offset)
	for i := offset; i < min(offset+groupsPerPage, len(groups)); i++ {
		g := groups[i]
		var before assessment.Content
		if i+1 < len(groups) {
			before = groups[i+1].Content
		}
		if g.Changes, err = v.changes(q, before, g.Content); err != nil {
			return err
		}
		p.Groups = append(p.Groups, g)
	}
	return v.show("question/history", p)
}

// groupVersions joins neighbouring versions of one author within ten minutes of the newest.
// A version that was submitted, published or accepted from a contribution stands alone on top of its group.
func groupVersions(versions []assessment.Version, a assessment.Answer) (out []versionGroup) {
	for _, x := range versions { // newest first
		mark := x.N == a.Submitted || x.N == a.Published
		if n := len(out); n > 0 && !mark {
			g := &out[n-1]
			if g.By == x.By && g.Source == assessment.Typed && x.Source == assessment.Typed && g.At.Sub(x.At) <= groupWithin {
				g.From = x.N
				g.Saves++
				continue
			}
		}
		out = append(out, versionGroup{Version: x, From: x.N, Saves: 1, Submitted: x.N == a.Submitted, Published: x.N == a.Published})
	}
	return out
}

// changes lists the parts in which two texts differ.
func (v *visit) changes(q asked, before, after assessment.Content) (out []change, err error) {
	cites, err := v.citeNames(before, after)
	if err != nil {
		return nil, err
	}
	for _, part := range comparedParts {
		a, b := v.partLines(q, before, part, cites), v.partLines(q, after, part, cites)
		if slices.Equal(a, b) {
			continue
		}
		c := change{Label: v.partLabel(part), Lang: after.Lang}
		if part == assessment.PartPractice || part == assessment.PartMissing {
			c.Pieces = diffWords(strings.Join(a, "\n"), strings.Join(b, "\n"))
		} else {
			c.Pieces = diffTokens(lines(a), lines(b))
			c.Lang = v.lang
		}
		out = append(out, c)
	}
	return out, nil
}

func lines(ls []string) (out []string) {
	for _, l := range ls {
		out = append(out, l+"\n")
	}
	return out
}

// piece is a stretch of text that stayed, came or went.
type piece struct {
	Kind string // "", "ins", "del"
	S    string
}

// maxDiff bounds the work of one comparison: cells of the table.
const maxDiff = 1 << 20

// diffWords compares two texts word by word.
func diffWords(a, b string) []piece { return diffTokens(tokens(a), tokens(b)) }

// tokens cuts a text into words, spaces and marks. Scripts that write no spaces are cut into characters.
func tokens(s string) (out []string) {
	kind := func(r rune) int {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer):
			return 0
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			return 1
		case unicode.IsSpace(r):
			return 2
		}
		return 0
	}
	start, last := 0, 0
	for i, r := range s {
		k := kind(r)
		if i > start && (k == 0 || k != last) {
			out = append(out, s[start:i])
			start = i
		}
		last = k
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

// diffTokens finds a longest common subsequence. Where the texts are too long for
// that, the middle in which they differ is shown as one that went and one that came.
func diffTokens(a, b []string) (out []piece) {
	var run strings.Builder
	kind := ""
	flush := func() {
		if run.Len() > 0 {
			out = append(out, piece{kind, run.String()})
			run.Reset()
		}
	}
	add := func(k string, ts ...string) {
		for _, s := range ts {
			if k != kind {
				flush()
				kind = k
			}
			run.WriteString(s)
		}
	}
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	add("", a[:head]...)
	x, y := a[head:len(a)-tail], b[head:len(b)-tail]
	if (len(x)+1)*(len(y)+1) > maxDiff {
		add("del", x...)
		add("ins", y...)
	} else {
		w := len(y) + 1
		common := make([]int32, (len(x)+1)*w)
		for i := len(x) - 1; i >= 0; i-- {
			for j := len(y) - 1; j >= 0; j-- {
				if x[i] == y[j] {
					common[i*w+j] = common[(i+1)*w+j+1] + 1
				} else {
					common[i*w+j] = max(common[(i+1)*w+j], common[i*w+j+1])
				}
			}
		}
		i, j := 0, 0
		for i < len(x) && j < len(y) {
			switch {
			case x[i] == y[j]:
				add("", x[i])
				i, j = i+1, j+1
			case common[(i+1)*w+j] >= common[i*w+j+1]:
				add("del", x[i])
				i++
			default:
				add("ins", y[j])
				j++
			}
		}
		add("del", x[i:]...)
		add("ins", y[j:]...)
	}
	add("", a[len(a)-tail:]...)
	flush()
	return out
}
