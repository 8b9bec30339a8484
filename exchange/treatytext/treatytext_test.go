package treatytext_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"merida/convention"
	"merida/exchange/treatytext"
	"merida/fault"
	"merida/lang"
	"merida/treaty"
)

func tree(t *testing.T) *convention.Catalogue {
	t.Helper()
	c, err := convention.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The words are ours; the numbers stand as each language prints them.
var byArticle = map[lang.Tag]string{
	"en": `Our preamble.

Chapter I
General provisions

Article 2
Use of terms

For our purposes:
(a) "Official" shall mean:
(i) any one
of the first kind;
(ii) any of the second;
(h) "Eighth" shall mean so;
(i) "Ninth" shall mean that.

Chapter III
Criminalization and law enforcement

Article 16
Bribery of foreign public officials and officials of public international organizations

1. First sentence.
Article 15 of this text applies.

2. Second sentence.

Article 23. Laundering of proceeds of crime
1. Lead, each in accordance with its law:
(a) (i) both marks on one line;
(ii) the second inner;
(b) the second point:
(i) its inner;
After the points.
2. The second paragraph:
(a) one;
(b) two.
`,
	"fr": "---\nlang: fr\nsource: Nous\n---\n# Article 2\n## Terminologie\nAux fins:\na) On entend:\ni) l'un;\nii) l'autre;\nh) huitième;\ni) neuvième.\n\n**Article 16**\n1. Un.\n2. Deux.\n",
	"ru": "Глава I\nОбщие положения\nСтатья 2\nТермины\nДля целей:\na) означает:\ni) первое;\nii) второе;\nh) восьмое;\ni) девятое.\nСтатья 16\nПодкуп\n1. Раз.\n2. Два.\n",
	"es": "Artículo 2\nDefiniciones\nA los efectos:\na) Se entenderá:\ni) uno;\nii) otro;\nh) octavo;\ni) noveno.\nArtículo 16. Soborno\n1. Uno.\n2. Dos.\n",
	"ar": "الفصل الأول\nأحكام عامة\nالمادة 2\nالمصطلحات المستخدمة\nلأغراض هذا:\n(أ) يقصد:\n‘1’ أول؛\n‘2’ ثان؛\n(ح) ثامن؛\n(ط) تاسع.\nالمادة ١٦\nرشو الموظفين\n١- واحد.\n٢- اثنان.\n",
	"zh": "第一章\n总则\n第二条\n术语的使用\n为本目的：\n㈠ 系指：\n1. 其一；\n2. 其二；\n㈧ 第八；\n（九）第九。\n第十六条 贿赂\n一、第一句。\n二、第二句。\n",
}

func TestTextsByArticleInSixLanguages(t *testing.T) {
	for _, tag := range lang.Official {
		got, found, err := treatytext.Read(tree(t), "t.txt", strings.NewReader(byArticle[tag]), treaty.Text{Convention: "uncac", Lang: tag})
		if err != nil || len(found) > 0 {
			t.Errorf("%s: %v %+v", tag, err, found)
		}
		var ids []string
		for _, p := range got.Passages {
			if c, rest, _ := strings.Cut(string(p.Provision), "/"); rest != "" {
				ids = append(ids, rest)
			} else if c != "uncac" || tag != "en" {
				t.Errorf("%s: a preamble %q", tag, p.Text)
			}
			if p.Line == 0 || p.Text == "" {
				t.Errorf("%s: %+v", tag, p)
			}
		}
		want := "art_2/para_1 art_2/para_1/point_a art_2/para_1/point_a/point_i art_2/para_1/point_a/point_ii art_2/para_1/point_h art_2/para_1/point_i art_16/para_1 art_16/para_2"
		if all := strings.Join(ids, " "); !strings.HasPrefix(all, want) || tag != "en" && all != want {
			t.Errorf("%s: %s", tag, all)
		}
	}
}

func TestWhereTheLinesOfATextBelong(t *testing.T) {
	got, _, err := treatytext.Read(tree(t), "t.md", strings.NewReader(byArticle["en"]), treaty.Text{Convention: "uncac", Lang: "en"})
	if err != nil {
		t.Fatal(err)
	}
	say := func(id convention.ID) string {
		i := slices.IndexFunc(got.Passages, func(p treaty.Passage) bool { return p.Provision == id })
		if i < 0 {
			return "nothing"
		}
		return got.Passages[i].Text
	}
	for id, want := range map[convention.ID]string{
		"uncac":                               "Our preamble.",
		"uncac/art_2/para_1/point_a/point_i":  "any one of the first kind;",
		"uncac/art_16/para_1":                 "First sentence. Article 15 of this text applies.",
		"uncac/art_23/para_1/point_a":         "nothing",
		"uncac/art_23/para_1/point_a/point_i": "both marks on one line;",
		"uncac/art_23/para_1/point_b":         "the second point:",
		"uncac/art_23/para_2/point_b":         "two.",
	} {
		if s := say(id); s != want {
			t.Errorf("%s: %q", id, s)
		}
	}
}

func TestMarksWithoutAPlaceAreNamedByLine(t *testing.T) {
	in := "Article 16\nTitle\n1. One.\n7. Seven.\nArticle 99\nNowhere.\n"
	_, found, err := treatytext.Read(tree(t), "t.txt", strings.NewReader(in), treaty.Text{Convention: "uncac", Lang: "en"})
	if err != nil || len(found) != 2 {
		t.Fatalf("%v %+v", err, found)
	}
	if f := found[0]; f.Line != 4 || !f.Fatal || f.Key != "treaty.error.no_place" || f.Args["mark"] != "7." {
		t.Errorf("%+v", f)
	}
	if f := found[1]; f.Line != 5 || f.Key != "treaty.error.unknown" || f.Provision != "uncac/art_99" {
		t.Errorf("%+v", f)
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	c := tree(t)
	text := treaty.Text{Convention: "untoc", Lang: "fr", Status: lang.Courtesy, Source: "Nous <mêmes>", Date: "2003-10", Passages: []treaty.Passage{
		{Provision: "untoc/art_2", Text: "Deux.\n\nEncore « deux »."}, {Provision: "untoc/art_1", Text: "Un."}}}
	if _, err := treaty.Check(c, &text); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := treatytext.Write(&b, text); err != nil {
		t.Fatal(err)
	}
	got, _, err := treatytext.Read(c, "x.JSON", bytes.NewReader(b.Bytes()), treaty.Text{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := treaty.Check(c, &got); err != nil || got.Hash != text.Hash || got.Source != text.Source || got.Date != text.Date || got.Passages[0].Provision != "untoc/art_1" {
		t.Errorf("%v %+v", err, got)
	}
}

func TestFilesThatAreNone(t *testing.T) {
	c := tree(t)
	for name, in := range map[string]string{
		"x.json": `{"schema":"merida/convention/1"}`, "y.json": `{"passages":[`, "z.json": `[]`, "u.txt": "Article 1\n\xff\xfe", "n.txt": "",
	} {
		_, _, err := treatytext.Read(c, name, strings.NewReader(in), treaty.Text{})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, _, err := treatytext.Read(c, "big.txt", bytes.NewReader(bytes.Repeat([]byte("x"), treatytext.MaxBytes+1)), treaty.Text{})
	if !fault.Is(err, fault.TooLarge) {
		t.Error(err)
	}
}

// Whatever a file holds, it is read or refused.
func FuzzRead(f *testing.F) {
	c, err := convention.Load()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range byArticle {
		f.Add("t.txt", s, "en")
		f.Add("t.json", s, "zh")
	}
	f.Fuzz(func(t *testing.T, name, s, tag string) {
		text, _, err := treatytext.Read(c, name, strings.NewReader(s), treaty.Text{Convention: "uncac", Lang: lang.Tag(tag), Status: lang.Courtesy, Source: "x"})
		if err == nil {
			treaty.Check(c, &text)
		}
	})
}
