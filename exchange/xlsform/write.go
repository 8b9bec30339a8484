package xlsform

import (
	"fmt"
	"io"
	"strings"

	"merida/internal/workbook"
	"merida/lang"
	"merida/questionnaire"
)

// blockSheet holds the labels of the follow-up block, once; the survey repeats them for other tools.
const blockSheet = "merida_block"

// The lists of choices that a form of ours has.
const (
	implementationList = "implementation"
	challengesList     = "challenges"
)

// own are the names of the six languages as forms show them to whoever answers.
var own = map[lang.Tag]string{"ar": "العربية", "zh": "中文", "en": "English", "fr": "Français", "ru": "Русский", "es": "Español"}

// column is the head of a text in one language, as "label::Français (fr)".
func column(kind string, t lang.Tag) string {
	return fmt.Sprintf("%s::%s (%s)", kind, own[t], t)
}

// grid collects the rows of a sheet by the names of their columns.
type grid struct {
	heads []string
	rows  [][]workbook.Cell
}

func (g *grid) add(cells map[string]string) {
	row := make([]workbook.Cell, len(g.heads))
	for i, h := range g.heads {
		row[i].Text = cells[h]
	}
	g.rows = append(g.rows, row)
}

func (g *grid) sheet(name string) workbook.Sheet {
	s := workbook.Sheet{Name: name, Frozen: 1}
	var top []workbook.Cell
	for _, h := range g.heads {
		width := 18.0
		if strings.Contains(h, "::") && !strings.HasPrefix(h, "merida") {
			width = 50
		}
		top = append(top, workbook.Cell{Text: h, Style: workbook.Header})
		s.Columns = append(s.Columns, workbook.Column{Width: width})
	}
	s.Rows = append([][]workbook.Cell{top}, g.rows...)
	return s
}

func heads(before []string, kinds []string, after ...string) []string {
	out := before
	for _, k := range kinds {
		for _, t := range lang.Official {
			out = append(out, column(k, t))
		}
	}
	return append(out, after...)
}

func put(cells map[string]string, kind string, t lang.Text) {
	for _, l := range lang.Official {
		cells[column(kind, l)] = t[l].S
	}
}

// Write writes an edition as a form.
func Write(w io.Writer, c questionnaire.Content) error {
	survey := grid{heads: heads([]string{"type", "name"}, []string{"label", "hint"}, "relevant", "merida::section", "merida::id", "merida::provision", "merida::from", "merida::part")}
	for i, s := range c.Sections {
		survey.add(map[string]string{"type": "begin_group", "name": fmt.Sprintf("section_%d", i+1), column("label", "en"): s.ID, "merida::section": s.ID, "merida::provision": string(s.Provision)})
		for _, q := range s.Questions {
			question(&survey, c, q)
		}
		survey.add(map[string]string{"type": "end_group"})
	}
	choices := grid{heads: heads([]string{"list_name", "name"}, []string{"label", "hint"})}
	list := func(name string, options []questionnaire.Option) {
		for _, o := range options {
			cells := map[string]string{"list_name": name, "name": o.Code}
			put(cells, "label", o.Label)
			put(cells, "hint", o.Hint)
			choices.add(cells)
		}
	}
	list(implementationList, c.Block.Options)
	list(challengesList, c.Block.Challenges)
	settings := grid{heads: heads([]string{"form_title", "form_id", "version", "default_language"}, []string{"form_title"}, "merida::questionnaire", "merida::edition", "merida::convention", "merida::status")}
	top := map[string]string{"form_title": c.Titles.Pick("en"), "form_id": string(c.ID()), "version": fmt.Sprint(c.Edition), "default_language": own["en"] + " (en)",
		"merida::questionnaire": c.Questionnaire, "merida::edition": fmt.Sprint(c.Edition), "merida::convention": string(c.Convention), "merida::status": string(c.Titles["en"].Status)}
	put(top, "form_title", c.Titles)
	settings.add(top)
	block := grid{heads: heads([]string{"part"}, []string{"label", "hint"})}
	parts := func(name string, p questionnaire.Part) {
		cells := map[string]string{"part": name}
		put(cells, "label", p.Label)
		put(cells, "hint", p.Hint)
		block.add(cells)
	}
	for _, p := range c.Block.Parts {
		parts(p.ID, p)
	}
	if g := c.Block.General; g != nil {
		parts(generalPart, *g)
	}
	return workbook.Write(w, []workbook.Sheet{survey.sheet("survey"), choices.sheet("choices"), settings.sheet("settings"), block.sheet(blockSheet)})
}

// generalPart stands for Block.General among the parts; its id is the part that such an answer fills.
const generalPart = "general"

// question writes a group with the question and what follows it.
func question(survey *grid, c questionnaire.Content, q questionnaire.Question) {
	name := "q_" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-' {
			return r
		}
		return '_'
	}, q.ID)
	survey.add(map[string]string{"type": "begin_group", "name": name, column("label", "en"): q.ID, "merida::id": q.ID, "merida::provision": string(q.Provision), "merida::from": strings.Join(q.From, " ")})
	answer := name + "__answer"
	row := map[string]string{"type": "select_one " + implementationList, "name": answer, "merida::part": "question"}
	if q.General() {
		row["type"] = "text"
	}
	put(row, "label", q.Text)
	put(row, "hint", q.Guidance)
	survey.add(row)
	for _, p := range c.Block.Parts {
		if p.ID == implementationList || q.General() && p.ID != "citations" {
			continue
		}
		row := map[string]string{"type": "text", "name": name + "__" + p.ID, "merida::part": p.ID}
		put(row, "label", p.Label)
		put(row, "hint", p.Hint)
		if p.ID == "missing" {
			row["relevant"] = "${" + answer + "} != 'yes'"
		}
		survey.add(row)
		if p.ID == "missing" && len(c.Block.Challenges) > 0 {
			row := map[string]string{"type": "select_multiple " + challengesList, "name": name + "__challenges", "merida::part": "challenges", "relevant": "${" + answer + "} != 'yes'"}
			put(row, "label", p.Label)
			survey.add(row)
		}
	}
	survey.add(map[string]string{"type": "end_group"})
}
