package api

import (
	"net/http"
	"strings"
	"time"

	"merida/assistance"
	"merida/convention"
	"merida/exchange/iati"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/party"
)

// Need is assistance that a State asks for, as the API shows it.
type Need struct {
	ID          assistance.NeedID       `json:"id"`
	Party       party.ID                `json:"party"`
	Provisions  []convention.ID         `json:"provisions"`
	Form        string                  `json:"form"`
	What        texts                   `json:"what"`
	ForWhom     texts                   `json:"for_whom,omitempty"`
	When        texts                   `json:"when,omitempty"`
	From        string                  `json:"from,omitempty"`
	To          string                  `json:"to,omitempty"`
	Status      string                  `json:"status"`
	Priority    string                  `json:"priority,omitempty"`
	Outcome     texts                   `json:"outcome,omitempty"`
	Answer      string                  `json:"answer,omitempty"` // from whose gap it comes
	Activities  []assistance.ActivityID `json:"activities"`       // that serve it
	PublishedAt time.Time               `json:"published_at"`
	Hash        string                  `json:"hash"` // SHA-256 of the published content
	URL         string                  `json:"url"`
}

func (r *request) wireNeed(n assistance.Need) Need {
	return Need{ID: n.ID, Party: n.Party, Provisions: n.Provisions, Form: n.Form, What: n.What.Plain(), ForWhom: n.ForWhom.Plain(), When: n.When.Plain(), From: string(n.NeedContent.From), To: string(n.NeedContent.To),
		Status: string(n.Status), Priority: string(n.Priority), Outcome: n.Outcome.Plain(), Answer: n.Origin.Answer, Activities: []assistance.ActivityID{}, PublishedAt: n.PublishedAt, Hash: n.Hash, URL: r.pageURL("/needs/" + string(n.ID))}
}

// below reads a filter by provision: the named ones with everything under them. Invalid: one that is not known.
func (r *request) below(name string) (out []convention.ID, err error) {
	var bad fault.List
	for _, v := range r.values(name) {
		id := convention.ID(v)
		if !r.api.Conventions.Known(id) {
			bad.Add(name, "need.error.provision", fault.Args{"id": v})
			continue
		}
		out = append(append(out, id), r.api.Conventions.Below(id)...)
	}
	return out, bad.Err()
}

func (r *request) needFilter() (f assistance.NeedFilter, err error) {
	below, err := r.below("provision")
	f = assistance.NeedFilter{Party: r.partyID(), Provisions: below, Forms: r.values("form")}
	for _, s := range r.values("status") {
		f.Status = append(f.Status, assistance.NeedStatus(s))
	}
	return f, err
}

func (r *request) needs() (any, error) {
	limit, offset, err := r.page()
	if err != nil {
		return nil, err
	}
	f, err := r.needFilter()
	if err != nil {
		return nil, err
	}
	f.Limit, f.Offset = limit, offset
	needs, total, err := r.api.Assistance.FindNeeds(r.Context(), identity.Sight{}, f)
	if err != nil {
		return nil, err
	}
	out, err := r.withLinks(needs)
	return list(r, out, total, limit, offset), err
}

func (r *request) withLinks(needs []assistance.Need) ([]Need, error) {
	out := make([]Need, len(needs))
	ids := make([]assistance.NeedID, len(needs))
	at := map[assistance.NeedID]int{}
	for i, n := range needs {
		out[i], ids[i], at[n.ID] = r.wireNeed(n), n.ID, i
	}
	if len(ids) == 0 {
		return out, nil
	}
	links, err := r.api.Assistance.Links(r.Context(), identity.Sight{}, assistance.LinkFilter{Needs: ids})
	for _, l := range links {
		i := at[l.Need]
		out[i].Activities = append(out[i].Activities, l.Activity)
	}
	return out, err
}

func (r *request) need() (any, error) {
	n, err := r.api.Assistance.Need(r.Context(), identity.Sight{}, assistance.NeedID(r.path[0]))
	if err != nil {
		return nil, err
	}
	out, err := r.withLinks([]assistance.Need{n})
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

func (r *request) partyID() party.ID { return party.ID(strings.ToUpper(r.URL.Query().Get("party"))) }

// Activity is a record of assistance as the API shows it. Content is as the record states it; amounts of different records are never added.
type Activity struct {
	ID             assistance.ActivityID `json:"id"`
	IATIIdentifier string                `json:"iati_identifier,omitempty"`
	Source         string                `json:"source"`
	Titles         texts                 `json:"titles"`
	Phase          string                `json:"phase"`
	From           string                `json:"from,omitempty"`
	To             string                `json:"to,omitempty"`
	Reporter       Organisation          `json:"reporter"`
	Providers      []Organisation        `json:"providers"`
	Recipients     []party.ID            `json:"recipients"`
	Provisions     []ActivityMapping     `json:"provisions"`
	Forms          []ActivityMapping     `json:"forms"`
	Needs          []assistance.NeedID   `json:"needs,omitempty"`      // that it serves
	Statements     []Statement           `json:"statements,omitempty"` // of both sides
	Positions      []Position            `json:"positions"`            // where the States that receive stand
	Content        *assistance.Content   `json:"content,omitempty"`    // everything the record says; not in lists
	LastUpdated    *time.Time            `json:"last_updated,omitempty"`
	URL            string                `json:"url"`
}

// Organisation is an organisation as records name it.
type Organisation struct {
	Key        string `json:"key,omitempty"` // for the filter "organisation"
	Ref        string `json:"ref,omitempty"`
	Type       string `json:"type,omitempty"`
	Names      texts  `json:"names"`
	Activities int    `json:"activities,omitempty"`
}

// ActivityMapping ties an activity to a provision or a form of assistance: proposed by a rule, or confirmed by a person.
type ActivityMapping struct {
	Provision convention.ID `json:"provision,omitempty"`
	Form      string        `json:"form,omitempty"`
	Status    string        `json:"status"`
}

// Statement is what one side says of an activity.
type Statement struct {
	Side         string    `json:"side"`
	Kind         string    `json:"kind"`
	Text         texts     `json:"text"`
	Party        party.ID  `json:"party,omitempty"`
	Organisation string    `json:"organisation,omitempty"`
	At           time.Time `json:"at"`
}

// Position is where a State that receives stands towards a record: it confirms, disputes or adds.
type Position struct {
	Party   party.ID  `json:"party"`
	Kind    string    `json:"kind"`
	Text    texts     `json:"text"`
	At      time.Time `json:"at"`
	Earlier bool      `json:"earlier"` // it speaks of an earlier revision of the record
}

// stand fills in where the States stand.
func (r *request) stand(as []Activity) error {
	ids := make([]assistance.ActivityID, len(as))
	for i, a := range as {
		ids[i] = a.ID
	}
	all, err := r.api.Assistance.Positions(r.Context(), identity.Sight{}, ids)
	for i := range as {
		as[i].Positions = []Position{}
		for _, p := range all[as[i].ID] {
			as[i].Positions = append(as[i].Positions, Position{p.Party, string(p.Kind), p.Text.Plain(), p.At, p.Earlier})
		}
	}
	return err
}

func wireOrg(o assistance.Org) Organisation {
	return Organisation{Key: o.Key(), Ref: o.Ref, Type: o.Type, Names: o.Name.Plain()}
}

func wireMappings(ms []assistance.Mapping) []ActivityMapping {
	out := []ActivityMapping{}
	for _, m := range ms {
		if m.Status != assistance.Rejected {
			out = append(out, ActivityMapping{m.Provision, m.Form, string(m.Status)})
		}
	}
	return out
}

func (r *request) wireActivity(a assistance.Activity) Activity {
	out := Activity{ID: a.ID, IATIIdentifier: a.IATIIdentifier, Source: string(a.Source), Titles: a.Titles.Plain(), Phase: string(a.Phase()), From: string(a.From), To: string(a.To), Reporter: wireOrg(a.Reporter),
		Providers: []Organisation{}, Recipients: []party.ID{}, Provisions: wireMappings(a.Provisions), Forms: wireMappings(a.Forms), URL: r.pageURL("/activities/" + string(a.ID))}
	for _, o := range a.Content.Providers() {
		out.Providers = append(out.Providers, wireOrg(o))
	}
	for _, x := range a.Recipients {
		out.Recipients = append(out.Recipients, x.Party)
	}
	if !a.LastUpdated.IsZero() {
		out.LastUpdated = &a.LastUpdated
	}
	return out
}

// activityFilter reads the filters of a list of activities.
func (r *request) activityFilter() (assistance.ActivityFilter, error) {
	below, err := r.below("provision")
	q := r.URL.Query()
	return assistance.ActivityFilter{Words: q.Get("q"), Recipient: r.partyID(), Provisions: below, Forms: r.values("form"),
		Organisation: q.Get("organisation"), Phase: assistance.Phase(q.Get("phase")), IATIIdentifier: q.Get("iati_identifier")}, err
}

const maxXML = 50_000 // activities of one file

// activitiesXML answers a list of activities as a file of the IATI standard 2.03.
func (a *API) activitiesXML(w http.ResponseWriter, r *http.Request) {
	f, err := (&request{r, a, nil}).activityFilter()
	if err != nil {
		a.problem(w, r, 0, err)
		return
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	e := iati.Exporter{Store: a.Assistance, Parties: a.Parties, BaseURL: a.BaseURL, Now: clock.System}
	if _, err := e.Export(r.Context(), w, f, maxXML, nil); err != nil { // the file has begun; without its end it is no file
		a.Log.ErrorContext(r.Context(), "activities.xml", "error", err)
		panic(http.ErrAbortHandler)
	}
}

func (r *request) activities() (any, error) {
	limit, offset, err := r.page()
	if err != nil {
		return nil, err
	}
	f, err := r.activityFilter()
	if err != nil {
		return nil, err
	}
	f.Limit, f.Offset = limit, offset
	as, total, err := r.api.Assistance.FindActivities(r.Context(), identity.Sight{}, f)
	if err != nil {
		return nil, err
	}
	out := make([]Activity, len(as))
	for i, a := range as {
		out[i] = r.wireActivity(a)
	}
	return list(r, out, total, limit, offset), r.stand(out)
}

func (r *request) activity() (any, error) {
	a, err := r.api.Assistance.Activity(r.Context(), identity.Sight{}, assistance.ActivityID(r.path[0]))
	if err != nil {
		return nil, err
	}
	out := r.wireActivity(a)
	out.Content = &a.Content
	links, err := r.api.Assistance.Links(r.Context(), identity.Sight{}, assistance.LinkFilter{Activities: []assistance.ActivityID{a.ID}})
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		out.Needs = append(out.Needs, l.Need)
	}
	statements, err := r.api.Assistance.Statements(r.Context(), identity.Sight{}, a.ID)
	for _, s := range statements {
		out.Statements = append(out.Statements, Statement{string(s.Side), string(s.Kind), s.Text.Plain(), s.Party, s.Organisation, s.At})
	}
	if err != nil {
		return nil, err
	}
	one := []Activity{out}
	return &one[0], r.stand(one)
}

func (r *request) organisations() (any, error) {
	limit, offset, err := r.page()
	if err != nil {
		return nil, err
	}
	os, total, err := r.api.Assistance.Organisations(r.Context(), identity.Sight{}, limit, offset)
	if err != nil {
		return nil, err
	}
	out := make([]Organisation, len(os))
	for i, o := range os {
		out[i] = Organisation{o.Key, o.Ref, o.Type, o.Name.Plain(), o.Activities}
	}
	return list(r, out, total, limit, offset), nil
}
