package iati

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"merida/assistance"
	"merida/convention"
	"merida/exchange"
	"merida/fault"
	"merida/internal/clock"
	"merida/lang"
	"merida/party"
	"merida/publication"
)

// Limits of what a record shows; the rest stays in the original.
const (
	maxPlaces    = 20
	maxRows      = 500   // elements of one name
	maxMoneyRows = 5_000 // transactions, budgets, planned disbursements
	maxCode      = 255   // bytes of an identifier, reference or code, which databases index
	maxName      = 500   // bytes of an organisation's name, which may stand for its reference
)

// undetermined is the language of words of which the file does not say it. Source: ISO 639-2.
const undetermined lang.Tag = "und"

// decoder turns the tree of one activity into a record.
type decoder struct {
	now     time.Time
	known   func(code string) (party.ID, bool) // a State by any of its codes
	remarks []exchange.Note
	rows    map[string]int       // how many elements of a name there were
	stated  []assistance.Mapping // what the record says in our own vocabularies
	record  string               // which record of an instance of this program it says to be
}

// room reports whether the record shows one more element of the name.
func (d *decoder) room(name string) bool {
	limit := maxRows
	switch name {
	case "transaction", "budget", "planned-disbursement":
		limit = maxMoneyRows
	}
	if d.rows[name]++; d.rows[name] > limit {
		d.remark("iati.remark.many", name)
		return false
	}
	return true
}

// remark notes what a person may want to look at; each kind once, with the first value.
func (d *decoder) remark(key, value string) {
	for _, r := range d.remarks {
		if r.Key == key {
			return
		}
	}
	d.remarks = append(d.remarks, exchange.Note{Key: key, Args: fault.Args{"value": short(value)}})
}

func oneLine(s string) string { return assistance.CleanString(strings.Join(strings.Fields(s), " ")) }

func code(s string) string { return cut(oneLine(s), maxCode) }

// cut shortens s to at most limit bytes.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.TrimSpace(strings.ToValidUTF8(s[:limit], ""))
}

func tag(s string) lang.Tag {
	s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-")
	base, rest, _ := strings.Cut(s, "-")
	if len(base) < 2 || len(base) > 8 || len(s) > 35 || strings.IndexFunc(base, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) }) >= 0 ||
		strings.IndexFunc(rest, func(r rune) bool {
			return r > unicode.MaxASCII || r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
		}) >= 0 {
		return ""
	}
	base = strings.ToLower(base)
	if rest != "" {
		base += "-" + rest
	}
	return lang.Tag(base)
}

// within is the language of what stands in n: its own, or that of what it stands in.
func within(n *node, outer lang.Tag) lang.Tag {
	if t := tag(n.attr("xml:lang")); t != "" {
		return t
	}
	return outer
}

// words reads the narratives of n. Several of one language are kept one below the other.
func words(n *node, outer lang.Tag, clean func(string) string) lang.Text {
	if n == nil {
		return nil
	}
	outer = within(n, outer)
	var out lang.Text
	for _, k := range n.kids {
		if k.name != "narrative" {
			continue
		}
		s := clean(k.text)
		if s == "" {
			continue
		}
		t := within(k, outer)
		if t == "" {
			t = undetermined
		}
		if out == nil {
			out = lang.Text{}
		}
		if v, ok := out[t]; ok && v.S != s {
			s = v.S + "\n" + s
		}
		out[t] = lang.Value{S: s}
	}
	return out
}

func yes(s string) bool {
	s = strings.TrimSpace(s)
	return s == "1" || s == "true"
}

// day reads an xsd:date, also one with a zone or a time behind it.
func (d *decoder) day(n *node, attribute string) assistance.Day {
	if n == nil {
		return ""
	}
	s := strings.TrimSpace(n.attr(attribute))
	if s == "" {
		return ""
	}
	if len(s) >= 10 {
		if day := assistance.Day(s[:10]); day.Valid() {
			return day
		}
	}
	d.remark("iati.remark.date", s)
	return ""
}

func (d *decoder) number(s string) string {
	if s = strings.TrimSpace(s); s != "" && !assistance.Decimal(s) {
		d.remark("iati.remark.number", s)
		return ""
	}
	return s
}

func (d *decoder) money(n *node) (m assistance.Money) {
	if n == nil {
		return m
	}
	return assistance.Money{Value: d.number(n.text), Currency: strings.ToUpper(code(n.attr("currency"))), On: d.day(n, "value-date")}
}

func org(n *node, l lang.Tag) assistance.Org {
	o := assistance.Org{Ref: code(n.attr("ref")), Type: code(n.attr("type")), Role: code(n.attr("role")), Name: words(n, l, oneLine), Activity: code(n.attr("activity-id"))}
	if o.Activity == "" { // so it is called on the two sides of a transaction
		if o.Activity = code(n.attr("provider-activity-id")); o.Activity == "" {
			o.Activity = code(n.attr("receiver-activity-id"))
		}
	}
	for t, v := range o.Name {
		o.Name[t] = lang.Value{S: cut(v.S, maxName)}
	}
	return o
}

func side(n *node, l lang.Tag) *assistance.Org {
	if n == nil {
		return nil
	}
	o := org(n, l)
	if o.Ref == "" && o.Name.Empty() {
		return nil
	}
	return &o
}

// state reads the code of a country; one that nobody knows is kept as it is when it could be one.
func (d *decoder) state(n *node) party.ID {
	c := strings.ToUpper(code(n.attr("code")))
	if c == "" {
		return ""
	}
	if id, ok := d.known(c); ok {
		return id
	}
	if !party.ID(c).Valid() {
		d.remark("iati.remark.country_form", c)
		return ""
	}
	d.remark("iati.remark.country", c)
	return party.ID(c)
}

func (d *decoder) region(n *node, l lang.Tag) assistance.Region {
	return assistance.Region{Vocabulary: code(n.attr("vocabulary")), Code: code(n.attr("code")), Percent: d.number(n.attr("percentage")), Text: words(n, l, oneLine)}
}

func (d *decoder) sector(n *node, l lang.Tag) assistance.Sector {
	return assistance.Sector{Vocabulary: code(n.attr("vocabulary")), VocabularyURI: code(n.attr("vocabulary-uri")), Code: code(n.attr("code")), Percent: d.number(n.attr("percentage")), Text: words(n, l, oneLine)}
}

func childCode(n *node, name string) string {
	if k := n.child(name); k != nil {
		return code(k.attr("code"))
	}
	return ""
}

// updated reads when the publisher last changed the record. A time yet to come would shut
// out every later version, so it counts as not said.
func (d *decoder) updated(s string) time.Time {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly, "2006-01-02Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			if t.After(d.now.Add(24*time.Hour)) || t.Year() < 1990 {
				break
			}
			return clock.Cut(t)
		}
	}
	d.remark("iati.remark.updated", s)
	return time.Time{}
}

// decode reads an activity. Invalid: it has no identifier, no reporting organisation or no title.
func (d *decoder) decode(root *node, h header) (a assistance.Activity, bad *fault.Error) {
	l := within(root, tag(h.lang))
	a = assistance.Activity{Source: assistance.FromIATI, Class: publication.Public, LastUpdated: d.updated(root.attr("last-updated-datetime"))}
	c := &a.Content
	c.Language, c.Currency, c.Hierarchy, c.Humanitarian = l, strings.ToUpper(code(root.attr("default-currency"))), code(root.attr("hierarchy")), yes(root.attr("humanitarian"))
	d.rows, d.record = map[string]int{}, root.attr(recordMark)
	var reporter string
	for _, n := range root.kids {
		if n.name != "location" && !d.room(n.name) {
			continue
		}
		inner := within(n, l)
		switch n.name {
		case "iati-identifier":
			if a.IATIIdentifier == "" {
				a.IATIIdentifier = oneLine(n.text)
			}
		case "reporting-org":
			if c.Reporter.Ref == "" {
				reporter = oneLine(n.attr("ref"))
				c.Reporter, c.Secondary = org(n, l), yes(n.attr("secondary-reporter"))
			}
		case "title":
			if c.Titles.Empty() {
				c.Titles = words(n, l, oneLine)
			}
		case "description":
			if t := words(n, l, assistance.CleanString); !t.Empty() {
				c.Descriptions = append(c.Descriptions, assistance.Description{Type: code(n.attr("type")), Text: t})
			}
		case "participating-org":
			if o := org(n, l); o.Ref != "" || !o.Name.Empty() {
				c.Orgs = append(c.Orgs, o)
			}
		case "activity-status":
			c.Status = code(n.attr("code"))
		case "activity-scope":
			c.Scope = code(n.attr("code"))
		case "activity-date":
			if on := d.day(n, "iso-date"); on != "" {
				c.Dates = append(c.Dates, assistance.Date{Type: code(n.attr("type")), On: on, Text: words(n, l, oneLine)})
			}
		case "contact-info":
			c.Contacts = append(c.Contacts, contact(n, inner))
		case "recipient-country":
			if p := d.state(n); p != "" {
				c.Recipients = append(c.Recipients, assistance.Recipient{Party: p, Percent: d.number(n.attr("percentage")), Stated: "activity", Text: words(n, l, oneLine)})
			}
		case "recipient-region":
			if r := d.region(n, l); r.Code != "" {
				c.Regions = append(c.Regions, r)
			}
		case "location":
			if c.PlaceCount++; len(c.Places) < maxPlaces {
				p := assistance.Place{Ref: code(n.attr("ref")), Name: words(n.child("name"), inner, oneLine), Description: words(n.child("description"), inner, assistance.CleanString)}
				if pt := n.child("point"); pt != nil {
					if pos := pt.child("pos"); pos != nil {
						p.Point = oneLine(pos.text)
					}
				}
				c.Places = append(c.Places, p)
			}
		case "sector":
			switch s := d.sector(n, l); {
			case ours(s.Vocabulary, s.VocabularyURI, provisionVocabulary, provisionList):
				d.stated = append(d.stated, assistance.Mapping{Provision: convention.ID(s.Code), Status: assistance.Confirmed, At: d.now})
			case ours(s.Vocabulary, s.VocabularyURI, formVocabulary, formList):
				d.stated = append(d.stated, assistance.Mapping{Form: s.Code, Status: assistance.Confirmed, At: d.now})
			case s.Code != "" || !s.Text.Empty():
				c.Sectors = append(c.Sectors, s)
			}
		case "tag":
			if x := assistance.Cooperation(n.attr("code")); ours(n.attr("vocabulary"), n.attr("vocabulary-uri"), cooperationVocabulary, cooperationList) && slices.Contains(assistance.Cooperations, x) {
				c.Cooperation = x
			}
		case "policy-marker":
			c.Markers = append(c.Markers, assistance.Marker{Vocabulary: code(n.attr("vocabulary")), Code: code(n.attr("code")), Significance: code(n.attr("significance")), Text: words(n, l, oneLine)})
		case "collaboration-type":
			c.CollaborationType = code(n.attr("code"))
		case "default-flow-type":
			c.FlowType = code(n.attr("code"))
		case "default-finance-type":
			c.FinanceType = code(n.attr("code"))
		case "default-aid-type":
			c.AidTypes = append(c.AidTypes, code(n.attr("code")))
		case "default-tied-status":
			c.TiedStatus = code(n.attr("code"))
		case "budget":
			c.Budgets = append(c.Budgets, d.budget(n, inner))
		case "planned-disbursement":
			c.Planned = append(c.Planned, d.budget(n, inner))
		case "transaction":
			c.Transactions = append(c.Transactions, d.transaction(n, inner))
		case "document-link":
			c.Documents = append(c.Documents, d.document(n, inner))
		case "related-activity":
			c.Related = append(c.Related, assistance.Related{Type: code(n.attr("type")), Identifier: oneLine(n.attr("ref"))})
		case "result":
			c.Results = append(c.Results, assistance.Result{Type: code(n.attr("type")), Title: words(n.child("title"), inner, oneLine)})
		}
	}
	for _, t := range c.Transactions {
		if t.Recipient != "" && !c.Receives(t.Recipient) {
			c.Recipients = append(c.Recipients, assistance.Recipient{Party: t.Recipient, Stated: "transaction"})
		}
	}
	a.From, a.To = assistance.Span(c.Dates)
	switch {
	case a.IATIIdentifier == "":
		bad = fault.New(fault.Invalid, "iati.refused.identifier", nil)
	case c.Reporter.Ref == "":
		bad = fault.New(fault.Invalid, "iati.refused.reporter", nil)
	case len(a.IATIIdentifier) > maxCode || len(reporter) > maxCode:
		bad = fault.New(fault.Invalid, "iati.refused.long", fault.Args{"limit": maxCode})
	case c.Titles.Empty():
		bad = fault.New(fault.Invalid, "iati.refused.title", nil)
	}
	return a, bad
}

func (d *decoder) budget(n *node, l lang.Tag) assistance.Budget {
	return assistance.Budget{Type: code(n.attr("type")), Status: code(n.attr("status")), From: d.day(n.child("period-start"), "iso-date"), To: d.day(n.child("period-end"), "iso-date"),
		Money: d.money(n.child("value")), Provider: side(n.child("provider-org"), l), Receiver: side(n.child("receiver-org"), l)}
}

func (d *decoder) transaction(n *node, l lang.Tag) assistance.Transaction {
	t := assistance.Transaction{Ref: code(n.attr("ref")), Type: childCode(n, "transaction-type"), On: d.day(n.child("transaction-date"), "iso-date"), Money: d.money(n.child("value")),
		Text: words(n.child("description"), l, assistance.CleanString), Provider: side(n.child("provider-org"), l), Receiver: side(n.child("receiver-org"), l),
		FlowType: childCode(n, "flow-type"), FinanceType: childCode(n, "finance-type"), TiedStatus: childCode(n, "tied-status"), Humanitarian: yes(n.attr("humanitarian"))}
	for _, k := range n.kids {
		switch k.name {
		case "sector":
			if len(t.Sectors) == maxRows {
				continue
			}
			if s := d.sector(k, l); s.Code != "" || !s.Text.Empty() {
				t.Sectors = append(t.Sectors, s)
			}
		case "recipient-country":
			t.Recipient = d.state(k)
		case "recipient-region":
			if r := d.region(k, l); r.Code != "" {
				t.Region = &r
			}
		case "aid-type":
			t.AidTypes = append(t.AidTypes, code(k.attr("code")))
		}
	}
	return t
}

func (d *decoder) document(n *node, l lang.Tag) assistance.Document {
	doc := assistance.Document{URL: oneLine(n.attr("url")), Format: code(n.attr("format")), Title: words(n.child("title"), l, oneLine), Description: words(n.child("description"), l, assistance.CleanString), On: d.day(n.child("document-date"), "iso-date")}
	for _, k := range n.kids {
		switch k.name {
		case "category":
			doc.Categories = append(doc.Categories, code(k.attr("code")))
		case "language":
			if t := tag(k.attr("code")); t != "" {
				doc.Languages = append(doc.Languages, t)
			}
		}
	}
	return doc
}

func contact(n *node, l lang.Tag) assistance.Contact {
	c := assistance.Contact{Type: code(n.attr("type"))}
	for _, k := range n.kids {
		switch k.name {
		case "organisation":
			c.Organisation = words(k, l, oneLine)
		case "department":
			c.Department = words(k, l, oneLine)
		case "person-name":
			c.Person = words(k, l, oneLine)
		case "job-title":
			c.JobTitle = words(k, l, oneLine)
		case "telephone":
			c.Telephones = append(c.Telephones, oneLine(k.text))
		case "email":
			c.Emails = append(c.Emails, oneLine(k.text))
		case "website":
			c.Websites = append(c.Websites, oneLine(k.text))
		case "mailing-address":
			c.Address = words(k, l, assistance.CleanString)
		}
	}
	return c
}
