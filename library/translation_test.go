package library

import (
	"errors"
	"strings"
	"testing"

	"merida/fault"
	"merida/lang"
)

func TestSideBySide(t *testing.T) {
	ss := func(eids ...string) (out []Section) {
		for _, e := range eids {
			out = append(out, Section{EID: e})
		}
		return out
	}
	for _, c := range []struct {
		name                  string
		original, translation []Section
		want                  string
	}{
		{"the same", ss("art_1", "art_2"), ss("art_1", "art_2"), "art_1=art_1 art_2=art_2"},
		{"another order", ss("art_1", "art_2"), ss("art_2", "art_1"), "art_1=art_1 art_2=art_2"},
		{"left out", ss("art_1", "art_2", "art_3"), ss("art_1", "art_3"), "art_1=art_1 art_2= art_3=art_3"},
		{"added", ss("art_1", "art_2"), ss("preface", "art_1", "note", "art_2"), "=preface art_1=art_1 =note art_2=art_2"},
		{"another kind of section", ss("art_1", "art_2bis"), ss("sec_1", "sec_2bis"), "art_1=sec_1 art_2bis=sec_2bis"},
		{"deeper in the translation", ss("art_5"), ss("chp_I", "chp_I__sec_5"), "=chp_I art_5=chp_I__sec_5"},
		{"a number twice is none", ss("chp_I__art_1", "chp_II__art_1"), ss("sec_1"), "=sec_1 chp_I__art_1= chp_II__art_1="},
		{"nothing", ss("art_1"), nil, "art_1="},
	} {
		var got []string
		for _, p := range SideBySide(c.original, c.translation) {
			got = append(got, p.Original.EID+"="+p.Translation.EID)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

func TestCheckTranslation(t *testing.T) {
	m := Measure{Lang: "es"}
	good := Translated{Translation: Translation{Lang: "en", Status: lang.Courtesy}, Sections: []Section{{EID: "art_1", Text: "x"}}}
	for field, change := range map[string]func(*Translated){
		"":           func(*Translated) {},
		"lang":       func(t *Translated) { t.Lang = "es" },
		"status":     func(t *Translated) { t.Status = lang.Unofficial },
		"text":       func(t *Translated) { t.Sections = nil },
		"title":      func(t *Translated) { t.Title = strings.Repeat("x", MaxTitle+1) },
		"maker":      func(t *Translated) { t.Maker = "\xff" },
		"source_url": func(t *Translated) { t.SourceURL = "ftp://example.org" },
	} {
		x := good
		change(&x)
		err := CheckTranslation(m, &x)
		if field == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if f, ok := errors.AsType[*fault.Error](err); !ok || len(f.Fields) != 1 || f.Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestLatest(t *testing.T) {
	got := Latest([]Translation{{N: 2, Lang: "fr"}, {N: 2, Lang: "en", Edition: 1}, {N: 1, Lang: "fr"}, {N: 2, Lang: "en", Edition: 2}, {N: 1, Lang: "ar"}})
	if len(got) != 3 || got[0].Lang != "ar" || got[1].Edition != 2 || got[2].N != 2 || !got[0].Stale(Measure{Version: 2}) || got[1].Stale(Measure{Version: 2}) {
		t.Errorf("%+v", got)
	}
}
