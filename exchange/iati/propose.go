package iati

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"merida/assistance"
	"merida/codelist"
	"merida/convention"
	"merida/fault"
	"merida/lang"
)

// plain is a text as words are looked for in it: folded, words parted by single spaces, one before and after.
func plain(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 2)
	b.WriteByte(' ')
	gap := true
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
			gap = false
		case !gap:
			b.WriteByte(' ')
			gap = true
		}
	}
	if !gap {
		b.WriteByte(' ')
	}
	return b.String()
}

// ready is a rule with its words as they are looked for, beside how a reason shows them.
type ready struct {
	rule
	plain, shown []string
}

// proposer is what proposals are made with.
type proposer struct {
	rules []ready
	lists *codelist.Lists
}

// prepare makes the rules ready; what the catalogues do not know is never proposed.
func (im *Importer) prepare() proposer {
	out := proposer{lists: im.Lists}
	for _, r := range rules {
		x := ready{rule: r}
		x.provisions = nil
		for _, p := range r.provisions {
			if im.Conventions.Known(p) {
				x.provisions = append(x.provisions, p)
			}
		}
		if r.form != "" {
			if _, ok := im.Lists.Get("ta-form", r.form); !ok {
				continue
			}
		}
		for _, tag := range lang.Official {
			for _, w := range r.words[tag] {
				p := plain(w)
				if strings.HasSuffix(w, "*") || tag == "zh" {
					p = strings.TrimSuffix(p, " ")
				}
				if strings.HasPrefix(w, "*") || tag == "zh" {
					p = strings.TrimPrefix(p, " ")
				}
				x.plain, x.shown = append(x.plain, p), append(x.shown, strings.Trim(w, "*"))
			}
		}
		out.rules = append(out.rules, x)
	}
	return out
}

// found gives the first word of the rule that the text has.
func (r ready) found(text string) (word string, ok bool) {
	for i, p := range r.plain {
		if strings.Contains(text, p) {
			return r.shown[i], true
		}
	}
	return "", false
}

// propose adds what the rules propose to a record, each with its reasons.
func (p proposer) propose(a *assistance.Activity) {
	purposes := map[string]bool{}
	governed := false
	note := func(ss []assistance.Sector) {
		for _, s := range ss {
			if s.Vocabulary == "" || s.Vocabulary == "1" || s.Vocabulary == "2" {
				purposes[s.Code] = true
				c, _ := p.lists.Get(codelist.DACPurposeGovernance, s.Code)
				governed = governed || s.Code == governance || c.Relevance == "core" || c.Relevance == "related"
			}
		}
	}
	note(a.Sectors)
	for _, t := range a.Transactions {
		note(t.Sectors)
	}
	var title, all strings.Builder
	for _, t := range a.Titles.Tags() {
		title.WriteString(plain(a.Titles[t].S))
	}
	looked := governed
	for _, r := range p.rules {
		if !looked && r.strong {
			_, looked = r.found(title.String())
		}
	}
	if !looked {
		return
	}
	all.WriteString(title.String())
	for _, d := range a.Descriptions {
		for _, t := range d.Text.Tags() {
			all.WriteString(plain(d.Text[t].S))
		}
	}
	text := all.String()
	for _, r := range p.rules {
		var why assistance.Reason
		if r.sector != "" {
			if !purposes[r.sector] {
				continue
			}
			why = assistance.Reason{Key: "iati.reason.sector", Args: fault.Args{"code": r.sector}}
		} else if w, ok := r.found(text); ok {
			why = assistance.Reason{Key: "iati.reason.word", Args: fault.Args{"word": w}}
		} else {
			continue
		}
		for _, id := range r.provisions {
			a.Provisions = mapped(a.Provisions, id, "", why)
		}
		if r.form != "" {
			a.Forms = mapped(a.Forms, "", r.form, why)
		}
	}
	if len(a.Provisions) == 0 {
		a.Forms = slices.DeleteFunc(a.Forms, func(m assistance.Mapping) bool { return m.Status == assistance.Proposed }) // a form of assistance says something only about a provision
	}
}

// mapped adds a proposal, or one more reason to it.
func mapped(have []assistance.Mapping, p convention.ID, form string, why assistance.Reason) []assistance.Mapping {
	for i := range have {
		if have[i].Provision == p && have[i].Form == form && have[i].Status != assistance.Proposed {
			return have // it is stated, and needs no reason
		}
		if have[i].Provision == p && have[i].Form == form {
			have[i].Reasons = append(have[i].Reasons, why)
			return have
		}
	}
	return append(have, assistance.Mapping{Provision: p, Form: form, Status: assistance.Proposed, Reasons: []assistance.Reason{why}})
}
