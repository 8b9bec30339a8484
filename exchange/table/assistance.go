package table

import (
	"context"

	"merida/assistance"
	"merida/directory"
	"merida/identity"
	"merida/party"
)

// Needs is the list of needs.
func (w Words) Needs(total int) (Table, func(assistance.Need) Row) {
	return w.table("needs", w.T("need.list"), total,
			Column{Key: "state", Label: w.T("column.state"), Width: 24}, code("party"), Column{Key: "provision_names", Label: w.T("column.provision"), Width: 30}, Column{Key: "provisions", Kind: List, Width: 24},
			Column{Key: "form_name", Label: w.T("need.form"), Width: 30}, code("form"), Column{Key: "what", Label: w.T("need.what"), Kind: Texts, Width: 40}, Column{Key: "for_whom", Label: w.T("need.for_whom"), Width: 40},
			Column{Key: "from", Label: w.T("activity.from"), Kind: Day}, Column{Key: "to", Label: w.T("activity.to"), Kind: Day},
			Column{Key: "status_name", Label: w.T("column.status")}, code("status"), code("priority"), Column{Key: "published_on", Label: w.T("column.published"), Kind: Day},
			Column{Key: "answer", Width: 30}, Column{Key: "id", Width: 30}, Column{Key: "url", Label: w.T("table.address"), Width: 40}),
		func(n assistance.Need) Row {
			names, codes := w.provisions(n.Provisions)
			return Row{w.party(n.Party), n.Party, names, codes, w.form(n.Form), n.Form, n.What, n.ForWhom.Pick(w.Lang), string(n.From), string(n.To),
				w.T("need.status." + string(n.Status)), n.Status, n.Priority, Date(n.PublishedAt), n.Origin.Answer, n.ID, w.URL("/needs/" + string(n.ID))}
		}
}

// Stated is an activity with what the States that receive it say of it.
type Stated struct {
	assistance.Activity
	Positions []assistance.Position
}

// Stand reads what States say of activities, as the sight sees it.
func Stand(ctx context.Context, st assistance.Store, sight identity.Sight, as []assistance.Activity) ([]Stated, error) {
	ids := make([]assistance.ActivityID, len(as))
	out := make([]Stated, len(as))
	for i, a := range as {
		ids[i], out[i].Activity = a.ID, a
	}
	if len(ids) == 0 {
		return nil, nil
	}
	said, err := st.Positions(ctx, sight, ids)
	for i := range out {
		out[i].Positions = said[out[i].ID]
	}
	return out, err
}

// Activities is the list of activities. Amounts are left out: what records state of money is not to be added.
func (w Words) Activities(total int) (Table, func(Stated) Row) {
	return w.table("activities", w.T("activity.list"), total,
			Column{Key: "title", Label: w.T("column.title"), Width: 50}, Column{Key: "titles", Label: w.T("column.title"), Kind: Texts, Width: 30},
			Column{Key: "providers", Label: w.T("activity.providers"), Width: 40}, Column{Key: "provider_refs", Kind: List, Width: 24},
			Column{Key: "recipients", Label: w.T("activity.recipients"), Width: 30}, Column{Key: "parties", Kind: List},
			Column{Key: "phase_name", Label: w.T("activity.phase")}, code("phase"), Column{Key: "from", Label: w.T("activity.from"), Kind: Day}, Column{Key: "to", Label: w.T("activity.to"), Kind: Day},
			Column{Key: "provision_names", Label: w.T("column.provision"), Width: 30}, Column{Key: "provisions", Kind: List, Width: 24}, Column{Key: "form_names", Label: w.T("need.form"), Width: 30}, Column{Key: "forms", Kind: List},
			Column{Key: "positions", Label: w.T("activity.positions"), Width: 40}, Column{Key: "source_name", Label: w.T("column.source")}, code("source"), Column{Key: "iati_identifier", Width: 30}, Column{Key: "id", Width: 30}, Column{Key: "url", Label: w.T("table.address"), Width: 40}),
		func(a Stated) Row {
			var positions []string
			for _, p := range a.Positions {
				s := w.party(p.Party) + ": " + w.T("activity.says."+string(p.Kind))
				if text := p.Text.Pick(w.Lang); text != "" {
					s += " (" + text + ")"
				}
				positions = append(positions, s)
			}
			var providers, refs []string
			for _, o := range a.Content.Providers() {
				name := o.Name.Pick(w.Lang)
				if name == "" {
					name = o.Ref
				}
				providers = append(providers, name)
				if o.Ref != "" {
					refs = append(refs, o.Ref)
				}
			}
			var to []party.ID
			for _, r := range a.Recipients {
				to = append(to, r.Party)
			}
			names, codes := w.parties(to)
			var provisions, provisionIDs, forms, formCodes []string
			for _, m := range a.Provisions {
				if m.Status != assistance.Rejected {
					provisions, provisionIDs = append(provisions, w.Provision(m.Provision)), append(provisionIDs, string(m.Provision))
				}
			}
			for _, m := range a.Forms {
				if m.Status != assistance.Rejected {
					forms, formCodes = append(forms, w.form(m.Form)), append(formCodes, m.Form)
				}
			}
			return Row{a.Titles.Pick(w.Lang), a.Titles, w.list(providers), refs, w.list(names), codes, w.T("activity.phase." + string(a.Phase())), a.Phase(), string(a.From), string(a.To),
				w.list(provisions), provisionIDs, w.list(forms), formCodes, w.list(positions), w.T("activity.source." + string(a.Source)), a.Source, a.IATIIdentifier, a.ID, w.URL("/activities/" + string(a.ID))}
		}
}

// Organisations is the list of organisations that records name.
func (w Words) Organisations(total int) (Table, func(assistance.Organisation) Row) {
	return w.table("organisations", w.T("organisation.list"), total,
			Column{Key: "name", Label: w.T("organisation.name"), Width: 50}, Column{Key: "names", Label: w.T("organisation.name"), Kind: Texts, Width: 30}, Column{Key: "ref", Width: 24}, Column{Key: "type_name", Label: w.T("organisation.type"), Width: 24}, code("type"),
			Column{Key: "activities", Label: w.T("organisation.activities"), Kind: Number}, Column{Key: "key", Width: 24}),
		func(o assistance.Organisation) Row {
			return Row{o.Name.Pick(w.Lang), o.Name, o.Ref, w.Codes.Name("organisation-type", o.Type, w.Lang), o.Type, o.Activities, o.Key}
		}
}

// Contacts is the register of contact points.
func (w Words) Contacts(total int) (Table, func(directory.ContactPoint) Row) {
	return w.table("contact-points", w.T("contact.title"), total,
			Column{Key: "state", Label: w.T("column.state"), Width: 24}, code("party"), code("organisation"), Column{Key: "role_name", Label: w.T("contact.role"), Width: 30}, code("role"),
			Column{Key: "office", Label: w.T("contact.office"), Width: 40}, Column{Key: "person", Label: w.T("table.person"), Width: 24}, Column{Key: "email", Label: w.T("contact.email"), Width: 24}, Column{Key: "telephone", Label: w.T("contact.telephone")},
			Column{Key: "languages", Kind: List}, Column{Key: "from", Label: w.T("activity.from"), Kind: Day}, Column{Key: "to", Label: w.T("activity.to"), Kind: Day}, Column{Key: "confirmed_on", Label: w.T("contact.confirmed"), Kind: Day}, Column{Key: "id", Width: 30}),
		func(c directory.ContactPoint) Row {
			who := c.Organisation
			if c.Party != "" {
				who = w.party(c.Party)
			}
			var langs []string
			for _, t := range c.Languages {
				langs = append(langs, string(t))
			}
			return Row{who, c.Party, c.Organisation, w.T("contact.role." + string(c.Role)), c.Role, c.Office.Pick(w.Lang), c.Person, c.Email, c.Telephone, langs, c.From, c.To, c.ConfirmedOn, c.ID}
		}
}

// Parties is the list of States and organizations.
func (w Words) Parties(total int) (Table, func(*directory.Party) Row) {
	return w.table("parties", w.T("parties.title"), total,
			Column{Key: "state", Label: w.T("column.state"), Width: 30}, code("iso"), Column{Key: "names", Label: w.T("column.state"), Kind: Texts, Width: 24}, Column{Key: "group_name", Label: w.T("column.group"), Width: 30}, code("group"),
			Column{Key: "standing_name", Label: w.T("column.status"), Width: 24}, code("uncac_status"),
			Column{Key: "signed", Label: w.T("party.signed"), Kind: Day}, Column{Key: "deposited", Label: w.T("party.deposited"), Kind: Day}, Column{Key: "in_force", Label: w.T("party.in_force"), Kind: Day}),
		func(p *directory.Party) Row {
			return Row{p.Name(w.Lang), p.ID, p.Names, w.States.GroupName(p.Group).Pick(w.Lang), p.Group, w.States.StandingName(p.UNCAC.Standing).Pick(w.Lang), p.UNCAC.Standing,
				Date(p.UNCAC.Signed.Time), Date(p.UNCAC.Deposited.Time), Date(p.UNCAC.InForce.Time)}
		}
}
