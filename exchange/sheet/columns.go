package sheet

import (
	"strconv"
	"strings"
	"time"

	"merida/assistance"
	"merida/codelist"
	"merida/convention"
	"merida/directory"
	"merida/fault"
	"merida/lang"
	"merida/party"
)

// Reader turns rows into records. Labels gives what a key of the catalogue says in each of the six languages.
type Reader struct {
	Service     *assistance.Service
	Conventions *convention.Catalogue
	Parties     *directory.Parties
	Lists       *codelist.Lists
	Labels      func(key string) []string
	Lang        lang.Tag // of words in columns that do not say theirs
}

// field is a column that is known: its key and the keys of the catalogue that label it.
type field struct {
	key    string
	labels []string
	texts  bool // one column for each language may stand
}

// known finds the columns of fields in a head; texts are found by language too.
type found struct {
	at    map[string]int // by key
	texts map[string]map[lang.Tag]int
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func (r *Reader) columns(head []string, fields []field) found {
	f := found{map[string]int{}, map[string]map[lang.Tag]int{}}
	put := func(x field, tag lang.Tag, i int) {
		if !x.texts {
			if _, ok := f.at[x.key]; !ok {
				f.at[x.key] = i
			}
			return
		}
		if f.texts[x.key] == nil {
			f.texts[x.key] = map[lang.Tag]int{}
		}
		if _, ok := f.texts[x.key][tag]; !ok {
			f.texts[x.key][tag] = i
		}
	}
	for i, h := range head {
		h = fold(h)
		base, rest, paren := strings.Cut(strings.NewReplacer("\uff08", "(", "\uff09", ")").Replace(h), "(")
		base, rest = strings.TrimSpace(base), strings.TrimSpace(strings.TrimSuffix(rest, ")"))
	next:
		for _, x := range fields {
			names := []string{x.key}
			for _, l := range x.labels {
				names = append(names, r.Labels(l)...)
			}
			for _, n := range names {
				n = fold(n)
				if h == n {
					put(x, r.Lang, i)
					break next
				}
				if x.texts && paren && base == n {
					if tag, ok := r.language(rest); ok {
						put(x, tag, i)
						break next
					}
				}
			}
			if tag, ok := strings.CutPrefix(h, x.key+"_"); ok && x.texts && lang.IsOfficial(lang.Tag(tag)) {
				put(x, lang.Tag(tag), i)
				break
			}
		}
	}
	return f
}

// language reads the code of a language, or its name in any of the six languages.
func (r *Reader) language(s string) (lang.Tag, bool) {
	c, ok := r.code("language", s)
	return lang.Tag(c), ok
}

// code reads a code of a list, or its name in any of the six languages.
func (r *Reader) code(list codelist.ID, s string) (string, bool) {
	s = fold(s)
	l, ok := r.Lists.List(list)
	if !ok {
		return "", false
	}
	for _, c := range l.Codes {
		if fold(c.Code) == s {
			return c.Code, true
		}
	}
	for _, c := range l.Codes {
		for _, t := range lang.Official {
			if v, ok := c.Name[t]; ok && fold(v.S) == s {
				return c.Code, true
			}
		}
	}
	return "", false
}

// word reads one of a few values by itself or by its label: prefix and value make the key of the catalogue.
func word[T ~string](r *Reader, prefix string, values []T, s string) (T, bool) {
	for _, v := range values {
		if fold(s) == string(v) {
			return v, true
		}
		for _, l := range r.Labels(prefix + string(v)) {
			if fold(l) == fold(s) {
				return v, true
			}
		}
	}
	return "", false
}

// day reads a date: "2026-01-31", or the number that a spreadsheet keeps for it (days since 30 December 1899).
func day(s string) (assistance.Day, bool) {
	if d := assistance.Day(s); d.Valid() {
		return d, true
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil && n > 20_000 && n < 80_000 {
		return assistance.Day(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(n)).Format(time.DateOnly)), true
	}
	return "", false
}

// provisions reads a list of provisions: ids parted by spaces, or citations parted by semicolons.
func (r *Reader) provisions(bad *fault.List, s string) (out []convention.ID) {
	for _, x := range assistance.Listed(s) {
		if id, ok := r.Conventions.Parse(x); ok {
			out = append(out, id)
			continue
		}
		for one := range strings.FieldsSeq(x) {
			id, ok := r.Conventions.Parse(strings.Trim(one, ","))
			if !ok {
				bad.Add("provisions", "need.error.provision", fault.Args{"id": one})
				break
			}
			out = append(out, id)
		}
	}
	return out
}

// parties reads a list of States by code or by name in any of the six languages.
func (r *Reader) parties(bad *fault.List, s string) (out []party.ID) {
	for _, x := range assistance.Listed(s) {
		words := []string{x}
		if _, ok := r.party(x); !ok {
			words = strings.Fields(x) // codes parted by spaces
		}
		for _, w := range words {
			p, ok := r.party(strings.Trim(w, ","))
			if !ok {
				bad.Add("parties", "activity.error.state", fault.Args{"name": w})
				break
			}
			out = append(out, p)
		}
	}
	return out
}

func (r *Reader) party(s string) (party.ID, bool) {
	if p, ok := r.Parties.Lookup(strings.ToUpper(strings.TrimSpace(s))); ok {
		return p.ID, true
	}
	for _, p := range r.Parties.All("en") {
		for _, t := range lang.Official {
			if fold(p.Name(t)) == fold(s) {
				return p.ID, true
			}
		}
	}
	return "", false
}
