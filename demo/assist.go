package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"merida/assistance"
	"merida/convention"
	"merida/directory"
	"merida/identity"
	"merida/lang"
	"merida/party"
	"merida/publication"
)

// need drafts a need from a line of a published answer and publishes it.
func (d *desk) need(ctx context.Context, question string, line int) (assistance.NeedID, error) {
	x, err := d.detail(ctx, question)
	if err != nil {
		return "", err
	}
	n, err := d.t.assistance.DraftFromAnswer(ctx, d.who("focal_point"), x.Answer, x.Current, line)
	if err != nil {
		return "", fmt.Errorf("demo: need of %s %s: %w", d.party, question, err)
	}
	c := n.NeedContent
	c.Priority, c.Language = assistance.Medium, x.Current.Content.Lang
	c.From, c.To = day(d.t.end), day(d.t.end.AddDate(2, 0, 0))
	if err := d.t.assistance.EditNeed(ctx, d.who("contact_point"), n.ID, n.Rev, c); err != nil {
		return "", fmt.Errorf("demo: need of %s %s: %w", d.party, question, err)
	}
	return n.ID, d.show(ctx, n.ID)
}

// show publishes the newest version of a need.
func (d *desk) show(ctx context.Context, id assistance.NeedID) error {
	n, err := d.t.assistance.Store.Need(ctx, d.who("approver").Sight(), id)
	if err != nil {
		return err
	}
	return d.t.assistance.PublishNeed(ctx, d.who("approver"), id, n.Rev, publication.Public)
}

// follow records what has become of a need and publishes that.
func (d *desk) follow(ctx context.Context, id assistance.NeedID, status assistance.NeedStatus, outcome lang.Text) error {
	n, err := d.t.assistance.Store.Need(ctx, d.who("contact_point").Sight(), id)
	if err != nil {
		return err
	}
	if err := d.t.assistance.FollowNeed(ctx, d.who("contact_point"), id, n.Rev, status, outcome); err != nil {
		return err
	}
	return d.show(ctx, id)
}

func day(t time.Time) assistance.Day { return assistance.Day(t.Format(time.DateOnly)) }

// offer is an activity that a provider states on the form.
type offer struct {
	who        string
	party      party.ID
	status     string
	start, end int // months from the end of the story
	titles     lang.Text
	what       lang.Text
	provisions []convention.ID
	forms      []string
}

// record states an activity for the provider's organisation.
func (t *tale) record(ctx context.Context, o offer) (assistance.ActivityID, error) {
	actor := t.as(o.who)
	names := providerNames[actor.Organisation]
	startType, endType := "1", "3" // planned
	if o.status == "2" {
		startType = "2"
	}
	c := assistance.Content{Reporter: assistance.Org{Ref: actor.Organisation, Type: providerType[actor.Organisation], Name: names},
		Titles: o.titles, Descriptions: []assistance.Description{{Type: "1", Text: o.what}}, Status: o.status,
		Dates:      []assistance.Date{{Type: startType, On: day(t.end.AddDate(0, o.start, 0))}, {Type: endType, On: day(t.end.AddDate(0, o.end, 0))}},
		Orgs:       []assistance.Org{{Ref: actor.Organisation, Type: providerType[actor.Organisation], Role: "1", Name: names}},
		Recipients: []assistance.Recipient{{Party: o.party, Stated: "activity"}}}
	id, err := t.assistance.RecordActivity(ctx, actor, assistance.ActivityDraft{Content: c, Provisions: o.provisions, Forms: o.forms})
	if err != nil {
		return "", fmt.Errorf("demo: activity for %s: %w", o.party, err)
	}
	return id, nil
}

var providerType = map[string]string{Fund: "40", Network: "21"}

var providerNames = map[string]lang.Text{
	Fund: ours("صندوق كوارتو الإنمائي (عرض توضيحي)", "夸托发展基金（演示）", "Quarto Development Fund (demonstration)", "Fonds de développement Quarto (démonstration)",
		"Фонд развития «Кварто» (демонстрация)", "Fondo de Desarrollo Quarto (demostración)"),
	Network: ours("شبكة كواليس للنزاهة (عرض توضيحي)", "夸利斯廉政网络（演示）", "Qualis Integrity Network (demonstration)", "Réseau d'intégrité Qualis (démonstration)",
		"Сеть добросовестности «Квалис» (демонстрация)", "Red de Integridad Qualis (demostración)"),
}

// assist tells of needs, of what providers do about them, and of what both sides say.
func (t *tale) assist(ctx context.Context) error {
	qm, err := t.open(ctx, Quamara)
	if err != nil {
		return err
	}
	qp, err := t.open(ctx, Qupenia)
	if err != nil {
		return err
	}
	// QM: one need is open, one is being met, one is the State's own still.
	control, err := qm.need(ctx, "9.2.d", 2)
	if err != nil {
		return err
	}
	if _, err := qm.need(ctx, "9.1.c", 1); err != nil {
		return err
	}
	advice, err := qm.need(ctx, "52.1", 1)
	if err != nil {
		return err
	}
	x, err := qm.detail(ctx, "52.2.b")
	if err != nil {
		return err
	}
	if _, err := t.assistance.DraftFromAnswer(ctx, qm.who("focal_point"), x.Answer, x.Current, 1); err != nil {
		return err
	}
	// QP: one open, one met.
	review, err := qp.need(ctx, "9.1.d", 1)
	if err != nil {
		return err
	}
	declarations, err := qp.need(ctx, "52.5", 1)
	if err != nil {
		return err
	}
	// QN: entered by hand by its contact point, beside an assessment that is still a draft.
	if err := t.byHand(ctx); err != nil {
		return err
	}

	courses, err := t.record(ctx, offer{who: "fund", party: Quamara, status: "2", start: -1, end: 14,
		titles: lang.T("en", "Courses for internal auditors of Quamara (demonstration)"), what: lang.T("en", "Twenty internal auditors of ministries are trained in two groups. A fictional activity."),
		provisions: []convention.ID{"uncac/art_9/para_2/point_d"}, forms: []string{"training"}})
	if err != nil {
		return err
	}
	legal, err := t.record(ctx, offer{who: "network", party: Quamara, status: "2", start: -2, end: 6,
		titles: lang.T("en", "Legal advice on scrutiny of domestic prominent functions (demonstration)"), what: lang.T("en", "Two experts comment on a draft amendment of the Anti-Money-Laundering Act (demonstration). A fictional activity."),
		provisions: []convention.ID{"uncac/art_52/para_1"}, forms: []string{"legal-advice"}})
	if err != nil {
		return err
	}
	system, err := t.record(ctx, offer{who: "network", party: Qupenia, status: "2", start: -10, end: 2,
		titles: lang.T("es", "Sistema electrónico de declaraciones patrimoniales (demostración)"), what: lang.T("es", "Instalación del sistema y verificación cruzada con los registros públicos. Actividad ficticia."),
		provisions: []convention.ID{"uncac/art_52/para_5"}, forms: []string{"equipment-systems"}})
	if err != nil {
		return err
	}
	if _, err := t.record(ctx, offer{who: "fund", party: Qunera, status: "1", start: 3, end: 15,
		titles: lang.T("fr", "Guide sur les ayants droit économiques pour les banques de Qunera (démonstration)"), what: lang.T("fr", "Rédaction d'un guide et formation des inspecteurs. Activité fictive."),
		provisions: []convention.ID{"uncac/art_52/para_2/point_a"}, forms: []string{"good-practices"}}); err != nil {
		return err
	}

	// Each side links and speaks for itself.
	if _, err := t.assistance.Link(ctx, t.as("fund"), control, courses, nil); err != nil {
		return err
	}
	if err := qm.follow(ctx, control, assistance.BeingMet, nil); err != nil {
		return err
	}
	if _, err := t.assistance.Link(ctx, qm.who("contact_point"), advice, legal, lang.T("en", "Agreed with the Central Bank. (demonstration)")); err != nil {
		return err
	}
	if _, err := t.assistance.Link(ctx, t.as("network"), declarations, system, nil); err != nil {
		return err
	}
	if err := qp.follow(ctx, declarations, assistance.Met, lang.T("es", "El sistema funciona desde hace un mes en todos los ministerios. (demostración)")); err != nil {
		return err
	}
	if err := t.say(ctx, "fund", courses, assistance.Says, lang.T("en", "The first group of ten auditors began last month. (demonstration)")); err != nil {
		return err
	}
	if err := qm.say(ctx, courses, assistance.Confirms, nil); err != nil {
		return err
	}
	if err := t.say(ctx, "network", system, assistance.Says, lang.T("es", "El sistema fue entregado con toda la documentación. (demostración)")); err != nil {
		return err
	}
	if err := qp.say(ctx, system, assistance.Disputes, lang.T("es", "El sistema funciona, pero la documentación técnica sigue pendiente. (demostración)")); err != nil {
		return err
	}
	return t.files(ctx, review)
}

// byHand lets QN's contact point record two needs; the approver publishes one.
func (t *tale) byHand(ctx context.Context) error {
	d, err := t.open(ctx, Qunera)
	if err != nil {
		return err
	}
	_, err = t.assistance.DraftNeed(ctx, d.who("contact_point"), Qunera, assistance.NeedContent{Provisions: []convention.ID{"uncac/art_52/para_1"}, Form: "training",
		What: lang.T("fr", "Formation d'inspecteurs à la surveillance des ayants droit économiques (démonstration)"), ForWhom: lang.T("fr", "Banque centrale de Qunera"), Priority: assistance.Low}, assistance.Origin{})
	if err != nil {
		return err
	}
	n, err := t.assistance.DraftNeed(ctx, d.who("contact_point"), Qunera, assistance.NeedContent{Provisions: []convention.ID{"uncac/art_9/para_1/point_d"}, Form: "institution-building",
		What:    lang.Text{"fr": {S: "Appui au secrétariat de la Commission des recours (démonstration)"}, "ar": {S: "دعم أمانة لجنة الطعون (عرض توضيحي)"}},
		ForWhom: lang.T("fr", "Commission des recours de Qunera"), When: lang.T("fr", "Dans un délai de deux ans"), Priority: assistance.High}, assistance.Origin{})
	if err != nil {
		return err
	}
	return d.show(ctx, n.ID)
}

// say records what a provider says.
func (t *tale) say(ctx context.Context, who string, id assistance.ActivityID, kind assistance.StatementKind, text lang.Text) error {
	_, err := t.assistance.State(ctx, t.as(who), id, kind, text)
	return err
}

// say records what the State says and publishes it.
func (d *desk) say(ctx context.Context, id assistance.ActivityID, kind assistance.StatementKind, text lang.Text) error {
	st, err := d.t.assistance.State(ctx, d.who("contact_point"), id, kind, text)
	if err != nil {
		return err
	}
	return d.t.assistance.PublishStatement(ctx, d.who("approver"), id, st)
}

// fileMaps says with which provision and form the activities of the files deal.
var fileMaps = []struct {
	identifier string
	provisions []convention.ID
	form       string
}{
	{Fund + "-QM-001", []convention.ID{"uncac/art_9/para_1/point_e"}, "training"},
	{Network + "-QM-A1", []convention.ID{"uncac/art_9/para_1/point_e"}, "training"},
	{Fund + "-QM-002", []convention.ID{"uncac/art_9/para_2/point_d"}, "legislative-drafting"},
	{Fund + "-QN-004", []convention.ID{"uncac/art_9/para_1/point_d"}, "institution-building"},
	{Fund + "-QP-006", []convention.ID{"uncac/art_9/para_1/point_d"}, "institution-building"},
	{Network + "-QP-A3", []convention.ID{"uncac/art_52/para_5"}, "equipment-systems"},
	{Network + "-QM-A2", []convention.ID{"uncac/art_52/para_1"}, "on-site-expert"},
}

// files confirms provisions of the imported activities and links one to QP's need.
func (t *tale) files(ctx context.Context, review assistance.NeedID) error {
	if t.load == nil {
		return nil
	}
	for _, m := range fileMaps {
		found, err := t.assistance.Store.ActivitiesByIATI(ctx, identity.Sight{}, m.identifier)
		if err != nil {
			return err
		}
		if len(found) != 1 {
			return fmt.Errorf("demo: %d activities under %s", len(found), m.identifier)
		}
		id := found[0].ID
		for _, p := range m.provisions {
			if err := t.assistance.Map(ctx, t.as("officer"), id, p, "", assistance.Confirmed); err != nil {
				return err
			}
		}
		if err := t.assistance.Map(ctx, t.as("officer"), id, "", m.form, assistance.Confirmed); err != nil {
			return err
		}
		if slices.Contains(m.provisions, "uncac/art_9/para_1/point_d") && found[0].Receives(Qupenia) {
			if _, err := t.assistance.Link(ctx, t.as("fund"), review, id, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// desks fills the register of contact points: the States' own, published by their approvers,
// and the providers' desks, kept by the officer.
func (t *tale) desks(ctx context.Context) error {
	if t.contacts == nil {
		return nil
	}
	for _, p := range []party.ID{Quamara, Qunera, Qupenia} {
		who := string(p) + ".contact_point"
		actor := t.as(who)
		id, err := t.contacts.Keep(ctx, actor, directory.ContactPoint{Party: p, Role: directory.TAContact, Office: lang.T(t.who[who].Lang, actor.Agency),
			Person: actor.Name, Languages: []lang.Tag{t.who[who].Lang}, From: t.at.Format(time.DateOnly)})
		if err != nil {
			return fmt.Errorf("demo: contact point of %s: %w", p, err)
		}
		if err := t.contacts.Publish(ctx, t.as(string(p)+".approver"), id); err != nil {
			return fmt.Errorf("demo: contact point of %s: %w", p, err)
		}
	}
	for _, org := range []string{Fund, Network} {
		if _, err := t.contacts.Keep(ctx, t.as("officer"), directory.ContactPoint{Organisation: org, Role: directory.ProviderDesk, Office: providerNames[org],
			Languages: []lang.Tag{"en", "fr", "es"}, From: t.at.Format(time.DateOnly)}); err != nil {
			return fmt.Errorf("demo: desk of %s: %w", org, err)
		}
	}
	return nil
}
