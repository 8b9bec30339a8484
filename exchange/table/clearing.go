package table

import (
	"merida/clearing"
)

// Cases is the list of requests, or of offers. who names their authors.
func (w Words) Cases(k clearing.Kind, total int, who func(clearing.Addressee) string) (Table, func(clearing.Case) Row) {
	name, title, from := "requests", w.T("request.list"), w.T("request.from")
	if k == clearing.Offer {
		name, title, from = "offers", w.T("offer.list"), w.T("offer.from")
	}
	return w.table(name, title, total,
			Column{Key: "author", Label: from, Width: 30}, code("party"), code("organisation"), Column{Key: "provision_names", Label: w.T("column.provision"), Width: 30}, Column{Key: "provisions", Kind: List, Width: 24},
			Column{Key: "form_name", Label: w.T("need.form"), Width: 30}, code("form"), Column{Key: "what", Label: w.T("need.what"), Kind: Texts, Width: 40}, Column{Key: "for_whom", Label: w.T("need.for_whom"), Width: 40},
			Column{Key: "from", Label: w.T("activity.from"), Kind: Day}, Column{Key: "to", Label: w.T("activity.to"), Kind: Day}, Column{Key: "for_names", Label: w.T("offer.parties"), Width: 24}, Column{Key: "for", Kind: List},
			Column{Key: "state_name", Label: w.T("column.status")}, code("state"), Column{Key: "due_on", Label: w.T("request.due_on"), Kind: Day}, Column{Key: "sent_on", Label: w.T("request.sent_on"), Kind: Day},
			Column{Key: "circulated_on", Label: w.T("request.circulated_on"), Kind: Day}, code("result"), Column{Key: "need", Width: 30}, Column{Key: "id", Width: 30}, Column{Key: "url", Label: w.T("table.address"), Width: 40}),
		func(c clearing.Case) Row {
			provisions, ids := w.provisions(c.Provisions)
			names, codes := w.parties(c.Parties)
			return Row{who(c.Author()), c.Party, c.Organisation, provisions, ids, w.form(c.Form), c.Form, c.What, c.ForWhom.Pick(w.Lang), string(c.From), string(c.To), w.list(names), codes,
				w.T("request.state." + string(c.State)), c.State, string(c.Due), Date(c.CreatedAt), Date(c.CirculatedAt), c.Result, c.Need, c.ID, w.URL("/" + name + "/" + string(c.ID))}
		}
}
