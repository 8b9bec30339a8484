package iati

import (
	"slices"
	"strings"

	"merida/exchange"
	"merida/fault"
)

// LeftOut is something of a record that the schema of IATI 2.03 has no place for, or a whole record that
// cannot be made valid. The record here keeps it all the same.
type LeftOut struct {
	Record string        `json:"record"`         // its IATI identifier
	Path   string        `json:"path,omitempty"` // of the element or attribute: "iati-activity/budget/value/@value-date"; empty for the whole record
	Reason exchange.Note `json:"reason"`
}

// mender brings the tree of an activity into the form of the schema: children in its order, what is not
// its own at the end, nothing that it does not know. It never makes up a value.
type mender struct {
	left []LeftOut
}

func (m *mender) leave(path, key string, args fault.Args) {
	m.left = append(m.left, LeftOut{Path: path, Reason: exchange.Note{Key: key, Args: args}})
}

// mend reports whether the element can stand; where it cannot, why has been noted.
func (m *mender) mend(n *node, kind, path string) bool {
	e := schema203()[kind]
	attrs := n.attrs[:0:0]
	for _, a := range n.attrs {
		at := path + "/@" + a.name
		switch rule, ok := e.attr(a.name); {
		case strings.HasPrefix(a.name, "xmlns:"):
			attrs = append(attrs, a)
		case ok:
			value, fit := fits(rule.typ, a.value)
			if !fit {
				m.leave(at, "iati.left.value", fault.Args{"value": short(a.value)})
				continue
			}
			if rule.typ != "language" || value != "" { // an empty language says nothing, and readers stumble over it
				attrs = append(attrs, attr{a.name, value})
			}
		case strings.Contains(a.name, ":") && e.attributes:
			attrs = append(attrs, a)
		default:
			m.leave(at, "iati.left.attribute", fault.Args{"name": short(a.name)})
		}
	}
	n.attrs = attrs
	for _, rule := range e.attrs {
		if rule.required && !slices.ContainsFunc(n.attrs, func(a attr) bool { return a.name == rule.name }) {
			m.leave(path, "iati.left.missing", fault.Args{"name": "@" + rule.name})
			return false
		}
	}
	if e.text == "" {
		if strings.TrimSpace(n.text) != "" {
			m.leave(path, "iati.left.text", nil)
		}
		n.text = ""
	} else {
		value, fit := fits(e.text, n.text)
		if !fit {
			m.leave(path, "iati.left.value", fault.Args{"value": short(n.text)})
			return false
		}
		n.text = value
	}
	var kids, foreign []*node
	for _, k := range n.kids {
		switch {
		case k.raw == nil && !slices.ContainsFunc(e.kids, func(r kidRule) bool { return r.name == k.name }):
			m.leave(path+"/"+k.name, "iati.left.element", fault.Args{"name": short(k.name)})
		case k.raw != nil && e.elements:
			foreign = append(foreign, k)
		case k.raw != nil:
			m.leave(path, "iati.left.element", fault.Args{"name": string(tagName(k.raw))})
		}
	}
	for _, rule := range e.kids {
		stand := 0
		for _, k := range n.kids {
			if k.raw != nil || k.name != rule.name {
				continue
			}
			at := path + "/" + k.name
			if rule.single && stand == 1 {
				m.leave(at, "iati.left.many", nil)
				continue
			}
			if m.mend(k, rule.kind, at) {
				kids = append(kids, k)
				stand++
			}
		}
		if stand < rule.least {
			m.leave(path, "iati.left.missing", fault.Args{"name": rule.name})
			return false
		}
	}
	n.kids = append(kids, foreign...)
	return true
}

var textEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;")

// write appends the element as XML; indent is negative for a form without white space of its own, by which
// trees are compared.
func (n *node) write(b []byte, indent int) []byte {
	space := func(depth int) {
		if indent >= 0 {
			b = append(b, '\n')
			for range depth {
				b = append(b, ' ', ' ')
			}
		}
	}
	if n.raw != nil {
		return append(b, n.raw...)
	}
	b = append(append(b, '<'), n.name...)
	for _, a := range n.attrs {
		b = append(append(append(b, ' '), a.name...), '=', '"')
		b = append(append(b, attributeEscaper.Replace(a.value)...), '"')
	}
	if len(n.kids) == 0 && n.text == "" {
		return append(b, '/', '>')
	}
	b = append(b, '>')
	b = append(b, textEscaper.Replace(n.text)...)
	for _, k := range n.kids {
		space(indent + 1)
		if indent < 0 {
			b = k.write(b, indent)
		} else {
			b = k.write(b, indent+1)
		}
	}
	if len(n.kids) > 0 {
		space(indent)
	}
	return append(append(append(b, '<', '/'), n.name...), '>')
}

// bare takes away what does not belong to what a tree says: white space between elements, and the address of
// the instance before the names of our vocabularies.
func (n *node) bare() *node {
	if len(n.kids) > 0 {
		n.text = strings.TrimSpace(n.text)
	}
	for i, a := range n.attrs {
		for _, list := range []string{provisionList, formList, cooperationList} {
			if a.name == "vocabulary-uri" && strings.HasSuffix(a.value, list) {
				n.attrs[i].value = list
			}
		}
	}
	for _, k := range n.kids {
		k.bare()
	}
	return n
}
