package questionnaire

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"merida/convention"
	"merida/lang"
)

//go:embed wording/*.json
var wordingFile embed.FS

// wording holds one sentence per kind of obligation, in six languages, with
// {citation} and {label} to fill in. A question is as plain as the provision's
// own label; what it asks follows the treaty's verb.
type wording struct {
	Question map[string]map[lang.Tag]string `json:"question"`
	Guidance map[string]map[lang.Tag]string `json:"guidance"`
	Titles   map[EditionID]map[lang.Tag]string
}

// asks names the sentence for an obligation level; a provision whose level was
// not recorded (the articles of conventions other than ours) is asked about as a requirement.
func asks(l convention.Level) string {
	switch l {
	case convention.ShallConsider:
		return "consideration"
	case convention.May:
		return "choice"
	case convention.Other:
		return "account"
	}
	return "requirement"
}

// composed makes the editions whose questions follow the tree of a convention,
// one for each leaf: the comprehensive checklist on articles 5 to 62, the
// fifteen articles of the first checklist of 2007, and a short one on the
// Convention against Transnational Organized Crime. Where the model edition
// asks about a provision in words of its own, those stand; its block follows every question.
func composed(tree *convention.Catalogue, model Content) ([]Content, error) {
	b, err := wordingFile.ReadFile("wording/wording.json")
	if err != nil {
		return nil, err
	}
	var w wording
	if err := json.Unmarshal(b, &w); err != nil {
		return nil, fmt.Errorf("wording.json: %w", err)
	}
	var all, first []convention.ID
	for n := 5; n <= 62; n++ {
		id := convention.ID(fmt.Sprintf("uncac/art_%d", n))
		all = append(all, id)
		if p, ok := tree.Get(id); ok && p.Priority2007 {
			first = append(first, id)
		}
	}
	crime := []convention.ID{"untoc/art_5", "untoc/art_6", "untoc/art_8", "untoc/art_10", "untoc/art_11", "untoc/art_12", "untoc/art_13", "untoc/art_23"}
	var out []Content
	for _, e := range []struct {
		questionnaire string
		edition       int
		articles      []convention.ID
	}{{"self-assessment", 2, all}, {"first-checklist", 1, first}, {"untoc-self-assessment", 1, crime}} {
		c := Content{Questionnaire: e.questionnaire, Edition: e.edition, Convention: e.articles[0].Convention(), Block: model.Block}
		c.Titles = unofficial(w.Titles[EditionID(fmt.Sprintf("%s-%d", e.questionnaire, e.edition))])
		for _, article := range e.articles {
			c.Sections = append(c.Sections, w.section(tree, article, &model))
		}
		out = append(out, c)
		if len(out) == 1 { // the comprehensive one, and after it the same with a general part
			more, err := w.whole(tree, c, model)
			if err != nil {
				return nil, err
			}
			out = append(out, more)
		}
	}
	return out, nil
}

// section asks about every leaf of an article, and about what else the model asks there.
func (w *wording) section(tree *convention.Catalogue, article convention.ID, model *Content) Section {
	s := Section{ID: number(tree, article), Provision: article}
	for p := range tree.Walk(article) {
		q := Question{ID: number(tree, p.ID), Provision: p.ID}
		for _, own := range model.All() {
			if own.Provision == p.ID {
				q.Text, q.Guidance = own.Text, own.Guidance
			}
		}
		if q.Text == nil {
			if !p.Leaf() {
				continue
			}
			kind, label := asks(p.Obligation.Level), path(tree, p)
			text := map[lang.Tag]string{}
			for l, s := range w.Question[kind] {
				text[l] = strings.NewReplacer("{citation}", p.Citation, "{label}", label.Pick(l)).Replace(s)
			}
			q.Text, q.Guidance = unofficial(text), unofficial(w.Guidance[kind])
		}
		s.Questions = append(s.Questions, q)
	}
	return s
}

// number is the id of a question: "9.1.a" for uncac/art_9/para_1/point_a, "15.a"
// where the treaty prints no paragraph number.
func number(tree *convention.Catalogue, id convention.ID) string {
	var out []string
	for p, ok := tree.Get(id); ok && p.Kind != convention.Chapter; p, ok = tree.Get(p.Parent) {
		if !p.Implicit {
			_, n, _ := strings.Cut(string(p.ID[strings.LastIndexByte(string(p.ID), '/')+1:]), "_")
			out = append([]string{n}, out...)
		}
	}
	return strings.Join(out, ".")
}

// path is what a provision is about: a point's label says little without its paragraph's.
func path(tree *convention.Catalogue, p *convention.Provision) lang.Text {
	out := lang.Text{}
	for _, l := range lang.Official {
		s := p.Heading().Pick(l)
		for up := p; up.Kind == convention.Point; {
			next, ok := tree.Get(up.Parent)
			if !ok {
				break
			}
			up = next
			if over := up.Heading().Pick(l); !up.Implicit && over != "" {
				s = over + colon[l] + s
			}
		}
		out[l] = lang.Value{S: s, Status: lang.Unofficial}
	}
	return out
}

var colon = map[lang.Tag]string{"ar": ": ", "zh": "\uff1a", "en": ": ", "fr": "\u00a0: ", "ru": ": ", "es": ": "}

func unofficial(texts map[lang.Tag]string) lang.Text {
	out := lang.Text{}
	for l, s := range texts {
		out[l] = lang.Value{S: s, Status: lang.Unofficial}
	}
	return out
}
