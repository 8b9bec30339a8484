package identity

import (
	"context"

	"merida/audit"
	"merida/party"
)

// TrailQuery narrows a reading of the audit record; zero fields do not narrow.
type TrailQuery struct {
	Party  party.ID
	Kind   string // of the object
	Object string
	Limit  int // 100 when zero
	Offset int
}

// Trail reads the audit record for those who may.
type Trail struct {
	// Read gives entries, newest first, whoever asks: rights are asked before.
	Read func(ctx context.Context, q TrailQuery) ([]audit.Entry, error)
}

// Entries reads the record, newest first. An auditor reads all of it, the focal
// point and the approver what concerns their own party.
// Denied or NotFound: the actor may not read it.
func (t *Trail) Entries(ctx context.Context, actor Actor, q TrailQuery) ([]audit.Entry, error) {
	if !actor.May(ReadAudit, Scope{}) {
		if q.Party == "" {
			q.Party = actor.Party
		}
		if err := actor.Must(ReadOwnAudit, Scope{Party: q.Party}); err != nil {
			return nil, err
		}
	}
	return t.Read(ctx, q)
}
