package iati

import (
	_ "embed"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed elements203.txt
var elements203 string

// element is what the schema lets a kind of element hold.
type element struct {
	text       string // type of its own characters; empty where it may have none
	elements   bool   // elements of other namespaces may stand at its end
	attributes bool   // attributes of other namespaces may
	attrs      []attrRule
	kids       []kidRule // in the order of the schema
}

type attrRule struct {
	name, typ string
	required  bool
}

type kidRule struct {
	name   string
	kind   string
	least  int
	single bool // at most one
}

func (e *element) attr(name string) (attrRule, bool) {
	for _, a := range e.attrs {
		if a.name == name {
			return a, true
		}
	}
	return attrRule{}, false
}

// schema203 reads the table once. It ships with the program, so that a line that cannot be read is a bug.
var schema203 = sync.OnceValue(func() map[string]*element {
	out := map[string]*element{}
	for line := range strings.Lines(elements203) {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		e := &element{text: strings.Trim(f[1], "-"), elements: f[2] == "+other" || f[2] == "+elements", attributes: f[2] == "+other" || f[2] == "+attributes"}
		for _, x := range f[3:] {
			if a, ok := strings.CutPrefix(x, "@"); ok {
				i := strings.LastIndexByte(a, ':')
				name, typ := a[:i], a[i+1:]
				e.attrs = append(e.attrs, attrRule{name, strings.TrimSuffix(typ, "!"), strings.HasSuffix(typ, "!")})
				continue
			}
			sign := x[len(x)-1]
			k := kidRule{single: sign == '!' || sign == '?'}
			if sign == '!' || sign == '+' {
				k.least = 1
			}
			name, kind, ok := strings.Cut(x[:len(x)-1], "=")
			if k.name, k.kind = name, kind; !ok {
				k.kind = name
			}
			e.kids = append(e.kids, k)
		}
		out[f[0]] = e
	}
	return out
})

var (
	isDecimal  = regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)$`)
	isDate     = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?$`)
	isDateTime = regexp.MustCompile(`^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$`)
	isLanguage = regexp.MustCompile(`^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$`)
	isToken    = regexp.MustCompile(`^[\pL\pN._:-]+$`)
)

// fits brings a value to a form that the type of the schema takes and reports whether there is one.
// What is not words loses the white space around it; in an address spaces are written as %20, which says the same.
// Source: XML Schema part 2, lexical forms of the built-in types.
func fits(typ, s string) (string, bool) {
	if typ == "string" {
		return s, true
	}
	s = strings.Join(strings.Fields(s), " ")
	switch typ {
	case "boolean":
		return s, s == "true" || s == "false" || s == "1" || s == "0"
	case "decimal":
		return s, isDecimal.MatchString(s)
	case "int":
		_, err := strconv.ParseInt(s, 10, 32)
		return s, err == nil
	case "nonNegative":
		n, err := strconv.ParseInt(s, 10, 64)
		return s, err == nil && n >= 0
	case "positive":
		n, err := strconv.ParseInt(s, 10, 64)
		return s, err == nil && n > 0
	case "date":
		m := isDate.FindStringSubmatch(s)
		if m == nil && len(s) > 11 && s[10] == 'T' { // a time behind the date says nothing that a date could not
			m = isDate.FindStringSubmatch(s[:10])
			s = s[:10]
		}
		if m == nil {
			return s, false
		}
		_, err := time.Parse(time.DateOnly, m[1])
		return s, err == nil
	case "dateTime":
		m := isDateTime.FindStringSubmatch(s)
		if m == nil && isDate.MatchString(s) && len(s) == 10 {
			s += "T00:00:00Z"
			m = isDateTime.FindStringSubmatch(s)
		}
		if m == nil {
			return s, false
		}
		_, err := time.Parse("2006-01-02T15:04:05", m[1])
		return s, err == nil
	case "language":
		return s, s == "" || isLanguage.MatchString(s)
	case "token":
		return s, isToken.MatchString(s)
	case "uri":
		s = strings.ReplaceAll(s, " ", "%20")
		_, err := url.Parse(s)
		return s, err == nil
	}
	return s, false
}
