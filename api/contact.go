package api

import (
	"merida/directory"
	"merida/identity"
	"merida/lang"
	"merida/party"
)

// ContactPoint is an office as the API shows it.
type ContactPoint struct {
	ID           string     `json:"id"`
	Party        party.ID   `json:"party,omitempty"`
	Organisation string     `json:"organisation,omitempty"`
	Role         string     `json:"role"`
	Office       texts      `json:"office"`
	Person       string     `json:"person,omitempty"`
	Email        string     `json:"email,omitempty"`
	Telephone    string     `json:"telephone,omitempty"`
	Languages    []lang.Tag `json:"languages"`
	From         string     `json:"from,omitempty"`
	To           string     `json:"to,omitempty"`
	ConfirmedOn  string     `json:"confirmed_on,omitempty"`
}

func (r *request) contactFilter() directory.ContactFilter {
	q := r.URL.Query()
	return directory.ContactFilter{Party: r.partyID(), Organisation: q.Get("organisation"), Role: directory.ContactRole(q.Get("role"))}
}

func wireContact(c directory.ContactPoint) ContactPoint {
	return ContactPoint{string(c.ID), c.Party, c.Organisation, string(c.Role), c.Office.Plain(), c.Person, c.Email, c.Telephone, c.Languages, c.From, c.To, c.ConfirmedOn}
}

func (r *request) contactPoints() (any, error) {
	all, err := r.api.Contacts.Contacts(r.Context(), identity.Sight{}, r.contactFilter())
	if err != nil {
		return nil, err
	}
	out := make([]ContactPoint, len(all))
	for i, c := range all {
		out[i] = wireContact(c)
	}
	return cut(r, out)
}
