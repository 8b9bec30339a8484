package main

import (
	"context"

	"merida/audit"
	"merida/identity"
	"merida/store"
)

// trail is the audit record of an installation, behind its rights.
func (a *app) trail() *identity.Trail {
	return &identity.Trail{Read: func(ctx context.Context, q identity.TrailQuery) ([]audit.Entry, error) {
		return store.AuditEntries(ctx, a.db, store.AuditFilter(q))
	}}
}
