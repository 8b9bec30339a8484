package xlsform

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"merida/convention"
	"merida/fault"
	"merida/lang"
	"merida/questionnaire"
)

// Edition makes an edition of a form. bad says what keeps it from being one, left what of the form a questionnaire
// cannot hold; both with their rows. A form without a follow-up block of its own gets the one given.
func (f *Form) Edition(block questionnaire.Block, known func(convention.ID) bool) (c questionnaire.Content, left, bad []Line) {
	m := maker{f: f, at: map[string]Row{}, made: map[string]bool{}, status: lang.Status(f.Settings["merida::status"])}
	c.Questionnaire, c.Convention = f.Settings["merida::questionnaire"], convention.ID(f.Settings["merida::convention"])
	if c.Questionnaire == "" {
		c.Questionnaire = slug(first(Row{Cells: f.Settings}, "form_id", "id_string", "form_title"))
	}
	if m.status == "" {
		m.status = lang.Unofficial
	}
	c.Edition, _ = strconv.Atoi(first(Row{Cells: f.Settings}, "merida::edition", "version"))
	m.fallback = tagOf(f.Settings["default_language"])
	c.Titles = m.text(Row{Cells: f.Settings}, "form_title")
	if len(c.Titles) == 0 {
		if s := f.Settings["form_title"]; s != "" {
			c.Titles = lang.Text{m.plain(): {S: s, Status: m.status}}
		}
	}
	m.survey(&c)
	if c.Convention == "" && len(c.Sections) > 0 {
		c.Convention = convention.ID(strings.SplitN(string(c.Sections[0].Provision), "/", 2)[0])
	}
	c.Block = block
	if rows := f.Others[blockSheet]; len(rows) > 0 {
		c.Block = m.block(rows)
	}
	m.languages()
	b, err := json.Marshal(c)
	if err == nil {
		_, err = questionnaire.Parse(bytes.NewReader(b), known)
	}
	if x, ok := errors.AsType[*fault.Error](err); ok {
		for _, field := range x.Fields {
			if m.made[field.Name] {
				continue // the question says the same
			}
			l := Line{Sheet: "survey", Row: m.at[field.Name].N, Name: field.Name, Key: field.Key, Args: field.Args}
			if l.Row == 0 {
				l.Sheet = "settings"
				if field.Name == "sections" {
					l.Sheet = "survey"
				}
			}
			m.bad = append(m.bad, l)
		}
		if len(x.Fields) == 0 {
			m.bad = append(m.bad, Line{Sheet: "survey", Key: x.MessageKey(), Args: x.Args})
		}
	}
	byRow := func(a, b Line) int { return a.Row - b.Row }
	slices.SortStableFunc(m.left, byRow)
	slices.SortStableFunc(m.bad, byRow)
	return c, m.left, m.bad
}

type maker struct {
	f         *Form
	left, bad []Line
	at        map[string]Row  // the row of a question or section, by its id
	made      map[string]bool // sections that no row asked for
	status    lang.Status
	fallback  lang.Tag // language of columns that name none
}

func (m *maker) plain() lang.Tag {
	if m.fallback == "" {
		return "en"
	}
	return m.fallback
}

func (m *maker) leave(r Row, key string, args fault.Args) {
	m.left = append(m.left, Line{"survey", r.N, r.Get("name"), "xlsform.left." + key, args})
}

// names are how forms call the six languages, besides their codes.
var names = map[string]lang.Tag{"arabic": "ar", "العربية": "ar", "chinese": "zh", "中文": "zh", "english": "en", "french": "fr", "français": "fr", "francais": "fr", "russian": "ru", "русский": "ru", "spanish": "es", "español": "es", "espanol": "es"}

// tagOf reads the language of a column: "English (en)", "en", "English". Empty where it is none of the six.
func tagOf(s string) lang.Tag {
	s = strings.ToLower(strings.TrimSpace(s))
	if i := strings.LastIndexByte(s, '('); i >= 0 && strings.HasSuffix(s, ")") {
		if t := lang.Tag(s[i+1 : len(s)-1]).Base(); lang.IsOfficial(t) {
			return t
		}
		s = strings.TrimSpace(s[:i])
	}
	if t, ok := names[s]; ok {
		return t
	}
	if t := lang.Tag(s).Base(); lang.IsOfficial(t) {
		return t
	}
	return ""
}

// text reads a text in every language that the row has of it.
func (m *maker) text(r Row, kind string) lang.Text {
	out := lang.Text{}
	for head, s := range r.Cells {
		k, language, ok := strings.Cut(head, "::")
		if k != kind {
			continue
		}
		t := m.plain()
		if ok {
			t = tagOf(language)
		}
		if t == "" || !ok && out[t].S != "" || kind == "form_title" && !ok {
			continue
		}
		out[t] = lang.Value{S: s, Status: m.status}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// languages says which languages of the form are none of the six.
func (m *maker) languages() {
	seen := map[string]bool{}
	for _, r := range m.f.Survey {
		for _, head := range r.heads {
			k, language, ok := strings.Cut(head, "::")
			if ok && k == "label" && !seen[language] && tagOf(language) == "" {
				m.left = append(m.left, Line{"survey", 1, "", "xlsform.left.language", fault.Args{"lang": language}})
			}
			seen[language] = true
		}
	}
}

// survey makes sections and questions of the rows.
func (m *maker) survey(c *questionnaire.Content) {
	var groups []Row
	depth := 0     // of the group that is a question; 0 where none is open
	inSection := 0 // of the group that is a section of ours
	inQuestion := func() bool { return depth > 0 }
	section := func(r Row, id string, p convention.ID) *questionnaire.Section {
		c.Sections = append(c.Sections, questionnaire.Section{ID: id, Provision: p})
		m.at[id] = r
		return &c.Sections[len(c.Sections)-1]
	}
	add := func(r Row, id string) {
		p := convention.ID(r.Get("merida::provision"))
		article := article(p)
		n := len(c.Sections)
		if inSection == 0 && (n == 0 || !strings.HasPrefix(string(p)+"/", string(c.Sections[n-1].Provision)+"/") && article != c.Sections[n-1].Provision) {
			section(r, string(article), article)
			m.made[string(article)] = true
			n++
		}
		q := questionnaire.Question{ID: id, Provision: p, From: strings.Fields(r.Get("merida::from"))}
		if len(q.From) == 0 {
			q.From = nil
		}
		m.at[id] = r
		c.Sections[n-1].Questions = append(c.Sections[n-1].Questions, q)
	}
	words := func(r Row) {
		s := &c.Sections[len(c.Sections)-1]
		q := &s.Questions[len(s.Questions)-1]
		q.Text, q.Guidance = m.text(r, "label"), m.text(r, "hint")
	}
	for _, r := range m.f.Survey {
		k, _ := kind(r)
		bound := r.Get("merida::provision") != ""
		switch {
		case k == "" || strings.HasPrefix(r.Get("type"), "#"):
		case strings.HasPrefix(k, "begin_"):
			groups = append(groups, r)
			switch {
			case r.Get("merida::section") != "":
				section(r, r.Get("merida::section"), convention.ID(r.Get("merida::provision")))
				inSection = len(groups)
			case bound && k == "begin_group":
				add(r, first(r, "merida::id", "name"))
				depth = len(groups)
			case k != "begin_group":
				m.leave(r, "repeat", nil)
			}
		case strings.HasPrefix(k, "end_") && k != "end_time":
			if len(groups) == depth {
				depth = 0
			}
			if len(groups) == inSection {
				inSection = 0
			}
			groups = groups[:max(len(groups)-1, 0)]
		case inQuestion() && r.Get("merida::part") == "question":
			words(r)
		case inQuestion() && r.Get("merida::part") != "": // the block, which the edition has once
		case bound:
			add(r, first(r, "merida::id", "name"))
			words(r)
			m.conditions(r)
		case k == "text" || k == "string" || k == "select_one" || k == "select_multiple":
			m.bad = append(m.bad, Line{"survey", r.N, r.Get("name"), "xlsform.error.no_provision", nil})
			m.conditions(r)
		default:
			m.leave(r, "type", fault.Args{"type": r.Get("type")})
		}
	}
}

// conditions names what a row asks of its answer that a questionnaire does not.
func (m *maker) conditions(r Row) {
	for _, h := range []string{"relevant", "constraint", "required", "calculation", "choice_filter", "appearance", "default", "read_only", "media::image", "media::audio", "media::video"} {
		if r.Get(h) != "" {
			m.leave(r, "column", fault.Args{"column": h})
		}
	}
}

// block reads the follow-up block of a form of ours.
func (m *maker) block(rows []Row) (b questionnaire.Block) {
	for _, r := range rows {
		p := questionnaire.Part{ID: r.Get("part"), Label: m.text(r, "label"), Hint: m.text(r, "hint")}
		if p.ID == generalPart {
			p.ID = "practice"
			b.General = &p
			continue
		}
		b.Parts = append(b.Parts, p)
	}
	list := func(name string) (out []questionnaire.Option) {
		for _, r := range m.f.Choices[name] {
			out = append(out, questionnaire.Option{Code: first(r, "name", "value"), Label: m.text(r, "label"), Hint: m.text(r, "hint")})
		}
		return out
	}
	b.Options, b.Challenges = list(implementationList), list(challengesList)
	return b
}

// article is the part of an id up to the article.
func article(p convention.ID) convention.ID {
	parts := strings.SplitN(string(p), "/", 3)
	return convention.ID(strings.Join(parts[:min(len(parts), 2)], "/"))
}

// slug makes an id of a title.
func slug(s string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, s), "-")
}

// Open reads an edition out of a file: the JSON that an export writes, or a form. Lines are as for [Form.Edition]; those
// of a JSON name no row.
// Invalid: the file is neither.
func Open(b []byte, block questionnaire.Block, known func(convention.ID) bool) (c questionnaire.Content, left, bad []Line, err error) {
	if s := bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n"); bytes.HasPrefix(s, []byte("{")) {
		c, err = questionnaire.Parse(bytes.NewReader(s), known)
		if x, ok := errors.AsType[*fault.Error](err); ok && len(x.Fields) > 0 {
			for _, f := range x.Fields {
				bad = append(bad, Line{Name: f.Name, Key: f.Key, Args: f.Args})
			}
			err = nil
		}
		return c, nil, bad, err
	}
	f, bad, err := Read(b)
	if err != nil {
		return c, nil, nil, err
	}
	c, left, more := f.Edition(block, known)
	return c, left, append(bad, more...), nil
}
