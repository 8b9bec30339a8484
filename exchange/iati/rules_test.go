package iati

import (
	"slices"
	"strings"
	"testing"

	"merida/assistance"
	"merida/codelist"
	"merida/convention"
	"merida/lang"
)

func loaded(t *testing.T) (*Importer, proposer) {
	t.Helper()
	ls, err := codelist.Load()
	if err != nil {
		t.Fatal(err)
	}
	cs, err := convention.Load()
	if err != nil {
		t.Fatal(err)
	}
	im := &Importer{Lists: ls, Conventions: cs}
	return im, im.prepare()
}

func TestRulesNameWhatExistsInSixLanguages(t *testing.T) {
	im, p := loaded(t)
	for i, r := range rules {
		for _, id := range r.provisions {
			if !im.Conventions.Known(id) {
				t.Errorf("rule %d: no provision %s", i, id)
			}
		}
		if c, ok := im.Lists.Get(codelist.TAForm, r.form); r.form != "" && (!ok || c.Status != codelist.Active) {
			t.Errorf("rule %d: no form %s", i, r.form)
		}
		if _, ok := im.Lists.Get(codelist.DACPurposeGovernance, r.sector); r.sector != "" && !ok {
			t.Errorf("rule %d: no purpose code %s", i, r.sector)
		}
		if len(r.provisions) > 0 == (r.form != "") || r.sector != "" == (r.words != nil) {
			t.Errorf("rule %d proposes provisions or a form, by a code or by words", i)
		}
		if r.words == nil {
			continue
		}
		for _, tag := range lang.Official {
			if len(r.words[tag]) == 0 {
				t.Errorf("rule %d has no words in %s", i, tag)
			}
			for _, w := range r.words[tag] {
				w = strings.Trim(w, "*")
				if got, ok := p.rules[i].found(plain("x, " + strings.ToUpper(w) + "; x")); !ok {
					t.Errorf("rule %d does not find its own %q", i, w)
				} else if got == "" {
					t.Errorf("rule %d gives no word as the reason for %q", i, w)
				}
			}
		}
		if len(r.words) != len(lang.Official) {
			t.Errorf("rule %d has words in other languages", i)
		}
	}
}

func TestProposals(t *testing.T) {
	_, p := loaded(t)
	for _, c := range []struct {
		tag                      lang.Tag
		title, description, code string
		want                     string
	}{
		{"en", "Asset recovery for prosecutors", "Workshops and an action plan.", "", "uncac/art_11 uncac/art_51 action-plan training"},
		{"fr", "Recouvrement des avoirs", "Atelier à l'intention des juges", "", "uncac/art_11 uncac/art_51 training"},
		{"es", "Recuperación de activos", "Capacitación", "", "uncac/art_51 training"},
		{"ru", "Содействие возвращению активов", "Семинары для прокуроров", "", "uncac/art_11 uncac/art_51 training"},
		{"ar", "دعم استرداد الموجودات", "تدريب القضاة على صياغة القوانين", "", "uncac/art_51 legislative-drafting training"},
		{"zh", "支持资产追回工作", "为法官举办培训", "", "uncac/art_11 uncac/art_51 training"},
		{"en", "Support", "", "15113", "uncac/art_6 uncac/art_36"},
		{"en", "Support to the courts", "Training of judges", "15130", "uncac/art_11 training"},
		{"en", "Wells", "Training of judges of wells, against corruption", "14030", ""}, // the title says nothing and the purpose is another
		{"en", "Training of teachers", "", "15130", ""},                                 // a form alone says nothing
		{"en", "Interruption, incorruptible", "", "", ""},
		{"en", "Support", "judges", "15132", "uncac/art_11"},
	} {
		a := assistance.Activity{Content: assistance.Content{Titles: lang.T(c.tag, c.title), Descriptions: []assistance.Description{{Text: lang.T(c.tag, c.description)}}}}
		if c.code != "" {
			a.Transactions = []assistance.Transaction{{Sectors: []assistance.Sector{{Code: c.code}}}}
		}
		p.propose(&a)
		var got []string
		for _, m := range slices.Concat(a.Provisions, a.Forms) {
			got = append(got, string(m.Provision)+m.Form)
			if m.Status != assistance.Proposed || len(m.Reasons) == 0 {
				t.Errorf("%q: %+v", c.title, m)
			}
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%q, %q, %s: %s; want %s", c.title, c.description, c.code, g, c.want)
		}
	}
}
