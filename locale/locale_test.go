package locale_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"merida/lang"
	"merida/locale"
)

func printer(t *testing.T, l lang.Tag) *locale.Printer {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer(l)
}

func TestNumbersAreGrouped(t *testing.T) {
	const thin = "\u202f"
	for _, c := range []struct {
		l    lang.Tag
		n    int
		want string
	}{
		{"en", 0, "0"}, {"en", 999, "999"}, {"en", 1000, "1,000"}, {"en", -1234567, "-1,234,567"}, {"ar", 2026, "2,026"}, {"zh", 12345, "12,345"},
		{"fr", 1000, "1" + thin + "000"}, {"ru", 1234567, "1" + thin + "234" + thin + "567"}, {"es", 1000, "1000"}, {"es", 10000, "10" + thin + "000"}, {"es", -10000, "-10" + thin + "000"},
	} {
		if got := printer(t, c.l).Number(c.n); got != c.want {
			t.Errorf("%d in %s is written %q, should be %q", c.n, c.l, got, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	day := time.Date(2026, 12, 1, 23, 30, 0, 0, time.UTC)
	for l, want := range map[lang.Tag]string{"en": "1 December 2026", "fr": "1er décembre 2026", "es": "1 de diciembre de 2026", "ru": "1 декабря 2026",
		"zh": "2026年12月1日", "ar": "1 كانون الأول/ديسمبر 2026"} {
		p := printer(t, l)
		if got := p.Date(day); got != want {
			t.Errorf("%s writes %q, should write %q", l, got, want)
		}
		if got := p.Moment(day); got != want+" 23:30 UTC" {
			t.Errorf("%s writes the moment %q", l, got)
		}
		if p.Date(time.Time{}) != "" || p.Moment(time.Time{}) != "" {
			t.Errorf("%s writes a date where there is none", l)
		}
		for month := time.January; month <= time.December; month++ {
			if s := p.Date(time.Date(2026, month, 15, 0, 0, 0, 0, time.UTC)); !strings.Contains(s, "2026") || !strings.Contains(s, "15") {
				t.Errorf("%s: %q", l, s)
			}
		}
	}
	en := printer(t, "en")
	for in, want := range map[string]string{"2017": "2017", "2017-03": "2017-03", "2017-03-01": "1 March 2017", "": "", "spring": "spring"} {
		if got := en.Partial(in); got != want {
			t.Errorf("%q is written %q", in, got)
		}
	}
}

func TestAMissingKeyShowsItself(t *testing.T) {
	if got := printer(t, "fr").T("no.such.key", nil); got != "[no.such.key]" {
		t.Errorf("%q", got)
	}
}

func TestPlaceholdersTakeWordsAndNumbers(t *testing.T) {
	got := printer(t, "en").T("fault.too_long", map[string]any{"length": 12345, "limit": int64(200)})
	if !strings.Contains(got, "12,345") || !strings.Contains(got, "200") || strings.Contains(got, "{") {
		t.Errorf("%q", got)
	}
	// What a person typed must not be read as a placeholder in turn.
	got = printer(t, "en").T("convention.file.target", map[string]any{"id": "{id}{id}"})
	if strings.Count(got, "{id}") != 2 {
		t.Errorf("%q", got)
	}
}

func TestOtherLanguagesReadEnglish(t *testing.T) {
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	for wish, want := range map[lang.Tag]lang.Tag{"fr": "fr", "fr-CA": "fr", "zh-Hant": "zh", "de": "en", "": "en"} {
		if got := c.Printer(wish).Lang; got != want {
			t.Errorf("a reader of %q gets %s", wish, got)
		}
	}
}

func TestAccept(t *testing.T) {
	for header, want := range map[string]lang.Tag{
		"": "en", "fr": "fr", "fr-CH, fr;q=0.9, en;q=0.8": "fr", "de, ru;q=0.5": "ru", "en;q=0.1, ar;q=0.9": "ar", "de": "en", "zh-TW": "zh",
		"*": "en", ";;;q=,": "en", "fr;q=0, es": "es", strings.Repeat("fr,", 500): "en",
	} {
		if got := locale.Accept(header); got != want {
			t.Errorf("%.40q: %s, should be %s", header, got, want)
		}
	}
}

func TestSortIsThatOfTheReadersLanguage(t *testing.T) {
	for l, c := range map[lang.Tag]struct{ in, want []string }{
		"fr": {[]string{"Zambie", "Égypte", "Estonie", "Etats"}, []string{"Égypte", "Estonie", "Etats", "Zambie"}},
		"es": {[]string{"Nigeria", "Ñandú", "Omán", "Níger"}, []string{"Níger", "Nigeria", "Ñandú", "Omán"}},
		"ru": {[]string{"Япония", "Ёлка", "Жаворонок", "Египет"}, []string{"Египет", "Ёлка", "Жаворонок", "Япония"}},
	} {
		got := slices.Clone(c.in)
		locale.Sort(printer(t, l), got, func(s string) string { return s })
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, should be %v", l, got, c.want)
		}
	}
}
