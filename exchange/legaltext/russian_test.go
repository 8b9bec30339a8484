package legaltext

import (
	"strings"
	"testing"

	"merida/lang"
)

func eids(t *testing.T, format, l, text string) string {
	t.Helper()
	ss, _, err := Parse(format, lang.Tag(l), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range ss {
		out = append(out, s.EID)
	}
	return strings.Join(out, " ")
}

// An article that was put between two others carries a raised number, which a style sheet raises and the letters do not show.
func TestRaisedNumberOfAnArticle(t *testing.T) {
	page := `<html><head><style>.W9 { font-size:65%; vertical-align: super; } .B { color:red }</style></head><body>
<p>Статья 6. Первая</p><p>Текст первой<span class="W9">2</span>.</p>
<p>Статья 6<span class="W9" style="">1</span>. Вставленная</p><p>Текст вставленной.</p>
<p>Статья 6<span style="vertical-align: super">10</span>. Ещё одна</p><p>Текст.</p>
<p>Статья 7. Последняя <span class="B">3</span></p><p>Текст последней.</p></body></html>`
	if got := eids(t, HTML, "ru", page); got != "art_6 art_6.1 art_6.10 art_7" {
		t.Error(got)
	}
	ss, _, err := Parse(HTML, "ru", []byte(page))
	if err != nil || ss[1].Num != "Статья 6.1" || ss[1].Heading != "Вставленная" || ss[0].Text != "Текст первой2." {
		t.Errorf("%v %+v", err, ss)
	}
}

// In a code with articles a § is a division of a chapter; in rules that number by § alone it is the article.
func TestParagraphSignInRussian(t *testing.T) {
	code := "Глава 1. Первая\n\nСтатья 1. Раз\n\nТекст.\n\nГлава 2. Вторая\n\n§ 1. Общее\n\nСтатья 2. Два\n\nТекст.\n\nСтатья 3. Три\n\nТекст.\n\n§ 2. Особое\n\nСтатья 4. Четыре\n\nТекст.\n\nСтатья 5. Пять\n\nТекст.\n"
	if got := eids(t, Plain, "ru", code); got != "chp_1 art_1 chp_2 chp_2__dvs_1 art_2 art_3 chp_2__dvs_2 art_4 art_5" {
		t.Error(got)
	}
	rules := "§ 1. Раз\n\nТекст.\n\n§ 2. Два\n\nТекст.\n\n§ 3. Три\n\nТекст.\n"
	if got := eids(t, Plain, "ru", rules); got != "art_1 art_2 art_3" {
		t.Error(got)
	}
}

// Letters set apart stress a word in typewritten Russian.
func TestLettersSetApart(t *testing.T) {
	text := "Р А З Д Е Л  I. Общий\n\nС т а т ь я  1. Понятия\n\nТекст о воде.\n\nС т а т ь я  2. Цели\n\nА в е и слова дальше.\n\nСтатья 3. Задачи\n\nТекст.\n"
	if got := eids(t, Plain, "ru", text); got != "title_I art_1 art_2 art_3" {
		t.Error(got)
	}
	ss, _, err := Parse(Plain, "ru", []byte(text))
	if err != nil || ss[1].Num != "Статья 1" || ss[1].Heading != "Понятия" || ss[2].Text != "А в е и слова дальше." {
		t.Errorf("%v %+v", err, ss)
	}
}
