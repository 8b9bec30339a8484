package api

import (
	"iter"
	"strings"
	"time"

	"merida/assistance"
	"merida/clearing"
	"merida/convention"
	"merida/exchange/table"
	"merida/fault"
	"merida/identity"
	"merida/party"
)

// Request is a published request for assistance, or a published offer of it. Who answered it, and what, is not public.
type Request struct {
	ID           clearing.ID     `json:"id"`
	Party        party.ID        `json:"party,omitempty"`        // the State that asks or offers
	Organisation string          `json:"organisation,omitempty"` // that offers
	Need         string          `json:"need,omitempty"`         // of which a request was made
	Parties      []party.ID      `json:"parties,omitempty"`      // to which an offer is made; absent means any
	Provisions   []convention.ID `json:"provisions"`
	Form         string          `json:"form"`
	What         texts           `json:"what"` // empty once it was withdrawn
	ForWhom      texts           `json:"for_whom,omitempty"`
	When         texts           `json:"when,omitempty"`
	From         string          `json:"from,omitempty"`
	To           string          `json:"to,omitempty"`
	Language     string          `json:"language,omitempty"`
	Modality     string          `json:"modality,omitempty"`
	State        string          `json:"state"`
	DueOn        string          `json:"due_on,omitempty"` // last day of the step that waits
	Result       string          `json:"result,omitempty"` // what came of it, in its author's eyes
	Outcome      texts           `json:"outcome,omitempty"`
	SentAt       time.Time       `json:"sent_at"`
	CirculatedAt time.Time       `json:"circulated_at"`
	URL          string          `json:"url"`
}

func (r *request) wireCase(c clearing.Case) Request {
	return Request{ID: c.ID, Party: c.Party, Organisation: c.Organisation, Need: string(c.Need), Parties: c.Parties, Provisions: c.Provisions, Form: c.Form, What: c.What.Plain(), ForWhom: c.ForWhom.Plain(), When: c.When.Plain(),
		From: string(c.From), To: string(c.To), Language: string(c.Language), Modality: string(c.Modality), State: string(c.State), DueOn: string(c.Due), Result: string(c.Result), Outcome: c.Outcome.Plain(),
		SentAt: c.CreatedAt, CirculatedAt: c.CirculatedAt, URL: r.pageURL("/" + string(c.Kind) + "s/" + string(c.ID))}
}

// cases answers the list of a kind.
func cases(k clearing.Kind) func(*request) (any, error) {
	return func(r *request) (any, error) {
		limit, offset, err := r.page()
		if err != nil {
			return nil, err
		}
		f, err := r.caseFilter(k)
		if err != nil {
			return nil, err
		}
		f.Limit, f.Offset = limit, offset
		found, total, err := r.api.Clearing.Cases(r.Context(), clearing.Reader{}, f)
		if err != nil {
			return nil, err
		}
		out := make([]Request, len(found))
		for i, c := range found {
			out[i] = r.wireCase(c)
		}
		return list(r, out, total, limit, offset), nil
	}
}

func (r *request) caseFilter(k clearing.Kind) (f clearing.Filter, err error) {
	f = clearing.Filter{Kind: k, Party: r.partyID(), Organisation: strings.TrimSpace(r.URL.Query().Get("organisation")), Forms: r.values("form")}
	for _, s := range r.values("state") {
		f.States = append(f.States, clearing.State(s))
	}
	f.Provisions, err = r.below("provision")
	return f, err
}

func (r *request) requestsTable() (table.Table, iter.Seq2[table.Row, error], error) {
	return r.casesTable(clearing.Request)
}

func (r *request) offersTable() (table.Table, iter.Seq2[table.Row, error], error) {
	return r.casesTable(clearing.Offer)
}

func (r *request) casesTable(k clearing.Kind) (t table.Table, rows iter.Seq2[table.Row, error], err error) {
	f, err := r.caseFilter(k)
	if err != nil {
		return t, nil, err
	}
	f.Limit = 1
	_, total, err := r.api.Clearing.Cases(r.Context(), clearing.Reader{}, f)
	words, names := r.words(), map[string]string{}
	t, row := words.Cases(k, total, func(a clearing.Addressee) string {
		if a.Party != "" {
			return words.States.Name(a.Party, words.Lang)
		}
		if names[a.Organisation] == "" { // a name that cannot be read leaves its identifier
			as, _, _ := r.api.Assistance.FindActivities(r.Context(), identity.Sight{}, assistance.ActivityFilter{Organisation: a.Organisation, Limit: 1})
			names[a.Organisation] = assistance.NameIn(as, a.Organisation, words.Lang)
		}
		return names[a.Organisation]
	})
	return t, table.Pages(func(limit, offset int) ([]clearing.Case, error) {
		f.Limit, f.Offset = limit, offset
		cs, _, err := r.api.Clearing.Cases(r.Context(), clearing.Reader{}, f)
		return cs, err
	}, row), err
}

// oneCase answers one of a kind.
func oneCase(k clearing.Kind) func(*request) (any, error) {
	return func(r *request) (any, error) {
		c, err := r.api.Clearing.Case(r.Context(), clearing.Reader{}, clearing.ID(r.path[0]))
		if err == nil && c.Kind != k {
			err = fault.Of(fault.NotFound)
		}
		if err != nil {
			return nil, err
		}
		return r.wireCase(c), nil
	}
}
