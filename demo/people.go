package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"merida/identity"
	"merida/lang"
	"merida/party"
)

// member is somebody of the cast before the account exists.
type member struct {
	key string
	identity.Account
}

// cast lists the people of the demonstration, one for each role first. Every name
// is invented and says so.
var cast = []member{
	{"officer", identity.Account{Name: "Olga Demonstration", Role: identity.Officer, Lang: "en"}},
	{"QM.focal_point", of(Quamara, identity.FocalPoint, "Farah Demonstration", "Ministry of Justice (demonstration)", "en")},
	{"QM.contributor", of(Quamara, identity.Contributor, "Cora Demonstration", "Procurement Office (demonstration)", "en")},
	{"QM.approver", of(Quamara, identity.Approver, "Amir Demonstration", "Office of the Minister of Justice (demonstration)", "en")},
	{"fund", identity.Account{Name: "Petra Demonstration", Role: identity.Provider, Organisation: Fund, Lang: "en"}},
	{"administrator", identity.Account{Name: "Adam Demonstration", Role: identity.Administrator, Lang: "en"}},
	{"auditor", identity.Account{Name: "Aude Demonstration", Role: identity.Auditor, Lang: "en"}},
	{"QM.contact_point", of(Quamara, identity.ContactPoint, "Tomas Demonstration", "Ministry of Planning (demonstration)", "en")},
	{"reviewer", of(Qupenia, identity.Reviewer, "Rosa Demonstration", "Ministerio de Justicia (demostración)", "es")},
	{"QM.bank", of(Quamara, identity.Contributor, "Bela Demonstration", "Central Bank (demonstration)", "en")},
	{"QN.focal_point", of(Qunera, identity.FocalPoint, "Fadi Démonstration", "Ministère de la justice (démonstration)", "fr")},
	{"QN.contributor", of(Qunera, identity.Contributor, "كريم عرض", "النيابة العامة (عرض توضيحي)", "ar")},
	{"QN.bank", of(Qunera, identity.Contributor, "Claire Démonstration", "Banque centrale (démonstration)", "fr")},
	{"QN.approver", of(Qunera, identity.Approver, "Alia Démonstration", "Cabinet du Ministre (démonstration)", "fr")},
	{"QN.contact_point", of(Qunera, identity.ContactPoint, "Théo Démonstration", "Ministère du plan (démonstration)", "fr")},
	{"QP.focal_point", of(Qupenia, identity.FocalPoint, "Félix Demostración", "Ministerio de Justicia (demostración)", "es")},
	{"QP.contributor", of(Qupenia, identity.Contributor, "Кира Демонстрация", "Палата этики (демонстрация)", "ru")},
	{"QP.approver", of(Qupenia, identity.Approver, "Alba Demostración", "Gabinete del Ministro (demostración)", "es")},
	{"QP.contact_point", of(Qupenia, identity.ContactPoint, "Teo Demostración", "Agencia de Cooperación (demostración)", "es")},
	{"member", identity.Account{Name: "Mina Demonstration", Agency: "Secretariat of the donor table (demonstration)", Role: identity.MechanismMember, Lang: "en"}},
	{"network", identity.Account{Name: "Nadia Demonstration", Role: identity.Provider, Organisation: Network, Lang: "en"}},
}

func of(p party.ID, r identity.Role, name, agency string, l lang.Tag) identity.Account {
	return identity.Account{Name: name, Agency: agency, Role: r, Party: p, Lang: l}
}

// lastKey is made by the last act of all, so that a filling that was broken off shows.
const lastKey = "auditor"

func (t *tale) firstPeople(ctx context.Context) error {
	for _, m := range cast {
		if m.key != lastKey {
			if err := t.meet(ctx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tale) lastPeople(ctx context.Context) error {
	for _, m := range cast {
		if m.key == lastKey {
			if err := t.meet(ctx, m); err != nil {
				return err
			}
		}
	}
	slices.SortStableFunc(t.people, func(a, b Person) int { return place(a.Key) - place(b.Key) })
	return nil
}

func place(key string) int {
	return slices.IndexFunc(cast, func(m member) bool { return m.key == key })
}

func (t *tale) meet(ctx context.Context, m member) error {
	t.pass(tick)
	m.Email = strings.NewReplacer(".", "-", "_", "-").Replace(strings.ToLower(m.key)) + "@demonstration.example" // RFC 2606: nobody's
	a, err := t.identity.Add(ctx, identity.OperatorActor(), m.Account)
	if err != nil {
		return fmt.Errorf("demo: %s: %w", m.key, err)
	}
	t.who[m.key] = a
	t.people = append(t.people, Person{m.key, a})
	return nil
}
