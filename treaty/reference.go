package treaty

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"merida/fault"
	"merida/identity"
)

// Kind is what a reference file holds.
type Kind string

const (
	AConvention Kind = "convention" // of the schema merida/convention/1
	States      Kind = "states"     // of the schema merida/states/1
)

// Reference is a file of reference data that the operator added. It is read when an installation is opened,
// after what ships with the program.
type Reference struct {
	Kind     Kind
	ID       string // of the convention; "states" for a list of States
	Body     []byte // the file as it was given
	Hash     string // SHA-256 of it, hex
	LoadedAt time.Time
	By       string
}

// Refer takes a reference file in; the caller has read it with the package that knows its schema, so that only
// what can be read is kept. The same file again changes nothing. Denied: the actor may not import.
func (s *Service) Refer(ctx context.Context, actor identity.Actor, kind Kind, id string, body []byte, dry bool) (Outcome, error) {
	if err := actor.Must(identity.Import, identity.Scope{}); err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	r := Reference{Kind: kind, ID: id, Body: body, Hash: hex.EncodeToString(sum[:]), LoadedAt: s.Now(), By: actor.Account}
	known, err := s.Store.References(ctx)
	if err != nil {
		return "", err
	}
	outcome := Added
	for _, k := range known {
		if k.Kind == kind && k.ID == id {
			if outcome = Replaced; k.Hash == r.Hash {
				return Unchanged, nil
			}
		}
	}
	if dry {
		return outcome, nil
	}
	return outcome, s.Store.AddReference(ctx, r, actor.Trace(r.LoadedAt, identity.Import, "", string(kind), id, map[string]string{"hash": r.Hash}))
}

// Withdraw takes the standing reference file of a kind and id back, so that the one before it stands again, or what
// ships with the program. Denied: the actor may not undo imports. NotFound: none was loaded.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, kind Kind, id string) error {
	if err := actor.Must(identity.UndoImport, identity.Scope{}); err != nil {
		return err
	}
	r := Reference{Kind: kind, ID: id, LoadedAt: s.Now()}
	err := s.Store.DropReference(ctx, r, actor.Trace(r.LoadedAt, identity.UndoImport, "", string(kind), id, nil))
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "treaty.error.no_reference", fault.Args{"id": id})
	}
	return err
}
