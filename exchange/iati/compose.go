package iati

import (
	"strconv"

	"merida/assistance"
	"merida/lang"
)

// el makes an element; what follows the text are names and values of attributes, those without a value are left away.
func el(name, text string, attrs ...string) *node {
	n := &node{name: name, text: text}
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] != "" {
			n.attrs = append(n.attrs, attr{attrs[i], attrs[i+1]})
		}
	}
	return n
}

func (n *node) add(kids ...*node) *node {
	for _, k := range kids {
		if k != nil {
			n.kids = append(n.kids, k)
		}
	}
	return n
}

// say adds a text as narratives, one for each language that it has.
func (n *node) say(t lang.Text) *node {
	for _, tag := range t.Tags() {
		l := string(tag)
		if tag == undetermined {
			l = ""
		}
		n.kids = append(n.kids, el("narrative", t[tag].S, "xml:lang", l))
	}
	return n
}

// texted is an element that is there only for its words; nil without them.
func texted(name string, t lang.Text, attrs ...string) *node {
	if t.Empty() {
		return nil
	}
	return el(name, "", attrs...).say(t)
}

// reporter is who publishes a record that was made here: the organisation that recorded it, the State, or the
// secretariat of this instance. Type 90 of the code list OrganisationType is "other", where no type was stated.
func (e *Exporter) reporter(a assistance.Activity) assistance.Org {
	r := a.Reporter
	switch a.Source {
	case assistance.FromParty:
		r = assistance.Org{Ref: string(a.Party) + "-MERIDA", Type: "10"}
		if p, ok := e.Parties.Get(a.Party); ok {
			r.Name = p.Names
		}
	case assistance.FromSecretariat:
		r = assistance.Org{Ref: "MERIDA", Name: lang.T("en", "Secretariat (Merida)")}
	default:
		if r.Ref == "" {
			r.Ref = a.Organisation
		}
	}
	if r.Type == "" {
		r.Type = "90"
	}
	if r.Name.Empty() {
		r.Name = lang.T("en", r.Ref)
	}
	return r
}

// identifierOf is the identifier under which a record is published that states none: that of its reporter, a
// hyphen, and the record's own. Source: IATI standard, iati-identifier.
func identifierOf(a assistance.Activity, reporter assistance.Org) string {
	return reporter.Ref + "-" + string(a.ID)
}

// compose makes the tree of a record that was made here. A record without a description repeats its title as
// one, since the schema wants one; nothing else is made up, and a record that lacks more cannot be made valid.
func (e *Exporter) compose(a assistance.Activity) *node {
	r := e.reporter(a)
	id := a.IATIIdentifier
	if id == "" {
		id = identifierOf(a, r)
	}
	secondary := ""
	if a.Source != assistance.FromProvider {
		secondary = "1" // it tells of what others do
	}
	root := el("iati-activity", "", "last-updated-datetime", a.ChangedAt.UTC().Format("2006-01-02T15:04:05Z"), "xml:lang", string(a.Language), "default-currency", a.Currency, "hierarchy", a.Hierarchy)
	root.add(el("iati-identifier", id), el("reporting-org", "", "ref", r.Ref, "type", r.Type, "secondary-reporter", secondary).say(r.Name), texted("title", a.Titles))
	for _, d := range a.Descriptions {
		root.add(texted("description", d.Text, "type", d.Type))
	}
	if len(a.Descriptions) == 0 {
		root.add(texted("description", a.Titles))
	}
	for _, o := range a.Orgs {
		root.add(el("participating-org", "", "ref", o.Ref, "type", o.Type, "role", o.Role, "activity-id", o.Activity).say(o.Name))
	}
	if a.Status != "" {
		root.add(el("activity-status", "", "code", a.Status))
	}
	for _, d := range a.Dates {
		root.add(el("activity-date", "", "type", d.Type, "iso-date", string(d.On)).say(d.Text))
	}
	for _, c := range a.Contacts {
		root.add(composeContact(c))
	}
	if a.Scope != "" {
		root.add(el("activity-scope", "", "code", a.Scope))
	}
	for _, x := range a.Recipients {
		if x.Stated != "transaction" {
			root.add(el("recipient-country", "", "code", string(x.Party), "percentage", x.Percent).say(x.Text))
		}
	}
	for _, x := range a.Regions {
		root.add(el("recipient-region", "", "code", x.Code, "vocabulary", x.Vocabulary, "percentage", x.Percent).say(x.Text))
	}
	for _, x := range a.Places {
		place := el("location", "", "ref", x.Ref).add(texted("name", x.Name), texted("description", x.Description))
		if x.Point != "" {
			place.add(el("point", "", "srsName", "http://www.opengis.net/def/crs/EPSG/0/4326").add(el("pos", x.Point)))
		}
		root.add(place)
	}
	for _, x := range a.Sectors {
		root.add(el("sector", "", "vocabulary", x.Vocabulary, "vocabulary-uri", x.VocabularyURI, "code", x.Code, "percentage", x.Percent).say(x.Text))
	}
	if a.Cooperation != "" {
		root.add(el("tag", "", "code", string(a.Cooperation), "vocabulary", cooperationVocabulary, "vocabulary-uri", e.BaseURL+cooperationList))
	}
	for _, x := range a.Markers {
		root.add(el("policy-marker", "", "vocabulary", x.Vocabulary, "code", x.Code, "significance", x.Significance).say(x.Text))
	}
	coded := func(name, code string) {
		if code != "" {
			root.add(el(name, "", "code", code))
		}
	}
	coded("collaboration-type", a.CollaborationType)
	coded("default-flow-type", a.FlowType)
	coded("default-finance-type", a.FinanceType)
	for _, x := range a.AidTypes {
		coded("default-aid-type", x)
	}
	coded("default-tied-status", a.TiedStatus)
	for _, x := range a.Budgets {
		root.add(composeBudget("budget", x))
	}
	for _, x := range a.Planned {
		root.add(composeBudget("planned-disbursement", x))
	}
	for _, t := range a.Transactions {
		root.add(composeTransaction(t))
	}
	for _, d := range a.Documents {
		doc := el("document-link", "", "url", d.URL, "format", d.Format).add(texted("title", d.Title), texted("description", d.Description))
		for _, c := range d.Categories {
			doc.add(el("category", "", "code", c))
		}
		for _, l := range d.Languages {
			doc.add(el("language", "", "code", string(l)))
		}
		if d.On != "" {
			doc.add(el("document-date", "", "iso-date", string(d.On)))
		}
		root.add(doc)
	}
	for _, x := range a.Related {
		root.add(el("related-activity", "", "ref", x.Identifier, "type", x.Type))
	}
	return root
}

func composeContact(c assistance.Contact) *node {
	n := el("contact-info", "", "type", c.Type).add(texted("organisation", c.Organisation), texted("department", c.Department), texted("person-name", c.Person), texted("job-title", c.JobTitle))
	for _, s := range c.Telephones {
		n.add(el("telephone", s))
	}
	for _, s := range c.Emails {
		n.add(el("email", s))
	}
	for _, s := range c.Websites {
		n.add(el("website", s))
	}
	return n.add(texted("mailing-address", c.Address))
}

func composeMoney(m assistance.Money) *node {
	return el("value", m.Value, "currency", m.Currency, "value-date", string(m.On))
}

func composeBudget(name string, x assistance.Budget) *node {
	n := el(name, "", "type", x.Type)
	if name == "budget" && x.Status != "" {
		n.attrs = append(n.attrs, attr{"status", x.Status})
	}
	if x.From != "" {
		n.add(el("period-start", "", "iso-date", string(x.From)))
	}
	if x.To != "" {
		n.add(el("period-end", "", "iso-date", string(x.To)))
	}
	n.add(composeMoney(x.Money))
	if name != "budget" {
		n.add(composeSide("provider-org", "provider-activity-id", x.Provider), composeSide("receiver-org", "receiver-activity-id", x.Receiver))
	}
	return n
}

func composeSide(name, activity string, o *assistance.Org) *node {
	if o == nil {
		return nil
	}
	return el(name, "", "ref", o.Ref, activity, o.Activity, "type", o.Type).say(o.Name)
}

func composeTransaction(t assistance.Transaction) *node {
	humanitarian := ""
	if t.Humanitarian {
		humanitarian = strconv.FormatBool(true)
	}
	n := el("transaction", "", "ref", t.Ref, "humanitarian", humanitarian).add(el("transaction-type", "", "code", t.Type), el("transaction-date", "", "iso-date", string(t.On)), composeMoney(t.Money),
		texted("description", t.Text), composeSide("provider-org", "provider-activity-id", t.Provider), composeSide("receiver-org", "receiver-activity-id", t.Receiver))
	for _, s := range t.Sectors {
		n.add(el("sector", "", "vocabulary", s.Vocabulary, "vocabulary-uri", s.VocabularyURI, "code", s.Code).say(s.Text))
	}
	if t.Recipient != "" {
		n.add(el("recipient-country", "", "code", string(t.Recipient)))
	}
	if t.Region != nil {
		n.add(el("recipient-region", "", "code", t.Region.Code, "vocabulary", t.Region.Vocabulary).say(t.Region.Text))
	}
	coded := func(name, code string) {
		if code != "" {
			n.add(el(name, "", "code", code))
		}
	}
	coded("flow-type", t.FlowType)
	coded("finance-type", t.FinanceType)
	for _, x := range t.AidTypes {
		coded("aid-type", x)
	}
	coded("tied-status", t.TiedStatus)
	return n
}
