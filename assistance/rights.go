package assistance

import (
	"merida/identity"
	"merida/party"
)

// NewNeed is the scope of drafting a need of a party: it is given to whoever drafts it.
func NewNeed(p party.ID) identity.Scope { return identity.Scope{Party: p, Assigned: true} }

// Scope is what the rights of somebody who changes the need depend on. To a contributor it is
// given who drafted it, until others than the party have seen it.
func (n Need) Scope(actor identity.Actor) identity.Scope {
	return identity.Scope{Party: n.Party, Assigned: n.Author != "" && n.Author == actor.Account && n.Shown == 0, LastEditor: n.LastEditor}
}
