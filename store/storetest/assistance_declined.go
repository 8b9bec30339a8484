package storetest

import (
	"testing"

	"merida/assistance"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/publication"
	"merida/store"
)

func declinedMatch(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	aid := w.aid()
	need, err := aid.DraftNeed(ctx, w.as("focal"), "QM", wish("A draft law."), assistance.Origin{})
	w.ok(err)
	w.ok(aid.PublishNeed(ctx, w.as("approver"), need.ID, need.Rev, publication.Public))
	deedID, err := aid.RecordActivity(ctx, w.as("provider"), deed("Help with laws", "QM"))
	w.ok(err)
	why := lang.T("en", "Another body does it.")
	w.fails(aid.Decline(ctx, w.as("contact point"), need.ID, deedID, lang.Text{}), fault.Invalid)
	w.fails(aid.Decline(ctx, w.as("contact point"), "nothing", deedID, why), fault.NotFound)
	w.fails(aid.Decline(ctx, w.as("contact point"), need.ID, "nothing", why), fault.NotFound)
	if err := aid.Decline(ctx, w.as("other focal"), need.ID, deedID, why); err == nil {
		t.Error("another State sets a match aside")
	}
	once := w.as("contact point")
	w.ok(aid.Decline(ctx, once, need.ID, deedID, why))
	w.ok(aid.Decline(ctx, once, need.ID, deedID, why)) // the same request again
	w.ok(aid.Decline(ctx, w.as("provider"), need.ID, deedID, lang.T("en", "No capacity.")))
	for name, want := range map[string][]string{"focal": {"Another body does it.", "No capacity."}, "provider": {"No capacity."}, "other focal": nil, "officer": nil, "public": nil} {
		sight := identity.Sight{}
		if name != "public" {
			sight = w.who[name].Sight()
		}
		got, err := aid.Store.Declined(ctx, sight, need.ID)
		w.ok(err)
		if len(got) != len(want) {
			t.Errorf("%s reads %d of what was set aside, want %d", name, len(got), len(want))
			continue
		}
		for i, d := range got {
			if d.Activity != deedID || d.Reason.Pick("en") != want[i] || d.At.IsZero() || d.ByName == "" {
				t.Errorf("%s reads %+v, want %q", name, d, want[i])
			}
		}
	}
}
