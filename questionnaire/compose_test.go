package questionnaire

import (
	"strconv"
	"strings"
	"testing"
	"unicode"

	"merida/convention"
	"merida/lang"
)

func edition(t *testing.T, id EditionID) Content {
	t.Helper()
	cs, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cs {
		if EditionID(c.Questionnaire+"-"+strconv.Itoa(c.Edition)) == id {
			return c
		}
	}
	t.Fatalf("%s is not shipped", id)
	return Content{}
}

func TestComposedEditionsAskAboutEveryLeafOnce(t *testing.T) {
	tree, err := convention.Load()
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[EditionID]struct{ sections, questions int }{
		"self-assessment-2": {58, 311}, "self-assessment-3": {59, 318}, "first-checklist-1": {15, 0}, "untoc-self-assessment-1": {8, 8},
	} {
		c := edition(t, id)
		if len(c.Sections) != want.sections || want.questions > 0 && len(c.All()) != want.questions {
			t.Errorf("%s has %d sections and %d questions", id, len(c.Sections), len(c.All()))
		}
		asked := map[convention.ID]string{}
		for _, s := range c.Sections {
			for _, q := range s.Questions {
				if other := asked[q.Provision]; other != "" && !q.General() {
					t.Errorf("%s: %s is asked about in %s and %s", id, q.Provision, other, q.ID)
				}
				asked[q.Provision] = q.ID
			}
			if General(s.Provision) {
				continue
			}
			for _, p := range tree.Reported(s.Provision) {
				if asked[p.ID] == "" {
					t.Errorf("%s: nothing asks about %s", id, p.ID)
				}
			}
		}
	}
}

func TestComposedQuestionsReadInSixLanguages(t *testing.T) {
	tree, err := convention.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []EditionID{"self-assessment-2", "self-assessment-3", "first-checklist-1", "untoc-self-assessment-1"} {
		c := edition(t, id)
		c.texts(func(place string, text lang.Text) {
			for _, l := range lang.Official {
				v := text[l]
				if v.S == "" || v.Status != lang.Unofficial || strings.ContainsAny(v.S, "{}") || len([]rune(v.S)) > 600 {
					t.Errorf("%s %s in %s: %q, %s", id, place, l, v.S, v.Status)
				}
				if !strings.ContainsFunc(v.S, func(r rune) bool { return unicode.Is(scripts[l], r) }) {
					t.Errorf("%s %s: %q is not in the script of %s", id, place, v.S, l)
				}
			}
		})
		for _, q := range c.All() {
			p, ok := tree.Get(q.Provision)
			if !ok && !q.General() {
				t.Errorf("%s asks about %s", q.ID, q.Provision)
				continue
			}
			for _, l := range lang.Official {
				if s := q.Text[l].S; !strings.HasSuffix(s, "?") && !strings.HasSuffix(s, "\u061f") && !strings.HasSuffix(s, "\uff1f") {
					t.Errorf("%s %s in %s is no question: %q", id, q.ID, l, s)
				}
			}
			// The verb follows the obligation: nothing that a State may choose is asked as a duty.
			if en := q.Text["en"].S; strings.Contains(en, "meet the requirement") && ok && p.Obligation.Level != convention.Mandatory && p.Obligation.Level != "" {
				t.Errorf("%s (%s): %s", q.ID, p.Obligation.Level, en)
			}
		}
	}
}

// What stands in the first edition in words of its own is asked in those words, under the same id.
func TestComposedKeepsTheWordsOfTheModel(t *testing.T) {
	all := edition(t, "self-assessment-2")
	model := edition(t, "self-assessment-1")
	for _, own := range model.All() {
		q, _, ok := all.Question(own.ID)
		if !ok || q.Provision != own.Provision || q.Text["en"] != own.Text["en"] || q.Guidance["ar"] != own.Guidance["ar"] {
			t.Errorf("%s: %+v", own.ID, q)
		}
	}
	q, _, ok := all.Question("46.15.a")
	if !ok || !strings.Contains(q.Text["en"].S, ": Requesting authority") {
		t.Errorf("%v %+v, want the paragraph's label before the point's", ok, q)
	}
}

// An edition that a store has tabled is known there by its hash. Whoever changes a
// label or a sentence makes a new edition (a new number), and adds its line here.
func TestShippedEditionsStayAsTheyWere(t *testing.T) {
	for id, want := range map[EditionID]string{
		"self-assessment-1":       "05e0b1c9e6781d162e73b40a2bd08910a67b37f8554060cacce6f9b2a8ed85bc",
		"self-assessment-2":       "6e0d903801f18a8b26f1f0a87ea3720e5839cf77c310276c06d66bd932e06f74",
		"self-assessment-3":       "6807cd0884551684a904a7e8f10b2516a99e6c3d3ce2f5c93deb3b63532f174c",
		"first-checklist-1":       "898878d07bf5fb538a9d1bfeed25385472c6bd68f0ca752f17a3f910b6ff3751",
		"untoc-self-assessment-1": "6f6f5b2c8ddb369d4220e2b9989879dca56abef43f837997e476668fc52c6bb5",
	} {
		c := edition(t, id)
		if got := c.hash(); got != want {
			t.Errorf("%s is now %s", id, got)
		}
	}
}

// The edition with a general part asks what the one before asked, in the same words: answers come along as they are.
func TestGeneralPartAddsAndChangesNothing(t *testing.T) {
	before, now := edition(t, "self-assessment-2"), edition(t, "self-assessment-3")
	n := map[Fate]int{}
	for _, c := range Compare(&before, &now) {
		n[c.Fate]++
		for _, q := range c.New {
			if (c.Fate == Added) != q.General() {
				t.Errorf("%s is %s", q.ID, c.Fate)
			}
		}
	}
	if n[Kept] != len(before.All()) || n[Added] != 7 || len(n) != 2 {
		t.Errorf("%v", n)
	}
	if now.Block.General == nil || now.Sections[0].Provision != "uncac" || !now.Sections[0].Questions[0].General() {
		t.Errorf("%+v", now.Sections[0])
	}
	q, _, _ := now.Question("44.1")
	if g := q.Guidance["en"].S; !strings.Contains(g, "how many requests were made") || !strings.Contains(g, "This provision") {
		t.Errorf("guidance on article 44: %s", g)
	}
	if q, _, _ := now.Question("9.1.a"); q.Guidance["en"] != func() lang.Value { x, _, _ := before.Question("9.1.a"); return x.Guidance["en"] }() {
		t.Error("a question of its own words keeps its own guidance")
	}
}
