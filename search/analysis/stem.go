package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/turkish"

	"merida/lang"
)

// Version changes whenever the terms of some text change; an index made by
// another version must be built anew.
const Version = 1

var snowball = map[lang.Tag]func(*snowballstem.Env) bool{
	"da": danish.Stem, "de": german.Stem, "en": english.Stem, "es": spanish.Stem, "fi": finnish.Stem, "fr": french.Stem,
	"hu": hungarian.Stem, "it": italian.Stem, "nb": norwegian.Stem, "nl": dutch.Stem, "nn": norwegian.Stem, "no": norwegian.Stem,
	"pt": portuguese.Stem, "ro": romanian.Stem, "ru": russian.Stem, "sv": swedish.Stem, "tr": turkish.Stem,
}

// Stem is a word without its ending (and, in Arabic, without its prefixes) as
// the language of the tag asks. ok is false where the language has no stemmer
// here or the word is not in its script; such words are found by their exact form alone.
func Stem(tag lang.Tag, word string) (stem string, ok bool) {
	r, _ := utf8.DecodeRuneInString(word)
	switch b := tag.Base(); b {
	case "ar":
		s := Fold(word)
		if f, _ := utf8.DecodeRuneInString(s); !unicode.Is(unicode.Arabic, f) {
			return "", false
		}
		return stemArabic(s), true
	case "ca":
		if !unicode.Is(unicode.Latin, r) {
			return "", false
		}
		return stemCatalan(Fold(word)), true
	default:
		f := snowball[b]
		if f == nil {
			return "", false
		}
		if script := unicode.Latin; b == "ru" && !unicode.Is(unicode.Cyrillic, r) || b != "ru" && !unicode.Is(script, r) {
			return "", false
		}
		env := snowballstem.NewEnv(lower(word))
		f(env)
		return Fold(env.Current()), true
	}
}

// stemArabic takes off conjunction, preposition and article where enough of
// the word stays, in the order in which they are stacked, then pronouns and plural endings.
func stemArabic(w string) string {
	n := utf8.RuneCountInString
	cut := func(p string, least int) bool {
		if strings.HasPrefix(w, p) && n(w)-n(p) >= least {
			w = w[len(p):]
			return true
		}
		return false
	}
	// A lone waw or fa is dropped only before another prefix or where four letters stay: many words begin with it.
	article := []string{"بال", "كال", "لل", "ال"}
	for _, c := range []string{"و", "ف"} {
		for _, a := range article {
			if strings.HasPrefix(w, c+a) && n(w)-n(c+a) >= 2 {
				w = w[len(c):]
			}
		}
	}
	cut("و", 4)
	for _, a := range article {
		if cut(a, 2) {
			break
		}
	}
	end := func(s string, least int) bool {
		if strings.HasSuffix(w, s) && n(w)-n(s) >= least {
			w = w[:len(w)-len(s)]
			return true
		}
		return false
	}
	for _, s := range []string{"هما", "كما", "هم", "هن", "ها", "نا", "كم"} {
		if end(s, 3) {
			break
		}
	}
	for _, s := range []string{"يه", "يات", "ات", "ان", "ون", "ين", "وا", "تين", "تان"} {
		if end(s, 3) {
			break
		}
	}
	if !end("ه", 3) {
		end("ي", 3)
	}
	return w
}

// stemCatalan joins singular and plural, which is what search in titles and
// articles needs most; Snowball's stemmer for Catalan is not among the modules in use.
func stemCatalan(w string) string {
	for _, r := range []struct{ end, by string }{{"cions", "cio"}, {"sions", "sio"}, {"ques", "c"}, {"gues", "g"}, {"ens", "e"}, {"ns", ""}, {"es", ""}, {"os", ""}, {"s", ""}, {"a", ""}, {"e", ""}, {"o", ""}} {
		if strings.HasSuffix(w, r.end) && len(w)-len(r.end) >= 4 {
			return w[:len(w)-len(r.end)] + r.by
		}
	}
	return w
}
