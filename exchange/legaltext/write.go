package legaltext

import (
	"strings"

	"merida/library"
)

// WriteMarkdown writes sections as Markdown: for a text that was typed and has no
// original. Headings follow the level of the section; paragraphs and points begin with their number.
func WriteMarkdown(ss []library.Section) string {
	var b strings.Builder
	for _, s := range ss {
		switch {
		case s.Kind == "paragraph" || s.Kind == "point":
			b.WriteString(escape(s.Num))
			if s.Num != "" {
				b.WriteByte(' ')
			}
			if s.Heading != "" {
				b.WriteString(escape(s.Heading) + "\n\n")
			}
		case s.Num != "" || s.Heading != "":
			b.WriteString(strings.Repeat("#", min(max(s.Level, 1), 6)))
			if s.Num != "" {
				b.WriteString(" " + escape(s.Num))
			}
			if s.Num != "" && s.Heading != "" {
				b.WriteString(" –")
			}
			if s.Heading != "" {
				b.WriteString(" " + escape(s.Heading))
			}
			b.WriteString("\n\n")
		}
		if s.Text != "" {
			b.WriteString(escape(s.Text) + "\n")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

var escaper = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "<", `\<`, "&", `\&`, "#", `\#`)

func escape(s string) string { return escaper.Replace(s) }
