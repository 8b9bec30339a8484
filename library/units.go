package library

import (
	"slices"
	"strings"

	"merida/lang"
	"merida/search/analysis"
	"merida/suggest"
)

// Unit is a piece of a text that is mapped as one, as a rule an article with its paragraphs: the
// section at which it begins and the index after its last one.
type Unit struct {
	At, End int
}

// Units cuts a text into the pieces that are mapped: its articles; in a text without any, its sections, as common law names
// them; where there are neither, the largest parts that can still be read as one. Headings alone are no units.
func Units(ss []Section) (out []Unit) {
	article := "article"
	if !slices.ContainsFunc(ss, func(s Section) bool { return s.Kind == article }) {
		article = "section"
	}
	for _, u := range suggest.Units(len(ss), func(i int) int { return ss[i].Level }, func(i int) bool { return ss[i].Kind == article },
		func(i int) int { return len(ss[i].Text) }) {
		out = append(out, Unit{u[0], u[1]})
	}
	return out
}

// unitsOf gives the units in which what the keys name stands, each once.
func unitsOf(ss []Section, keys []MappingKey) (out []string) {
	units := Units(ss)
	for _, k := range keys {
		i := slices.IndexFunc(ss, func(s Section) bool { return s.EID == k.EID })
		for _, u := range units {
			if u.At <= i && i < u.End && !slices.Contains(out, ss[u.At].EID) {
				out = append(out, ss[u.At].EID)
			}
		}
	}
	return out
}

// HoldsWords reports whether a text has, for each of the words, one that begins with it, whatever case and accents.
func HoldsWords(text, words string) bool {
	said := analysis.Words(text)
	for _, w := range analysis.Words(words) {
		if !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, w) }) {
			return false
		}
	}
	return true
}

// LawOf makes a measure ready for suggestions.
func LawOf(w Whole) suggest.Law {
	l := suggest.Law{ID: string(w.Measure.ID), Country: string(w.Measure.Country), Lang: w.Measure.Lang, Title: w.Measure.Titles[w.Measure.Lang].S}
	at := make(map[string]int, len(w.Sections))
	for i, s := range w.Sections {
		at[s.EID] = i
	}
	for _, u := range Units(w.Sections) {
		l.Units = append(l.Units, unitText(w.Sections, u, at))
	}
	return l
}

func unitText(ss []Section, u Unit, at map[string]int) suggest.Unit {
	out := suggest.Unit{EID: ss[u.At].EID, Heading: ss[u.At].Heading}
	for p := ss[u.At].Parent; p != ""; {
		i, ok := at[p]
		if !ok {
			break
		}
		if ss[i].Heading != "" {
			out.Above = append(out.Above, ss[i].Heading)
		}
		p = ss[i].Parent
	}
	slices.Reverse(out.Above)
	var b strings.Builder
	for i := u.At; i < u.End; i++ {
		if i > u.At && ss[i].Heading != "" {
			b.WriteString(ss[i].Heading + "\n")
		}
		b.WriteString(ss[i].Text + "\n")
	}
	out.Text = strings.TrimSpace(b.String())
	return out
}

// Examples gives what people mapped in a measure, for learning: each mapped unit with its text, and apart from it the notes that
// say what the unit provides, each in its language. Suggestions are not learnt from, nor what is mapped as a whole.
func Examples(w Whole) (out []suggest.Example) {
	at := make(map[string]int, len(w.Sections))
	for i, s := range w.Sections {
		at[s.EID] = i
	}
	units := Units(w.Sections)
	unitOf := func(eid string) (suggest.Unit, bool) {
		i, ok := at[eid]
		if !ok {
			return suggest.Unit{}, false
		}
		for _, u := range units {
			if u.At <= i && i < u.End {
				return unitText(w.Sections, u, at), true
			}
		}
		return suggest.Unit{EID: eid, Heading: w.Sections[i].Heading, Text: w.Sections[i].Text}, true
	}
	law, country := string(w.Measure.ID), string(w.Measure.Country)
	title := w.Measure.Titles[w.Measure.Lang].S
	texts := map[string]int{} // by unit
	notes := map[lang.Tag]map[string]int{}
	for _, m := range w.Mappings {
		if m.Status == Suggested || m.EID == "" {
			continue
		}
		u, ok := unitOf(m.EID)
		if !ok {
			continue
		}
		if u.Text != "" {
			i, ok := texts[u.EID]
			if !ok {
				i = len(out)
				texts[u.EID] = i
				out = append(out, suggest.Example{Law: law, Country: country, Lang: w.Measure.Lang, Title: title, Unit: u})
			}
			out[i].Provisions = append(out[i].Provisions, m.Provision)
		}
		for _, tag := range m.Note.Tags() {
			if notes[tag] == nil {
				notes[tag] = map[string]int{}
			}
			s := m.Note[tag].S
			i, ok := notes[tag][s]
			if !ok {
				i = len(out)
				notes[tag][s] = i
				out = append(out, suggest.Example{Law: law, Country: country, Lang: tag, Note: true, Unit: suggest.Unit{EID: m.EID, Text: s}})
			}
			out[i].Provisions = append(out[i].Provisions, m.Provision)
		}
	}
	return out
}
