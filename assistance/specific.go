package assistance

import (
	"unicode/utf8"

	"merida/convention"
)

// Aspect is something that makes a need specific enough for a provider to act on.
type Aspect string

const (
	AspectWhat      Aspect = "what"
	AspectForWhom   Aspect = "for_whom"
	AspectWhen      Aspect = "when"
	AspectProvision Aspect = "provision"
	AspectForm      Aspect = "form"
	AspectLanguage  Aspect = "language"
	AspectModality  Aspect = "modality"
)

// thin is the length in characters under which a description can hardly tell what is wanted:
// "Training on asset recovery" says the subject, not the need. Chinese says the same in a third of the characters.
const thin = 40

// Unsaid lists what a need leaves open, in the order in which a form asks for it; nil when it says
// everything. It is advice for whoever writes the need and never a reason to refuse a draft.
// A provision counts as said when it is a paragraph or point, or an article that has none.
func (t Terms) Unsaid(c NeedContent) (out []Aspect) {
	add := func(open bool, a Aspect) {
		if open {
			out = append(out, a)
		}
	}
	longest := 0
	for tag, v := range c.What {
		n := utf8.RuneCountInString(v.S)
		if tag == "zh" {
			n *= 3
		}
		longest = max(longest, n)
	}
	add(longest < thin, AspectWhat)
	add(c.ForWhom.Empty(), AspectForWhom)
	add(c.When.Empty() && c.From == "" && c.To == "", AspectWhen)
	add(!t.narrow(c.Provisions), AspectProvision)
	add(c.Form == "" || c.Form == "other", AspectForm)
	add(c.Language == "", AspectLanguage)
	add(c.Modality == "", AspectModality)
	return out
}

func (t Terms) narrow(ids []convention.ID) bool {
	for _, id := range ids {
		p, ok := t.Conventions.Get(id)
		if ok && p.Kind != convention.Chapter && (p.Kind != convention.Article || p.Leaf()) {
			return true
		}
	}
	return false
}
