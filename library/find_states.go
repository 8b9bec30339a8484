package library

import (
	"slices"
	"strings"
	"sync"

	"merida/lang"
	"merida/party"
	"merida/search"
	"merida/search/analysis"
	"merida/thesaurus"
)

// stateNames are the names of States and the adjectives made of them, as a query may have them.
type stateNames struct {
	once  sync.Once
	forms map[string][]stateForm // by the first word
	err   error
}

type stateForm struct {
	state party.ID
	words []string // as said by a tag and form
}

// A form is kept under its kind: exact words, or stems of a language, for what is inflected.
const exactForm = "="

func (f *Finder) stateForms() (map[string][]stateForm, error) {
	n := &f.names
	n.once.Do(func() {
		n.forms = map[string][]stateForm{}
		add := func(kind string, id party.ID, words []string) {
			if len(words) > 0 && !slices.ContainsFunc(n.forms[kind+words[0]], func(x stateForm) bool { return x.state == id && slices.Equal(x.words, words) }) {
				n.forms[kind+words[0]] = append(n.forms[kind+words[0]], stateForm{id, words})
			}
		}
		for _, p := range f.Parties.All("en") {
			for _, tag := range lang.Official {
				words := analysis.Words(p.Name(tag))
				add(exactForm, p.ID, words)
				// Russian declines names; Arabic makes the adjective by an ending.
				if tag == "ru" || tag == "ar" && len(words) == 1 {
					add(string(tag), p.ID, stateStems(tag, p.Name(tag)))
				}
			}
		}
		var adjectives map[string]map[lang.Tag][]string
		if adjectives, n.err = thesaurus.Adjectives(); n.err != nil {
			return
		}
		for code, byTag := range adjectives {
			for tag, list := range byTag {
				for _, a := range list {
					add(string(tag), party.ID(code), stateStems(tag, a))
				}
			}
		}
	})
	return n.forms, n.err
}

// stateStems reduces words as a language asks; in Arabic a last alef goes too, which the adjective does not have.
func stateStems(tag lang.Tag, text string) (out []string) {
	for tok := range analysis.Tokens(text) {
		w := text[tok.Start:tok.End]
		x, ok := analysis.Stem(tag, w)
		if !ok {
			x = analysis.Fold(w)
		}
		if tag == "ar" {
			x = strings.TrimSuffix(strings.TrimSuffix(x, "ا"), "ي")
		}
		if len([]rune(x)) < 3 {
			return nil // too short to tell
		}
		out = append(out, x)
	}
	return out
}

// states finds names of States and their adjectives among the words, in the six languages: Kenya, Kenyan, кенийский, الكيني.
func (f *Finder) states(words string) (out []search.Stand, err error) {
	forms, err := f.stateForms()
	if err != nil {
		return nil, err
	}
	var said []string
	var plain []string
	for tok := range analysis.Tokens(words) {
		if x := analysis.Fold(words[tok.Start:tok.End]); x != "" {
			said, plain = append(said, x), append(plain, words[tok.Start:tok.End])
		}
	}
	look := func(kind string, as []string) {
		for i := range as {
			for _, form := range forms[kind+as[i]] {
				if n := len(form.words); i+n <= len(as) && slices.Equal(as[i:i+n], form.words) {
					x := search.Stand{Words: said[i : i+n], Field: "country", Value: string(form.state)}
					if !slices.ContainsFunc(out, func(o search.Stand) bool { return o.Value == x.Value && slices.Equal(o.Words, x.Words) }) {
						out = append(out, x)
					}
				}
			}
		}
	}
	look(exactForm, said)
	for _, tag := range lang.Official {
		as := make([]string, len(plain))
		for i, w := range plain {
			if s := stateStems(tag, w); len(s) == 1 {
				as[i] = s[0]
			}
		}
		look(string(tag), as)
	}
	return out, nil
}
