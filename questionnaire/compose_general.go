package questionnaire

import (
	"encoding/json"
	"fmt"
	"strings"

	"merida/convention"
	"merida/lang"
)

// wholeWording is what the edition with a general part says beyond the composed questions: the general part itself, for
// each kind of obligation when to answer yes, in part and no, and guidance of its own for the articles of the first
// checklist of 2007.
type wholeWording struct {
	Title map[lang.Tag]string `json:"title"`
	Part  struct {
		Label map[lang.Tag]string `json:"label"`
		Hint  map[lang.Tag]string `json:"hint"`
	} `json:"part"`
	Questions []struct {
		ID       string              `json:"id"`
		Text     map[lang.Tag]string `json:"text"`
		Guidance map[lang.Tag]string `json:"guidance"`
	} `json:"questions"`
	Advice   map[string]map[lang.Tag]string `json:"advice"`
	Articles map[string]map[lang.Tag]string `json:"articles"` // by number
}

// whole makes the comprehensive checklist with its general part out of the one without, under the next number: the same
// questions in the same words, more to help with the answer. Questions that the model asks in words of its own
// keep their own guidance.
func (w *wording) whole(tree *convention.Catalogue, plain, model Content) (Content, error) {
	b, err := wordingFile.ReadFile("wording/edition3.json")
	if err != nil {
		return Content{}, err
	}
	var x wholeWording
	if err := json.Unmarshal(b, &x); err != nil {
		return Content{}, fmt.Errorf("edition3.json: %w", err)
	}
	c := plain
	c.Edition++
	c.Titles = unofficial(x.Title)
	c.Block.General = &Part{ID: "practice", Label: unofficial(x.Part.Label), Hint: unofficial(x.Part.Hint)}
	general := Section{ID: "G", Provision: c.Convention}
	for _, q := range x.Questions {
		general.Questions = append(general.Questions, Question{ID: q.ID, Provision: c.Convention, Text: unofficial(q.Text), Guidance: unofficial(q.Guidance)})
	}
	c.Sections = []Section{general}
	for _, s := range plain.Sections {
		number := strings.TrimPrefix(string(s.Provision), "uncac/art_")
		questions := make([]Question, len(s.Questions))
		for i, q := range s.Questions {
			questions[i] = q
			if _, _, own := model.Question(q.ID); own {
				continue
			}
			p, ok := tree.Get(q.Provision)
			if !ok {
				continue
			}
			kind := asks(p.Obligation.Level)
			questions[i].Guidance = unofficial(sentences(w.Guidance[kind], x.Articles[number], x.Advice[kind]))
		}
		s.Questions = questions
		c.Sections = append(c.Sections, s)
	}
	return c, nil
}

// sentences puts texts one after the other, as each language does.
func sentences(texts ...map[lang.Tag]string) map[lang.Tag]string {
	out := map[lang.Tag]string{}
	for _, l := range lang.Official {
		space := " "
		if l == "zh" {
			space = ""
		}
		var all []string
		for _, t := range texts {
			if s := t[l]; s != "" {
				all = append(all, s)
			}
		}
		out[l] = strings.Join(all, space)
	}
	return out
}
