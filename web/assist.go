package web

import (
	"strings"

	"merida/assistance"
	"merida/convention"
	"merida/party"
)

var assistanceRoutes = []route{
	{get, "/coordination", (*visit).coordinationPage, false, true},
	{get, "/who-does-what-where", (*visit).doingsPage, false, true},
	{get, "/needs", (*visit).needsPage, false, true},
	{get, "/needs/feed", (*visit).needsFeed, false, false},
	{get, "/needs/new", (*visit).newNeedPage, true, false},
	{post, "/needs", (*visit).addNeed, true, false},
	{get, "/needs/import", (*visit).sheetPage, true, false},
	{post, "/needs/import", (*visit).readSheet, true, false},
	{get, "/needs/waiting", (*visit).waitingPage, false, true},
	{get, "/needs/{id}", (*visit).needPage, false, false},
	{post, "/needs/{id}/publish", (*visit).publishNeed, true, false},
	{get, "/needs/{id}/edit", (*visit).editNeedPage, true, false},
	{post, "/needs/{id}/edit", (*visit).editNeed, true, false},
	{post, "/needs/{id}/withdraw", (*visit).withdrawNeed, true, false},
	{post, "/needs/{id}/follow", (*visit).followNeed, true, false},
	{post, "/needs/{id}/link", (*visit).linkNeed, true, false},
	{post, "/needs/{id}/decline", (*visit).declineMatch, true, false},
	{post, "/needs/{id}/unlink", (*visit).unlinkNeed, true, false},
	{get, "/activities", (*visit).activitiesPage, false, true},
	{get, "/activities/feed", (*visit).activitiesFeed, false, false},
	{get, "/activities/new", (*visit).newActivityPage, true, false},
	{post, "/activities", (*visit).addActivity, true, false},
	{get, "/activities/import", (*visit).sheetPage, true, false},
	{post, "/activities/import", (*visit).readSheet, true, false},
	{get, "/activities/{id}", (*visit).activityPage, false, false},
	{get, "/activities/{id}/edit", (*visit).editActivityPage, true, false},
	{post, "/activities/{id}/edit", (*visit).editActivity, true, false},
	{post, "/activities/{id}/publish", (*visit).publishActivity, true, false},
	{post, "/activities/{id}/map", (*visit).mapActivity, true, false},
	{post, "/activities/{id}/state", (*visit).stateOnActivity, true, false},
	{post, "/activities/{id}/statements/{statement}/publish", (*visit).publishStatement, true, false},
	{get, "/matches", (*visit).matchesPage, true, false},
	{get, "/checks", (*visit).checksPage, true, false},
	{get, "/overlaps", (*visit).overlapsPage, true, true},
	{get, "/declared", (*visit).declaredPage, true, true},
	{get, "/organisations", (*visit).organisationsPage, false, true},
}

// assistanceBlock is what pages of the chain show of needs and activities.
type assistanceBlock struct {
	Needs       []needLine
	Activities  []activityLine
	NNeeds      int
	NActivities int
}

type needLine struct {
	assistance.Need
	State string
	Form  string
	Words Words
}

func (v *visit) needLine(n assistance.Need) needLine {
	return needLine{n, v.partyName(string(n.Party)), v.formName(n.NeedContent.Form), v.words(n.What)}
}

type activityLine struct {
	assistance.Activity
	Title     Words
	Providers string
	States    string
	Said      []positionLine // where the States that receive stand; filled by standing
}

// positionLine is where a State that receives stands towards a record.
type positionLine struct {
	assistance.Position
	Who   string
	Words Words
}

// standing fills in where the States that receive stand towards the records of some lines.
func (v *visit) standing(lines ...[]activityLine) error {
	var ids []assistance.ActivityID
	for _, ls := range lines {
		for _, l := range ls {
			ids = append(ids, l.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	positions, err := v.site.Assistance.Store.Positions(v.r.Context(), v.actor.Sight(), uniq(ids))
	if err != nil {
		return err
	}
	for _, ls := range lines {
		for i := range ls {
			for _, p := range positions[ls[i].ID] {
				ls[i].Said = append(ls[i].Said, positionLine{p, v.partyName(string(p.Party)), v.words(p.Text)})
			}
		}
	}
	return nil
}

func (v *visit) activityLine(a assistance.Activity) activityLine {
	l := activityLine{Activity: a, Title: v.words(a.Titles)}
	var names []string
	for _, o := range a.Content.Providers() {
		if n := o.Name.Pick(v.lang); n != "" {
			names = append(names, n)
		} else {
			names = append(names, o.Ref)
		}
	}
	l.Providers = v.list(names)
	names = nil
	for _, r := range a.Recipients {
		names = append(names, v.partyName(string(r.Party)))
	}
	l.States = v.list(names)
	return l
}

// list joins names as the language does.
func (v *visit) list(names []string) string {
	sep := ", "
	switch v.lang {
	case "ar":
		sep = "\u060c "
	case "zh":
		sep = "\u3001"
	}
	return strings.Join(names, sep)
}

const blockLimit = 10 // records of each kind on a page of the chain

// assistanceOn reads what the visitor sees of needs and activities of a party, on provisions, or both.
func (v *visit) assistanceOn(p party.ID, provisions []convention.ID) (*assistanceBlock, error) {
	if v.site.Assistance == nil {
		return nil, nil
	}
	ctx, sight := v.r.Context(), v.actor.Sight()
	var b assistanceBlock
	needs, n, err := v.site.Assistance.Store.FindNeeds(ctx, sight, assistance.NeedFilter{Party: p, Provisions: provisions, Limit: blockLimit})
	if err != nil {
		return nil, err
	}
	b.NNeeds = n
	for _, x := range needs {
		b.Needs = append(b.Needs, v.needLine(x))
	}
	activities, n, err := v.site.Assistance.Store.FindActivities(ctx, sight, assistance.ActivityFilter{Recipient: p, Provisions: provisions, Limit: blockLimit})
	if err != nil {
		return nil, err
	}
	b.NActivities = n
	for _, x := range activities {
		b.Activities = append(b.Activities, v.activityLine(x))
	}
	return &b, v.standing(b.Activities)
}
