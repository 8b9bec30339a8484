package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"merida/fault"
	"merida/lang"
)

//go:embed catalog/*.json
var files embed.FS

// Catalogue is every text of the interface. It does not change once loaded.
type Catalogue struct {
	texts    map[string]map[lang.Tag]entry
	printers map[lang.Tag]*Printer
}

// entry is one text in one language: one form, or plural forms by category.
type entry struct {
	one   string
	forms map[string]string
}

func (e *entry) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		return json.Unmarshal(b, &e.forms)
	}
	return json.Unmarshal(b, &e.one)
}

var load = sync.OnceValues(func() (*Catalogue, error) {
	c := &Catalogue{texts: map[string]map[lang.Tag]entry{}, printers: map[lang.Tag]*Printer{}}
	names, err := fs.Glob(files, "catalog/*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var part map[string]map[lang.Tag]entry
		if err := json.Unmarshal(b, &part); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for k, v := range part {
			if _, twice := c.texts[k]; twice {
				return nil, fmt.Errorf("%s: the key %s stands in another file as well", name, k)
			}
			c.texts[k] = v
		}
	}
	for _, t := range lang.Official {
		c.printers[t] = &Printer{Lang: t, c: c, collators: &sync.Pool{New: func() any { return collate.New(language.Make(string(t)), collate.IgnoreWidth) }}}
	}
	return c, nil
})

// Load gives the catalogue that ships with the program.
func Load() (*Catalogue, error) { return load() }

// Printer writes in a language; English for one that is not official.
func (c *Catalogue) Printer(t lang.Tag) *Printer {
	if p, ok := c.printers[t.Base()]; ok {
		return p
	}
	return c.printers["en"]
}

// Keys lists every key in alphabetical order.
func (c *Catalogue) Keys() []string {
	out := make([]string, 0, len(c.texts))
	for k := range c.texts {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Has reports whether the key exists.
func (c *Catalogue) Has(key string) bool { return c.texts[key] != nil }

// Printer writes texts, numbers and dates in one language.
type Printer struct {
	Lang      lang.Tag
	c         *Catalogue
	collators *sync.Pool
}

// T gives a text with its placeholders filled. Plural forms are chosen by args["n"].
func (p *Printer) T(key string, args fault.Args) string {
	byLang, ok := p.c.texts[key]
	if !ok {
		return "[" + key + "]"
	}
	tag := p.Lang
	e, ok := byLang[tag]
	if !ok || e.one == "" && len(e.forms) == 0 {
		tag = "en"
		e = byLang[tag]
	}
	s := e.one
	if e.forms != nil {
		if s, ok = e.forms[plural(tag, number(args["n"]))]; !ok {
			s = e.forms["other"]
		}
	}
	if len(args) == 0 || !strings.Contains(s, "{") {
		return s
	}
	var pairs []string
	for k, v := range args {
		pairs = append(pairs, "{"+k+"}", p.value(v))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// Label is what people call a field of a form, a column or an option; empty where the catalogue has no word for it.
func (p *Printer) Label(field string) string {
	if key := "field." + field; p.c.Has(key) {
		return p.T(key, nil)
	}
	return ""
}

// Field says which rule a field breaks, and which field it is.
func (p *Printer) Field(f fault.Field) string {
	text := p.T(f.Key, f.Args)
	if name := p.Label(f.Name); name != "" {
		return p.T("field.at", fault.Args{"field": name, "text": text})
	}
	return text
}

func (p *Printer) value(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return p.Number(v)
	case int64:
		return p.Number(int(v))
	case time.Time:
		return p.Date(v)
	}
	return fmt.Sprint(v)
}

func number(v any) int {
	switch v := v.(type) {
	case int:
		return v
	case int64:
		return int(v)
	}
	return 0
}

// plural is the category of a whole number in a language.
// Source: Unicode CLDR, plural rules, cardinal.
func plural(t lang.Tag, n int) string {
	if n < 0 {
		n = -n
	}
	n10, n100 := n%10, n%100
	switch t {
	case "ar":
		switch {
		case n == 0:
			return "zero"
		case n == 1:
			return "one"
		case n == 2:
			return "two"
		case n100 >= 3 && n100 <= 10:
			return "few"
		case n100 >= 11:
			return "many"
		}
	case "ru":
		switch {
		case n10 == 1 && n100 != 11:
			return "one"
		case n10 >= 2 && n10 <= 4 && (n100 < 12 || n100 > 14):
			return "few"
		default:
			return "many"
		}
	case "fr":
		if n < 2 {
			return "one"
		}
		if n%1_000_000 == 0 {
			return "many"
		}
	case "es":
		if n == 1 {
			return "one"
		}
		if n != 0 && n%1_000_000 == 0 {
			return "many"
		}
	case "en":
		if n == 1 {
			return "one"
		}
	}
	return "other"
}

// Categories lists the plural categories that a text of a language must have;
// "many" may be left out where it is only for whole millions.
func Categories(t lang.Tag) []string {
	switch t {
	case "ar":
		return []string{"zero", "one", "two", "few", "many", "other"}
	case "ru":
		return []string{"one", "few", "many", "other"}
	case "zh":
		return []string{"other"}
	}
	return []string{"one", "other"}
}

// Number writes a whole number with the language's grouping, in European digits in every language.
func (p *Printer) Number(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	group, from := ",", 4
	switch p.Lang {
	case "fr", "ru":
		group = "\u202f"
	case "es":
		group, from = "\u202f", 5
	}
	if len(s) < from {
		return sign + s
	}
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteRune(r)
	}
	return sign + b.String()
}

var months = map[lang.Tag][12]string{
	// The double form that the Organization uses in Arabic.
	"ar": {"كانون الثاني/يناير", "شباط/فبراير", "آذار/مارس", "نيسان/أبريل", "أيار/مايو", "حزيران/يونيه", "تموز/يوليه", "آب/أغسطس", "أيلول/سبتمبر", "تشرين الأول/أكتوبر", "تشرين الثاني/نوفمبر", "كانون الأول/ديسمبر"},
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	"es": {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
	"fr": {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	"ru": {"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"},
}

// Date writes a day: "24 November 2026". The empty string for the zero time.
func (p *Printer) Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	m := t.Month() - 1
	switch p.Lang {
	case "zh":
		return fmt.Sprintf("%d年%d月%d日", t.Year(), m+1, t.Day())
	case "es":
		return fmt.Sprintf("%d de %s de %d", t.Day(), months["es"][m], t.Year())
	case "fr":
		if t.Day() == 1 {
			return fmt.Sprintf("1er %s %d", months["fr"][m], t.Year())
		}
	}
	return fmt.Sprintf("%d %s %d", t.Day(), months[p.Lang][m], t.Year())
}

// Partial writes a date of which only the year or the month may be known ("2017", "2017-03", "2017-03-01").
func (p *Printer) Partial(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return p.Date(t)
}

// Month writes the month of a year: "January 2026" of "2026-01". What is no month comes back as it is.
func (p *Printer) Month(s string) string {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return s
	}
	name := months[p.Lang][t.Month()-1]
	switch p.Lang {
	case "zh":
		return fmt.Sprintf("%d年%d月", t.Year(), int(t.Month()))
	case "es":
		return fmt.Sprintf("%s de %d", name, t.Year())
	case "ru": // the list holds the genitive, as it stands after a day
		name = russianMonths[t.Month()-1]
	}
	return fmt.Sprintf("%s %d", name, t.Year())
}

var russianMonths = [12]string{"январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"}

// Clock writes the time of day in 24 hours, UTC.
func (p *Printer) Clock(t time.Time) string { return t.UTC().Format("15:04") }

// Moment writes a day with its time and zone.
func (p *Printer) Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.Date(t.UTC()) + " " + p.Clock(t) + " UTC"
}

// Sort orders items by the collation of the language; key gives the words of an item.
func Sort[T any](p *Printer, items []T, key func(T) string) {
	c := p.collators.Get().(*collate.Collator)
	defer p.collators.Put(c)
	var buf collate.Buffer
	type keyed struct {
		k []byte
		v T
	}
	ks := make([]keyed, len(items))
	for i, v := range items {
		ks[i] = keyed{c.KeyFromString(&buf, key(v)), v}
	}
	slices.SortStableFunc(ks, func(a, b keyed) int { return slices.Compare(a.k, b.k) })
	for i := range ks {
		items[i] = ks[i].v
	}
}

// Names of the six languages in themselves, as the language menu shows them.
var own = map[lang.Tag]string{"ar": "العربية", "zh": "中文", "en": "English", "fr": "Français", "ru": "Русский", "es": "Español"}

// OwnName is an official language's name in itself.
func OwnName(t lang.Tag) string { return own[t] }

// Accept picks the official language that an Accept-Language header wishes most; English when none.
func Accept(header string) lang.Tag {
	if len(header) > 500 {
		return "en"
	}
	tags, qs, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return "en"
	}
	for i, t := range tags {
		base, _ := t.Base()
		if l := lang.Tag(base.String()); qs[i] > 0 && lang.IsOfficial(l) {
			return l
		}
	}
	return "en"
}
