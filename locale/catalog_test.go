package locale_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"merida/lang"
	"merida/locale"
)

// text is one key of a catalogue file as it is written: a form, or forms by plural category, per language.
type text struct {
	file string
	in   map[lang.Tag]map[string]string // the category of a text without plural forms is ""
}

var keyForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_-]*)+$`)

// catalogue reads the files one by one, so that each fault is named with its
// file and the faults of one file do not hide those of another.
func catalogue(t *testing.T) map[string]text {
	t.Helper()
	names, err := filepath.Glob("catalog/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no catalogue files: %v", err)
	}
	out := map[string]text{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		entries, err := members(b)
		if err != nil {
			t.Errorf("%s is no JSON object: %v", name, err)
			continue
		}
		for _, e := range entries {
			if prior, twice := out[e.key]; twice {
				t.Errorf("%s: %s stands in %s as well: a key stands once", name, e.key, prior.file)
			}
			x := text{name, map[lang.Tag]map[string]string{}}
			langs, err := members(e.value)
			if err != nil {
				t.Errorf("%s: %s: not a text per language: %v", name, e.key, err)
				continue
			}
			for _, l := range langs {
				if _, twice := x.in[lang.Tag(l.key)]; twice {
					t.Errorf("%s: %s has %s twice", name, e.key, l.key)
				}
				forms := map[string]string{}
				var one string
				if json.Unmarshal(l.value, &one) == nil {
					forms[""] = one
				} else if json.Unmarshal(l.value, &forms) != nil {
					t.Errorf("%s: %s in %s is neither a text nor plural forms", name, e.key, l.key)
				}
				x.in[lang.Tag(l.key)] = forms
			}
			out[e.key] = x
		}
	}
	return out
}

type member struct {
	key   string
	value json.RawMessage
}

// members reads an object and keeps members that stand twice.
func members(b []byte) (out []member, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	if tok, err := d.Token(); err != nil || tok != json.Delim('{') {
		return nil, fmt.Errorf("it does not begin with {: %v", err)
	}
	for d.More() {
		tok, err := d.Token()
		if err != nil {
			return out, err
		}
		m := member{key: tok.(string)}
		if err := d.Decode(&m.value); err != nil {
			return out, err
		}
		out = append(out, m)
	}
	if _, err := d.Token(); err != nil {
		return out, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return out, errors.New("something follows the object")
	}
	return out, nil
}

// sorted walks the keys in alphabetical order, so that two runs read the same.
func sorted(c map[string]text) func(func(string, text) bool) {
	return func(yield func(string, text) bool) {
		for _, key := range slices.Sorted(maps.Keys(c)) {
			if !yield(key, c[key]) {
				return
			}
		}
	}
}

func TestCatalogueLoads(t *testing.T) {
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	for key := range sorted(catalogue(t)) {
		if !c.Has(key) {
			t.Errorf("%s is written and not loaded", key)
		}
	}
}

func TestKeysSayPlaceAndThing(t *testing.T) {
	for key, x := range sorted(catalogue(t)) {
		if !keyForm.MatchString(key) {
			t.Errorf("%s: %q is not in the form place.thing, lower case", x.file, key)
		}
	}
}

func TestEveryTextStandsInSixLanguages(t *testing.T) {
	for key, x := range sorted(catalogue(t)) {
		var lacking []lang.Tag
		for _, l := range lang.Official {
			if len(x.in[l]) == 0 {
				lacking = append(lacking, l)
			}
		}
		if len(lacking) > 0 {
			t.Errorf("%s: %s lacks %v", x.file, key, lacking)
		}
		for l := range x.in {
			if !lang.IsOfficial(l) {
				t.Errorf("%s: %s has %q, which is not one of the six", x.file, key, l)
			}
		}
	}
}

func TestPluralsHaveTheFormsOfTheirLanguage(t *testing.T) {
	for key, x := range sorted(catalogue(t)) {
		plural := false
		for _, forms := range x.in {
			_, single := forms[""]
			plural = plural || !single
		}
		if !plural {
			continue
		}
		for l, forms := range x.in {
			if _, single := forms[""]; single {
				if l != "zh" { // Chinese has one form, so a plain text is the same
					t.Errorf("%s: %s in %s has one text where other languages have plural forms: give it %v", x.file, key, l, locale.Categories(l))
				}
				continue
			}
			for _, c := range locale.Categories(l) {
				if forms[c] == "" {
					t.Errorf("%s: %s in %s lacks the plural form %q", x.file, key, l, c)
				}
			}
			for c := range forms {
				million := c == "many" && (l == "fr" || l == "es")
				if !slices.Contains(locale.Categories(l), c) && !million {
					t.Errorf("%s: %s in %s has the plural form %q, which the language does not know", x.file, key, l, c)
				}
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{([a-z][a-z0-9_]*)\}`)

// placeholders lists the names in a text, sorted, once each.
func placeholders(s string) []string {
	var out []string
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// all lists the placeholders that any form of any language has.
func (x text) all() []string {
	var s strings.Builder
	for _, forms := range x.in {
		for _, f := range forms {
			s.WriteString(f)
		}
	}
	return placeholders(s.String())
}

func TestPlaceholdersAreTheSameInAllLanguages(t *testing.T) {
	for key, x := range sorted(catalogue(t)) {
		want := x.all()
		for l, forms := range x.in {
			for c, s := range forms {
				got := placeholders(s)
				// "One answer" and "no answer" may do without the number, nothing else may be missing.
				if slices.Contains([]string{"zero", "one", "two"}, c) && slices.Contains(want, "n") && !slices.Contains(got, "n") {
					got = append(got, "n")
					slices.Sort(got)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s: %s in %s %s has the placeholders %v, all languages together have %v", x.file, key, l, c, got, want)
				}
				if rest := placeholder.ReplaceAllString(s, ""); strings.ContainsAny(rest, "{}") {
					t.Errorf("%s: %s in %s has a brace that is no placeholder: %q", x.file, key, l, s)
				}
			}
		}
	}
}

var (
	chineseNarrow = regexp.MustCompile(`\p{Han}[,;:!?]|\p{Han}\([^)]|[,;:!?]\p{Han}`)
	frenchTight   = regexp.MustCompile(`\pL[;:!?»](\s|$)|«\pL`)
	twoSpaces     = regexp.MustCompile(`\s\s`)
)

// slips lists what a reader of the language would notice at once.
func slips(l lang.Tag, s string) (out []string) {
	say := func(what string) { out = append(out, what) }
	if s == "" {
		say("is empty")
	}
	if !utf8.ValidString(s) || !norm.NFC.IsNormalString(s) {
		say("is not UTF-8 in the composed form (NFC)")
	}
	if strings.TrimSpace(s) != s || twoSpaces.MatchString(s) {
		say("has spaces around it or two together")
	}
	for _, form := range []string{"zero=", "one=", "two=", "few=", "many=", "other="} {
		if strings.HasPrefix(s, form) {
			say("begins with the name of a plural form")
		}
	}
	if strings.ContainsAny(s, "<>") && strings.Contains(s, "</") {
		say("holds markup: a text is words, the template marks them up")
	}
	letters := map[string]int{}
	for _, r := range placeholder.ReplaceAllString(s, "") {
		switch {
		case unicode.IsControl(r):
			say("holds a control character")
		case r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069':
			say("holds a direction mark: the page isolates what needs it")
		case unicode.IsDigit(r) && r > '9':
			say("holds digits other than European ones")
		case unicode.Is(unicode.Arabic, r):
			letters["ar"]++
		case unicode.Is(unicode.Han, r):
			letters["zh"]++
		case unicode.Is(unicode.Cyrillic, r):
			letters["ru"]++
		case unicode.Is(unicode.Latin, r):
			letters["latin"]++
		}
	}
	switch l {
	case "ar", "zh", "ru":
		if letters[string(l)] == 0 && letters["latin"] > 8 {
			say("looks untranslated: no letter of the language's script")
		}
		for _, other := range []string{"ar", "zh", "ru"} {
			if other != string(l) && letters[other] > 0 {
				say("holds letters of the script of " + other)
			}
		}
	default:
		if letters["ar"]+letters["zh"]+letters["ru"] > 0 {
			say("holds letters of another script")
		}
	}
	if l != "en" && strings.Contains(s, `"`) {
		say(`holds the straight quote ": « » in ar, fr, ru and es, “ ” in zh`)
	}
	switch l {
	case "zh":
		if m := chineseNarrow.FindString(s); m != "" {
			say(fmt.Sprintf("has narrow punctuation in %q: ，；：！？（）", m))
		}
	case "ar":
		if strings.ContainsAny(s, ",;?") {
			say("has a Latin comma, semicolon or question mark: ، ؛ ؟")
		}
	case "fr":
		if m := frenchTight.FindString(s); m != "" {
			say(fmt.Sprintf("lacks a space in %q", m))
		}
	}
	return out
}

func TestTextsAreCleanInTheirLanguage(t *testing.T) {
	for key, x := range sorted(catalogue(t)) {
		for l, forms := range x.in {
			for c, s := range forms {
				for _, slip := range slips(l, s) {
					t.Errorf("%s: %s in %s %s %s: %s", x.file, key, l, c, slip, s)
				}
				if en := x.in["en"][c]; l != "en" && s == en && len(strings.Fields(placeholder.ReplaceAllString(s, ""))) >= 3 {
					t.Errorf("%s: %s in %s is the English text", x.file, key, l)
				}
			}
		}
	}
}

// A check that passes everything is none: here is one text for each slip.
func TestSlipsAreFound(t *testing.T) {
	for _, c := range []struct {
		l lang.Tag
		s string
	}{
		{"en", ""}, {"en", " x"}, {"en", "a  b"}, {"en", "<b>a</b>"}, {"en", "a\tb"}, {"en", "a\u202eb"}, {"en", "cafe\u0301"}, {"en", "закон"},
		{"ar", "القانون ٣"}, {"ar", "قانون, مادة"}, {"ar", "Nothing was translated here"}, {"zh", "法律,条款"}, {"zh", "закон法"}, {"zh", "other=保存"},
		{"fr", "Réessayez; merci"}, {"fr", `La "loi"`}, {"ru", "Law of the State"}, {"es", `la "ley"`},
	} {
		if len(slips(c.l, c.s)) == 0 {
			t.Errorf("%s %q passes", c.l, c.s)
		}
	}
	for _, c := range []struct {
		l lang.Tag
		s string
	}{
		{"en", `"{value}" is no date: 12:30.`}, {"ar", "«{value}» ليس تاريخاً، 2026."}, {"zh", "“{value}”不是日期；请重试（2026-11-24）。"}, {"fr", "« {value} » : réessayez ; merci."}, {"ru", "CSV"}, {"es", "¿Ley «X»?"},
	} {
		if got := slips(c.l, c.s); len(got) != 0 {
			t.Errorf("%s %q: %v", c.l, c.s, got)
		}
	}
}

// What one language says of itself elsewhere in the program stands in all six too.
func TestLanguagesNameThemselves(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range lang.Official {
		seen[locale.OwnName(l)] = true
	}
	if len(seen) != 6 || seen[""] {
		t.Errorf("names of the languages in themselves: %v", slices.Collect(maps.Keys(seen)))
	}
}
