package legaltext

import (
	"html"
	"strings"
	"unicode"
)

// line is one line of a text, without its marks.
type line struct {
	s    string // trimmed; empty for a blank line
	md   int    // level of a Markdown heading, 0 for text
	bold bool   // all of it stands in bold
	lead int    // bytes at the beginning that stand in bold
	sup  bool   // it begins with a raised number, as Swiss paragraphs do
}

// strong reports that the source itself sets the line's first n bytes apart.
func (l line) strong(n int) bool { return l.md > 0 || l.bold || n > 0 && l.lead >= n }

func plainLines(text string) []line {
	out := make([]line, 0, strings.Count(text, "\n")+1)
	for s := range strings.SplitSeq(text, "\n") {
		out = append(out, line{s: squeeze(s)})
	}
	return out
}

// markdownLines reads Markdown as sources write it: headings without a space, tables,
// emphasis across half a line, rests of HTML. Front matter is data about the file, not the
// law's text, and is left out; so are comments and the addresses of links.
func markdownLines(text string) []line {
	text = dropComments(dropFrontMatter(text))
	out := make([]line, 0, strings.Count(text, "\n")+1)
	for s := range strings.SplitSeq(text, "\n") {
		s = strings.TrimSpace(s)
		for strings.HasPrefix(s, ">") {
			s = strings.TrimSpace(s[1:])
		}
		switch {
		case s == "" || isRule(s) || strings.HasPrefix(s, "```"):
			out = append(out, line{})
			continue
		case strings.Trim(s, "=") == "": // the line above is a heading
			if n := len(out); n > 0 && out[n-1].s != "" && out[n-1].md == 0 {
				out[n-1].md = 1
			}
			out = append(out, line{})
			continue
		}
		level := 0
		for level < len(s) && s[level] == '#' {
			level++
		}
		if level > 6 {
			level = 0
		}
		body := s[level:]
		if level > 0 {
			body = strings.TrimRight(body, "# ")
		} else if strings.HasPrefix(body, "* ") || strings.HasPrefix(body, "+ ") {
			body = "- " + body[2:]
		} else if strings.HasPrefix(body, ":   ") {
			body = body[4:] // the second half of a definition
		}
		if level > 0 {
			body = dropNotes(body)
		}
		l := inline(body)
		l.md = level
		l.sup = strings.HasPrefix(body, "<sup>")
		if l.s == "" {
			l = line{}
		}
		out = append(out, l)
	}
	return out
}

// isRule reports a horizontal line or the line below the head of a table.
func isRule(s string) bool {
	return len(s) >= 3 && (strings.Trim(s, "-| :") == "" && strings.Contains(s, "--") || strings.Trim(s, "* ") == "" || strings.Trim(s, "_ ") == "")
}

func dropFrontMatter(s string) string {
	first, rest, ok := strings.Cut(s, "\n")
	if !ok || strings.TrimRight(first, " \t") != "---" {
		return s
	}
	for at := 0; at < min(len(rest), 64<<10); {
		l, _, more := strings.Cut(rest[at:], "\n")
		if t := strings.TrimRight(l, " \t"); t == "---" || t == "..." {
			if !more {
				return ""
			}
			return rest[at+len(l)+1:]
		}
		if !more {
			return s
		}
		at += len(l) + 1
	}
	return s
}

// dropComments takes comments of HTML away; one that never ends stays as text.
func dropComments(s string) string {
	if !strings.Contains(s, "<!--") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.Index(s, "<!--")
		if i < 0 {
			break
		}
		j := strings.Index(s[i+4:], "-->")
		if j < 0 {
			break
		}
		b.WriteString(s[:i])
		b.WriteByte('\n')
		s = s[i+4+j+3:]
	}
	b.WriteString(s)
	return b.String()
}

// dropNotes takes the marks of footnotes from a heading; the notes themselves stay.
func dropNotes(s string) string {
	for {
		i := strings.Index(s, "[^")
		if i < 0 {
			return s
		}
		j := i + 2
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		if j == i+2 || j >= len(s) || s[j] != ']' {
			return s
		}
		s = s[:i] + s[j+1:]
	}
}

// maxInline bounds the search for the end of a link or tag, so that a line full of
// beginnings takes no longer than any other.
const maxInline = 2000

// inline takes the marks of Markdown and HTML from a line.
func inline(s string) line {
	var out strings.Builder
	out.Grow(len(s))
	bold, inBold, plain := false, 0, 0 // letters in and outside bold
	lead, open := 0, true
	put := func(t string) {
		for _, r := range t {
			if unicode.IsSpace(r) {
				continue
			}
			if bold {
				inBold++
			} else {
				plain++
				open = false
			}
		}
		out.WriteString(t)
		if bold && open {
			lead = out.Len()
		}
	}
	closers := []int{} // where links that were opened end with "](address)"
	for i := 0; i < len(s); {
		if n := len(closers); n > 0 && i == closers[n-1] {
			closers = closers[:n-1]
			i += closing(s[i:]) + 1
			if i < len(s) && wordByte(s[i]) {
				put(" ") // links stand without space around in some sources
			}
			continue
		}
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s) && isPunct(s[i+1]):
			put(s[i+1 : i+2])
			i += 2
		case strings.HasPrefix(s[i:], "**") || strings.HasPrefix(s[i:], "__"):
			bold = !bold
			i += 2
		case c == '*' || c == '`':
			if c == '*' && i > 0 && i+1 < len(s) && s[i-1] == '(' && s[i+1] == ')' { // "(*)" is how some databases mark an amending article
				put("*")
			}
			i++
		case c == '_' && (i == 0 || !wordByte(s[i-1]) || i+1 == len(s) || !wordByte(s[i+1])):
			i++
		case c == '!' && strings.HasPrefix(s[i:], "!["):
			i++
		case c == '[':
			if end := linkEnd(s, i); end > 0 && (len(closers) == 0 || end < closers[len(closers)-1]) {
				closers = append(closers, end)
				if i > 0 && (wordByte(s[i-1]) || s[i-1] == '*') {
					put(" ")
				}
			} else {
				put("[")
			}
			i++
		case c == ']' && addressAfter(s[i+1:]) > 0: // of a link that began on a line above
			i += 1 + addressAfter(s[i+1:])
			if i < len(s) && wordByte(s[i]) {
				put(" ")
			}
		case c == '<':
			if n := tag(s[i:]); n > 0 {
				if t := s[i:]; !inText(t) || strings.HasPrefix(t, "<sup>") && len(t) > 5 && t[5] >= '0' && t[5] <= '9' {
					put(" ")
				}
				i += n
			} else {
				put("<")
				i++
			}
		case c == '&':
			j := strings.IndexByte(s[i:min(len(s), i+32)], ';')
			if j > 0 {
				t := html.UnescapeString(s[i : i+j+1])
				put(strings.Map(func(r rune) rune {
					if unicode.IsControl(r) && r != '\t' || invisible(r) || r == unicode.ReplacementChar {
						return -1
					}
					return r
				}, t))
				i += j + 1
			} else {
				put("&")
				i++
			}
		default:
			j := i + 1
			for j < len(s) && !strings.ContainsRune("\\*_`![]<&", rune(s[j])) && (len(closers) == 0 || j < closers[len(closers)-1]) {
				j++
			}
			put(s[i:j])
			i = j
		}
	}
	t := squeeze(out.String())
	l := line{s: t, bold: inBold > 0 && plain == 0}
	if lead > 0 {
		l.lead = len(squeeze(out.String()[:lead]))
	}
	return l
}

func isPunct(c byte) bool {
	return c < 0x80 && c > ' ' && !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')
}

func wordByte(c byte) bool {
	return c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// linkEnd finds the "]" of a link that begins at i and has an address; 0 when there is none.
func linkEnd(s string, i int) int {
	depth := 0
	stop := min(len(s), i+maxInline)
	for j := i; j < stop; j++ {
		switch s[j] {
		case '\\':
			j++
		case '[':
			depth++
		case ']':
			depth--
			if depth > 0 {
				continue
			}
			if j+1 < len(s) && s[j+1] == '(' && closing(s[j:]) > 0 {
				return j
			}
			return 0
		}
	}
	return 0
}

// closing finds the bracket that ends an address; 0 when there is none.
func closing(s string) int {
	for j := 0; j < min(len(s), maxInline); j++ {
		switch s[j] {
		case '\\':
			j++
		case ')':
			return j
		}
	}
	return 0
}

// addressAfter is the length of an address in brackets that s begins with, 0 when there is none.
func addressAfter(s string) int {
	if !strings.HasPrefix(s, "(/") && !strings.HasPrefix(s, "(http") && !strings.HasPrefix(s, "(#") {
		return 0
	}
	j := strings.IndexAny(s[:min(len(s), maxInline)], ") \t")
	if j < 0 || s[j] != ')' {
		return 0
	}
	return j + 1
}

// inText reports a tag that stands within a word or beside it without parting it.
func inText(s string) bool {
	s = strings.TrimPrefix(s[1:], "/")
	i := 0
	for i < len(s) && i < 8 && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= 'A' && s[i] <= 'Z') {
		i++
	}
	switch strings.ToLower(s[:i]) {
	case "sup", "sub", "b", "i", "em", "strong", "span", "u", "font", "a", "small":
		return true
	}
	return false
}

// tag is the length of the tag that s begins with; 0 when it begins with none, as in "a < b".
func tag(s string) int {
	i := 1
	if i < len(s) && s[i] == '/' {
		i++
	}
	if i >= len(s) || !(s[i] >= 'a' && s[i] <= 'z' || s[i] >= 'A' && s[i] <= 'Z') {
		return 0
	}
	j := strings.IndexByte(s[:min(len(s), maxInline)], '>')
	if j < 0 || strings.Contains(s[:j], "://") && !strings.Contains(s[:j], "=") || strings.Contains(s[:j], "@") && !strings.Contains(s[:j], "=") {
		return 0 // an address in angle brackets is text
	}
	return j + 1
}
